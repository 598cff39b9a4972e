"""Proposals of an assembly to the maslikhat: sent, received, considered, answered; each step a row and an event."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.formats import day as in_words
from pb.maslikhat.models import FOLLOWING, LONGEST_NUMBER, LONGEST_TEXT, Answer, Kind, Motion, Step
from pb.media.service import files, showing
from pb.media.service.files import Received
from pb.media.service.showing import Seen
from pb.tasks import service as tasks
from pb.tasks.service import basis as bases
from pb.tasks.service.basis import Basis
from pb.territory.models import Territory
from pb.text import one_line

SENDING: Final = (Role.CHAIR, Role.SECRETARY)
_NOT_NOW: Final[dict[Kind, LazyString]] = {
    Kind.RECEIVED: _("The maslikhat has received this proposal already."),
    Kind.CONSIDERED: _("This proposal is not received yet, or is answered already."),
    Kind.ANSWERED: _("This proposal was not considered yet, or is answered already."),
}


@dataclass(frozen=True, slots=True)
class Sending:
    """What is proposed, in both languages or in one; the day and the number under which the letter went out."""

    text_kk: str
    text_ru: str
    day: date | None
    reference: str


@dataclass(frozen=True, slots=True)
class Answering:
    """What the maslikhat answers, in words of a `language`; `reference` is the number of the document, of the `day`."""

    answer: str
    words: str
    language: str
    day: date | None
    reference: str = ""


def send(act: Act, sending: Sending, basis: Basis) -> Motion:
    """Chair or secretary of the assembly record what was sent to the maslikhat, and the decision it rests on.

    Raises Forbidden, FieldRefusal (`faults_of_sending`), Conflict (the okrug lies in no raion).
    """
    if act.person is None or not act.holds(*SENDING):
        raise Forbidden(_("The chair or the secretary of the assembly sends its proposals."))
    above = act.session.get_one(Territory, act.territory.id).above
    if act.territory.kind not in FOURTH_LEVEL or above is None:
        raise Conflict(_("A proposal goes from an okrug to the maslikhat of its raion."))
    refuse_all(faults_of_sending(act, sending, basis))
    taken = select(func.max(Motion.number)).where(Motion.territory_id == act.territory.id)
    motion = Motion(
        id=uuid4(),
        territory_id=act.territory.id,
        raion_id=above.id,
        number=(act.session.scalar(taken) or 0) + 1,
        text_kk=sending.text_kk.strip(),
        text_ru=sending.text_ru.strip(),
        sent_at=act.at,
        **basis.columns,
    )
    first = Step(motion_id=motion.id, number=1, kind=Kind.SENT, day=sending.day, reference=one_line(sending.reference))
    _log(act, first)  # the event comes first: triggers refuse rows that the log does not know
    act.session.add(motion)
    act.session.flush()
    act.session.add(first)
    act.session.flush()
    return motion


def receive(act: Act, motion: Motion, day: date | None, reference: str) -> None:
    """The maslikhat's secretary says when it came, under which number. Raises Forbidden, FieldRefusal, Conflict."""
    last = _locked(act, motion, Kind.RECEIVED)
    refuse_all(faults_of_step(act, last, day, reference))
    _take(act, last, Step(kind=Kind.RECEIVED, day=day, reference=one_line(reference)))


def consider(act: Act, motion: Motion, day: date | None) -> None:
    """The maslikhat's secretary says at which sitting it was considered. Raises Forbidden, FieldRefusal, Conflict."""
    last = _locked(act, motion, Kind.CONSIDERED)
    refuse_all(faults_of_step(act, last, day))
    _take(act, last, Step(kind=Kind.CONSIDERED, day=day))


def answer(act: Act, motion: Motion, answering: Answering, paper: Received | None = None) -> None:
    """The secretary of the maslikhat records the answer and its document. Raises Forbidden, FieldRefusal, Conflict."""
    last = _locked(act, motion, Kind.ANSWERED)
    refuse_all(faults_of_answer(act, last, answering, with_paper=paper is not None))
    step = Step(
        kind=Kind.ANSWERED,
        day=answering.day,
        reference=one_line(answering.reference),
        answer=answering.answer,
        words=answering.words.strip(),
        language=answering.language,
    )
    if paper is not None:
        step.paper_id = files.add_paper(act, _person(act), paper).id
    _take(act, last, step)


def may_take(act: Act, last: Step, kind: Kind) -> bool:
    """Whether the actor may take a step of this kind after the last one."""
    return kind in FOLLOWING[Kind(last.kind)] and act.holds(Role.MASLIKHAT_SECRETARY)


def require(act: Act, motion: Motion, kind: Kind) -> Step:
    """The last step, after which the actor may take one of this kind. Raises Forbidden, Conflict."""
    if act.person is None or not act.holds(Role.MASLIKHAT_SECRETARY):
        raise Forbidden(_("The secretary of the maslikhat records what becomes of proposals there."))
    last = last_step(act, motion)
    if kind not in FOLLOWING[Kind(last.kind)]:
        raise Conflict(_NOT_NOW[kind])
    return last


def last_step(act: Act, motion: Motion) -> Step:
    """The step that says how it stands."""
    query = select(Step).where(Step.motion_id == motion.id).order_by(Step.number.desc()).limit(1)
    return act.session.scalars(query).one()


def faults_of_sending(act: Act, sending: Sending, basis: Basis) -> Iterator[FieldRefusal]:
    """What `send` would refuse."""
    wrong = list(bases.faults(act, basis))
    yield from wrong
    texts = {"text_kk": sending.text_kk.strip(), "text_ru": sending.text_ru.strip()}
    missing = _("Write what is proposed, in Kazakh or in Russian or in both.")
    yield from tasks.faults_of_texts(texts, LONGEST_TEXT, missing)
    yield from _faults_of_day(act, sending.day, bases.day_of(act, basis) if not wrong else None)
    yield from _faults_of_number(sending.reference)


def faults_of_step(act: Act, last: Step, day: date | None, reference: str | None = None) -> Iterator[FieldRefusal]:
    """What is wrong with the day of a step, and with the number where it has one."""
    yield from _faults_of_day(act, day, last.day)
    if reference is not None:
        yield from _faults_of_number(reference)


def faults_of_answer(act: Act, last: Step, answering: Answering, *, with_paper: bool) -> Iterator[FieldRefusal]:
    """What `answer` would refuse: it has its words, and a document that is attached or named."""
    if answering.answer not in list(Answer):
        yield FieldRefusal("answer", _("Choose the answer."))
    yield from tasks.faults_of_words(tasks.Words(answering.words, answering.language), _("Write the answer in words."))
    yield from _faults_of_day(act, answering.day, last.day)
    if not one_line(answering.reference) and with_paper:
        return
    yield from _faults_of_number(answering.reference)


def _faults_of_day(act: Act, day: date | None, earliest: date | None) -> Iterator[FieldRefusal]:
    if day is None:
        yield FieldRefusal("day", _("Write the date."))
    elif day > local(act.at).date():
        yield FieldRefusal("day", _("This day has not come yet. The latest day: today."))
    elif earliest is not None and day < earliest:
        yield FieldRefusal("day", _("This was not before: %(day)s", day=in_words(earliest)))


def _faults_of_number(reference: str) -> Iterator[FieldRefusal]:
    if not one_line(reference):
        yield FieldRefusal("reference", _("Write the number."))
    elif len(one_line(reference)) > LONGEST_NUMBER:
        yield FieldRefusal("reference", _("Use at most 40 characters."))


def _locked(act: Act, motion: Motion, kind: Kind) -> Step:
    """`require` of a motion that is locked: of two at once the second sees the step of the first."""
    act.session.refresh(motion, with_for_update=True)
    return require(act, motion, kind)


def _take(act: Act, last: Step, step: Step) -> None:
    step.motion_id, step.number = last.motion_id, last.number + 1
    _log(act, step)
    act.session.add(step)
    act.session.flush()


def _log(act: Act, step: Step) -> None:
    step.at, step.by_id = act.at, _person(act)
    data = {"step": step.number, "day": step.day.isoformat()}
    audit.record(act, f"maslikhat.{Kind(step.kind)}", subject=step.motion_id, data=data)


def _person(act: Act) -> UUID:
    if act.person is None:
        raise Forbidden(_("Your role does not allow this."))
    return act.person.id


@showing.shows
def seen(act: Act, ids: Collection[UUID]) -> Seen:
    """The paper of an answer everybody sees."""
    found = act.session.scalars(select(Step.motion_id).where(Step.paper_id.in_(ids)).limit(1)).first()
    return Seen.EVERYBODY if found is not None else Seen.NOBODY
