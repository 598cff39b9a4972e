"""Surveys as pages show them: which there are, how each stands, and what it asks."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select

from pb.act import Act, Role
from pb.budget.models import Version
from pb.clock import local
from pb.errors import NotFound
from pb.surveys.models import Audience, Participation, Question, Sheet, Survey

SEEING_DRAFTS: Final = (Role.OFFICE, Role.CHAIR, Role.AUDITOR)
SHOWN: Final = 50


class State(StrEnum):
    DRAFT = "draft"
    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"
    CALLED_OFF = "called_off"


def state(act: Act, survey: Survey) -> State:
    """How a survey stands today."""
    today = local(act.at).date()
    if survey.opened_at is None:
        return State.DRAFT
    if survey.called_off_at is not None:
        return State.CALLED_OFF
    if today < survey.opens_on:
        return State.COMING
    return State.OPEN if today <= survey.closes_on else State.CLOSED


def get(act: Act, survey_id: UUID) -> Survey:
    """A survey of this territory; a draft for those alone who write it or audit. Raises NotFound."""
    survey = act.session.get(Survey, survey_id)
    if survey is None or survey.territory_id != act.territory.id:
        raise NotFound
    if survey.opened_at is None and not act.holds(*SEEING_DRAFTS):
        raise NotFound
    return survey


def opened(act: Act) -> Sequence[Survey]:
    """What was opened, the last to close first."""
    query = _of_here(act).where(Survey.opened_at.is_not(None))
    return act.session.scalars(query.order_by(Survey.closes_on.desc(), Survey.number.desc()).limit(SHOWN)).all()


def drafts(act: Act) -> Sequence[Survey]:
    """What is being written."""
    return act.session.scalars(_of_here(act).where(Survey.opened_at.is_(None)).order_by(Survey.number)).all()


def on_hearing(act: Act, gathering_ids: Sequence[UUID]) -> Sequence[Survey]:
    """What was opened on the draft of a hearing; its line of meetings, where it was moved."""
    query = _of_here(act).where(Survey.opened_at.is_not(None), Survey.gathering_id.in_(gathering_ids))
    return act.session.scalars(query.order_by(Survey.number)).all()


def on_version(act: Act, version_id: UUID) -> Sequence[Survey]:
    """What was opened on a version of the budget."""
    query = _of_here(act).where(Survey.opened_at.is_not(None), Survey.version_id == version_id)
    return act.session.scalars(query.order_by(Survey.number)).all()


def on_budget(act: Act, budget_id: UUID) -> Sequence[Survey]:
    """What was opened on any version of a budget."""
    query = _of_here(act).join(Version, Version.id == Survey.version_id)
    query = query.where(Survey.opened_at.is_not(None), Version.budget_id == budget_id)
    return act.session.scalars(query.order_by(Survey.number)).all()


def questions(act: Act, survey: Survey) -> Sequence[Question]:
    return act.session.scalars(select(Question).where(Question.survey_id == survey.id).order_by(Question.number)).all()


def question(act: Act, survey: Survey, number: int) -> Question:
    """Raises NotFound."""
    found = act.session.get(Question, (survey.id, number))
    if found is None:
        raise NotFound
    return found


def answered(act: Act, survey: Survey) -> int:
    """How many answered: while it is open nothing else is told of it."""
    return answered_each(act, [survey])[survey.id]


def answered_each(act: Act, some: Iterable[Survey]) -> Counter[UUID]:
    """The same of several at once, by the survey."""
    ids = [survey.id for survey in some]
    query = select(Sheet.survey_id, func.count()).where(Sheet.survey_id.in_(ids)).group_by(Sheet.survey_id)
    return Counter({row[0]: row[1] for row in act.session.execute(query)})


def took_part(act: Act, survey: Survey) -> bool:
    """Whether the actor has answered a survey of one answer per resident."""
    if act.person is None or survey.audience != Audience.RESIDENTS:
        return False
    return act.session.get(Participation, (survey.id, act.person.id)) is not None


def _of_here(act: Act) -> Select[Survey]:
    return select(Survey).where(Survey.territory_id == act.territory.id)
