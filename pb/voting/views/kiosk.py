"""A shared device at the akimat: a clerk sets it up and is signed out by that; its code makes it a device again."""

import hashlib
import hmac
from uuid import UUID

from flask import redirect, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Role
from pb.core.belenios.credentials import normalise_symbols
from pb.errors import Conflict, FieldRefusal
from pb.polls.service import state
from pb.voting.forms import EndKioskForm, KioskForm
from pb.voting.views.blueprint import blueprint
from pb.web import account
from pb.web.access import EVERYBODY, access, allow
from pb.web.limits import DEVICE_CODES, limited
from pb.web.requests import Response, current_act, notify, page, settings

SHORTEST = 6


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/kiosk")
@access(allow(Role.CLERK))
def kiosk(cycle_id: UUID) -> Response:
    return _page(cycle_id, KioskForm(formdata=None))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/kiosk")
@access(allow(Role.CLERK), action=lazy_gettext("set a device up for voting by others"))
def begin_kiosk(cycle_id: UUID) -> Response:
    """The clerk's session ends with it: voters see neither the clerk's name nor the clerk's pages."""
    act = current_act()
    _cycle, poll = state.of_cycle(act, cycle_id)
    form = KioskForm()
    code = form.submit(lambda: _long_enough(form.code.data))
    if code is None:
        return _page(cycle_id, form), 422
    if not state.is_open(poll, act.at):
        raise Conflict(_("Voting is not open."))
    account.end(act)
    session.clear()
    session["kiosk"] = {"code": _mark(code)}
    session.permanent = True  # closing the browser does not end it either
    return redirect(url_for("voting.vote", cycle_id=cycle_id))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/kiosk/end")
@access(EVERYBODY)
def leave_kiosk(cycle_id: UUID) -> Response:
    return _end_page(cycle_id, EndKioskForm(formdata=None))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/kiosk/end")
@limited(DEVICE_CODES)
@access(EVERYBODY, action=lazy_gettext("end voting by others on a device, with its code"))
def end_kiosk(cycle_id: UUID) -> Response:
    form = EndKioskForm()
    if form.submit(lambda: _fits(form.code.data)) is None:
        return _end_page(cycle_id, form), 422
    for name in ("kiosk", "voter"):
        session.pop(name, None)
    session.permanent = False
    notify(_("This device is an ordinary one again."))
    return redirect(url_for("voting.show", cycle_id=cycle_id))


def _page(cycle_id: UUID, form: KioskForm) -> str:
    cycle, poll = state.of_cycle(current_act(), cycle_id)
    return page("voting/kiosk.html", cycle=cycle, poll=poll, form=form)


def _end_page(cycle_id: UUID, form: EndKioskForm) -> str:
    cycle, poll = state.of_cycle(current_act(), cycle_id)
    return page("voting/end_kiosk.html", cycle=cycle, poll=poll, form=form)


def _long_enough(typed: str) -> str:
    """The code as it counts: without regard to spaces, dashes, capitals. Raises FieldRefusal."""
    code = normalise_symbols(typed)
    if len(code) < SHORTEST:
        raise FieldRefusal("code", _("Use at least %(number)s letters and digits.", number=SHORTEST))
    return code


def _fits(typed: str) -> bool:
    """Whether it is the device's code. Raises FieldRefusal."""
    kept = session.get("kiosk")
    if kept and not hmac.compare_digest(str(kept.get("code")), _mark(normalise_symbols(typed))):
        raise FieldRefusal("code", _("This is not the code that was chosen for this device."))
    return True


def _mark(code: str) -> str:
    """What the cookie keeps of the code: its holder cannot try codes against it without the platform's key."""
    return hmac.new(settings().secret_key.encode(), f"asar-kiosk|{code}".encode(), hashlib.sha256).hexdigest()
