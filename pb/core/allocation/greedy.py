"""The counting rule `greedy`: most votes first, skip what does not fit; and its variants.

Projects are taken in the order of their votes. One that costs no more than what is left of the envelope wins; one that
costs more is skipped, and the next is tried. Between equal votes the cheaper project goes first; between equal costs
the order of SHA-256(seed|project id), whose seed was drawn in public before the poll opened. A project without votes
never wins, unless the least number of votes is set to none. Money is a whole number of tiyn; nothing is rounded. Where
voters give points, votes are the sums of points.

`GreedyTerms` holds the variants: stop at the first that does not fit, a least number of votes, groups of which one
project can win, funding the first that does not fit in part or if a share of its cost is left, and envelopes of
settlements that are shared out first.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise


class Reason(StrEnum):
    """Why a project won or lost."""

    WON = "won"
    WON_IN_PART = "won in part"
    WON_BY_A_SHARE = "won by a share of its cost"
    NOT_ENOUGH_LEFT = "not enough left"
    NO_VOTES = "no votes"
    TOO_FEW_VOTES = "too few votes"
    EXCLUDED = "excluded"
    AFTER_THE_END = "after the end"
    # of the Method of Equal Shares
    WON_WITH_THE_REST = "won with the rest"
    FEW_FOR_ITS_COST = "too few supporters for its cost"
    SUPPORTERS_SPENT = "supporters have spent their money"


WINNING = frozenset({Reason.WON, Reason.WON_IN_PART, Reason.WON_BY_A_SHARE, Reason.WON_WITH_THE_REST})


class TieBreak(StrEnum):
    """What decided between two projects that are equal by the rule itself."""

    CHEAPER = "cheaper"
    MORE_VOTES = "more votes"
    SEED = "seed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project as the rule sees it. `cost` is in tiyn."""

    id: str
    cost: int
    votes: int
    settlement: str = ""


@dataclass(frozen=True, slots=True)
class GreedyTerms:
    """A variant of the rule.

    `stop_at_misfit`: the first project that does not fit ends the count. `least_votes`: fewer never win.
    `exclusive`: groups of project ids of which one can win. `in_part`: the first project that does not fit gets what
    is left and ends the count. `next_share`: it wins if at least this share of its cost is left, which it gets, and
    ends the count in any case; the rest of its cost comes from elsewhere (as Poznań has it, with 4/5). `envelopes`:
    tiyn of the envelope kept for a settlement's own projects, which are counted first; what they leave is shared out
    among all projects together.
    """

    stop_at_misfit: bool = False
    least_votes: int = 1
    exclusive: tuple[frozenset[str], ...] = ()
    in_part: bool = False
    envelopes: Mapping[str, int] = field(default_factory=dict)
    next_share: Fraction | None = None

    def __post_init__(self) -> None:
        if self.next_share is not None and (self.in_part or not 0 < self.next_share <= 1):
            raise ValueError("the share of a cost is above nought, at most the whole, and goes without a part")


PLAIN = GreedyTerms()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one project.

    `step` counts from 1 in the order in which projects were considered; `left` is what was left of the envelope
    before that step and `missing` what it lacked for the cost, both in tiyn. `granted` is what it gets; `rival` the
    winner that excludes it; `settlement` whose envelope was being shared out, empty for the common one.
    """

    id: str
    cost: int
    votes: int
    reason: Reason
    step: int
    left: int
    missing: int
    granted: int = 0
    rival: str = ""
    settlement: str = ""

    @property
    def won(self) -> bool:
        return self.reason in WINNING


@dataclass(frozen=True, slots=True)
class Tie:
    """Two projects with equal votes that stood next to each other, and why `first` went before `second`."""

    first: str
    second: str
    votes: int
    decided_by: TieBreak


@dataclass(frozen=True, slots=True)
class Allocation:
    """The result: outcomes in the order of consideration; `spent` and `left` of the envelope in tiyn."""

    outcomes: tuple[Outcome, ...]
    ties: tuple[Tie, ...]
    spent: int
    left: int

    @property
    def winners(self) -> tuple[Outcome, ...]:
        """The winners, in the order in which they won."""
        return tuple(outcome for outcome in self.outcomes if outcome.won)


def seed_order(seed: str, project_id: str) -> str:
    """The place of a project in the seed's order: SHA-256("seed|project id") in hexadecimal, ascending."""
    return hashlib.sha256(f"{seed}|{project_id}".encode()).hexdigest()


def greedy(envelope: int, candidates: Sequence[Candidate], seed: str, terms: GreedyTerms = PLAIN) -> Allocation:
    """Share out `envelope` tiyn. `seed` is the hexadecimal SHA-256 of the text drawn in public.

    Raises ValueError for a negative envelope or cost, an id that occurs twice, a group with an unknown
    project, and envelopes of settlements that are negative or exceed the whole.
    """
    if envelope < 0 or any(candidate.cost < 0 for candidate in candidates):
        raise ValueError("envelope and costs are not negative")
    ids = {candidate.id for candidate in candidates}
    if len(ids) != len(candidates):
        raise ValueError("a project occurs twice")
    if any(not group <= ids for group in terms.exclusive):
        raise ValueError("a group of exclusive projects names an unknown project")
    if any(part < 0 for part in terms.envelopes.values()) or sum(terms.envelopes.values()) > envelope:
        raise ValueError("the envelopes of settlements are not negative and fit into the whole")
    order = sorted(candidates, key=lambda project: (-project.votes, project.cost, seed_order(seed, project.id)))
    count = _Count(terms)
    for settlement, part in sorted(terms.envelopes.items()):
        # A settlement's envelope goes to whole projects: who does not fit is tried again with the common one.
        count.share_out(
            part, [candidate for candidate in order if candidate.settlement == settlement], settlement, common=False
        )
    left = count.share_out(envelope - count.spent, order, "", common=True)
    return Allocation(tuple(count.outcomes), _ties(order, terms.least_votes), envelope - left, left)


class _Count:
    """The count so far; `spent` by settlements' envelopes and the common one."""

    def __init__(self, terms: GreedyTerms) -> None:
        self.terms = terms
        self.outcomes: list[Outcome] = []
        self.winners: set[str] = set()
        self.spent = 0

    def share_out(self, left: int, order: Iterable[Candidate], settlement: str, *, common: bool) -> int:
        """Take the projects in order; with the common envelope losers are recorded too. Returns what is left."""
        ended = False
        for project in order:
            if project.id in self.winners:
                continue
            missing = max(0, project.cost - left)
            reason, rival = self._judge(project, left, ended=ended, common=common)
            if reason in {Reason.NOT_ENOUGH_LEFT, Reason.WON_IN_PART, Reason.WON_BY_A_SHARE}:
                stops = self.terms.stop_at_misfit or self.terms.next_share is not None
                ended = ended or stops or reason is Reason.WON_IN_PART
            won = reason in WINNING
            if not (won or common):
                continue
            granted = min(project.cost, left) if won else 0
            step = len(self.outcomes) + 1
            self.outcomes.append(
                Outcome(
                    project.id, project.cost, project.votes, reason, step, left, missing, granted, rival, settlement
                )
            )
            if won:
                self.winners.add(project.id)
                self.spent += granted
                left -= granted
        return left

    def _judge(self, project: Candidate, left: int, *, ended: bool, common: bool) -> tuple[Reason, str]:
        if project.votes < self.terms.least_votes:
            return (Reason.TOO_FEW_VOTES if project.votes else Reason.NO_VOTES), ""
        rivals = [group & self.winners for group in self.terms.exclusive if project.id in group]
        if any(rivals):
            return Reason.EXCLUDED, min(set().union(*rivals))
        if ended:
            return Reason.AFTER_THE_END, ""
        if project.cost <= left:
            return Reason.WON, ""
        return (self._in_part(project, left) if common and left else Reason.NOT_ENOUGH_LEFT), ""

    def _in_part(self, project: Candidate, left: int) -> Reason:
        """What becomes of a project that does not fit into what is left of the common envelope."""
        if self.terms.in_part:
            return Reason.WON_IN_PART
        share = self.terms.next_share
        return Reason.WON_BY_A_SHARE if share is not None and left >= share * project.cost else Reason.NOT_ENOUGH_LEFT


def _ties(order: Sequence[Candidate], least_votes: int) -> tuple[Tie, ...]:
    return tuple(
        Tie(a.id, b.id, a.votes, TieBreak.CHEAPER if a.cost < b.cost else TieBreak.SEED)
        for a, b in pairwise(order)
        if a.votes == b.votes >= least_votes
    )
