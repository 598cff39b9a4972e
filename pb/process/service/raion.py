"""Where each okrug of a raion or city stands, in each cycle that matters: those that run, and the latest that ended.

It is read with the same few queries however many okrugs and cycles there are.

Of an open poll nothing is read but how many have voted, which its own page shows too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, load_only

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.budget.models import Decision
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.cycles.models import ORDER, Cycle, Phase
from pb.cycles.service import days_left
from pb.polls.models import Poll, State
from pb.polls.service import state
from pb.roll.models import Confirmation, Entry
from pb.territory.models import Population, Territory
from pb.territory.service import addresses
from pb.voting.models import CastBallot
from pb.winners.models import Winner
from pb.winners.service import adopting
from pb.winners.service.adopting import Adopted

HUNDRED_PERCENT_IN_TENTHS = 1000
SHOWN = (
    *(Cycle.territory_id, Cycle.fiscal_year, Cycle.attempt, Cycle.phase, Cycle.envelope),
    *(getattr(Cycle, f"{phase}_until") for phase in ORDER[:-1]),
)  # of the many columns of many cycles


class Turnout(NamedTuple):
    """Ballots in the box, and voters on the roll as the poll's terms have them."""

    cast: int
    entitled: int

    @property
    def tenths(self) -> int:
        """Tenths of a percent, cut and not rounded: nothing short of all is 100 %."""
        return self.cast * HUNDRED_PERCENT_IN_TENTHS // self.entitled if self.entitled else 0


class Decided(NamedTuple):
    """The published result: how many projects won, and the tiyn that they get."""

    winners: int
    granted: int


@dataclass(frozen=True)
class Lines:
    """The budget lines made of the winners: how many, and their sum in tiyn."""

    count: int
    total: int


@dataclass(frozen=True)
class Standing:
    """An okrug in a cycle. What has not come yet is None; `until` is the last day of the phase, `people` its residents.

    `seen` is where its poll stands at the moment, in the phase of the vote.
    """

    slug: str
    territory: Territory
    cycle: Cycle | None = None
    until: date | None = None
    roll: int | None = None
    turnout: Turnout | None = None
    decided: Decided | None = None
    lines: Lines | None = None
    adopted: Adopted = adopting.NOTHING
    people: Population | None = None
    seen: State | None = None

    def days_left(self, today: date) -> int | None:
        """Days left of the phase, as its own page counts them; none or less where the phase or its voting is over."""
        if self.until is None:
            return None
        left = days_left(self.until, today)
        return left if self.seen in {None, State.PREPARING, State.OPEN} else min(left, 0)

    @property
    def decisions(self) -> Sequence[Decision]:
        """Those of the maslikhat that gave all winners their money, the earliest first; none while one lacks it."""
        return self.adopted.decisions if self.adopted.whole else []

    @property
    def votes_now(self) -> bool:
        """Whether residents can vote at this moment."""
        return self.seen == State.OPEN

    def envelope_each(self) -> int | None:
        """Tiyn of the envelope for each resident; None where nobody recorded how many there are."""
        return self._each(self.cycle.envelope if self.cycle else None)

    def granted_each(self) -> int | None:
        """Tiyn of the winners for each resident; None before the result, too."""
        return self._each(self.decided.granted if self.decided else None)

    def _each(self, tiyn: int | None) -> int | None:
        return tiyn // self.people.people if tiyn is not None and self.people and self.people.people else None


class Compared(NamedTuple):
    """The okrugs by their code, each once for every cycle that matters, or once without any; a running vote first.

    `years` are those in which any of them had a cycle, the latest first; `year` the one shown, None where all are.
    """

    standings: list[Standing]
    years: list[int]
    year: int | None


def compare(act: Act, year: int | None = None) -> Compared:
    """The okrugs that take part in what the act's raion or city is; a year without any cycle counts as none asked."""
    below = [
        (place, territory)
        for place, territory in addresses.every(act.session, within=act.territory.id)
        if territory.kind in FOURTH_LEVEL
    ]
    by_territory = _cycles(act)
    years = sorted({cycle.fiscal_year for cycles in by_territory.values() for cycle in cycles}, reverse=True)
    asked = year if year in years else None
    chosen = {territory.id: _chosen(by_territory.get(territory.id, ()), asked) for _place, territory in below}
    figures = _Figures(act, [cycle for cycles in chosen.values() for cycle in cycles])
    standings = [
        figures.standing(place.slug, territory, cycle)
        for place, territory in below
        for cycle in chosen[territory.id] or (None,)
    ]
    return Compared(standings, years, asked)


def _cycles(act: Act) -> Mapping[UUID, Sequence[Cycle]]:
    """The cycles of every okrug below the act's territory, the latest first."""
    below = select(Territory.id).where(Territory.parent_id == act.territory.id)
    query = select(Cycle).where(Cycle.territory_id.in_(below)).options(load_only(*SHOWN))
    by_territory: dict[UUID, list[Cycle]] = {}
    for cycle in act.session.scalars(query.order_by(Cycle.fiscal_year.desc(), Cycle.attempt.desc())):
        by_territory.setdefault(cycle.territory_id, []).append(cycle)
    return by_territory


def _chosen(cycles: Sequence[Cycle], year: int | None) -> Sequence[Cycle]:
    """Of the year, or of all: those that run, a vote before the others, and the latest that was done.

    One that was ended early and is later than that is shown too, and takes no other's place; not where its year was
    begun again.
    """
    if year is not None:
        cycles = [cycle for cycle in cycles if cycle.fiscal_year == year]
    running = [cycle for cycle in cycles if not cycle.over]
    over = [cycle for cycle in cycles if cycle.over]
    done = [cycle for cycle in over if cycle.phase != Phase.ENDED]
    begun = {cycle.fiscal_year for cycle in running}
    broken_off = [cycle for cycle in over[:1] if cycle.phase == Phase.ENDED and cycle.fiscal_year not in begun]
    return [*sorted(running, key=lambda cycle: cycle.phase != Phase.VOTING), *broken_off, *done[:1]]


class _Figures:
    """What one query each tells of all chosen cycles."""

    def __init__(self, act: Act, cycles: Sequence[Cycle]) -> None:
        self.act = act
        ids = [cycle.id for cycle in cycles]
        self.polls = self._polls(ids)
        opened = [poll for poll in self.polls.values() if poll.opened]
        self.rolls = self._counted(Entry.cycle_id, ids, Entry.gone_on.is_(None))
        self.cast = self._counted(CastBallot.poll_id, [poll.id for poll in opened])
        confirmed = select(Confirmation.cycle_id, Confirmation.count).where(Confirmation.cycle_id.in_(ids))
        self.entitled = {row[0]: row[1] for row in act.session.execute(confirmed)}
        self.decided = self._decided([poll.cycle_id for poll in self.polls.values() if poll.state == State.COMPLETE])
        self.lines = self._lines(ids)
        self.adopted = adopting.of_cycles(act, cycles)
        self.people = self._people({cycle.territory_id for cycle in cycles})

    def standing(self, slug: str, territory: Territory, cycle: Cycle | None) -> Standing:
        if cycle is None:
            return Standing(slug, territory)
        poll = self.polls.get(cycle.id)
        turnout, until = None, cycle.until(Phase(cycle.phase))
        if poll is not None and poll.opened and poll.state != State.ANNULLED:
            turnout = Turnout(self.cast.get(poll.id, 0), self.entitled.get(cycle.id, 0))
            if cycle.phase == Phase.VOTING and poll.closes_at is not None:
                until = local(poll.closes_at).date()  # nobody can move it any more
        return Standing(
            slug,
            territory,
            cycle,
            until,
            self.rolls.get(cycle.id),
            turnout,
            self.decided.get(poll.uuid) if poll is not None and poll.state == State.COMPLETE else None,
            self.lines.get(cycle.id),
            self.adopted[cycle.id],
            self._people_of(cycle),
            state.seen_of(cycle, poll, self.act.at),
        )

    def _polls(self, cycle_ids: Collection[UUID]) -> Mapping[UUID, Any]:
        """The latest poll of each cycle, without its long texts."""
        opened = Poll.election_json.is_not(None).label("opened")
        query = select(Poll.id, Poll.cycle_id, Poll.uuid, Poll.state, Poll.closes_at, opened)
        rows = self.act.session.execute(query.where(Poll.cycle_id.in_(cycle_ids)).order_by(Poll.attempt))
        return {row.cycle_id: row for row in rows}

    def _counted(
        self, column: InstrumentedAttribute[UUID], ids: Collection[UUID], *conditions: ColumnElement[bool]
    ) -> Mapping[UUID, int]:
        query = select(column, func.count()).where(column.in_(ids), *conditions).group_by(column)
        return {row[0]: row[1] for row in self.act.session.execute(query)}

    def _decided(self, cycle_ids: Collection[UUID]) -> Mapping[str, Decided]:
        """By the identifier of the poll: what the log said when the result was published."""
        # The index begins with the territory: each okrug has a log of its own.
        below = select(Territory.id).where(Territory.parent_id == self.act.territory.id)
        query = select(AuditEvent.data).where(
            AuditEvent.territory_id.in_(below), AuditEvent.action == "poll.result", AuditEvent.subject_id.in_(cycle_ids)
        )
        published: Iterable[Mapping[str, Any]] = self.act.session.scalars(query)
        return {str(data["poll"]): Decided(data["winners"], data["granted"]) for data in published if "winners" in data}

    def _lines(self, cycle_ids: Collection[UUID]) -> Mapping[UUID, Lines]:
        query = select(Winner.cycle_id, func.count(), func.sum(Winner.granted)).where(Winner.cycle_id.in_(cycle_ids))
        rows = self.act.session.execute(query.group_by(Winner.cycle_id))
        return {row[0]: Lines(row[1], int(row[2])) for row in rows}

    def _people(self, territory_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Population]]:
        query = select(Population).where(Population.territory_id.in_(territory_ids))
        counts: dict[UUID, list[Population]] = {}
        for count in self.act.session.scalars(query.order_by(Population.year.desc(), Population.recorded_at.desc())):
            counts.setdefault(count.territory_id, []).append(count)
        return counts

    def _people_of(self, cycle: Cycle) -> Population | None:
        """The latest count at or before the year's beginning."""
        counts = self.people.get(cycle.territory_id, ())
        return next((count for count in counts if count.year <= cycle.fiscal_year), None)
