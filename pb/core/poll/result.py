"""From the published result to the winners: what every verifier computes anew from election.json and the archive.

Of totals the votes are the counts. Of whole ballots those that break the poll's rule are set aside with their reason,
and the others are added up: marks, points, or for a ranking of at most k choices k points for the first, k-1 for the
second and so on (Borda).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pb.core.allocation.count import Rule, Terms, count
from pb.core.allocation.equal_shares import SharesTerms
from pb.core.allocation.greedy import Allocation, Candidate, Outcome, greedy
from pb.core.allocation.instance import Choices, Instance, Kind, Project
from pb.core.belenios.ballot_rule import Points, Ranking, Reason, not_counted
from pb.core.poll.terms import PollTerms

TIYN: Final = 100
"""In a tenge."""


@dataclass(frozen=True, slots=True)
class PollResult:
    """Votes (marks or points) by project in the order of the terms, and the winners.

    `blank` counts blank votes of totals that allow them, and empty whole ballots; None where nothing is known of them.
    `invalid` are whole ballots that are not counted, by place from 1; `valid` those that are.
    """

    votes: tuple[int, ...]
    allocation: Allocation
    blank: int | None = None
    invalid: tuple[tuple[int, Reason], ...] = ()
    valid: tuple[tuple[int, ...], ...] = ()


def count_result(terms: PollTerms, row: Sequence[Any], strange: Collection[int] = frozenset()) -> PollResult:
    """Count the result of the poll's question. `strange` are the ballots, by place from 0, that are no encoding.

    Raises ValueError for a result of another form than the terms ask for.
    """
    if terms.ballot is None:
        blank = row[0] if terms.blank else None
        votes = tuple(row[1:] if terms.blank else row)
        return PollResult(votes, terms.allocate(votes), blank)
    invalid = not_counted(terms.ballot, row, strange)
    valid = tuple(tuple(ballot) for place, ballot in enumerate(row, 1) if place not in invalid)
    scores = [_scores(terms, ballot) for ballot in valid]
    votes = tuple(sum(score[place] for score in scores) for place in range(len(terms.projects)))
    allocation = _shares(terms, valid) if isinstance(terms.rule, SharesTerms) else terms.allocate(votes)
    empty = sum(not any(ballot) for ballot in valid)
    return PollResult(votes, allocation, empty, tuple(invalid.items()), valid)


def _scores(terms: PollTerms, ballot: Sequence[int]) -> tuple[int, ...]:
    if isinstance(terms.ballot, Ranking):
        return tuple(terms.ballot.most + 1 - rank if rank else 0 for rank in ballot)
    return tuple(ballot)


def instance_of(terms: PollTerms, valid: Iterable[Sequence[int]]) -> Instance:
    """Valid whole ballots, empty ones too, as what the counting rules count: projects by their ids, money in tiyn."""
    kind = {Points: Kind.POINTS, Ranking: Kind.RANKING}.get(type(terms.ballot), Kind.APPROVAL)
    choices: list[Choices] = []
    for ballot in valid:
        scores = _scores(terms, ballot)
        places = tuple(place for place, points in enumerate(scores) if points)
        choices.append((places, None if kind is Kind.APPROVAL else tuple(scores[place] for place in places)))
    projects = [Project(project.id, project.cost, project.title, project.settlement) for project in terms.projects]
    return Instance.of(terms.envelope, projects, choices, kind, TIYN)


def counting_terms(terms: PollTerms) -> Terms:
    """The poll's own rule, as the counting rules take it."""
    seed = terms.tie_seed.sha256
    if isinstance(terms.rule, SharesTerms):
        return Terms(Rule.EQUAL_SHARES, shares=terms.rule, seed=seed)
    return Terms(Rule.GREEDY, terms.rule, seed=seed)


def _shares(terms: PollTerms, valid: Sequence[Sequence[int]]) -> Allocation:
    """The Method of Equal Shares: winners in their order, then the others by votes as `greedy` has them."""
    counted = count(instance_of(terms, valid), counting_terms(terms))
    by_votes = [Candidate(standing.id, standing.cost, standing.score) for standing in counted.standings]
    order = [outcome.id for outcome in greedy(terms.envelope, by_votes, terms.tie_seed.sha256).outcomes]
    losers = [name for name in order if name not in counted.winners]
    outcomes, left = [], terms.envelope
    for step, name in enumerate((*counted.winners, *losers), start=1):
        standing = counted.standing(name)
        outcomes.append(
            Outcome(
                standing.id,
                standing.cost,
                standing.score,
                standing.reason,
                step,
                left,
                standing.missing,
                standing.granted,
            )
        )
        left -= standing.granted
    return Allocation(tuple(outcomes), counted.ties, counted.spent, counted.left)
