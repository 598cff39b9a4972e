"""Pages that offer to sign with an electronic signature."""

from typing import Any

from flask import g, request

from pb.web.requests import settings


def offer_signing() -> str | None:
    """The address of NCALayer for this page, which its policy then allows; None where EDS is not set up.

    Templates ask it where the button stands, so that a page without the button allows nothing.
    """
    if settings().eds_trust is None:
        return None
    g.ncalayer = settings().ncalayer
    return settings().ncalayer


def sent_cms() -> str:
    """The signature in the body of a script's call; anything else is an empty one, which is no signature."""
    body: Any = request.get_json(silent=True)
    cms = body.get("cms") if isinstance(body, dict) else None
    return cms if isinstance(cms, str) else ""
