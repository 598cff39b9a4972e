"""A cycle that is ended early, as it cannot go on or is not to: by the akim's office, from the gathering on by two.

Where a poll is being prepared, proposing the end proposes its annulment, and confirming the one confirms the other. A
poll that is open or not counted yet is annulled by itself first: nobody ends a vote by ending its cycle.
"""

from collections.abc import Callable

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Ending, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Gathering
from pb.gatherings.service import meetings
from pb.gatherings.service.line import LED_NOWHERE
from pb.gatherings.service.standing import OVER, standing
from pb.identity.service import holdings
from pb.polls.models import State
from pb.polls.service import state
from pb.proposals.models import State as ProposalState
from pb.proposals.service import outcomes, proposals
from pb.results.service import counting
from pb.roll.service import entries
from pb.voting.service import closing, objections
from pb.winners import service as winners
from pb.winners.service import adopting

BY_THE_OFFICE_ALONE = frozenset({Phase.PROPOSALS, Phase.REVIEW})
BEFORE_THE_VOTE = BY_THE_OFFICE_ALONE | {Phase.GATHERING}
LONGEST_REASON = 1000


def needs_two(cycle: Cycle) -> bool:
    """Whether the chair of the assembly confirms that the cycle ends: from the gathering on, which they lead."""
    return cycle.phase not in BY_THE_OFFICE_ALONE


def hinders(act: Act, cycle: Cycle) -> list[LazyString]:
    """Why the cycle cannot be ended early now; empty where it can."""
    if cycle.over:
        return [_("This cycle is over.")]
    poll = state.current(act, cycle)
    if poll is not None and poll.state in {State.OPEN, State.CLOSED, State.DECRYPTING}:
        told = _(
            "A vote of this cycle is under way. Only the chair of the assembly and the akim's office together can "
            "annul it, and not by ending the cycle."
        )
        return [told]
    if cycle.phase == Phase.BUDGET and adopting.of_cycle(act, cycle).whole:
        return [_("The maslikhat has decided on the budget: the cycle moves on to its last phase.")]
    return []


def end(act: Act, cycle: Cycle, reason: str) -> bool:
    """The office ends the cycle before the gathering, and proposes it from then on. True where it is ended.

    The reason is published. Raises Forbidden (another role, or one that is too new), Conflict (a vote is under way,
    the cycle is over, an end is proposed already, an annulment waits), FieldRefusal (no reason, or too long a one).
    """
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office ends a cycle early."))
    role = holdings.require_cooled(act, Role.OFFICE)
    _refuse_hindered(act, cycle)
    if proposed(act, cycle) is not None:
        raise Conflict(_("That this cycle ends is proposed already: the chair of the assembly decides."))
    reason = reason.strip()
    if not reason:
        raise FieldRefusal("reason", _("Write the reason. It is published."))
    if len(reason) > LONGEST_REASON:
        raise FieldRefusal("reason", _("Use at most 1000 characters."))
    poll, two = state.current(act, cycle), needs_two(cycle)
    if poll is not None and poll.state == State.PREPARING:
        if poll.annul_first_id is not None:
            raise Conflict(_("A proposal to annul the vote waits. Decide on it first."))
        closing.annul(act, cycle, poll, reason)
    # The event first: triggers take no ending of which the log's last event does not tell.
    data = {"phase": cycle.phase, "reason": reason, "as": role}
    event = audit.record(act, "cycle.ending_proposed" if two else "cycle.ended", subject=cycle.id, data=data)
    first = {"first_id": act.person.id, "first_at": act.at, "first_event": event.hash}
    act.session.add(Ending(cycle_id=cycle.id, phase=cycle.phase, reason=reason, **first))
    act.session.flush()
    if not two:
        _leave(act, cycle)
    return not two


def confirm(act: Act, cycle: Cycle) -> None:
    """The chair of the assembly confirms that the cycle ends; a poll in preparation is annulled with it.

    Raises Forbidden (another role, or one that is too new), Conflict (nothing waits, the same body, a vote under way).
    """
    role = _require_chair(act)
    _refuse_hindered(act, cycle)
    ending = proposed(act, cycle)
    if ending is None or act.person is None:
        raise Conflict(_("No proposal to end this cycle waits."))
    _require_second(act, cycle, ending)
    poll = state.current(act, cycle)
    if poll is not None and poll.state == State.PREPARING:
        closing.annul(act, cycle, poll, "")
    data = {"phase": cycle.phase, "reason": ending.reason, "as": role}
    event = audit.record(act, "cycle.ended", subject=cycle.id, data=data)
    ending.second_id, ending.second_at, ending.second_event = act.person.id, act.at, event.hash
    act.session.flush()
    _leave(act, cycle)


def unconfirmable(act: Act, cycle: Cycle) -> LazyString | str | None:
    """Why the proposal that waits can be declined or taken back alone; None where the chair can confirm it."""
    if (ending := proposed(act, cycle)) is None:
        return None
    try:
        _require_second(act, cycle, ending)
    except (Conflict, Forbidden) as refusal:
        return refusal.message
    return None


def _require_second(act: Act, cycle: Cycle, ending: Ending) -> None:
    """What was proposed stands, and the actor is of another body than who did. Raises Conflict, Forbidden."""
    if ending.phase != cycle.phase:
        raise Conflict(_("This was proposed in an earlier phase of the cycle. Decline it; it may be proposed anew."))
    holdings.require_first_holds(act, ending.first_id, Role.OFFICE, since=ending.first_at)
    own = act.person is None or act.person.id == ending.first_id
    if own or holdings.of_one_body(act, ending.first_id, Role.OFFICE):
        raise Conflict(_("The other body must confirm: the chair of the assembly and the akim's office, one each."))
    poll = state.current(act, cycle)
    if poll is None or poll.state != State.PREPARING:
        return
    if poll.annul_first_id is None:
        told = _("Annulling the vote was declined. The akim's office takes its proposal back and makes it anew.")
        raise Conflict(told)
    if told := closing.hinders(act, poll):
        raise Conflict(told)


def decline(act: Act, cycle: Cycle) -> bool:
    """The chair declines that the cycle ends, or the office takes its proposal back: the cycle goes on.

    The proposal to annul a poll in preparation, which was made with it, goes with it. True where it was taken back.
    Raises Forbidden, Conflict (nothing waits; a colleague of the office takes back no annulment that still stands).
    """
    if act.person is None or not act.holds(Role.CHAIR, Role.OFFICE):
        raise Forbidden(_("Only the chair of the assembly and the akim's office decide on this."))
    role = holdings.require_cooled(act, Role.CHAIR, Role.OFFICE)
    act.session.refresh(cycle, with_for_update=True)
    ending = proposed(act, cycle)
    if ending is None:
        raise Conflict(_("No proposal to end this cycle waits."))
    poll, taken_back = state.current(act, cycle), role is Role.OFFICE
    if poll is not None and poll.state == State.PREPARING and poll.annul_first_id is not None:
        closing.decline_annulment(act, cycle, poll)
    data = {"as": role, "taken_back": taken_back}
    audit.record(act, "cycle.ending_declined", subject=cycle.id, data=data)
    act.session.delete(ending)
    act.session.flush()
    act.session.expire(cycle, ["ending"])
    return taken_back


def proposed(act: Act, cycle: Cycle) -> Ending | None:
    """The proposal to end this cycle that waits for the chair."""
    return act.session.get(Ending, cycle.id) if needs_two(cycle) and not cycle.over else None


def ends_with_it(act: Act, cycle: Cycle) -> list[LazyString]:
    """What ends if the cycle is ended now, for whoever ends it."""
    found = []
    if cycle.phase == Phase.PROPOSALS and (drafts := proposals.count_drafts(act, cycle)):
        found.append(_("Drafts that their authors can no longer submit: %(number)s", number=drafts))
    standing = proposals.public(act, cycle, proposals.STANDING)
    if cycle.phase in BEFORE_THE_VOTE and standing:
        numbers = ", ".join(str(one.number) for one in standing)
        found.append(_("Proposals that nobody reviews or votes on any more: № %(numbers)s", numbers=numbers))
    if asked := [one for one in standing if proposals.answerable(act, cycle, one)]:
        numbers = ", ".join(str(one.number) for one in asked)
        found.append(_("Questions that their authors can no longer answer: № %(numbers)s", numbers=numbers))
    open_still = [one for one in meetings.of_cycle(act, cycle) if _is_open(act, one)]
    if open_still:
        numbers = ", ".join(str(one.number) for one in open_still)
        found.append(_("Meetings of the assembly that are not finished: № %(numbers)s", numbers=numbers))
    return found + _of_the_vote(act, cycle)


def _is_open(act: Act, meeting: Gathering) -> bool:
    """Whether the meeting waits to be held, or its minutes for somebody."""
    if not meetings.in_its_phase(act, meeting) or meeting.state in LED_NOWHERE:
        return False
    minutes = meetings.minutes_of(act, meeting)
    return minutes is None or standing(act, minutes).way not in OVER


def _of_the_vote(act: Act, cycle: Cycle) -> list[LazyString]:
    poll = state.current(act, cycle)
    if poll is None:
        return []
    found = []
    if poll.state == State.PREPARING:
        found.append(_("The vote that is being prepared: it is annulled, and its cards and keys are of no use"))
    if poll.state == State.COMPLETE:
        found.append(_("The result of the vote: it stays published, but nothing of it is carried out"))
    if waiting := objections.count_unanswered(act, poll):
        told = _("Objections without an answer: %(number)s. The akim's office still answers them", number=waiting)
        found.append(told)
    return found


def impossible(act: Act, cycle: Cycle) -> LazyString | None:
    """Why the cycle can never move on from its phase, whatever anybody does; None while it may."""
    why = _IMPOSSIBLE.get(Phase(cycle.phase))
    return why(act, cycle) if why else None


def _without_ideas(act: Act, cycle: Cycle) -> LazyString | None:
    if cycles.takes_ideas(act, cycle) or proposals.public(act, cycle, [ProposalState.SUBMITTED]):
        return None
    return _("The last day for ideas has passed, and no proposal is left.")


def _without_projects(act: Act, cycle: Cycle) -> LazyString | None:
    """In the review and in the gathering; a question that can be answered may still become a project."""
    if outcomes.accepted(act, cycle):
        return None
    if cycle.phase == Phase.REVIEW and proposals.public(act, cycle, proposals.STANDING):
        return None
    if proposals.unsettled(act, cycle):
        return None
    return _("No accepted project is left, and no proposal that could still be accepted.")


def _without_numbers(act: Act, cycle: Cycle) -> LazyString | None:
    poll = state.current(act, cycle)
    if poll is None or poll.state not in state.ENDED_WITHOUT_RESULT or not entries.are_erased(act, cycle):
        return None
    return _("The vote ended without a result, and cannot be held again: the IINs of its roll are erased.")


def _without_winners(act: Act, cycle: Cycle) -> LazyString | None:
    outcome = counting.outcome(act, cycle) if not winners.of_cycle(act, cycle) else None
    if outcome is None or any(project.won for project in outcome.projects):
        return None
    return _("No project won: there is nothing to put into the budget.")


_IMPOSSIBLE: dict[Phase, Callable[[Act, Cycle], LazyString | None]] = {
    Phase.PROPOSALS: _without_ideas,
    Phase.REVIEW: _without_projects,
    Phase.GATHERING: _without_projects,
    Phase.VOTING: _without_numbers,
    Phase.BUDGET: _without_winners,
}


def _require_chair(act: Act) -> Role:
    if not act.holds(Role.CHAIR):
        raise Forbidden(_("The chair of the assembly confirms that a cycle ends."))
    return holdings.require_cooled(act, Role.CHAIR)


def _refuse_hindered(act: Act, cycle: Cycle) -> None:
    """Locks the cycle, and its poll, so that none is opened meanwhile. Raises Conflict."""
    act.session.refresh(cycle, with_for_update=True)
    if (poll := state.current(act, cycle)) is not None:
        act.session.refresh(poll, with_for_update=True)
    if told := hinders(act, cycle):
        raise Conflict(*told)


def _leave(act: Act, cycle: Cycle) -> None:
    cycle.phase = Phase.ENDED
    act.session.flush()
    proposals.end_drafts_of_reviews(act, cycle)
    act.session.expire(cycle, ["ending"])
