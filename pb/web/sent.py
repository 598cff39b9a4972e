"""Forms that were sent: one submission for each that was shown."""

import hashlib

from flask import g, redirect, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from pb.act import Act
from pb.identity.service import sent_forms
from pb.web.requests import notify

FIELD = "form_token"


def begin(act: Act) -> Response | None:
    """The answer to a form that was sent before; None where this is its first submission, or it has no token."""
    token = _token()
    if not token:
        return None
    address = sent_forms.claim(act, token, _sender(act), request.endpoint or "")
    if address is None:
        return None
    notify(_("It was sent twice, and was done once."))
    return redirect(address)


def settle(act: Act, answer: Response) -> None:
    """Keeps where the submission led. What shows a deed is not asked for twice; what did nothing may be."""
    token = _token()
    if not token:
        return
    if g.pop("form_not_taken", False):
        sent_forms.release(act, token)
    elif answer.location:
        sent_forms.lead(act, token, answer.location)
    elif answer.mimetype != "text/html" or not act.session.info.get("recorded"):
        sent_forms.release(act, token)


def not_taken() -> None:
    """The view sends the reader elsewhere first: this form is still to be sent."""
    g.form_not_taken = True


def _token() -> str:
    token = request.form.get(FIELD, "") if request.mimetype != "application/json" else ""
    return token if len(token) == sent_forms.TOKEN_LENGTH and token.isascii() else ""


def _sender(act: Act) -> str:
    """Whose form it is: the person's, or that of the browser that has this token against forgery."""
    if act.person is not None:
        return act.person.id.hex
    return hashlib.sha256(str(session.get("csrf_token", "")).encode()).hexdigest()
