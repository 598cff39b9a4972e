"""What a task or a proposal to the maslikhat rests on: a decision of a meeting here, or minutes of one held elsewhere.

This module alone knows how a point of an agenda is found and called.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select

from pb.act import Act
from pb.clock import local
from pb.errors import FieldRefusal
from pb.gatherings.models import CONFIRMED, DISCUSSING, Gathering, Matter, Minutes, Outcome, Question
from pb.gatherings.service import meetings, standing
from pb.tasks.models import LONGEST_NUMBER
from pb.text import one_line

OFFERED: Final = 50
"""Decisions, the latest first: who needs an older one names its minutes."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The point of an agenda that was adopted, or number and day of minutes that are kept elsewhere."""

    question_id: UUID | None = None
    minutes_number: str = ""
    minutes_on: date | None = None

    @property
    def columns(self) -> dict[str, UUID | str | date | None]:
        """As the rows keep it."""
        return {
            "question_id": self.question_id,
            "minutes_number": one_line(self.minutes_number),
            "minutes_on": self.minutes_on,
        }


class Decision(NamedTuple):
    """A point of an agenda that the assembly adopted, and its meeting."""

    question_id: UUID
    position: int
    gathering_id: UUID
    meeting: int
    meets_at: datetime
    point: Mapping[str, Any]
    """As the minutes keep it."""

    @property
    def day(self) -> date:
        return local(self.meets_at).date()

    @property
    def called(self) -> str:
        """As `called` says it of a point."""
        return f"{self.meeting}-{self.position}"

    @property
    def words(self) -> Mapping[str, str]:
        """What was adopted, amendments and all, by the language in which it was written; nothing of a bare matter."""
        said = self.point.get("amended") or self.point
        text, language = said.get("text", ""), said.get("language", "")
        return {language: text} if text and language else {}


def decisions(act: Act) -> list[Decision]:
    """The latest points that the territory's meetings adopted, in minutes that are confirmed."""
    latest = _decisions(act).order_by(Gathering.meets_at.desc(), Question.position).limit(OFFERED)
    return _read(act, latest)


def waiting(act: Act, matters: Collection[Matter], resting: Select[UUID | None]) -> list[Decision]:
    """Those of the latest decisions that are on these matters and on which nothing rests yet.

    `resting` selects the points on which something does.
    """
    latest = _decisions(act).order_by(Gathering.meets_at.desc(), Question.position).limit(OFFERED)
    query = _decisions(act).where(
        Question.matter.in_(matters),
        Question.id.in_(latest.with_only_columns(Question.id)),
        Question.id.not_in(resting.where(resting.selected_columns[0].is_not(None))),
    )
    return _read(act, query.order_by(Gathering.meets_at, Question.position))


def of(act: Act, question_ids: Iterable[UUID | None]) -> Mapping[UUID, Decision]:
    """These decisions of the territory, by their points."""
    wanted = {each for each in question_ids if each is not None}
    if not wanted:
        return {}
    found = _read(act, _decisions(act).where(Question.id.in_(wanted)))
    return {decision.question_id: decision for decision in found}


def called(question: Question) -> str:
    """What a point is called in the address of a form that rests on it: `12-3`, meeting and place."""
    return f"{question.gathering.number}-{question.position}"


def asked(act: Act, told: str) -> str:
    """The value of a form's list for the point that an address names; nothing where it was not adopted here."""
    decision = named(act, told)
    return decision.question_id.hex if decision is not None else ""


def named(act: Act, told: str) -> Decision | None:
    """The decision that an address names; None where it was not adopted here."""
    meeting, _dash, place = told.partition("-")
    if not (meeting.isdigit() and place.isdigit() and len(told) < LONGEST_NUMBER):
        return None
    query = _decisions(act).where(Gathering.number == int(meeting), Question.position == int(place))
    return next(iter(_read(act, query)), None)


def day_of(act: Act, basis: Basis) -> date | None:
    """The day of the meeting that decided."""
    if basis.question_id is None:
        return basis.minutes_on
    decision = of(act, [basis.question_id]).get(basis.question_id)
    return decision.day if decision is not None else None


def faults(act: Act, basis: Basis) -> Iterator[FieldRefusal]:
    """What is wrong with it: it names neither, or both, or what was not decided here."""
    number, on = one_line(basis.minutes_number), basis.minutes_on
    if basis.question_id is not None:
        if number or on is not None:
            yield FieldRefusal("question", _("Choose a decision of the list or name other minutes, not both."))
        elif not of(act, [basis.question_id]):
            yield FieldRefusal("question", _("Choose a decision of the list."))
        return
    if not number:
        yield FieldRefusal("minutes_number", _("Choose a decision of the list, or write the number of the minutes."))
    elif len(number) > LONGEST_NUMBER:
        yield FieldRefusal("minutes_number", _("Use at most 40 characters."))
    elif on is not None and (why := _held_here(act, number, on)) is not None:
        yield FieldRefusal("minutes_number", why)
    if on is None:
        yield FieldRefusal("minutes_on", _("Write the date of the meeting."))
    elif on > local(act.at).date():
        yield FieldRefusal("minutes_on", _("The meeting cannot be of a day to come."))


def _held_here(act: Act, number: str, on: date) -> LazyString | None:
    """Why minutes of this number and day are not of a meeting elsewhere: they are kept here. None where they are not.

    Of old ones, which the list no longer offers, a decision that holds may be named by them.
    """
    typed = [int(each) for each in re.findall(r"\d+", number)][:2]
    query = select(Minutes).join(Gathering, Gathering.id == Minutes.gathering_id)
    query = query.where(Gathering.territory_id == act.territory.id, Minutes.year == on.year)
    for minutes in act.session.scalars(query):
        same = typed in ([minutes.serial], [minutes.serial, on.year], [minutes.serial, on.year % 100])
        if not same or local(minutes.gathering.meets_at).date() != on:
            continue
        offered = any(one.gathering_id == minutes.gathering_id for one in decisions(act))
        if offered:
            return _("These minutes are kept here: choose the decision in the list.")
        if _approved(act, minutes):
            return None
        stands = standing.standing(act, minutes).label
        return _("These minutes are kept here, and nothing in them is in force: %(state)s", state=stands)
    return None


def _approved(act: Act, minutes: Minutes) -> bool:
    holding = meetings.in_force(act, minutes) if minutes.gathering.kind not in DISCUSSING else frozenset()
    return any(point.outcome == Outcome.APPROVED and point.id in holding for point in minutes.gathering.questions)


def _read(act: Act, query: Select[UUID, int, UUID, int, datetime]) -> list[Decision]:
    found = act.session.execute(query).all()
    bodies = select(Minutes.gathering_id, Minutes.body).where(Minutes.gathering_id.in_({row[2] for row in found}))
    points = {
        (gathering, point["position"]): point
        for gathering, body in act.session.execute(bodies)
        for point in body["questions"]
    }
    return [
        Decision(question, position, gathering, meeting, meets_at, points.get((gathering, position), {}))
        for question, position, gathering, meeting, meets_at in found
    ]


def _decisions(act: Act) -> Select[UUID, int, UUID, int, datetime]:
    return (
        select(Question.id, Question.position, Gathering.id, Gathering.number, Gathering.meets_at)
        .join(Gathering, Gathering.id == Question.gathering_id)
        .join(Minutes, Minutes.gathering_id == Gathering.id)
        .where(
            Gathering.territory_id == act.territory.id,
            Question.outcome == Outcome.APPROVED,
            Question.amends_id.is_(None),  # what was amended is executed, in its new words
            CONFIRMED,
            # What the akim, or who is above the akim, did not approve is executed by nobody (article 39-3, point 13).
            meetings.IN_FORCE,
            meetings.DECIDING,
        )
    )
