"""Opening a cycle, and asking in which phase it is. The moves between phases stand in `pb.cycles.phases`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.core.belenios.ballot_rule import MOST_POINTS
from pb.core.belenios.groups import GROUPS
from pb.cycles.models import ORDER, BallotKind, Cycle, Phase, PollSettings
from pb.cycles.service import envelopes
from pb.cycles.service.envelopes import HUNDRED_TENGE
from pb.errors import FieldRefusal, Forbidden, NotFound, OutOfPhase, refuse_all
from pb.formats import day
from pb.identity.service import holdings
from pb.identity.service.duties import Duty, duties_of
from pb.territory import service as territories
from pb.territory.service import addresses

MOST_CHOICES = 20
MOST_TRUSTEES = 20
MOST_PROPOSALS = 20  # of one resident
FURTHEST_YEAR = 10  # years ahead
MOST_VOTES = 1_000_000
TellOfCycle = Callable[[Act, Cycle], Iterable[Duty]]


@dataclass(frozen=True)
class Plan:
    """What the akim's office decides when it opens a cycle; money in tiyn, days are the last of each phase."""

    fiscal_year: int
    envelope: int
    project_limit: int
    proposals_per_resident: int
    proposals_until: date
    review_until: date
    gathering_until: date
    voting_until: date
    result_until: date
    budget_until: date
    poll: PollSettings


def open_cycle(act: Act, plan: Plan) -> Cycle:
    """Opens a cycle in the phase of ideas, with the okrug's settings of the day. Raises Forbidden, FieldRefusal."""
    if not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office opens a cycle."))
    refuse_all(faults(act, plan))
    poll = replace(plan.poll, settlement_envelopes=_kept_envelopes(act, plan))
    cycle = Cycle(
        territory_id=act.territory.id,
        attempt=1 + len(_of_year(act, plan.fiscal_year)),
        phase=Phase.PROPOSALS,
        quorum_percent=territories.setting(act, "quorum_percent"),
        notice_days=territories.setting(act, "notice_days"),
        chair_decides=bool(territories.setting(act, "chair_decides_ties")),
        majority_percent=territories.setting(act, "majority_percent"),
        answer_days=territories.setting(act, "answer_days"),
        minutes_days=territories.setting(act, "minutes_days"),
        minimum_ballots=territories.setting(act, "minimum_ballots"),
        objection_days=territories.setting(act, "objection_days"),
        unadopted_days=territories.setting(act, "unadopted_days"),
        iin_days=territories.setting(act, "iin_days"),
        opened_at=act.at,
        poll_settings=poll,
        **{name: value for name, value in vars(plan).items() if name != "poll"},
    )
    act.session.add(cycle)
    act.session.flush()
    data = {"fiscal_year": plan.fiscal_year, "attempt": cycle.attempt, "envelope": plan.envelope, **asdict(poll)}
    audit.record(act, "cycle.opened", subject=cycle.id, data=data)
    envelopes.begin(act, cycle)
    return cycle


def get(act: Act, cycle_id: UUID) -> Cycle:
    """A cycle of the act's okrug. Raises NotFound."""
    cycle = act.session.get(Cycle, cycle_id)
    if cycle is None or cycle.territory_id != act.territory.id:
        raise NotFound
    return cycle


def all_of(act: Act) -> Sequence[Cycle]:
    """The okrug's cycles, the latest year first."""
    query = select(Cycle).where(Cycle.territory_id == act.territory.id)
    return act.session.scalars(query.order_by(Cycle.fiscal_year.desc(), Cycle.attempt.desc())).all()


def going_on(act: Act) -> list[Cycle]:
    """The cycles that are not over, an open vote first, since it cannot wait; without any the latest that there was.

    Of those the latest whose works go on, and one that was ended early last.
    """
    every = all_of(act)
    works = [cycle for cycle in every if cycle.phase == Phase.WORKS]
    running = [cycle for cycle in every if not cycle.over] or works[:1] or list(every[:1])
    return sorted(running, key=lambda cycle: cycle.phase != Phase.VOTING)


def path(act: Act, cycle: Cycle) -> str:
    """The path of a cycle's page, as papers have it: `/krasnoyar/2027`."""
    return f"{addresses.path(act)}/{cycle.year}"


def _of_year(act: Act, fiscal_year: int) -> Sequence[Cycle]:
    query = select(Cycle).where(Cycle.territory_id == act.territory.id, Cycle.fiscal_year == fiscal_year)
    return act.session.scalars(query.order_by(Cycle.attempt)).all()


def first_free_year(act: Act) -> int:
    """The first year from the next on in which nothing was opened, or all was ended early: what the form proposes."""
    taken = {cycle.fiscal_year for cycle in all_of(act) if cycle.phase != Phase.ENDED}
    coming = local(act.at).year + 1
    return next(year for year in range(coming, coming + len(taken) + 1) if year not in taken)


def require(act: Act, cycle: Cycle, phase: Phase) -> None:
    """Raises OutOfPhase unless the cycle is in `phase`; ideas are also bound by their last day."""
    if cycle.phase != phase or (phase is Phase.PROPOSALS and not takes_ideas(act, cycle)):
        raise OutOfPhase(cycle)


def takes_ideas(act: Act, cycle: Cycle) -> bool:
    """Whether residents may propose now: in the phase of ideas, till its last day."""
    return cycle.phase == Phase.PROPOSALS and local(act.at).date() <= cycle.proposals_until


def days_left(until: date, today: date) -> int:
    """Days left of a phase whose last day is `until`: one on that day itself, none or less once it has passed."""
    return (until - today).days + 1


def move(act: Act, cycle: Cycle, phase: Phase) -> None:
    """Moves the cycle one phase on. The conditions are checked by the callers: `phases.advance`, and the poll's end."""
    if cycle.phase == Phase.ENDED or ORDER.index(phase) != ORDER.index(Phase(cycle.phase)) + 1:
        raise OutOfPhase(cycle)
    audit.record(act, "cycle.moved", subject=cycle.id, data={"from": cycle.phase, "to": phase})
    cycle.phase = phase
    act.session.flush()


def faults(act: Act, plan: Plan) -> Iterator[FieldRefusal]:
    """All that is wrong with a plan."""
    if plan.fiscal_year < local(act.at).year:
        yield FieldRefusal("fiscal_year", _("The year has passed."))
    elif plan.fiscal_year > local(act.at).year + FURTHEST_YEAR:
        yield FieldRefusal("fiscal_year", _("Choose a year within the next ten."))
    elif any(not cycle.over for cycle in _of_year(act, plan.fiscal_year)):
        yield FieldRefusal("fiscal_year", _("There is a cycle for this year already."))
    if plan.envelope <= 0 or plan.envelope % HUNDRED_TENGE:
        yield FieldRefusal("envelope", _("Give a sum in hundreds of tenge."))
    if not 0 < plan.project_limit <= plan.envelope:
        yield FieldRefusal("project_limit", _("One project may cost at most the whole envelope."))
    if not 1 <= plan.proposals_per_resident <= MOST_PROPOSALS:
        yield FieldRefusal("proposals_per_resident", _("Allow from 1 to 20 proposals."))
    if not 1 <= plan.poll.choices <= MOST_CHOICES:
        yield FieldRefusal("choices", _("Allow from 1 to 20 choices."))
    yield from _faults_of_rule(act, plan)
    yield from _faults_of_ballot(plan.poll)
    yield from _faults_of_limits(plan)
    yield from _faults_of_trustees(act, plan.poll)
    yield from _faults_of_days(act, plan)


def _kept_envelopes(act: Act, plan: Plan) -> Mapping[str, int]:
    """The parts of settlements by the names that rows keep, in whatever language they were written."""
    known = act.territory.known_settlements()
    return {known.kept(name) or name: part for name, part in plan.poll.settlement_envelopes.items()}


def _faults_of_rule(act: Act, plan: Plan) -> Iterator[FieldRefusal]:
    if not 1 <= plan.poll.least_votes <= MOST_VOTES:
        yield FieldRefusal("least_votes", _("Write a number from 1 to 1 000 000."))
    parts = plan.poll.settlement_envelopes
    kept = _kept_envelopes(act, plan)
    if not set(kept) <= set(act.territory.settlements):
        yield FieldRefusal("settlement_envelopes", _("Name only settlements of this place, one on a line."))
    elif len(kept) < len(parts):
        yield FieldRefusal("settlement_envelopes", _("Name each settlement once."))
    if any(part <= 0 or part % HUNDRED_TENGE for part in parts.values()):
        yield FieldRefusal("settlement_envelopes", _("Give a sum in hundreds of tenge."))
    if sum(parts.values()) > plan.envelope:
        yield FieldRefusal("settlement_envelopes", _("The settlements together get more than the whole envelope."))


def _faults_of_ballot(poll: PollSettings) -> Iterator[FieldRefusal]:
    """What a ballot is must fit the group that carries it and the rule that counts it."""
    whole = poll.ballot_kind != BallotKind.TOTALS
    if poll.group_name not in GROUPS:
        yield FieldRefusal("group_name", _("Choose a group."))
    elif whole and GROUPS[poll.group_name].embedding is None:
        yield FieldRefusal("group_name", _("Whole ballots need the group RFC-3526-2048 or Ed25519."))
    if whole and poll.blank:
        yield FieldRefusal("blank", _("Whole ballots need no blank choice: a ballot without a mark is blank."))
    if poll.equal_shares and poll.ballot_kind in {BallotKind.TOTALS, BallotKind.RANKING}:
        yield FieldRefusal("equal_shares", _("Equal shares need whole ballots with marks or points."))
    if poll.equal_shares and (poll.settlement_envelopes or poll.in_part or poll.stop_at_misfit or poll.least_votes > 1):
        yield FieldRefusal("equal_shares", _("Equal shares go with none of the other rules of counting."))


def _faults_of_limits(plan: Plan) -> Iterator[FieldRefusal]:
    """The limits of points and of cost, each for the kind of ballot that has them."""
    if plan.poll.ballot_kind != BallotKind.POINTS:
        for name in ("points_each", "points_total"):
            if getattr(plan.poll, name):
                yield FieldRefusal(name, _("Only a ballot with points has this limit. Leave it empty."))
    elif not 1 <= plan.poll.points_total <= MOST_POINTS * MOST_CHOICES:
        yield FieldRefusal("points_total", _("Write from 1 to 5100 points."))
    elif not 1 <= plan.poll.points_each <= min(MOST_POINTS, plan.poll.points_total):
        yield FieldRefusal("points_each", _("Write from 1 to 255 points, and no more than on the whole ballot."))
    if not plan.poll.cost_limit:
        return
    if plan.poll.ballot_kind != BallotKind.KNAPSACK:
        yield FieldRefusal("cost_limit", _("Only a ballot with a limit of cost has it. Leave it empty."))
    if plan.poll.cost_limit > plan.envelope:
        yield FieldRefusal("cost_limit", _("The projects on one ballot may cost at most the whole envelope."))
    if plan.poll.cost_limit < plan.project_limit:
        yield FieldRefusal("cost_limit", _("Allow at least the limit of one project: else some could not be chosen."))


def _faults_of_trustees(act: Act, poll: PollSettings) -> Iterator[FieldRefusal]:
    needed = poll.trustees_needed
    if needed < 0 or needed == 1 or needed > MOST_TRUSTEES:
        yield FieldRefusal("trustees_needed", _("Write 0 for all, or a number from 2 to 20."))
        return
    present = len(holdings.of_role(act, Role.TRUSTEE)) if needed else 0
    if needed > present:
        yield FieldRefusal(
            "trustees_needed",
            _("Trustees now: %(number)s. Write no more than that, or give the role to more people.", number=present),
        )


def _faults_of_days(act: Act, plan: Plan) -> Iterator[FieldRefusal]:
    today = local(act.at).date()
    if plan.proposals_until < today:
        yield FieldRefusal("proposals_until", _("This day has passed. The earliest day: %(day)s", day=day(today)))
    names = [f"{phase}_until" for phase in ORDER if phase is not Phase.WORKS]
    for earlier, later in pairwise(names):
        if getattr(plan, later) <= getattr(plan, earlier):
            earliest = min(getattr(plan, earlier), date.max - timedelta(days=1)) + timedelta(days=1)
            told = _("Each phase ends later than the one before. The earliest day: %(day)s", day=day(earliest))
            yield FieldRefusal(later, told)


def duties_in(*phases: Phase, of: Iterable[Role]) -> Callable[[TellOfCycle], TellOfCycle]:
    """Registers what tells of the work of these roles in a cycle that is in one of the phases; none: in any of them.

    In a cycle that was ended early nothing waits, but for what says so by naming that phase.
    """
    wanted = frozenset(phases or ORDER)

    def register(tell: TellOfCycle) -> TellOfCycle:
        @duties_of(*of)
        def of_each_cycle(act: Act) -> Iterator[Duty]:
            for cycle in all_of(act):
                if cycle.phase in wanted:
                    for duty in tell(act, cycle):
                        yield replace(duty, cycle_id=cycle.id, cycle=cycle.year)

        return tell

    return register
