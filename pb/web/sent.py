"""Forms that were sent: one submission for each that was shown."""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import current_app, g, redirect, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from pb.act import Act
from pb.identity.service import sent_forms
from pb.web.requests import notify

FIELD = "form_token"


def once(act: Act, view: Callable[[], Any]) -> Response:
    """The view's answer in its transaction; of a form that was sent before the first one's address, and no view at all.

    What is refused (from 400 on) leaves nothing behind: the same form, put right, is still its first submission.
    """
    token = _token()
    address = sent_forms.claim(act, token, _sender(act), request.endpoint or "") if token else None
    if address is not None:
        notify(_("It was sent twice, and was done once."))
        return redirect(address)
    answer = current_app.make_response(view())
    if answer.status_code >= 400:
        act.session.rollback()
    elif token:
        _settle(act, token, answer)
    return answer


def _settle(act: Act, token: str, answer: Response) -> None:
    """Keeps where the submission led. What shows a deed is not asked for twice; what did nothing may be.

    Of strangers only what wrote an event of the log is kept, of which each has a limit: nobody fills the table.
    """
    recorded = act.session.info.get("recorded", False)
    if g.pop("form_not_taken", False) or (act.person is None and not recorded):
        sent_forms.release(act, token)
    elif answer.location:
        sent_forms.lead(act, token, answer.location)
    elif answer.mimetype != "text/html" or not recorded:
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
