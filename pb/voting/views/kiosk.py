"""A shared device at the akimat: a clerk sets it up and is signed out by that; its code makes it a device again.

It shows the vote and nothing else: every other page leads to where the next person begins, and whoever leaves the
ballot is signed out by that.
"""

import hashlib
import hmac
import secrets
from uuid import UUID

from flask import redirect, request, session, url_for
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
from pb.web.limits import DEVICE_CODES, count
from pb.web.requests import Response, current_act, notify, page, settings

SHORTEST = 6
# What the ballot's own page asks for while somebody votes.
OF_THE_BALLOT = frozenset({"assets", "territory.emblem", "voting.challenge", "voting.admit", "voting.cast"})
# What is shown besides: an objection of somebody whose card was used by another, and the end of the mode.
BESIDE_IT = frozenset({"voting.objections", "voting.object_to", "voting.leave_kiosk", "voting.end_kiosk"})


@blueprint.before_app_request
def keep_to_the_vote() -> Response | None:
    """On a shared device whatever else is asked for leads to its start. Raises Conflict for what changes something."""
    device = session.get("kiosk")
    if not device or request.endpoint in OF_THE_BALLOT:
        return None
    session.pop("voter", None)  # who voted here has left the ballot, or somebody begins anew
    start = device.get("start", request.path)
    if request.endpoint in BESIDE_IT or request.path == start:
        return None
    if request.method not in {"GET", "HEAD"}:
        account.refuse_on_shared_device()
    return redirect(start)


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
    start = url_for("voting.vote", cycle_id=cycle_id)
    name = secrets.token_urlsafe(16)  # what its limits are counted by
    session["kiosk"] = {"code": _mark(code), "start": start, "name": name, "poll": poll.uuid}
    session.permanent = True  # closing the browser does not end it either
    return redirect(start)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/kiosk/end")
@access(EVERYBODY)
def leave_kiosk(cycle_id: UUID) -> Response:
    return _end_page(cycle_id, EndKioskForm(formdata=None))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/kiosk/end")
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
    """Whether it is the device's code. Raises FieldRefusal, TooMany.

    Tries are counted by device: those of whoever shares its address, and has none, leave it its own.
    """
    kept = session.get("kiosk")
    if kept:
        count(DEVICE_CODES, str(kept.get("name") or kept.get("code")))
    if kept and not hmac.compare_digest(str(kept.get("code")), _mark(normalise_symbols(typed))):
        raise FieldRefusal("code", _("This is not the code that was chosen for this device."))
    return True


def _mark(code: str) -> str:
    """What the cookie keeps of the code: its holder cannot try codes against it without the platform's key."""
    return hmac.new(settings().secret_key.encode(), f"asar-kiosk|{code}".encode(), hashlib.sha256).hexdigest()
