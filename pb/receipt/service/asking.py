"""Residents ask of a line of the receipt; the office answers within the term of the setting, in working days."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.core.receipt import Level, Part, flat
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.receipt.models import LONGEST_WORDS, LineQuestion
from pb.receipt.service import Receipt
from pb.territory import service as territories
from pb.territory.service import working_days

MOST_WAITING: Final = 3
"""Of one resident, not answered yet: an account that was taken fills no office's month."""
READING: Final = (Role.OFFICE, Role.AKIM, Role.DEPUTY, Role.MASLIKHAT_SECRETARY, Role.AUDITOR)
"""Who reads all of them: the office that answers, and those who watch whether it does."""
PAGE: Final = 50


def line_of(receipt: Receipt, code: str) -> Part | None:
    """The row that a question is about: the whole without a code, else a group, programme or line of this receipt."""
    whole = receipt.yearly()
    asked = (part for part in flat(whole) if part.row.level not in {Level.PROJECT, Level.REST})
    return next((part for part in asked if part.row.key == code), None)


def ask(act: Act, receipt: Receipt, code: str, words: str, language: str, *, allowed: bool) -> LineQuestion:
    """A resident asks; `allowed`: it may be published with its answer, without their name.

    Raises Forbidden, Conflict (no such line; too many of their questions wait), FieldRefusal.
    """
    if act.person is None or not act.holds(Role.RESIDENT):
        raise Forbidden(_("Residents ask here."))
    line = line_of(receipt, code)
    if line is None:
        raise Conflict(_("This budget has no such line any more."))
    refuse_all(_faults(words))
    audit.take_turn(act)
    every = select(func.count()).select_from(LineQuestion)
    mine = LineQuestion.asked_by == act.person.id, LineQuestion.territory_id == act.territory.id
    if (act.session.scalar(every.where(*mine, LineQuestion.answered_at.is_(None))) or 0) >= MOST_WAITING:
        raise Conflict(_("Three of your questions wait for an answer. You can ask again when one is answered."))
    taken = select(func.max(LineQuestion.number)).where(LineQuestion.territory_id == act.territory.id)
    question = LineQuestion(
        id=uuid4(),
        territory_id=act.territory.id,
        number=(act.session.scalar(taken) or 0) + 1,
        year=receipt.year,
        code=code,
        amount=line.row.amount,
        per_resident=line.amount if receipt.known else None,
        words=words.strip(),
        language=language,
        allowed=allowed,
        asked_at=act.at,
        asked_by=act.person.id,
        due=working_days.last_day(act, act.at, territories.setting(act, "question_days")),
    )
    told = {"question": question.number, "year": question.year, "code": code}
    audit.record(act, "receipt.asked", subject=question.id, data=told)
    act.session.add(question)
    act.session.flush()
    return question


def answer(act: Act, question: LineQuestion, words: str, language: str, *, published: bool) -> None:
    """The office answers, once, and publishes both if who asked allowed it.

    Raises Forbidden, Conflict (answered already), FieldRefusal.
    """
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("The akim's office answers what residents ask."))
    refuse_all(_faults(words))
    act.session.refresh(question, with_for_update=True)
    if question.answered_at is not None:
        raise Conflict(_("This question is answered already."))
    shown = published and question.allowed
    told = {"question": question.number, "year": question.year, "code": question.code, "published": shown}
    audit.record(act, "receipt.answered", subject=question.id, data=told)
    question.answer, question.answer_language = words.strip(), language
    question.answered_at, question.answered_by, question.published = act.at, act.person.id, shown
    act.session.flush()


def may_read(act: Act, question: LineQuestion) -> bool:
    """Whoever asked it, whoever answers or watches; everybody once it is published."""
    own = act.person is not None and act.person.id == question.asked_by
    return question.published or own or act.holds(*READING)


def published(act: Act) -> Sequence[LineQuestion]:
    """Questions with their answers for everybody, the last answered first."""
    query = _of_here(act).where(LineQuestion.published)
    return act.session.scalars(query.order_by(LineQuestion.answered_at.desc()).limit(PAGE)).all()


def waiting(act: Act) -> Sequence[LineQuestion]:
    """What is not answered, the first to be answered first."""
    query = _of_here(act).where(LineQuestion.answered_at.is_(None))
    return act.session.scalars(query.order_by(LineQuestion.due, LineQuestion.number).limit(PAGE)).all()


def own(act: Act) -> Sequence[LineQuestion]:
    """What the actor asked here, the last first."""
    if act.person is None:
        return []
    query = _of_here(act).where(LineQuestion.asked_by == act.person.id)
    return act.session.scalars(query.order_by(LineQuestion.number.desc()).limit(PAGE)).all()


def counts(act: Act, year: int) -> Mapping[str, int]:
    """How many questions of this year's receipt were asked of each line."""
    query = select(LineQuestion.code, func.count()).where(
        LineQuestion.territory_id == act.territory.id, LineQuestion.year == year
    )
    rows = act.session.execute(query.group_by(LineQuestion.code)).all()
    return {row[0]: row[1] for row in rows}


def overdue(act: Act, some: Sequence[LineQuestion]) -> list[tuple[LineQuestion, int]]:
    """Which of these wait past their term, each with by how many days."""
    today = local(act.at).date()
    return [(one, late(one, today)) for one in some if one.answered_at is None and late(one, today) > 0]


def late(question: LineQuestion, today: date) -> int:
    """How many days past its term."""
    return (today - question.due).days


def _of_here(act: Act) -> Select[LineQuestion]:
    return select(LineQuestion).where(LineQuestion.territory_id == act.territory.id)


def _faults(words: str) -> Iterator[FieldRefusal]:
    if not words.strip():
        yield FieldRefusal("words", _("Write it in words."))
    elif len(words.strip()) > LONGEST_WORDS:
        yield FieldRefusal("words", _("Use at most %(most)s characters.", most=LONGEST_WORDS))
