"""Tasks as they are given, done, accepted, put off and given up: each step a row and an event, and none is undone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid4

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.core.text import composed
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.media.service import files
from pb.media.service.files import Received
from pb.proposals.service import contents
from pb.tasks.models import ASKED, FOLLOWING, LONGEST_NAME, LONGEST_TEXT, LONGEST_WORDS, Executor, Kind, Step, Task
from pb.tasks.service import basis as bases
from pb.tasks.service import proofs as proofs  # registers who sees them
from pb.tasks.service.basis import Basis
from pb.text import one_line

GIVING: Final = (Role.OFFICE, Role.SECRETARY)
ACCEPTING: Final = (Role.CHAIR, Role.SECRETARY)
CONFIRMING: Final = (Role.CHAIR, Role.SECRETARY, Role.DEPUTY)
JUDGING: Final = frozenset({Kind.ACCEPTED, Kind.SENT_BACK})
AGREEING: Final = frozenset({Kind.GIVEN_UP, Kind.KEPT})
QUOTES: Final = frozenset("\"'«»“”„‟‘’‚‹›`")
LONGEST_TERM: Final = timedelta(days=10 * 366)
SHOW_IT = _("Write what was done, and how one sees it.")
NOT_THE_OFFICE = _("The akim's office says how a task goes on.")
NOT_CONFIRMING = _("The chair or the secretary of the assembly or a deputy confirms what the office asks for.")
NOT_THE_ASSEMBLY = _("The chair or the secretary of the assembly says whether a task is done.")
_TAKERS: Final[dict[Kind, tuple[Role, ...]]] = {
    **dict.fromkeys(Kind, (Role.OFFICE,)),
    **dict.fromkeys(JUDGING, ACCEPTING),
    **dict.fromkeys(AGREEING, CONFIRMING),
    Kind.GIVEN: GIVING,
}


@dataclass(frozen=True, slots=True)
class Giving:
    """A task as it is given: what is to be done, in both languages or one; by whom; where; until which day.

    `executor_id` is one that was named before; without it a new one is named, unless the name is known already.
    """

    text_kk: str
    text_ru: str
    until: date | None
    executor_id: UUID | None = None
    executor_kk: str = ""
    executor_ru: str = ""
    settlement: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A proof or a reason, in the language in which it was written."""

    text: str
    language: str = "kk"


def give(act: Act, giving: Giving, basis: Basis) -> Task:
    """Gives a task that rests on a decision: `Basis(question_id=…)`, or minutes of a meeting held elsewhere.

    Raises Forbidden (neither the office nor the secretary), FieldRefusal (`faults_of_giving`).
    """
    _require(act, GIVING, _("The akim's office or the secretary of the assembly gives tasks."))
    refuse_all(faults_of_giving(act, giving, basis))
    executor_id = giving.executor_id or (_of_this_name(act, giving) or _name(act, giving)).id
    task = Task(
        id=uuid4(),
        territory_id=act.territory.id,
        number=_next(act, Task),
        executor_id=executor_id,
        settlement=giving.settlement,
        text_kk=one_line(giving.text_kk),
        text_ru=one_line(giving.text_ru),
        given_at=act.at,
    )
    first = Step(task_id=task.id, number=1, kind=Kind.GIVEN, until=giving.until, **basis.columns)
    _log(act, first)  # the event comes first: triggers refuse rows that the log does not know
    act.session.add(task)
    act.session.flush()
    act.session.add(first)
    act.session.flush()
    return task


def start(act: Act, task: Task) -> None:
    """The office says that the work has begun. Raises Forbidden, Conflict (it has, or is over)."""
    _take(act, _locked(act, task, Kind.STARTED), Kind.STARTED)


def report_done(
    act: Act, task: Task, proof: Words, *, photo: Received | None = None, paper: Received | None = None
) -> None:
    """The office says that it is done, and what shows it. Raises Forbidden, FieldRefusal, Conflict."""
    last = _locked(act, task, Kind.DONE)
    refuse_all(faults_of_words(proof, SHOW_IT))
    picture_id = files.add_picture(act, _person(act), photo).id if photo is not None else None
    paper_id = files.add_paper(act, _person(act), paper).id if paper is not None else None
    _take(act, last, Kind.DONE, words=proof, picture_id=picture_id, paper_id=paper_id)


def accept(act: Act, task: Task) -> None:
    """Chair or secretary of the assembly accept what another person says is done. Raises Forbidden, Conflict."""
    _take(act, _locked(act, task, Kind.ACCEPTED), Kind.ACCEPTED)


def send_back(act: Act, task: Task, reason: Words) -> None:
    """Chair or secretary say what is missing, and the work goes on. Raises Forbidden, FieldRefusal, Conflict."""
    last = _locked(act, task, Kind.SENT_BACK)
    refuse_all(faults_of_words(reason))
    _take(act, last, Kind.SENT_BACK, words=reason)


def put_off(act: Act, task: Task, until: date | None, reason: Words, basis: Basis) -> None:
    """The office records a later day.

    A point that was adopted here decides it at once; minutes that are kept elsewhere only ask for it, until somebody of
    the assembly confirms them (`agree`). Raises Forbidden, FieldRefusal, Conflict.
    """
    last = _locked(act, task, Kind.ASKS_LATER)
    refuse_all(faults_of_putting_off(act, task, until, reason, basis))
    if basis.question_id is not None:
        _take(act, last, Kind.PUT_OFF, words=reason, until=until, question_id=basis.question_id)
    else:
        number, on = one_line(basis.minutes_number), basis.minutes_on
        _take(act, last, Kind.ASKS_LATER, words=reason, asked_until=until, minutes_number=number, minutes_on=on)


def ask_to_end(act: Act, task: Task, reason: Words) -> None:
    """The office says why it should not be done any more. Raises Forbidden, FieldRefusal, Conflict."""
    last = _locked(act, task, Kind.ASKS_END)
    refuse_all(faults_of_words(reason))
    _take(act, last, Kind.ASKS_END, words=reason)


def agree(act: Act, task: Task) -> Kind:
    """Chair, secretary or a deputy confirm what the office asked for: it counts from then on.

    Raises Forbidden, Conflict (nothing is asked for).
    """
    act.session.refresh(task, with_for_update=True)
    last = require_answering(act, task)
    words = Words(last.words, last.language)
    if last.kind == Kind.ASKS_END:
        _take(act, last, Kind.GIVEN_UP, words=words)
        return Kind.GIVEN_UP
    rests = {"question_id": last.question_id, "minutes_number": last.minutes_number, "minutes_on": last.minutes_on}
    _take(act, last, Kind.PUT_OFF, words=words, until=last.asked_until, **rests)
    return Kind.PUT_OFF


def keep(act: Act, task: Task, reason: Words) -> None:
    """Chair, secretary or a deputy do not agree: task and term stand. Raises Forbidden, FieldRefusal, Conflict."""
    act.session.refresh(task, with_for_update=True)
    last = require_answering(act, task)
    refuse_all(faults_of_words(reason))
    _take(act, last, Kind.KEPT, words=reason)


def may_answer(act: Act, last: Step) -> bool:
    """Whether the actor may say yes or no to what the office asks for."""
    return Kind(last.kind) in ASKED and may_take(act, last, Kind.KEPT)


def require_answering(act: Act, task: Task) -> Step:
    """The last step, to which the actor may say yes or no. Raises Forbidden, Conflict."""
    return require(act, task, Kind.KEPT)


def may_take(act: Act, last: Step, kind: Kind) -> bool:
    """Whether the actor may take a step of this kind after the last one."""
    if kind is Kind.PUT_OFF and Kind(last.kind) in ASKED:
        return may_answer(act, last)
    own_word = kind in JUDGING | AGREEING and act.person is not None and act.person.id == last.by_id
    return kind in FOLLOWING[Kind(last.kind)] and act.holds(*_TAKERS[kind]) and not own_word


def require(act: Act, task: Task, kind: Kind) -> Step:
    """The last step, after which the actor may take one of this kind.

    Raises Forbidden (not their role; or they would accept what they said themselves), Conflict (not now).
    """
    told = NOT_THE_ASSEMBLY if kind in JUDGING else NOT_CONFIRMING if kind in AGREEING else NOT_THE_OFFICE
    _require(act, _TAKERS[kind], told)
    last = last_step(act, task)
    if kind not in FOLLOWING[Kind(last.kind)]:
        raise Conflict(_NOT_NOW[kind])
    if not may_take(act, last, kind):
        raise Forbidden(_("You said it yourself: another person of the assembly answers it."))
    return last


def faults_of_giving(act: Act, giving: Giving, basis: Basis) -> Iterator[FieldRefusal]:
    """What `give` would refuse."""
    texts = {"text_kk": one_line(giving.text_kk), "text_ru": one_line(giving.text_ru)}
    yield from faults_of_texts(texts, LONGEST_TEXT, _("Write what is to be done, in Kazakh or in Russian or in both."))
    if giving.executor_id is None:
        names = {"executor_kk": one_line(giving.executor_kk), "executor_ru": one_line(giving.executor_ru)}
        yield from faults_of_texts(names, LONGEST_NAME, _("Choose who executes it, or write a new name."))
    elif not _is_here(act, giving.executor_id):
        yield FieldRefusal("executor", _("Choose one of the list."))
    elif giving.executor_kk.strip() or giving.executor_ru.strip():
        yield FieldRefusal("executor", _("Choose one of the list or write a new name, not both."))
    if giving.settlement and giving.settlement not in act.territory.settlements:
        yield FieldRefusal("settlement", _("Choose the settlement."))
    wrong = list(bases.faults(act, basis))
    yield from wrong
    decided = bases.day_of(act, basis) if not wrong else None
    if giving.until is None:
        yield FieldRefusal("until", _("Write the date."))
    elif decided is not None and giving.until < decided:
        yield FieldRefusal("until", _("This day is before the decision."))
    elif giving.until > local(act.at).date() + LONGEST_TERM:
        yield FieldRefusal("until", _("Write a day of the next ten years."))


def faults_of_putting_off(
    act: Act, task: Task, until: date | None, reason: Words, basis: Basis
) -> Iterator[FieldRefusal]:
    """What `put_off` would refuse of its form."""
    today, stands = local(act.at).date(), last_step(act, task).until
    if until is None:
        yield FieldRefusal("until", _("Write the date."))
    elif until <= stands or until < today:
        yield FieldRefusal("until", _("Write a later day than the one that holds, from today on."))
    elif until > today + LONGEST_TERM:
        yield FieldRefusal("until", _("Write a day of the next ten years."))
    yield from faults_of_words(reason)
    yield from bases.faults(act, basis)


def faults_of_words(words: Words, missing: LazyString = _("Write the reason.")) -> Iterator[FieldRefusal]:  # noqa: B008
    """What is wrong with a proof or a reason."""
    if not words.text.strip():
        yield FieldRefusal("words", missing)
    elif len(words.text.strip()) > LONGEST_WORDS:
        yield FieldRefusal("words", _("Use at most %(max)d characters.", max=LONGEST_WORDS))
    if words.language not in contents.LANGUAGES:
        yield FieldRefusal("language", _("Choose the language in which you write."))


def last_step(act: Act, task: Task) -> Step:
    """The step that says how a task stands."""
    query = select(Step).where(Step.task_id == task.id).order_by(Step.number.desc()).limit(1)
    return act.session.scalars(query).one()


_NOT_NOW: Final[dict[Kind, LazyString]] = {
    Kind.STARTED: _("The work has begun already, or the task is over."),
    Kind.DONE: _("It was said already that this task is done, or it was given up."),
    Kind.ACCEPTED: _("Nobody says now that this task is done: there is nothing to accept."),
    Kind.SENT_BACK: _("Nobody says now that this task is done: there is nothing to send back."),
    Kind.ASKS_LATER: _("This task is over, or waits for the assembly: its term is not put off now."),
    Kind.ASKS_END: _("This task is done, waits for the assembly or was given up already."),
    Kind.KEPT: _("Nobody asks now for another term or for an end of this task."),
}


def faults_of_texts(texts: dict[str, str], longest: int, missing: LazyString) -> Iterator[FieldRefusal]:
    """What is wrong with a text in two languages: one of them is enough."""
    if not any(texts.values()):
        yield FieldRefusal(next(iter(texts)), missing)
    for name, text in texts.items():
        if len(text) > longest:
            yield FieldRefusal(name, _("Use at most %(max)d characters.", max=longest))


def _locked(act: Act, task: Task, kind: Kind) -> Step:
    """The same of a task that is locked: of two at once the second sees the step of the first."""
    act.session.refresh(task, with_for_update=True)
    return require(act, task, kind)


def _take(
    act: Act,
    last: Step,
    kind: Kind,
    *,
    words: Words | None = None,
    until: date | None = None,
    **columns: UUID | str | date | None,
) -> None:
    step = Step(task_id=last.task_id, number=last.number + 1, kind=kind, until=until or last.until, **columns)
    if words is not None:
        step.words, step.language = words.text.strip(), words.language
    _log(act, step)
    act.session.add(step)
    act.session.flush()


def _log(act: Act, step: Step) -> None:
    step.at, step.by_id = act.at, _person(act)
    data = {"step": step.number, "until": step.until.isoformat()}
    audit.record(act, f"task.{Kind(step.kind)}", subject=step.task_id, data=data)


def _of_this_name(act: Act, giving: Giving) -> Executor | None:
    """Who was named before with the same words, case, spaces and quotation marks aside: nobody has two pages."""
    typed = [_plain(name) for name in (giving.executor_kk, giving.executor_ru) if _plain(name)]
    query = select(Executor).where(Executor.territory_id == act.territory.id).order_by(Executor.number)
    for executor in act.session.scalars(query):
        known = {_plain(executor.name_kk), _plain(executor.name_ru)}
        if typed and all(name in known for name in typed):
            return executor
    return None


def _plain(name: str) -> str:
    return " ".join("".join(sign for sign in composed(name) if sign not in QUOTES).casefold().split())


def _name(act: Act, giving: Giving) -> Executor:
    executor = Executor(
        id=uuid4(),
        territory_id=act.territory.id,
        number=_next(act, Executor),
        name_kk=one_line(giving.executor_kk),
        name_ru=one_line(giving.executor_ru),
        named_at=act.at,
    )
    audit.record(act, "task.executor_named", subject=executor.id, data={"number": executor.number})
    act.session.add(executor)
    act.session.flush()
    return executor


def _next(act: Act, model: type[Task] | type[Executor]) -> int:
    taken = select(func.max(model.number)).where(model.territory_id == act.territory.id)
    return (act.session.scalar(taken) or 0) + 1


def _is_here(act: Act, executor_id: UUID) -> bool:
    executor = act.session.get(Executor, executor_id)
    return executor is not None and executor.territory_id == act.territory.id


def _require(act: Act, roles: tuple[Role, ...], told: LazyString) -> None:
    if act.person is None or not act.holds(*roles):
        raise Forbidden(told)


def _person(act: Act) -> UUID:
    if act.person is None:
        raise Forbidden(_("Your role does not allow this."))
    return act.person.id
