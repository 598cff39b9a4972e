"""Asking to be reminded before the vote ends, beside the ballot and joined to nothing of it."""

from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.cycles import service as cycles
from pb.errors import Conflict, OutOfPhase
from pb.notices.models import Channel
from pb.notices.service import reminding
from pb.polls.service import state
from pb.voting.views.blueprint import blueprint
from pb.web.access import SIGNED_IN, access
from pb.web.requests import Response, current_act, notify


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/remind")
@access(SIGNED_IN, action=lazy_gettext("be reminded before the vote ends"))
def remind(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    poll = state.current(act, cycle)
    if poll is None or poll.closes_at is None or not state.is_open(poll, act.at):
        raise OutOfPhase(cycle)
    back = url_for("voting.show", cycle_id=cycle.id)
    if "leave" in request.form:
        reminding.take_back(act, cycle.id)
        notify(_("You will not be reminded."))
    elif not reminding.ways_of(act):
        notify(_("Give a mail address or a telephone first, so that you can be reminded."))
        return redirect(url_for("notices.show_address", channel=Channel.SMS.value, after=back))
    else:
        try:
            reminding.ask(act, cycle.id, poll.closes_at)
        except Conflict as refusal:  # too late: they had better vote now, and the ballot is on that page
            notify(str(refusal.message))
        else:
            notify(_("You will be reminded before the vote ends."))
    return redirect(back)
