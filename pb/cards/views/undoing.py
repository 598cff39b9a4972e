"""A mark of a hand-over that was a mistake: asked for by the clerk, confirmed by somebody of another body."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.cards.forms import ReasonForm
from pb.cards.service import handing_over, undoing
from pb.cards.views.blueprint import blueprint
from pb.cycles.models import Cycle
from pb.errors import Conflict, NotFound
from pb.polls.models import Poll
from pb.polls.service import state
from pb.roll.service import entries as roll
from pb.web.access import access, allow
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, keys, notify, page

DECIDING = (Role.CLERK, *undoing.SECOND_PERSONS)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/hand-over/<number:entry_id>/undo")
@access(allow(*DECIDING))
def look_over_undoing(cycle_id: UUID, entry_id: UUID) -> str:
    act = current_act()
    cycle, poll = _of(act, cycle_id, entry_id)
    if not act.holds(Role.CLERK):
        return _asked_page(act, cycle, poll, entry_id)
    return _page(act, cycle, poll, entry_id, ReasonForm(formdata=None))


def _of(act: Act, cycle_id: UUID, entry_id: UUID) -> tuple[Cycle, Poll]:
    """Raises NotFound: no such poll, or nobody of this number on its roll."""
    cycle, poll = state.of_cycle(act, cycle_id)
    roll.get(act, cycle, entry_id)
    return cycle, poll


def _asked_page(act: Act, cycle: Cycle, poll: Poll, entry_id: UUID) -> str:
    """What waits, for who decides on it: they read no hand-over list, and see its number and the clerk's reason alone.

    Raises NotFound where nothing waits: nobody learns anything of other cards by counting through their numbers.
    """
    waiting = undoing.waiting(act, poll, entry_id)
    if waiting is None:
        raise NotFound
    hinders = undoing.unconfirmable(act, poll, waiting)
    line = handing_over.line_of(act, poll, entry_id)
    return page("cards/undo_asked.html", cycle=cycle, poll=poll, line=line, waiting=waiting, hinders=hinders)


def _page(act: Act, cycle: Cycle, poll: Poll, entry_id: UUID, form: ReasonForm) -> str:
    """The clerk's page, who reads the hand-over list."""
    hinders, line = None, handing_over.line_of(act, poll, entry_id)
    try:
        undoing.undoable(act, poll, entry_id)
    except Conflict as refusal:
        hinders = refusal.message
    return page(
        "cards/undo.html",
        cycle=cycle,
        poll=poll,
        form=form,
        line=line,
        born=handing_over.birth_years(act, poll, [line], keys()).get(entry_id),
        hinders=hinders,
        waiting=undoing.waiting(act, poll, entry_id),
    )


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/hand-over/<number:entry_id>/undo")
@access(allow(Role.CLERK), action=lazy_gettext("ask that a mistaken mark of a hand-over is undone"))
def propose_undoing(cycle_id: UUID, entry_id: UUID) -> Response:
    act = current_act()
    cycle, poll = _of(act, cycle_id, entry_id)
    form = ReasonForm()
    if form.submit(lambda: undoing.propose(act, cycle, poll, entry_id, form.reason.data or "")) is None:
        return _page(act, cycle, poll, entry_id, form), 422
    notify(_("Asked. The chair or the secretary of the assembly confirms; until then the mark stands."))
    return redirect(url_for("cards.look_over_undoing", cycle_id=cycle.id, entry_id=entry_id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/hand-over/<number:entry_id>/undo/confirm")
@access(allow(*undoing.SECOND_PERSONS), action=lazy_gettext("confirm that a mistaken mark of a hand-over is undone"))
@fresh_proof("cards.look_over_undoing")
def confirm_undoing(cycle_id: UUID, entry_id: UUID) -> Response:
    act = current_act()
    cycle, poll = _of(act, cycle_id, entry_id)
    undoing.confirm(act, cycle, poll, entry_id)
    notify(_("Your answer is recorded. The desk sees whether the card waits there again."))
    return redirect(url_for("voting.show", cycle_id=cycle.id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/hand-over/<number:entry_id>/undo/decline")
@access(allow(*DECIDING), action=lazy_gettext("decline that a mark of a hand-over is undone, or take it back"))
def decline_undoing(cycle_id: UUID, entry_id: UUID) -> Response:
    act = current_act()
    cycle, poll = _of(act, cycle_id, entry_id)
    undoing.decline(act, cycle, poll, entry_id)
    notify(_("The mark of the hand-over stays."))
    if not act.holds(Role.CLERK):
        return redirect(url_for("voting.show", cycle_id=cycle.id))
    return redirect(url_for("cards.look_over_undoing", cycle_id=cycle.id, entry_id=entry_id))
