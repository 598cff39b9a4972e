"""Every refusal becomes a page (or JSON for scripts) in the user's language; nothing internal is ever shown."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from flask import Flask, current_app, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException, SecurityError

from pb.db import is_busy
from pb.errors import Conflict, FieldRefusal, Refusal
from pb.formats import language, number
from pb.web import access, account, places, refusals
from pb.web.form_pages import page_it_was_sent_from, page_of_the_form
from pb.web.requests import Response, SignInNeeded, begin_work, settings

log = structlog.get_logger()
BUSY_SECONDS = 30
TOLD = {403, 429}
"""What stands among the security events."""


class Busy(Refusal):
    """Others were at the database for longer than a request waits for it."""

    status = 503
    wait = BUSY_SECONDS

    def __init__(self) -> None:
        super().__init__(_("The server is busy at this moment. Nothing was done. Try again in half a minute."))


def install(app: Flask) -> None:
    app.register_error_handler(SignInNeeded, _sign_in)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(IntegrityError, _integrity_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected_error)


def _sign_in(_error: SignInNeeded) -> Response:
    if request.is_json:
        return answer(401, _("Sign in first."))
    if request.method == "GET":
        return redirect(url_for("identity.sign_in", after=request.full_path))
    # What was typed waits in the browser (js/forms.js); the form stands there again after signing in.
    return redirect(url_for("identity.sign_in", after=page_of_the_form(), again=1))


def refused(error: Refusal) -> Response:
    """The page, or the JSON, of a refusal."""
    tell(error, _viewer())
    if error.status == 404:
        return _not_there()
    again: dict[str, Any] = {}
    if error.status == 503:  # nothing was done, and it can be done soon: what was typed waits in the browser
        again = {"template": "errors/too_long.html", "page_of_the_form": page_of_the_form()}
    elif error.status == 409:
        again = {"way_back": (error.page if isinstance(error, Conflict) else "") or _way_back()}
    reasons = list(map(str, error.messages))
    shown = answer(error.status, str(error.message), details=error.details, reasons=reasons, **again)
    return waiting(shown, error)


def _way_back() -> str | None:
    """The page above: there one sees what stands in the way. None where that is the first page, which is offered."""
    above = places.page_above()
    return above if above.strip("/").count("/") else None


def tell(error: Refusal, person_id: UUID | None) -> None:
    """Logs refused rights, cards and signatures by the endpoint: never what was shown, nor which person that names."""
    if isinstance(error, FieldRefusal) and error.field == "eds":
        refusals.tell("signature_refused", person_id, endpoint=request.endpoint or "")
    elif error.status in TOLD:
        refusals.tell("refused", person_id, status=error.status, endpoint=request.endpoint or "")


def _viewer() -> UUID | None:
    """Whose request it is; its rows cannot be asked any more, where the unit of work was rolled back."""
    return account.current_person_id()


def _integrity_error(error: IntegrityError) -> Response:
    """A rule of the database said no where the service had not: two people at the same moment, or a frozen row."""
    log.warning("refused_by_the_database", exc_info=error, endpoint=request.endpoint)
    return answer(409, _("This was done already, or changed at the same moment. Load the page again and look."))


def _csrf_error(_error: CSRFError) -> Response:
    refusals.tell("token_refused", _viewer(), endpoint=request.endpoint or "")
    decided = access.decision(current_app, request.endpoint)
    if decided is not None and decided.callers.roles is not None and not _for_a_program() and not _somebody():
        return _sign_in(SignInNeeded())
    told = _("This page was open for too long. Nothing was sent.")
    code = "Token"  # a script takes a fresh one and asks again
    return answer(400, told, template="errors/too_long.html", code=code, page_of_the_form=page_of_the_form())


def _somebody() -> bool:
    """Whether anybody is signed in; asked where the view has not been reached."""
    with begin_work(writing=False) as act:
        return act.person is not None


def _foreign_host(_error: SecurityError) -> Response:
    """Asked under a name that is not ours: nothing is drawn that holds an address, and no page of ours is shown."""
    refusals.tell("foreign_host", None)
    home = settings().base_url
    text = _("This site answers at its own address only: %(address)s", address=home)
    # Without what every page shows: links are built of an address, and this request has none of ours.
    template = current_app.jinja_env.get_template("errors/foreign_host.html")
    return template.render(heading=_("Not this address"), message=text, home=home, locale=language()), 400


def _http_error(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return error.get_response()
    if error.code in TOLD:
        refusals.tell("refused", _viewer(), status=error.code, endpoint=request.endpoint or "")
    if error.code == 404:
        return _not_there()
    if error.code == 405 and request.method in {"GET", "HEAD"} and not _for_a_program():
        return redirect(places.page_above())
    if error.code == 413:
        return _too_large()
    told = _("This cannot be done at this address.") if error.code == 405 else ""
    return answer(error.code or 500, told)


def _too_large() -> Response:
    """Says how much is taken, and leads back to the form: its answer was never taken apart, so no field can tell it."""
    multipart = request.mimetype == "multipart/form-data"
    most = request.max_content_length if multipart else request.max_form_memory_size
    told = _("This is too large.")
    if most:
        told += " " + _("Nothing was sent. At most this much is taken here: %(most)s kB", most=number(most // 1000))
    page = page_it_was_sent_from() or _way_back()
    return answer(413, told, template="errors/too_long.html", page_of_the_form=page)


def _not_there() -> Response:
    """A page that offers where to go: what is above in the okrug of the address, or okrugs with a name like it."""
    elsewhere = places.in_small_letters()
    if elsewhere is not None:
        return elsewhere
    if places.takes_forms_alone():
        return redirect(places.page_above())
    guessed = places.known().place is None
    likely = places.likely if guessed else places.above
    return answer(404, "", template="errors/not_found.html", likely=likely, guessed=guessed)


def _unexpected_error(error: Exception) -> Response:
    if is_busy(error):
        log.warning("database_busy", exc_info=error, endpoint=request.endpoint, method=request.method)
        return refused(Busy())
    log.error("request_failed", exc_info=error, endpoint=request.endpoint, method=request.method)
    return answer(500, _("Something broke here. It is recorded, and nothing that you typed was kept by halves."))


def _title(status: int) -> str:
    titles = {
        403: _("You may not do this"),
        404: _("There is no such page"),
        409: _("This cannot be done now"),
        429: _("Too many attempts"),
    }
    return str(titles.get(status, _("This did not work")))


def _for_a_program() -> bool:
    decided = access.decision(current_app, request.endpoint)
    by_code = decided is not None and decided.callers.by_code
    return by_code or request.is_json or request.accept_mimetypes.best == "application/json"


def waiting(response: Response, refusal: Refusal) -> Response:
    """The answer with the time to wait in its header, where the refusal says one."""
    if refusal.wait is None:
        return response
    made = current_app.make_response(response)
    made.headers["Retry-After"] = str(refusal.wait)
    return made


def answer(
    status: int,
    message: str,
    *,
    template: str = "errors/refusal.html",
    code: str = "",
    details: dict[str, Any] | None = None,
    reasons: Sequence[str] = (),
    **context: Any,
) -> Response:
    """A page drawn with a unit of work of its own: the one that failed was rolled back. Scripts get `details` too."""
    if _for_a_program():
        return jsonify(
            error={"code": code or str(status), "message": message or _title(status)}, **(details or {})
        ), status
    try:
        with begin_work(writing=False):
            return render_template(
                template, heading=_title(status), message=message, reasons=reasons, forbidden=status == 403, **context
            ), status
    except Exception:
        log.exception("error_page_failed")
        g.pop("act", None)
        return render_template("errors/plain.html", heading=_title(status), message=message), status
