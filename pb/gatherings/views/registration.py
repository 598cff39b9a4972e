"""The page at the door of a meeting of residents: who came is entered, and who left."""

from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.errors import Conflict
from pb.gatherings.forms.holding import RegistrationForm
from pb.gatherings.models import Gathering
from pb.gatherings.service import arrivals, coverage, meetings, presence
from pb.gatherings.views.blueprint import blueprint
from pb.gatherings.views.writing import held_page, next_step, to_write, writes
from pb.web import settlements
from pb.web.access import SIGNED_IN, access
from pb.web.requests import Response, current_act, notify


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/registrations")
@access(SIGNED_IN, action=lazy_gettext("register a resident at a meeting"))
def register(gathering_id: UUID) -> Response:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    form = _form(act, gathering)
    row = form.submit(
        lambda: writes(
            act, gathering, "name", lambda: arrivals.register(act, gathering, form.name.data, form.settlement.data)
        )
    )
    if row is None:
        return registration_page(act, gathering, form), 422
    notify(_("Registered: № %(number)s, %(name)s.", number=row.number, name=row.name))
    # The next one comes from the same settlement as a rule.
    return redirect(url_for("gatherings.attendance", gathering_id=gathering.id, settlement=row.settlement))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/registrations/<number:registration>")
@access(SIGNED_IN, action=lazy_gettext("mark that a registered resident left, or came back"))
def change_registration(gathering_id: UUID, registration: str) -> Response:
    act, gathering = to_write(gathering_id)
    try:
        if "mistake" in request.form:
            arrivals.unregister(act, gathering, int(registration))
            notify(_("The entry is taken back."))
            return redirect(url_for("gatherings.attendance", gathering_id=gathering.id))
        row = arrivals.leave(act, gathering, int(registration), left="left" in request.form)
    except Conflict as error:
        if "X-Press" in request.headers:
            raise
        return registration_page(act, gathering, refused=error.message), error.status
    told = _("Left: № %(number)s, %(name)s.") if row.left_at else _("Is here: № %(number)s, %(name)s.")
    notify(told % {"number": row.number, "name": row.name})
    return redirect(url_for("gatherings.attendance", gathering_id=gathering.id))


def registration_page(
    act: Act, gathering: Gathering, form: RegistrationForm | None = None, *, refused: str = ""
) -> str:
    """Who is registered, the latest first, with the form for the next one; `refused`: why a press was not taken."""
    return held_page(
        "gatherings/registration.html",
        act,
        gathering,
        address=url_for("gatherings.attendance", gathering_id=gathering.id),
        step=next_step(act, gathering),
        refused=refused,
        closed=arrivals.closed(act, gathering),
        too_late=arrivals.too_late(act, gathering),
        opening=gathering.agenda_adopted_at is None and not gathering.officers,
        away=presence.away(act, gathering),
        registrations=list(reversed(gathering.registrations)),
        form=form or _form(act, gathering),
    )


def _form(act: Act, gathering: Gathering) -> RegistrationForm:
    form = RegistrationForm()
    settlements.offer(form.settlement, act)
    before = request.args.get("settlement") or coverage.of_part(act, gathering)
    if request.method == "GET" and before in act.territory.settlements:
        form.settlement.data = before
    return form
