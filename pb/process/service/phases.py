"""The state machine of a cycle, in one place: what each phase waits for, and whom the next one concerns.

The vote's end is the one step that the office does not make: the poll itself moves the cycle on when its result stands.
"""

from collections.abc import Callable

from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.budget import service as budgets
from pb.budget.models import Move
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import ORDER, PHASE_LABELS, Cycle, Phase
from pb.errors import Conflict, Forbidden
from pb.formats import day
from pb.gatherings.service import adoption, cycle_meetings, meetings
from pb.identity.service import accounts, outbox
from pb.keyring import Keys
from pb.polls.service import state
from pb.proposals.models import State
from pb.proposals.service import outcomes, proposals
from pb.voting.service import objections, poll_rules, preparation
from pb.winners.service import adopting

LETTER_LANGUAGES = ("kk", "ru_KZ")

# Whose work a phase begins with: they get a letter.
CONCERNED: dict[Phase, tuple[Role, ...]] = {
    Phase.REVIEW: (Role.OFFICE,),
    Phase.GATHERING: (Role.CHAIR, Role.SECRETARY),
    Phase.VOTING: (Role.REGISTRAR, Role.CLERK, Role.TRUSTEE),
    Phase.BUDGET: (Role.OFFICE, Role.DEPUTY, Role.MASLIKHAT_SECRETARY),
    Phase.WORKS: (Role.OFFICE, Role.AKIM),
}


OF_THE_MASLIKHAT = frozenset({Role.DEPUTY, Role.MASLIKHAT_SECRETARY})
AT_THE_RAION = frozenset({Move.SENT, Move.CONSIDERED})
"""How a budget stands that waits for the raion's budget commission or for the maslikhat."""


def advance(act: Act, cycle: Cycle, keys: Keys) -> Phase:
    """Moves the cycle to its next phase and tells those whose turn it is; entering the vote prepares its poll.

    `keys` seal what the poll keeps secret. Raises Forbidden (not the office), Conflict with all that is missing.
    """
    if not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office moves a cycle on."))
    act.session.refresh(cycle, with_for_update=True)  # a double click would move it twice
    lacking = missing(act, cycle)
    if lacking:
        raise Conflict(*lacking)
    phase = ORDER[ORDER.index(Phase(cycle.phase)) + 1]
    cycles.move(act, cycle, phase)
    if phase in {Phase.GATHERING, Phase.VOTING}:
        proposals.refuse_overdue(act, cycle)
    if phase is Phase.VOTING:
        preparation.prepare(act, cycle, keys)
    announce(act, cycle)
    return phase


def missing(act: Act, cycle: Cycle) -> list[LazyString]:
    """What the office still waits for before it may move the cycle on; empty when it may."""
    return _WAITS[Phase(cycle.phase)](act, cycle)


def is_done(act: Act, cycle: Cycle) -> bool:
    """Whether nothing but days would be cut off: nobody waits for the last one. Ideas are taken till theirs."""
    return cycle.phase != Phase.PROPOSALS and not _CUT_OFF.get(Phase(cycle.phase), _nothing)(act, cycle)


def cut_off(act: Act, cycle: Cycle) -> list[LazyString]:
    """What ends with this phase if the cycle moves on today, for whoever moves it; empty where nothing does."""
    phase, found = Phase(cycle.phase), []
    until, today = cycle.until(phase), local(act.at).date()
    if until is not None and today <= until:
        days = cycles.days_left(until, today)
        found.append(_("Days left of this phase: %(days)s. Its last day: %(day)s", days=days, day=day(until)))
    return found + _CUT_OFF.get(phase, _nothing)(act, cycle)


def _nothing(act: Act, cycle: Cycle) -> list[LazyString]:  # noqa: ARG001 - one signature for all phases
    return []


def _drafts(act: Act, cycle: Cycle) -> list[LazyString]:
    drafts = proposals.count_drafts(act, cycle)
    return [_("Drafts that their authors can no longer submit: %(number)s", number=drafts)] if drafts else []


def _questions(act: Act, cycle: Cycle) -> list[LazyString]:
    """Questions whose term is over end with a refusal; the others stay open, and are told so that nobody wonders."""
    told = []
    if unreviewed := outcomes.left_lying(act, proposals.public(act, cycle, [State.SUBMITTED])):
        numbers = ", ".join(str(one.number) for one in unreviewed)
        told.append(
            _("Refused, because the office did not review their answers in time: № %(numbers)s", numbers=numbers)
        )
    returned = proposals.public(act, cycle, [State.RETURNED])
    over = [one for one in returned if outcomes.term_is_over(act, one)]
    if over:
        numbers = ", ".join(str(one.number) for one in over)
        told.append(
            _("Refused, because their authors did not answer in time: proposals № %(numbers)s", numbers=numbers)
        )
    if len(over) < len(returned):
        numbers = ", ".join(str(one.number) for one in returned if one not in over)
        told.append(
            _("Their authors may still answer, each until the question's own term: № %(numbers)s", numbers=numbers)
        )
    return told


def _undecided(act: Act, cycle: Cycle) -> list[LazyString]:
    decided = {proposal.id for proposal, _review in meetings.approved(act, cycle)}
    left = [one for one, _review in outcomes.accepted(act, cycle) if one.id not in decided]
    left = [one for one in left if not proposals.voted_on(act, one)]
    told = _questions(act, cycle)
    if left:
        numbers = ", ".join(str(one.number) for one in left)
        told.append(_("Accepted, but the assembly has not voted on them: proposals № %(numbers)s", numbers=numbers))
    return told


def _objections(act: Act, cycle: Cycle) -> list[LazyString]:
    poll = state.current(act, cycle)
    waiting = objections.count_unanswered(act, poll) if poll is not None else 0
    return [_("Objections without an answer: %(number)s", number=waiting)] if waiting else []


_CUT_OFF: dict[Phase, Callable[[Act, Cycle], list[LazyString]]] = {
    Phase.PROPOSALS: _drafts,
    Phase.REVIEW: _questions,
    Phase.GATHERING: _undecided,
    Phase.RESULT: _objections,
}


def announce(act: Act, cycle: Cycle) -> None:
    """A letter, in Kazakh and Russian, to those whose work the cycle's phase begins with."""
    subject, body = [], []
    for tongue in LETTER_LANGUAGES:
        with force_locale(tongue):
            phase = str(PHASE_LABELS[Phase(cycle.phase)])
            # Who works for several okrugs knows by the letter which it is.
            place = act.territory.name(tongue[:2])
            told = _("Cycle of %(year)s: %(phase)s", year=cycle.fiscal_year, phase=phase)
            subject.append(f"{place}. {told}")
            turn = _("A new phase of the cycle has begun, and it is your turn. Sign in to Asar.")
            body.append(f"{place}. {turn}")
    for role in concerned(act, cycle):
        outbox.notify(act, accounts.holders(act, role), " / ".join(subject), "\n\n".join(body))


def concerned(act: Act, cycle: Cycle) -> list[Role]:
    """Whose work the cycle's phase begins with; the maslikhat's only where the budget of the year waits for it."""
    roles = CONCERNED.get(Phase(cycle.phase), ())
    budget = budgets.find(act, cycle.fiscal_year) if cycle.phase == Phase.BUDGET else None
    at_the_raion = budget is not None and budgets.leading(budgets.versions(act, budget)).move in AT_THE_RAION
    return [role for role in roles if cycle.phase != Phase.BUDGET or role not in OF_THE_MASLIKHAT or at_the_raion]


def _proposals(act: Act, cycle: Cycle) -> list[LazyString]:
    standing = proposals.public(act, cycle, [State.SUBMITTED])  # of withdrawn ones alone no project can come
    return [] if standing else [_("No proposal waits for a review yet.")]


def _review(act: Act, cycle: Cycle) -> list[LazyString]:
    lacking = []
    if any(proposal.state == State.SUBMITTED for proposal in proposals.public(act, cycle)):
        lacking.append(_("Some proposals are not reviewed yet."))
    if not outcomes.accepted(act, cycle):
        lacking.append(_("No proposal is accepted yet."))
    return lacking


def _gathering(act: Act, cycle: Cycle) -> list[LazyString]:
    if numbers := cycle_meetings.unsettled(act, cycle):
        told = _("Their authors would be closed out. Not settled yet: proposals № %(numbers)s", numbers=numbers)
        return [told, *_choice(act, cycle)]
    return _choice(act, cycle)


def _choice(act: Act, cycle: Cycle) -> list[LazyString]:
    if approved := meetings.approved(act, cycle):
        most = poll_rules.most_projects(cycle)
        if most is None or len(approved) <= most:
            return []
        number = len(approved)
        return [
            _(
                "A ballot of this group holds at most %(most)s projects, and %(number)s are approved.",
                most=most,
                number=number,
            )
        ]
    return [_("The assembly must choose projects, the minutes must be confirmed, and the akim must agree.")]


def _voting(act: Act, cycle: Cycle) -> list[LazyString]:  # noqa: ARG001 - one signature for all phases
    return [_("The cycle moves on by itself when the result of the vote is published.")]


def _result(act: Act, cycle: Cycle) -> list[LazyString]:
    if lacking := adoption.missing(act, cycle):
        return lacking
    if meetings.adopted(act, cycle) is not None:
        return []
    return [_("The assembly must adopt the result, the minutes must be confirmed, and the akim must agree.")]


def _budget(act: Act, cycle: Cycle) -> list[LazyString]:
    if adopting.of_cycle(act, cycle).whole:
        return []
    told = [_("The maslikhat has not put a budget in force yet that holds the winners' lines.")]
    turn = adopting.turn(act, cycle)
    return [*told, _("Whose move it is: %(holder)s", holder=turn.holder)] if turn is not None else told


def _works(act: Act, cycle: Cycle) -> list[LazyString]:  # noqa: ARG001 - one signature for all phases
    return [_("This is the last phase.")]


def _ended(act: Act, cycle: Cycle) -> list[LazyString]:  # noqa: ARG001 - one signature for all phases
    return [_("This cycle was ended early. Nothing of it goes on.")]


_WAITS: dict[Phase, Callable[[Act, Cycle], list[LazyString]]] = {
    Phase.PROPOSALS: _proposals,
    Phase.REVIEW: _review,
    Phase.GATHERING: _gathering,
    Phase.VOTING: _voting,
    Phase.RESULT: _result,
    Phase.BUDGET: _budget,
    Phase.WORKS: _works,
    Phase.ENDED: _ended,
}
