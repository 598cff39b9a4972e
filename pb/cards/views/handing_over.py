"""A clerk hands cards over."""

from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Role
from pb.cards.service import cards, reissues
from pb.cards.views.blueprint import blueprint
from pb.polls.models import State
from pb.polls.service import state
from pb.roll.service import entries as roll
from pb.web.access import access, allow
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/cycles/<uuid:cycle_id>/poll/hand-over")
@access(allow(Role.CLERK))
def hand_over_list(cycle_id: UUID) -> str:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    wanted = request.args.get("name", "").strip()
    return page(
        "cards/hand_over.html",
        cycle=cycle,
        poll=poll,
        cards=[pair for pair in cards.cards_of(act, poll) if wanted.casefold() in pair[0].name.casefold()],
        replaced={
            reissue.entry_id: reissue for reissue in reissues.withdrawn(act, poll) if reissue.replaced_at is None
        },
        wanted=wanted,
        open=poll.state == State.PREPARING or state.is_open(poll, act.at),
    )


@blueprint.post("/cycles/<uuid:cycle_id>/poll/hand-over/<uuid:entry_id>")
@access(allow(Role.CLERK), action=lazy_gettext("mark a card as handed over"))
def hand_over(cycle_id: UUID, entry_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    roll.get(act, cycle, entry_id)
    cards.hand_over(act, cycle, poll, entry_id)
    notify(_("The card is marked as handed over."))
    return redirect(url_for("cards.hand_over_list", cycle_id=cycle.id, name=request.form.get("name") or None))
