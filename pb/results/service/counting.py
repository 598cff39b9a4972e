"""The published result, counted from the archive alone."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from pb.act import Act
from pb.core.allocation.count import votes_missing
from pb.core.allocation.greedy import PLAIN, Allocation, GreedyTerms, Reason, greedy
from pb.core.belenios.ballot_rule import BallotRule
from pb.core.belenios.messages import EventType, Result
from pb.core.poll.bilingual import Bilingual, Said
from pb.core.poll.counting_rule import CountingRule
from pb.core.poll.fairness import Comparison, compare
from pb.core.poll.result import PollResult, count_result
from pb.core.poll.terms import PollTerms
from pb.cycles.models import Cycle
from pb.polls.models import State
from pb.polls.service import archive, state
from pb.trustees.service import decrypting
from pb.voting.service import ballot_box


class CountedProject(NamedTuple):
    """A project in the result; `missing` tiyn were lacking when its turn came, of the `left` that was there.

    `granted` tiyn it gets; `settlement_envelope` names the settlement from whose part it won; `rival` is the number of
    the winner that excludes it; with `votes_missing` more votes it would have won (0: with no number of votes).
    """

    id: UUID
    number: int
    title: str
    settlement: str
    votes: int
    cost: int
    won: bool
    reason: str
    step: int | None
    left: int
    missing: int
    granted: int
    settlement_envelope: str
    rival: int | None
    votes_missing: int

    def called(self, language: str) -> Said:
        """Its title for a reader of a language."""
        return Bilingual.parse(self.title).said(language)

    @property
    def in_part(self) -> bool:
        return self.won and self.granted < self.cost


class Counted(NamedTuple):
    """The published result: turnout, projects in the order in which the rule took them, the money.

    `plain_winners` are the numbers of the projects that the plain rule would have given. Where ballots were decrypted
    as a whole, `ballot` is their rule, `result` has the invalid ones, `ballots` holds all as they were decrypted, and
    `comparison` is how voters fare.
    """

    voted: int
    entitled: int
    projects: list[CountedProject]
    envelope: int
    spent: int
    left: int
    allocation: Allocation
    rule: CountingRule
    plain_winners: frozenset[int]
    result: PollResult
    ballot: BallotRule | None = None
    ballots: tuple[tuple[int, ...], ...] = ()
    comparison: Comparison | None = None


def in_language(act: Act, counted: Counted, language: str) -> Counted:
    """The result with its settlements called as in a language, for a page or a paper."""

    def named(kept: str) -> str:
        return act.territory.settlement(kept, language)

    projects = [
        project._replace(settlement=named(project.settlement), settlement_envelope=named(project.settlement_envelope))
        for project in counted.projects
    ]
    rule = counted.rule
    if isinstance(rule, GreedyTerms):
        rule = replace(rule, envelopes={named(kept): part for kept, part in rule.envelopes.items()})
    return counted._replace(projects=projects, rule=rule)


def outcome(act: Act, cycle: Cycle) -> Counted | None:
    """The result of the cycle's latest poll, from its archive alone; None before it is published."""
    poll = state.current(act, cycle)
    if poll is None or poll.state != State.COMPLETE:
        return None
    terms = state.terms_of(poll)
    raw = archive.payload(act.session, poll, EventType.RESULT)
    if terms is None or raw is None:
        return None
    row = Result.parse(raw).result[0]
    result = count_result(terms, row, decrypting.strange_ballots(act.session, poll))
    votes, allocation = result.votes, result.allocation
    numbers = {project.id: project.number for project in terms.projects}
    plain = greedy(terms.envelope, terms.candidates(votes), terms.tie_seed.sha256, PLAIN)
    return Counted(
        voted=ballot_box.count(act, poll),
        entitled=terms.roll.count,
        projects=_counted_projects(terms, votes, allocation),
        envelope=terms.envelope,
        spent=allocation.spent,
        left=allocation.left,
        allocation=allocation,
        rule=terms.rule,
        plain_winners=frozenset(numbers[winner.id] for winner in plain.winners),
        result=result,
        ballot=terms.ballot,
        ballots=tuple(tuple(ballot) for ballot in row) if terms.ballot else (),
        comparison=_compared(poll.election_json or "", result.valid) if terms.ballot else None,
    )


@lru_cache(maxsize=8)
def _compared(election_json: str, valid: tuple[tuple[int, ...], ...]) -> Comparison | None:
    """Computed once for a published result, which never changes."""
    terms = PollTerms.of(state.election_of(election_json))
    return compare(terms, valid) if terms is not None else None


def _counted_projects(terms: PollTerms, votes: Sequence[int], allocation: Allocation) -> list[CountedProject]:
    candidates, seed = terms.candidates(votes), terms.tie_seed.sha256
    by_id = {project.id: (place, project) for place, project in enumerate(terms.projects)}
    counted = []
    for outcome in allocation.outcomes:
        place, project = by_id[outcome.id]
        lacking = 0
        if isinstance(terms.rule, GreedyTerms) and not outcome.won:
            lacking = votes_missing(terms.envelope, candidates, seed, terms.rule, place, allocation)
        counted.append(
            CountedProject(
                id=UUID(outcome.id),
                number=project.number,
                title=project.title,
                settlement=project.settlement,
                votes=outcome.votes,
                cost=outcome.cost,
                won=outcome.won,
                reason=outcome.reason.value,
                step=outcome.step,
                left=outcome.left,
                missing=outcome.missing,
                granted=outcome.granted,
                settlement_envelope=outcome.settlement,
                rival=by_id[outcome.rival][1].number if outcome.reason is Reason.EXCLUDED else None,
                votes_missing=lacking,
            )
        )
    return counted
