"""Meetings that stand one in the place of another: what became of the first is told by those that came after it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.gatherings.models import Answer, Gathering, Minutes, State

LED_NOWHERE: Final = frozenset({State.INQUORATE, State.CALLED_OFF})
"""Nothing was discussed at these: what was to be discussed still is."""


@dataclass(frozen=True, slots=True)
class Again:
    """What became of meetings held again: whose matter was `discussed`, and when it is `to_be` discussed."""

    discussed: frozenset[UUID]
    to_be: dict[UUID, datetime]


def last(act: Act, gathering: Gathering) -> Gathering:
    """The latest meeting that was convened in the place of this one, or this one."""
    query = select(Gathering).where(Gathering.territory_id == gathering.territory_id)
    while (later := act.session.scalars(query.where(Gathering.previous_id == gathering.id)).first()) is not None:
        gathering = later
    return gathering


def again(act: Act, some: Sequence[Gathering]) -> Again:
    """What became of these meetings of one territory: one that is called off, or has no quorum, discusses nothing."""
    if not some:
        return Again(frozenset(), {})
    places = {one.territory_id for one in some}
    here = select(Gathering.id, Gathering.previous_id, Gathering.state, Gathering.meets_at)
    query = here.where(Gathering.territory_id.in_(places), Gathering.previous_id.is_not(None))
    after = {row.previous_id: row for row in act.session.execute(query)}
    discussed, to_be = set(), {}
    for one in some:
        row = after.get(one.id)
        while row is not None:
            if row.state == State.CONFIRMED:
                discussed.add(one.id)
            elif row.state not in LED_NOWHERE:
                to_be[one.id] = row.meets_at
            row = after.get(row.id)
    return Again(frozenset(discussed), to_be)


def akim_disagreed(act: Act, gathering: Gathering) -> bool:
    """Whether the akim disagreed with this meeting, or with one in whose place it is held."""
    own = select(Answer.minutes_id).join(Minutes, Minutes.id == Answer.minutes_id)
    own = own.where(Minutes.gathering_id == gathering.id, ~Answer.agrees, Gathering.state == State.CONFIRMED)
    own = own.join(Gathering, Gathering.id == Minutes.gathering_id)
    return act.session.scalars(own).first() is not None or bool(disagreed_before(act, [gathering]))


def disagreed_before(act: Act, some: Sequence[Gathering]) -> frozenset[UUID]:
    """Which of these meetings of one territory stand in the place of one with which the akim disagreed."""
    if all(one.previous_id is None for one in some):
        return frozenset()
    places = {one.territory_id for one in some}
    here = select(Gathering.id, Gathering.previous_id).where(Gathering.territory_id.in_(places))
    before = {row.id: row.previous_id for row in act.session.execute(here)}
    disagreed = select(Minutes.gathering_id).join(Answer, Answer.minutes_id == Minutes.id)
    disagreed = disagreed.join(Gathering, Gathering.id == Minutes.gathering_id).where(Minutes.territory_id.in_(places))
    refused = set(act.session.scalars(disagreed.where(~Answer.agrees, Gathering.state == State.CONFIRMED)))

    def earlier(meeting: UUID) -> Iterator[UUID]:
        while (previous := before.get(meeting)) is not None:
            yield previous
            meeting = previous

    return frozenset(one.id for one in some if refused.intersection(earlier(one.id)))
