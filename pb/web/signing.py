"""Pages that offer to sign with an electronic signature."""

from flask import g

from pb.web.requests import settings


def offer_signing() -> str | None:
    """The address of NCALayer for this page, which its policy then allows; None where EDS is not set up.

    Templates ask it where the button stands, so that a page without the button allows nothing.
    """
    if settings().eds_trust is None:
        return None
    g.ncalayer = settings().ncalayer
    return settings().ncalayer
