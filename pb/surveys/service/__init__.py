"""A survey is written and opened by the akim's office or the chair of the assembly; once opened it stays as it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.surveys.models import (
    LEAST_OPTIONS,
    LONGEST_ABOUT,
    LONGEST_DAYS,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    LONGEST_TITLE,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    WITH_OPTIONS,
    Audience,
    Kind,
    Question,
    Survey,
)
from pb.surveys.service import drafts, finding

MAKING: Final = (Role.OFFICE, Role.CHAIR)
MOST_DRAFTS: Final = 10
"""Drafts of a territory at a time: who needs another opens or drops one."""
MOST_ASKED: Final = 10_000_000
LATEST_DAYS: Final = 366
BOTH: Final = _("Write it in both languages: people read one or the other.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a survey is about, who answers it and when. `draft`: what it is on, as `drafts.offered` calls it."""

    title_kk: str
    title_ru: str
    about_kk: str
    about_ru: str
    audience: str
    opens_on: date | None
    closes_on: date | None
    asked: int | None = None
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is written; `options` are pairs of Kazakh and Russian, those that are empty left out."""

    kind: str
    text_kk: str
    text_ru: str
    options: Sequence[tuple[str, str]] = ()


def may_make(act: Act) -> bool:
    return act.person is not None and act.holds(*MAKING)


def require_making(act: Act) -> UUID:
    """Who makes surveys. Raises Forbidden."""
    if act.person is None or not act.holds(*MAKING):
        raise Forbidden(_("The akim's office or the chair of the assembly makes surveys."))
    return act.person.id


def require_draft(act: Act, survey: Survey) -> None:
    """Raises Forbidden, Conflict (it is opened)."""
    require_making(act)
    act.session.refresh(survey)
    if survey.opened_at is not None:
        raise Conflict(_("This survey is opened: nothing of it changes any more."))


def draft(act: Act, plan: Plan) -> Survey:
    """A new survey, which nobody else sees yet. Raises Forbidden, Conflict (too many drafts), FieldRefusal."""
    require_making(act)
    audit.take_turn(act)
    if len(finding.drafts(act)) >= MOST_DRAFTS:
        raise Conflict(_("Ten surveys are being written here. Open or drop one of them first."))
    refuse_all(faults(act, plan))
    taken = select(func.max(Survey.number)).where(Survey.territory_id == act.territory.id)
    number = (act.session.scalar(taken) or 0) + 1
    survey = Survey(id=uuid4(), territory_id=act.territory.id, number=number)
    _write(act, survey, plan)
    audit.record(act, "survey.drafted", subject=survey.id, data={"survey": number})
    act.session.add(survey)
    act.session.flush()
    return survey


def change(act: Act, survey: Survey, plan: Plan) -> None:
    """The draft as it is typed anew. Raises Forbidden, Conflict (it is opened), FieldRefusal."""
    _lock(act, survey)
    refuse_all(faults(act, plan, survey))
    audit.record(act, "survey.changed", subject=survey.id, data={"survey": survey.number})
    _write(act, survey, plan)
    act.session.flush()


def drop(act: Act, survey: Survey) -> None:
    """A draft goes, with its questions. Raises Forbidden, Conflict (it is opened)."""
    _lock(act, survey)
    audit.record(act, "survey.dropped", subject=survey.id, data={"survey": survey.number})
    act.session.execute(delete(Question).where(Question.survey_id == survey.id))
    act.session.flush()
    act.session.delete(survey)
    act.session.flush()


def write_question(act: Act, survey: Survey, asked: Asked, number: int | None = None) -> Question:
    """Writes a question, without a `number` the next one. Raises Forbidden, Conflict (too many), FieldRefusal."""
    _lock(act, survey)
    there = finding.questions(act, survey)
    if number is None and len(there) >= MOST_QUESTIONS:
        raise Conflict(_("A survey has twenty questions at most: who is asked more gives up."))
    refuse_all(faults_of_question(asked))
    if number is None:
        question = Question(survey_id=survey.id, number=len(there) + 1)
    else:
        question = finding.question(act, survey, number)
    _log_question(act, survey, question.number)
    question.kind = asked.kind
    question.text_kk, question.text_ru = asked.text_kk.strip(), asked.text_ru.strip()
    question.options = [list(each) for each in _options(asked)] if asked.kind in WITH_OPTIONS else []
    act.session.add(question)
    act.session.flush()
    return question


def remove_question(act: Act, survey: Survey, number: int) -> None:
    """Takes a question out; those after it move up. Raises Forbidden, Conflict (opened), NotFound."""
    _lock(act, survey)
    question = finding.question(act, survey, number)
    _log_question(act, survey, number)
    act.session.delete(question)
    act.session.flush()
    for later in finding.questions(act, survey):
        if later.number > number:
            later.number -= 1
            act.session.flush()


def require_opening(act: Act, survey: Survey) -> None:
    """Raises Forbidden, Conflict: it is opened, asks nothing, or its days are over or went by."""
    require_draft(act, survey)
    if not finding.questions(act, survey):
        raise Conflict(_("Write a question first."))
    if wrong := list(_faults_of_days(act, survey.opens_on, survey.closes_on)):
        raise Conflict(wrong[0].message)


def open_(act: Act, survey: Survey) -> None:
    """From now on nothing of it changes; it is answered on its days. Raises as `require_opening`."""
    person = require_making(act)
    _lock(act, survey)
    require_opening(act, survey)
    data = {
        "survey": survey.number,
        "audience": survey.audience,
        "opens": survey.opens_on.isoformat(),
        "closes": survey.closes_on.isoformat(),
    }
    audit.record(act, "survey.opened", subject=survey.id, data=data)
    survey.opened_at, survey.opened_by = act.at, person
    act.session.flush()


def faults(act: Act, plan: Plan, survey: Survey | None = None) -> Iterator[FieldRefusal]:
    """What is wrong with a survey as it is typed; the draft that it is on may stay when it is offered no more."""
    for name, text, longest in (
        ("title_kk", plan.title_kk, LONGEST_TITLE),
        ("title_ru", plan.title_ru, LONGEST_TITLE),
        ("about_kk", plan.about_kk, LONGEST_ABOUT),
        ("about_ru", plan.about_ru, LONGEST_ABOUT),
    ):
        needed = name.startswith("title") or bool(plan.about_kk.strip() or plan.about_ru.strip())
        yield from _faults_of_text(name, text, longest, needed=needed)
    if plan.audience not in list(Audience):
        yield FieldRefusal("audience", _("Choose who answers."))
    yield from _faults_of_days(act, plan.opens_on, plan.closes_on)
    if plan.asked is not None and not 1 <= plan.asked <= MOST_ASKED:
        yield FieldRefusal("asked", _("Write how many people it is put to, or leave it empty."))
    if plan.draft and plan.draft not in drafts.offered(act, survey):
        yield FieldRefusal("draft", _("Choose one of the list."))


def faults_of_question(asked: Asked) -> Iterator[FieldRefusal]:
    """What is wrong with a question as it is typed; options are `option_kk_1`, `option_ru_1` and so on."""
    if asked.kind not in list(Kind):
        yield FieldRefusal("kind", _("Choose how the question is answered."))
    yield from _faults_of_text("text_kk", asked.text_kk, LONGEST_QUESTION)
    yield from _faults_of_text("text_ru", asked.text_ru, LONGEST_QUESTION)
    if asked.kind not in WITH_OPTIONS:
        return
    seen: set[str] = set()
    for place, pair in enumerate(asked.options, 1):
        for tongue, text in zip(("kk", "ru"), pair, strict=True):
            name = f"option_{tongue}_{place}"
            yield from _faults_of_text(name, text, LONGEST_OPTION, needed=bool("".join(pair).strip()))
            told = f"{tongue}{text.strip().casefold()}"
            if text.strip() and told in seen:
                yield FieldRefusal(name, _("This answer stands there already."))
            seen.add(told)
    count = len(_options(asked))
    if not LEAST_OPTIONS <= count <= MOST_OPTIONS:
        yield FieldRefusal("option_kk_1", _("Write from two to twelve answers."))


def _options(asked: Asked) -> list[tuple[str, str]]:
    pairs = [(kk.strip(), ru.strip()) for kk, ru in asked.options]
    return [pair for pair in pairs if pair != ("", "")]


def _faults_of_text(name: str, text: str, longest: int, *, needed: bool = True) -> Iterator[FieldRefusal]:
    if needed and not text.strip():
        yield FieldRefusal(name, BOTH)
    elif len(text.strip()) > longest:
        yield FieldRefusal(name, _("Use at most %(max)d characters.", max=longest))


def _faults_of_days(act: Act, opens_on: date | None, closes_on: date | None) -> Iterator[FieldRefusal]:
    if opens_on is None:
        yield FieldRefusal("opens_on", _("Write the date."))
    elif opens_on < local(act.at).date():
        yield FieldRefusal("opens_on", _("This day is over: people answer from today on at the earliest."))
    elif (opens_on - local(act.at).date()).days > LATEST_DAYS:
        yield FieldRefusal("opens_on", _("A survey opens within a year."))
    if closes_on is None:
        yield FieldRefusal("closes_on", _("Write the date."))
    elif opens_on is not None and closes_on < opens_on:
        yield FieldRefusal("closes_on", _("The last day comes before the first."))
    elif opens_on is not None and (closes_on - opens_on).days > LONGEST_DAYS:
        yield FieldRefusal("closes_on", _("A survey is open for 92 days at most."))


def _log_question(act: Act, survey: Survey, number: int) -> None:
    audit.record(act, "survey.changed", subject=survey.id, data={"survey": survey.number, "question": number})


def _write(act: Act, survey: Survey, plan: Plan) -> None:
    if plan.opens_on is None or plan.closes_on is None:
        raise ValueError("a plan without its days was let through")
    survey.title_kk, survey.title_ru = plan.title_kk.strip(), plan.title_ru.strip()
    survey.about_kk, survey.about_ru = plan.about_kk.strip(), plan.about_ru.strip()
    survey.audience, survey.asked = plan.audience, plan.asked
    survey.opens_on, survey.closes_on = plan.opens_on, plan.closes_on
    on = drafts.offered(act, survey).get(plan.draft, drafts.NOTHING)
    survey.gathering_id, survey.version_id = on.gathering_id, on.version_id


def _lock(act: Act, survey: Survey) -> None:
    """Nobody writes a question while another opens the survey."""
    audit.take_turn(act)
    require_draft(act, survey)
