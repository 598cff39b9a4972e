"""Whether the answers of each survey agree with each other and with the log: asked by `pb doctor`, of every okrug."""

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from pb.audit.models import AuditEvent
from pb.surveys.models import Audience, Kind, Participation, Question, Sheet, Survey, Text, Tick
from pb.territory.models import Territory


def differing(session: Session) -> list[tuple[Territory, Survey]]:
    """The surveys that somebody wrote answers into beside the people who answered.

    There as many answers are kept as the log counts, as many people took part where each has one answer, no tick is of
    no answer or beside another of the same question, and no question has more texts than there are answers.
    """
    query = select(Territory, Survey).join(Survey, Survey.territory_id == Territory.id)
    every = session.execute(query.where(Survey.opened_at.is_not(None)).order_by(Territory.name_kk, Survey.number))
    told = select(AuditEvent.subject_id, func.count()).where(AuditEvent.action == "survey.answered")
    logged = _counted(session, told.group_by(AuditEvent.subject_id))
    sheets = _counted(session, select(Sheet.survey_id, func.count()).group_by(Sheet.survey_id))
    people = _counted(session, select(Participation.survey_id, func.count()).group_by(Participation.survey_id))
    wrong = _stray(session) | _with_texts(session, sheets)
    return [
        (okrug, survey)
        for okrug, survey in every
        if survey.id in wrong
        or sheets[survey.id] != logged[survey.id]
        or (survey.audience == Audience.RESIDENTS and people[survey.id] != sheets[survey.id])
    ]


def _stray(session: Session) -> set[UUID]:
    """Surveys with a tick of no answer, or two of one answer where one alone is chosen."""
    of_none = select(Tick.survey_id).join(Sheet, Sheet.id == Tick.sheet_id, isouter=True).where(Sheet.id.is_(None))
    asked = (Question.survey_id == Tick.survey_id) & (Question.number == Tick.question)
    twice = select(Tick.survey_id).join(Question, asked).where(Question.kind != Kind.SEVERAL)
    twice = twice.group_by(Tick.survey_id, Tick.question, Tick.sheet_id).having(func.count() > 1)
    return {*session.scalars(of_none.distinct()), *session.scalars(twice)}


def _with_texts(session: Session, sheets: Counter[UUID]) -> set[UUID]:
    """Surveys with more texts at a question than answers."""
    query = select(Text.survey_id, func.count()).group_by(Text.survey_id, Text.question)
    return {survey_id for survey_id, count in session.execute(query) if count > sheets[survey_id]}


def _counted(session: Session, query: Select[Any, int]) -> Counter[UUID]:
    return Counter({row[0]: row[1] for row in session.execute(query) if row[0] is not None})
