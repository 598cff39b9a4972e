"""What meetings decided: points of confirmed minutes, what has become of them, and what other rooms take from them."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, func, not_, select
from sqlalchemy.orm import joinedload, selectinload

from pb.act import Act
from pb.clock import local
from pb.errors import FieldRefusal, NotFound
from pb.formats import day as in_words
from pb.gatherings.models import (
    Candidate,
    Correction,
    Gathering,
    Matter,
    Member,
    Minutes,
    Outcome,
    Question,
    Seat,
    State,
)
from pb.gatherings.service import corrections, meetings, members, standing
from pb.gatherings.service.standing import Standing

DECIDED = (Outcome.APPROVED, Outcome.REJECTED)


class Decided(NamedTuple):
    """A decided point: as the minutes keep it, how they stand, and what was corrected in it or in all of them."""

    question: Question
    minutes: Minutes
    point: dict[str, Any]
    standing: Standing
    corrected: Sequence[Correction]


def years(act: Act) -> list[int]:
    """The years of the meetings that decided something, the latest first."""
    query = _query(act, None).with_only_columns(Minutes.year).distinct()
    return sorted(act.session.scalars(query), reverse=True)


def count(act: Act, year: int | None) -> int:
    return act.session.scalar(select(func.count()).select_from(_query(act, year).subquery())) or 0


def page_of(act: Act, year: int | None, number: int, size: int) -> list[Decided]:
    """One page, from 1, of what was decided: the latest meeting first, its points in their order."""
    query = _query(act, year).order_by(Gathering.meets_at.desc(), Gathering.number.desc(), Question.position)
    query = query.options(
        joinedload(Question.gathering), joinedload(Minutes.gathering), selectinload(Question.candidates)
    )
    rows = act.session.execute(query.offset((number - 1) * size).limit(size)).unique().all()
    return _told(act, [(question, minutes) for question, minutes in rows])


def get(act: Act, question_id: UUID) -> Decided:
    """A decided point of this territory. Raises NotFound."""
    rows = act.session.execute(_query(act, None).where(Question.id == question_id)).all()
    if not rows:
        raise NotFound
    return _told(act, list(rows))[0]


def agreed_budget(act: Act, year: int) -> Decided | None:
    """The latest decision of a meeting of this year that agreed the draft budget, once the akim has approved it.

    Or the superior akim did: a silent akim stops no budget. The budget's room builds on it.
    """
    query = _query(act, year).where(
        Question.matter == Matter.BUDGET, Question.outcome == Outcome.APPROVED, meetings.IN_FORCE
    )
    rows = act.session.execute(query.order_by(Gathering.meets_at.desc(), Question.position.desc()).limit(1))
    return next(iter(_told(act, list(rows))), None)


class Elected(NamedTuple):
    """Whom confirmed minutes say to be elected to the assembly."""

    candidate: Candidate
    question: Question
    minutes: Minutes


def not_recorded(act: Act) -> list[Elected]:
    """Who was elected to the assembly and is no member of it yet, by name and settlement; the latest election first.

    Once the akim agreed to the decisions, or the superior akim upheld them: until then see `not_in_force`.
    """
    return _elected(act, meetings.IN_FORCE)


def not_in_force(act: Act) -> list[tuple[Elected, Standing]]:
    """Who was elected where the decisions do not hold yet, and what they wait for; not where they came to nothing."""
    found = _elected(act, not_(meetings.IN_FORCE))
    stands = standing.of_many(act, list({one.minutes.id: one.minutes for one in found}.values()))
    told = [(one, stands[one.minutes.id]) for one in found]
    return [(one, stand) for one, stand in told if stand.way not in standing.SETTLED]


def _elected(act: Act, where: ColumnElement[bool]) -> list[Elected]:
    query = (
        select(Candidate, Question, Minutes)
        .join(Question, Question.id == Candidate.question_id)
        .join(Gathering, Gathering.id == Question.gathering_id)
        .join(Minutes, Minutes.gathering_id == Gathering.id)
        .where(Gathering.territory_id == act.territory.id, Gathering.state == State.CONFIRMED, where)
        .where(Question.seat == Seat.MEMBER, Candidate.elected)
        .options(joinedload(Minutes.gathering))
        .order_by(Gathering.meets_at.desc(), Question.position, Candidate.number)
    )
    found = [Elected(*row) for row in act.session.execute(query)]
    here = act.session.scalars(select(Member).where(Member.territory_id == act.territory.id)).all()
    return [one for one in found if not any(_is(member, one) for member in here)]


def _is(member: Member, one: Elected) -> bool:
    """Whether a member was recorded of this election, or a later one: their term goes on after it."""
    begins = local(one.minutes.gathering.meets_at).date()
    return members.same(member, one.candidate.name, one.candidate.settlement) and member.term_from >= begins


def faults_of_first_day(act: Act, name: str, settlement: str, term_from: date, document: str) -> Iterator[FieldRefusal]:
    """A term does not begin before the meeting whose minutes elected the person, where they are the named document."""
    words = document.replace("№", " ").replace(",", " ").split()
    for one in not_recorded(act):
        its_own = one.candidate.settlement == settlement and members.same_name(one.candidate.name, name)
        if its_own and one.minutes.number in words and (fault := too_early(term_from, one.minutes.gathering)):
            yield fault


def too_early(term_from: date, gathering: Gathering) -> FieldRefusal | None:
    """The refusal of a first day before the meeting that elected: nobody's term ends for what was not decided yet."""
    elected_on = local(gathering.meets_at).date()
    if term_from >= elected_on:
        return None
    told = _("The term begins on the day of the election at the earliest: %(day)s", day=in_words(elected_on))
    return FieldRefusal("term_from", told)


def _query(act: Act, year: int | None) -> Select[Question, Minutes]:
    query = (
        select(Question, Minutes)
        .join(Gathering, Gathering.id == Question.gathering_id)
        .join(Minutes, Minutes.gathering_id == Gathering.id)
        .where(Gathering.territory_id == act.territory.id, Gathering.state == State.CONFIRMED)
        # An amendment changes the words of its point, and is no decision beside it.
        .where(Question.outcome.in_(DECIDED), Question.amends_id.is_(None), meetings.DECIDING)
    )
    return query if year is None else query.where(Minutes.year == year)


def _told(act: Act, rows: Sequence[tuple[Question, Minutes]]) -> list[Decided]:
    some = list({minutes.id: minutes for _question, minutes in rows}.values())
    stands, corrected = standing.of_many(act, some), corrections.confirmed_of(act, some)
    return [
        Decided(
            question,
            minutes,
            next(point for point in minutes.body["questions"] if point["position"] == question.position),
            stands[minutes.id].of_point(question.position),
            [one for one in corrected.get(minutes.id, ()) if one.position in {0, question.position}],
        )
        for question, minutes in rows
    ]
