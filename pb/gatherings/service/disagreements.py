"""The akim disagrees with a decision, and not with minutes: which ones an answer names, and which it approves.

What a cycle brings to a meeting is one matter: its projects are disputed together, so that the cycle waits for all of
them or for none. Source: Law of 23.01.2001 № 148, article 39-3, points 11 to 13.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.errors import FieldRefusal
from pb.gatherings.models import OF_CYCLES, Answer, Disagreement, Gathering, Minutes, Outcome, Question

DECIDED = frozenset({Outcome.APPROVED, Outcome.REJECTED})


def decisions(minutes: Minutes) -> list[Question]:
    """What was decided at the meeting; an amendment is a part of the decision on its point."""
    points = sorted(minutes.gathering.questions, key=lambda point: point.position)
    return [point for point in points if point.outcome in DECIDED and point.amends_id is None]


def choices(minutes: Minutes) -> list[Question]:
    """The decisions that are ticked one by one; none where there is only one, or they are one matter of a cycle."""
    found = decisions(minutes)
    return [point for point in found if point.matter not in OF_CYCLES] if len(found) > 1 else []


def always(minutes: Minutes) -> list[Question]:
    """The decisions with which whoever disagrees here disagrees in any case: the only one, or the cycle's matter."""
    offered = choices(minutes)
    return [point for point in decisions(minutes) if point not in offered]


def named(minutes: Minutes, ticked: Collection[UUID]) -> list[Question]:
    """All the decisions that a disagreement is about. Raises FieldRefusal (`disputed`: none, or one of elsewhere)."""
    found = decisions(minutes)
    if not {point.id for point in found}.issuperset(ticked):
        raise FieldRefusal("disputed", _("Choose decisions of these minutes."))
    whole = always(minutes)
    disputed = [point for point in found if point.id in ticked or point in whole]
    if not disputed:
        raise FieldRefusal("disputed", _("Tick the decisions with which you disagree."))
    return disputed


@dataclass(frozen=True, slots=True)
class Named:
    """The places of the decisions with which an answer disagrees, and of those that it approves."""

    disputed: tuple[int, ...]
    approved: tuple[int, ...]


def of_many(act: Act, some: Collection[UUID]) -> dict[UUID, Named]:
    """What the akim disputed in each of these minutes; nothing of those in which nothing is disputed."""
    disputed = select(Disagreement.minutes_id).where(Disagreement.minutes_id.in_(some))
    query = (
        select(Minutes.id, Question.position, Disagreement.question_id)
        .join(Question, Question.gathering_id == Minutes.gathering_id)
        .outerjoin(Disagreement, Disagreement.question_id == Question.id)
        .where(Minutes.id.in_(disputed), Question.outcome.in_(DECIDED), Question.amends_id.is_(None))
        .order_by(Question.position)
    )
    found = defaultdict[UUID, tuple[list[int], list[int]]](lambda: ([], []))
    for minutes_id, position, named_id in act.session.execute(query):
        found[minutes_id][0 if named_id is not None else 1].append(position)
    return {minutes_id: Named(tuple(no), tuple(yes)) for minutes_id, (no, yes) in found.items()}


def of(act: Act, minutes: Minutes) -> list[Question]:
    """The decisions of these minutes with which the akim disagreed, in their order."""
    told = of_many(act, [minutes.id]).get(minutes.id)
    return [point for point in decisions(minutes) if told is not None and point.position in told.disputed]


class Disputed(NamedTuple):
    """The meeting with whose decisions the akim disagreed, and why."""

    gathering: Gathering
    reason: str


def led_to(act: Act, previous: UUID | None) -> Disputed | None:
    """What a meeting in the place of `previous` discusses a second time; None where the akim disagreed with none."""
    while previous is not None:
        gathering = act.session.get_one(Gathering, previous)
        query = select(Answer).join(Minutes, Minutes.id == Answer.minutes_id)
        answer = act.session.scalars(query.where(Minutes.gathering_id == previous, ~Answer.agrees)).one_or_none()
        if answer is not None:
            return Disputed(gathering, answer.reason)
        previous = gathering.previous_id
    return None
