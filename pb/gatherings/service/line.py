"""Meetings that stand one in the place of another: what became of the first is told by those that came after it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.gatherings.models import (
    OF_CYCLES,
    Answer,
    Disagreement,
    Gathering,
    Minutes,
    Outcome,
    Question,
    State,
)
from pb.gatherings.models.referrals import About, Referral
from pb.gatherings.service.plan import Point
from pb.text import one_line

LED_NOWHERE: Final = frozenset({State.INQUORATE, State.CALLED_OFF})
"""Nothing was discussed at these: what was to be discussed still is."""


Same = tuple[str, str, str]


def same(point: Question | Point) -> Same:
    """By what a point is known on a later agenda: its matter, its words as proposed, and whom it elects."""
    if point.matter in OF_CYCLES:
        return point.matter, "", ""  # one matter, which the cycle itself brings again
    return point.matter, one_line(point.text).casefold(), point.seat or ""


@dataclass(frozen=True, slots=True)
class Again:
    """What became of meetings held again: whose matter was `discussed`, and when it is `to_be` discussed.

    `left`: the disputed points of a meeting of which no confirmed minutes of a later one have a decision.
    """

    discussed: frozenset[UUID]
    to_be: dict[UUID, datetime]
    left: dict[UUID, list[Question]]


def last(act: Act, gathering: Gathering) -> Gathering:
    """The latest meeting that was convened in the place of this one, or this one."""
    query = select(Gathering).where(Gathering.territory_id == gathering.territory_id)
    while (later := act.session.scalars(query.where(Gathering.previous_id == gathering.id)).first()) is not None:
        gathering = later
    return gathering


def again(act: Act, some: Sequence[Gathering]) -> Again:
    """What became of these meetings of one territory: one that is called off, or has no quorum, discusses nothing.

    Nor does one that decided something else: what the akim disputed waits until it is decided itself.
    """
    if not some:
        return Again(frozenset(), {}, {})
    places = {one.territory_id for one in some}
    here = select(Gathering.id, Gathering.previous_id, Gathering.state, Gathering.meets_at)
    query = here.where(Gathering.territory_id.in_(places), Gathering.previous_id.is_not(None))
    after = {row.previous_id: row for row in act.session.execute(query)}
    disputed = _disputed(act, [one.id for one in some])
    decided = _decided(act, [row.id for row in after.values() if row.state == State.CONFIRMED])
    held, to_be, left = set(), {}, {}
    for one in some:
        row, done = after.get(one.id), set[Same]()
        while row is not None:
            if row.state == State.CONFIRMED:
                held.add(one.id)
                done |= decided[row.id]
            elif row.state not in LED_NOWHERE:
                to_be[one.id] = row.meets_at
            row = after.get(row.id)
        left[one.id] = [point for point in disputed[one.id] if same(point) not in done]
    return Again(frozenset(one for one in held if not left[one]), to_be, left)


def to_discuss(act: Act, gathering: Gathering) -> list[Question]:
    """What is on the agenda of a meeting in the place of this one in any case: the disputed points that wait for it.

    Not those of a second disagreement, nor of minutes that were sent on: the superior akim has them.
    """
    chain = [gathering]
    while chain[0].previous_id is not None:
        chain.insert(0, act.session.get_one(Gathering, chain[0].previous_id))
    twice, left = disagreed_before(act, chain), again(act, chain).left
    query = select(Minutes.gathering_id).join(Referral, Referral.minutes_id == Minutes.id)
    query = query.where(Minutes.gathering_id.in_([one.id for one in chain]), Referral.about == About.APPROVAL)
    above = set(act.session.scalars(query))
    return [point for one in chain if one.id not in twice | above for point in left[one.id]]


def _disputed(act: Act, some: Collection[UUID]) -> dict[UUID, list[Question]]:
    query = select(Question).join(Disagreement, Disagreement.question_id == Question.id)
    found = defaultdict[UUID, list[Question]](list)
    for point in act.session.scalars(query.where(Question.gathering_id.in_(some)).order_by(Question.position)):
        found[point.gathering_id].append(point)
    return found


def _decided(act: Act, some: Collection[UUID]) -> dict[UUID, set[Same]]:
    """What these meetings decided; of a cycle's matter, what stays undecided is brought again by the cycle."""
    query = select(Question).where(Question.gathering_id.in_(some), Question.amends_id.is_(None))
    found = defaultdict[UUID, set[Same]](set)
    for point in act.session.scalars(query):
        if point.outcome in {Outcome.APPROVED, Outcome.REJECTED} or point.matter in OF_CYCLES:
            found[point.gathering_id].add(same(point))
    return found


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
