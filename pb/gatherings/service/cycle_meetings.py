"""The meetings that a cycle needs: on its projects, and on the result of its vote. Ordinary ones, but for the agenda.

Whether the chair can convene one now, and what it still waits for, is asked before anybody fills a form in.
"""

from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.errors import Conflict, Forbidden, refuse_all
from pb.gatherings.models import Gathering, Kind, Matter, Outcome, Question
from pb.gatherings.service import adoption, convening, meeting_day, meetings, members
from pb.gatherings.service.meetings import PHASES
from pb.gatherings.service.plan import Called
from pb.proposals.models import Proposal, Review
from pb.proposals.service import outcomes, proposals


def convene(
    act: Act,
    cycle: Cycle,
    matter: Matter,
    *,
    meets_at: datetime,
    place: str,
    late: bool = False,
    previous: Gathering | None = None,
) -> Gathering:
    """Convenes a cycle's meeting; its agenda is made of the accepted projects, or of the result of the vote.

    `late`: knowingly after the phase's last day. Raises OutOfPhase, Forbidden (not the chair), FieldRefusal (a day that
    is too early or too late, no place), Conflict (nothing to decide, no members, a meeting on this matter is still open
    or already decided, what the adoption waits for, or a proposal whose author may still answer or that waits for its
    review).
    """
    cycles.require(act, cycle, PHASES[matter])
    if not act.holds(Role.CHAIR):
        raise Forbidden(_("Only the chair convenes the assembly."))
    act.session.refresh(cycle, with_for_update=True)  # a double click would convene twice
    refuse_another(act, cycle, matter, previous)
    if matter is Matter.ADOPTION:
        adoption.refuse_early(act, cycle)
    else:
        refuse_unsettled(act, cycle)
    meeting_day.refuse_without_members(act, cycle)
    refuse_all(meeting_day.faults(act, cycle, meets_at, place, late=late))
    agenda = _agenda(act, cycle, matter)
    if not agenda:
        raise Conflict(_("No project was accepted: there is nothing to decide."))
    called = Called(
        Kind.ASSEMBLY, meets_at, place, convening.rules_of(act, cycle), cycle_id=cycle.id, previous=previous
    )
    return convening.put_down(act, called, agenda)


def _agenda(act: Act, cycle: Cycle, matter: Matter) -> list[Question]:
    if matter is Matter.ADOPTION:
        return [Question(matter=matter)]
    return [Question(matter=matter, proposal_id=proposal.id) for proposal, _review in to_bring(act, cycle)]


def to_bring(act: Act, cycle: Cycle) -> list[tuple[Proposal, Review]]:
    """The accepted projects of the next agenda: all, or what is left of a meeting that too many left.

    What that one decided holds once the akim agreed. A meeting that approved nothing has all its projects once more.
    """
    before = meetings.settled(act, cycle)
    done = before if Outcome.APPROVED in before.values() else {}
    return [(proposal, review) for proposal, review in outcomes.accepted(act, cycle) if proposal.id not in done]


def unsettled(act: Act, cycle: Cycle) -> str:
    """The numbers of the proposals that an agenda of projects would close out today."""
    return ", ".join(str(proposal.number) for proposal in proposals.unsettled(act, cycle))


def refuse_unsettled(act: Act, cycle: Cycle) -> None:
    """Raises Conflict while an author may still answer, or an answered proposal waits for its review."""
    if numbers := unsettled(act, cycle):
        raise Conflict(waiting_for(numbers))


def waiting_for(numbers: str) -> LazyString:
    """That a meeting on the projects waits for the proposals with these numbers."""
    return _("A meeting on the projects waits: these proposals are not settled yet: № %(numbers)s", numbers=numbers)


def refuse_another(act: Act, cycle: Cycle, matter: Matter, previous: Gathering | None) -> None:
    """Raises Conflict where a meeting on this matter is open or decided; `previous` may be held again."""
    before = meetings.last(act, cycle, matter)
    if before is not None and before is not previous:
        raise Conflict(_("A meeting on this matter was already convened."))
    if before is not None and not meetings.may_be_held_again(act, before):
        told = _(
            "A meeting is held again when it had no quorum, was called off, approved nothing, or the akim disagreed."
        )
        raise Conflict(told)


def matter_of(cycle: Cycle) -> Matter | None:
    """The matter that the cycle's phase brings before the assembly."""
    return next((matter for matter, phase in PHASES.items() if phase == cycle.phase), None)


def not_yet(act: Act, cycle: Cycle) -> list[LazyString]:
    """Why the chair cannot convene the phase's meeting yet; empty where they can, or where one was convened."""
    matter = matter_of(cycle)
    if matter is None or meetings.last(act, cycle, matter) is not None:
        return []
    return _hindered(act, cycle, matter)


def possible(act: Act, cycle: Cycle) -> bool:
    """Whether the actor can convene the phase's meeting now, for the first time or after one that led nowhere."""
    matter = matter_of(cycle)
    if matter is None or not act.holds(Role.CHAIR) or _hindered(act, cycle, matter) or not members.current(act):
        return False
    before = meetings.last(act, cycle, matter)
    if before is not None and not meetings.may_be_held_again(act, before):
        return False
    return matter is Matter.ADOPTION or bool(to_bring(act, cycle))


def _hindered(act: Act, cycle: Cycle, matter: Matter) -> list[LazyString]:
    if matter is Matter.ADOPTION:
        return adoption.missing(act, cycle)
    numbers = unsettled(act, cycle)
    return [waiting_for(numbers)] if numbers else []
