"""Pages that offer to sign with an electronic signature, and who signed the text to sign in with."""

import hashlib
from typing import Any

from flask import g, request, session
from flask_babel import gettext as _

from pb import clock
from pb.core.eds import Signer
from pb.core.national_numbers import IIN
from pb.errors import FieldRefusal, Refusal
from pb.identity.service import nonces, sign_in_texts, signatures
from pb.web.requests import begin_work, settings


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


def ask_to_sign_in() -> str:
    """A text to sign. Its nonce stays in this browser's session: a signature made for another counts nothing here."""
    asked = sign_in_texts.ask(clock.now(), settings().base_url, settings().secret_key)
    session["eds"] = asked.nonce
    return asked.text


def use_signature() -> tuple[IIN, Signer]:
    """Whoever signed the text that this browser was given, once. Raises FieldRefusal."""
    asked = _asked()
    session.pop("eds", None)
    iin, signer = _signer(asked)
    with begin_work(writing=True) as act:
        if not nonces.use(act, asked.nonce, asked.until):
            raise _stale()
    return iin, signer


def signer_here() -> str | None:
    """The proof of a call that brings a valid signature of this browser's text."""
    try:
        iin, _certificate = _signer(_asked())
    except Refusal:
        return None
    return hashlib.sha256(iin.text.encode()).hexdigest()


def _asked() -> sign_in_texts.Asked:
    nonce = str(session.get("eds", ""))
    asked = sign_in_texts.asked(clock.now(), settings().base_url, settings().secret_key, nonce)
    if asked is None:
        raise _stale()
    return asked


def _signer(asked: sign_in_texts.Asked) -> tuple[IIN, Signer]:
    at = clock.now()
    signer = signatures.verify(settings(), sent_cms(), asked.text, at)
    return signatures.iin_of(settings(), signer, clock.local(at).date()), signer


def _stale() -> FieldRefusal:
    return FieldRefusal("eds", _("This took too long, or was sent before. Try again."))
