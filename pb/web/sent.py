"""Forms that were sent: one submission for each that was shown."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

from flask import current_app, g, redirect, request, session
from flask_babel import gettext as _
from sqlalchemy import event
from werkzeug.wrappers import Response

from pb.act import Act
from pb.identity.service import sent_forms
from pb.identity.service.sent_forms import Earlier
from pb.web.requests import notify

FIELD = "form_token"
ANOTHER = "another"  # what was made before, of one who was asked and means another one
NO_CONTENT = frozenset({FIELD, "form_page", "csrf_token"})
_ANY_CONTENT = (FIELD, "")  # no content has the token
_LOOKS = "only looks"


class WouldWrite(Exception):
    """A unit of work that only looks came to where it would write."""


def once(act: Act, view: Callable[[], Any], *, refused_stays: bool = False) -> Response:
    """The view's answer in its transaction; of what was sent before the first one's address, and no view at all.

    What is refused (from 400 on) leaves nothing behind, unless it `refused_stays`: the same form, put right, is still
    its first submission.
    """
    sender = _sender(act)
    key = _key(sender)
    earlier = sent_forms.claim(act, key, sender) if key else None
    if earlier is not None:
        return _led(earlier)
    event.listen(act.session, "after_flush", _written)
    cookie = _kept_in_cookie()
    answer = current_app.make_response(view())
    if answer.status_code < 400:
        if key:
            act.session.flush()
            _settle(act, key, answer, in_cookie=_kept_in_cookie() != cookie)
    elif not refused_stays:
        act.session.rollback()
    elif key:
        sent_forms.release(act, key)
    return answer


def again(act: Act) -> Response | None:
    """The answer to a form that was sent before, as it is; None for any other. Nothing is written.

    Raises Conflict where the first one led nowhere.
    """
    key = _key(_sender(act))
    earlier = sent_forms.find(act, key) if key else None
    return _led(earlier) if earlier is not None else None


def _led(earlier: Earlier) -> Response:
    """To where the first one led. Nothing is told of what the first answer kept in the cookie: telling would write it.

    A browser that pressed twice keeps the later answer's cookie, and that was made of the one before both.
    """
    g.sent_before = True
    if earlier.told:
        notify(earlier.told)
    return redirect(earlier.address)


def was_before() -> bool:
    """Whether this request brought a form that was sent before."""
    return bool(g.get("sent_before"))


def look_only(act: Act) -> None:
    """Nothing of a form is kept in this unit of work."""
    act.session.info[_LOOKS] = True


def _kept_in_cookie() -> dict[str, Any]:
    """What the browser keeps for us, but for what is told on its next page."""
    return {name: deepcopy(kept) for name, kept in session.items() if name != "_flashes"}


def _written(session: Any, _flushed: object) -> None:
    session.info["written"] = True


def _settle(act: Act, key: str, answer: Response, *, in_cookie: bool) -> None:
    """Keeps where the submission led. What shows a deed is not asked for twice; what did nothing may be.

    `in_cookie`: the deed left something in the browser's cookie, a new session above all.

    Of strangers only what wrote an event of the log is kept, of which each has a limit: nobody fills the table.
    """
    recorded = act.session.info.get("recorded", False)
    done = recorded or (act.person is not None and act.session.info.get("written", False))
    shown_once: Earlier | None = g.pop("form_shown_once", None)
    if g.pop("form_not_taken", False) or not done:
        sent_forms.release(act, key)
    elif answer.location:
        told = "" if in_cookie else _("It was sent twice, and was done once.")
        sent_forms.lead(act, key, Earlier(answer.location, told))
    elif shown_once is not None:
        sent_forms.lead(act, key, shown_once)
    elif answer.mimetype != "text/html" or not recorded:
        sent_forms.release(act, key)


class Before(NamedTuple):
    """What was made before: as `makes` was told, and whether this same form made it, sent with other content."""

    made: str
    changed: bool


def made_before(act: Act, *same: str) -> Before | None:
    """What this same form made before with other content, or another form of the `same` texts; None where nothing did.

    Browsers keep a filled form behind their back button, and load its page anew with another token. Whoever was asked
    and means another one (`ANOTHER` says which was shown) is not asked again. Both keys are this transaction's from
    here on: of two requests at once the second waits.
    """
    sender = _sender(act)
    for key, changed in ((_key(sender, [_ANY_CONTENT]), True), (_key_of_texts(sender, same), False)):
        if not key:
            continue
        looks = act.session.info.get(_LOOKS)
        earlier = sent_forms.find(act, key) if looks else sent_forms.claim(act, key, sender)
        if earlier is not None and earlier.told != request.form.get(ANOTHER):
            return Before(earlier.told, changed)
    return None


def makes(act: Act, made: str, *same: str) -> None:
    """Notes what this form made of the `same` texts: whoever sends them again is asked, and makes no second one."""
    sender = _sender(act)
    for key in (_key(sender, [_ANY_CONTENT]), _key_of_texts(sender, same)):
        if key:
            sent_forms.lead(act, key, Earlier(request.path, made))


def not_taken() -> None:
    """The view sends the reader elsewhere first: this form is still to be sent."""
    g.form_not_taken = True


def shown_once(address: str, told: str) -> None:
    """The view's answer shows what is shown nowhere else: whoever sends the form again goes to `address` and is told.

    `told` says what was done, and what to do where the first answer was lost.
    """
    g.form_shown_once = Earlier(address, told)


def _key(sender: str, content: Sequence[tuple[str, str]] | None = None) -> str:
    """Of this form, sender, address and content (what was sent); empty for what carries no token."""
    token = request.form.get(FIELD, "") if request.mimetype != "application/json" else ""
    if len(token) != sent_forms.TOKEN_LENGTH or not token.isascii():
        return ""
    return sent_forms.key_of(token, sender, request.full_path, [*_content()] if content is None else content)


def _key_of_texts(sender: str, texts: Sequence[str]) -> str:
    """Of these texts at this address, whatever form they came with; empty where nothing was written."""
    written = [("", text) for text in texts]
    return sent_forms.key_of("", sender, request.path, written) if any(texts) else ""


def _content() -> Iterator[tuple[str, str]]:
    yield from ((name, value) for name, value in request.form.items(multi=True) if name not in NO_CONTENT)
    for name, file in request.files.items(multi=True):
        file.stream.seek(0)  # a view with a transaction of its own has read it by now
        yield name, hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
        file.stream.seek(0)


def _sender(act: Act) -> str:
    """Whose form it is: the person's, or that of the browser that has this token against forgery."""
    if act.person is not None:
        return act.person.id.hex
    return hashlib.sha256(str(session.get("csrf_token", "")).encode()).hexdigest()
