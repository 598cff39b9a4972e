"""The development programme of an okrug: the office writes its tasks, and they stand once the assembly approved them.

What changes them is a new version, which rests on a decision of its own; the former version stays beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select

from pb.act import Act
from pb.audit import service as audit
from pb.audit.service import fingerprints
from pb.clock import local
from pb.core import measures
from pb.errors import Conflict, FieldRefusal, NotFound, refuse_all
from pb.proposals.service import contents
from pb.registers.models import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_WORDS,
    MOST_TASKS,
    MOST_YEARS,
    Programme,
    Progress,
    Task,
    Version,
)
from pb.registers.service import require_writing
from pb.registers.service.reading import Cells
from pb.registers.service.tasks import Entry
from pb.tasks.service import basis
from pb.tasks.service.basis import Basis

THE_OFFICE: Final = _("The akim's office keeps the development programme.")
FORGED: Final = _(
    "These tasks are not those that the office wrote: somebody changed the database. Take them from a file anew."
)
MOST_PROGRAMMES: Final = 20
MOST_ENTRIES: Final = 100
"""Of the progress of one task."""


class Standing(NamedTuple):
    """A task with its last entry of progress; `late`: its day is over and the target not reached."""

    task: Task
    last: Progress | None
    late: int

    @property
    def done(self) -> bool:
        return self.last is not None and measures.reached(self.task.start, self.task.target, self.last.value)


@dataclass(frozen=True, slots=True)
class Step:
    """What is entered of a task's progress; `value` in thousandths."""

    value: int
    day: date | None
    words: str
    language: str


def begin(act: Act, first_year: int, last_year: int) -> Programme:
    """The office begins a programme, with a version to be written. Raises Forbidden, FieldRefusal, Conflict."""
    person = require_writing(act, THE_OFFICE)
    refuse_all(faults_of_years(first_year, last_year))
    audit.take_turn(act)
    every = of_here(act)
    if len(every) >= MOST_PROGRAMMES:
        raise Conflict(_("Twenty programmes are kept here: no more are taken in."))
    if any(one.first_year == first_year and one.last_year == last_year for one in every):
        raise Conflict(_("A programme of these years is here already: change that one."))
    programme = Programme(
        id=uuid4(),
        territory_id=act.territory.id,
        number=max((one.number for one in every), default=0) + 1,
        first_year=first_year,
        last_year=last_year,
        begun_at=act.at,
        begun_by=person,
    )
    data = {"programme": programme.number, "version": 1, "years": programme.years}
    audit.record(act, "programme.begun", subject=programme.id, data=data)
    act.session.add(programme)
    act.session.flush()
    act.session.add(Version(programme_id=programme.id, number=1))
    act.session.flush()
    return programme


def revise(act: Act, programme: Programme) -> Version:
    """The office begins a new version, with the tasks of the one in force. Raises Forbidden, Conflict (it is begun)."""
    require_writing(act, THE_OFFICE)
    audit.take_turn(act)
    before = in_force(act, programme)
    if before is None or written(act, programme) is not None:
        raise Conflict(_("A version of this programme is being written already."))
    version = Version(programme_id=programme.id, number=before.number + 1)
    taken = []
    for task in tasks(act, before):
        columns = {column.name: getattr(task, column.name) for column in Task.__table__.columns}
        taken.append(Task(**{**columns, "version": version.number}))
    _log(act, "programme.revised", programme, version, taken)
    act.session.add(version)
    act.session.flush()
    act.session.add_all(taken)
    act.session.flush()
    return version


def discard(act: Act, programme: Programme) -> bool:
    """The version that is being written goes with its tasks; whether the programme, which has no other, went too.

    Raises Forbidden, Conflict (none is being written).
    """
    audit.take_turn(act)
    version = require_written(act, programme)
    alone = in_force(act, programme) is None
    data = {"programme": programme.number, "version": version.number}
    audit.record(act, "programme.discarded", subject=programme.id, data=data)
    act.session.execute(delete(Task).where(Task.programme_id == programme.id, Task.version == version.number))
    act.session.delete(version)
    act.session.flush()
    if alone:
        act.session.delete(programme)
        act.session.flush()
    return alone


def write_task(act: Act, programme: Programme, entry: Entry, wrong: Sequence[FieldRefusal]) -> Task:
    """Writes a task of the version that is being written; without a number the next one. `wrong`: of `tasks.read`.

    Raises Forbidden, Conflict (no version is being written; too many), FieldRefusal.
    """
    audit.take_turn(act)
    version = require_written(act, programme)
    refuse_all(wrong)
    number = entry.number or _next_task(act, programme)
    if number > MOST_TASKS:
        raise Conflict(_("A programme has %(most)s tasks at most.", most=MOST_TASKS))
    others = [one for one in tasks(act, version) if one.number != number]
    _log(act, "programme.task_written", programme, version, [*others, _made(version, number, entry)], task=number)
    task = act.session.merge(_made(version, number, entry))
    act.session.flush()
    return task


def remove_task(act: Act, programme: Programme, number: int) -> None:
    """Takes a task out of the version that is being written. Raises Forbidden, Conflict, NotFound."""
    audit.take_turn(act)
    version = require_written(act, programme)
    task = act.session.get(Task, (programme.id, version.number, number))
    if task is None:
        raise NotFound
    left = [one for one in tasks(act, version) if one.number != number]
    _log(act, "programme.task_removed", programme, version, left, task=number)
    act.session.delete(task)
    act.session.flush()


def replace_tasks(act: Act, programme: Programme, entries: Sequence[Entry], *, sha256: str) -> int:
    """All tasks of a file take the place of those of the version that is written. Raises Forbidden, Conflict.

    The caller took nothing of a file with a fault.
    """
    audit.take_turn(act)
    version = require_written(act, programme)
    named = {entry.number for entry in entries}
    first_free = _next_task(act, programme, besides=version)
    free = iter(number for number in range(first_free, 2 * MOST_TASKS) if number not in named)
    made = [_made(version, entry.number or next(free), entry) for entry in entries]
    if any(task.number > MOST_TASKS for task in made):
        raise Conflict(_("A programme has %(most)s tasks at most.", most=MOST_TASKS))
    _log(act, "programme.tasks_imported", programme, version, made, sha256=sha256)
    act.session.execute(delete(Task).where(Task.programme_id == programme.id, Task.version == version.number))
    act.session.expire_all()
    act.session.add_all(made)
    act.session.flush()
    return len(made)


def require_written(act: Act, programme: Programme) -> Version:
    """The version that the office writes. Raises Forbidden, Conflict (none is being written)."""
    require_writing(act, THE_OFFICE)
    version = written(act, programme)
    if version is None:
        raise Conflict(_("No version of this programme is being written: begin a new one, which rests on a decision."))
    return version


def require_approving(act: Act, programme: Programme) -> Version:
    """Raises Forbidden, Conflict (nothing is being written, it has no task, or others than the office wrote)."""
    version = require_written(act, programme)
    found = tasks(act, version)
    if not found:
        raise Conflict(_("Write a task first."))
    told = [one.data for one in audit.of_subject(act, programme.id) if one.data.get("version") == version.number]
    last = next((data["digest"] for data in reversed(told) if "digest" in data), None)
    if last != fingerprints.of_rows(found):
        raise Conflict(FORGED)
    return version


def approve(act: Act, programme: Programme, rests_on: Basis) -> Version:
    """The office enters that the assembly approved the version: it stands, for everybody.

    Raises Forbidden, Conflict, FieldRefusal (`basis.faults`).
    """
    person = require_writing(act, THE_OFFICE)
    audit.take_turn(act)
    version = require_approving(act, programme)
    refuse_all(basis.faults(act, rests_on))
    _log(act, "programme.approved", programme, version, tasks(act, version))
    for name, value in rests_on.columns.items():
        setattr(version, name, value)
    version.approved_at, version.approved_by = act.at, person
    act.session.flush()
    return version


def enter_progress(
    act: Act, programme: Programme, number: int, step: Step, wrong: Sequence[FieldRefusal] = ()
) -> Progress:
    """The office enters what a task has reached; `wrong`: of `read_value`.

    Raises Forbidden, NotFound, Conflict, FieldRefusal.
    """
    person = require_writing(act, THE_OFFICE)
    audit.take_turn(act)
    task = task_in_force(act, programme, number)
    before = progress(act, programme, task.number)
    if len(before) >= MOST_ENTRIES:
        raise Conflict(_("A hundred entries stand at this task: no more are taken."))
    refuse_all(faults_of_progress(act, programme, number, step, wrong))
    if step.day is None:
        raise ValueError("an entry without its day was let through")
    row = Progress(
        programme_id=programme.id,
        task=task.number,
        number=len(before) + 1,
        value=step.value,
        day=step.day,
        words=step.words.strip(),
        language=step.language,
        at=act.at,
        by_id=person,
    )
    data = {"programme": programme.number, "task": task.number, "number": row.number}
    audit.record(act, "programme.progress", subject=programme.id, data={**data, "digest": fingerprints.of_row(row)})
    act.session.add(row)
    act.session.flush()
    return row


def read_value(typed: str) -> tuple[int, list[FieldRefusal]]:
    """A value as it was typed, and what is wrong with it."""
    cells = Cells({"value": typed})
    return cells.measure("value"), cells.faults


def faults_of_years(first_year: int, last_year: int) -> Iterator[FieldRefusal]:
    """What is wrong with the years of a programme."""
    if not FIRST_YEAR <= first_year <= LAST_YEAR:
        yield FieldRefusal("first_year", _("Write a year from %(min)s on.", min=str(FIRST_YEAR)))
    if not first_year <= last_year <= min(first_year + MOST_YEARS - 1, LAST_YEAR):
        yield FieldRefusal("last_year", _("A programme is for one to five years."))


def faults_of_progress(
    act: Act, programme: Programme, number: int, step: Step, wrong: Sequence[FieldRefusal] = ()
) -> Iterator[FieldRefusal]:
    """What is wrong with an entry of a task's progress."""
    yield from wrong
    before = progress(act, programme, number)
    if step.day is None:
        yield FieldRefusal("day", _("Write the date."))
    elif step.day > local(act.at).date():
        yield FieldRefusal("day", _("This day has not come yet. The latest day: today."))
    elif before and step.day < before[-1].day:
        yield FieldRefusal("day", _("An entry of a later day stands there already."))
    if not step.words.strip():
        yield FieldRefusal("words", _("Write what was done, and how one sees it."))
    elif len(step.words.strip()) > LONGEST_WORDS:
        yield FieldRefusal("words", _("Use at most %(max)d characters.", max=LONGEST_WORDS))
    if step.language not in contents.LANGUAGES:
        yield FieldRefusal("language", _("Choose the language in which you write."))


def of_here(act: Act) -> Sequence[Programme]:
    """The programmes of the territory, the latest years first."""
    query = select(Programme).where(Programme.territory_id == act.territory.id)
    return act.session.scalars(query.order_by(Programme.first_year.desc(), Programme.number.desc())).all()


def get(act: Act, programme_id: UUID) -> Programme:
    """Raises NotFound, also for who may not see that one is being written."""
    programme = act.session.get(Programme, programme_id)
    if programme is None or programme.territory_id != act.territory.id:
        raise NotFound
    return programme


def versions(act: Act, programme: Programme) -> Sequence[Version]:
    query = select(Version).where(Version.programme_id == programme.id)
    return act.session.scalars(query.order_by(Version.number)).all()


def in_force(act: Act, programme: Programme) -> Version | None:
    """The last version that was approved."""
    approved = [version for version in versions(act, programme) if version.approved_at is not None]
    return approved[-1] if approved else None


def written(act: Act, programme: Programme) -> Version | None:
    """The version that is being written."""
    return next((version for version in versions(act, programme) if version.approved_at is None), None)


def approved_here(act: Act) -> list[Programme]:
    """Those with a version in force, the latest years first."""
    query = select(Version.programme_id).where(Version.approved_at.is_not(None)).distinct()
    ids = set(act.session.scalars(query.join(Programme).where(Programme.territory_id == act.territory.id)))
    return [one for one in of_here(act) if one.id in ids]


def current(act: Act) -> Programme | None:
    """The programme of this year, else the last one that was approved."""
    year = local(act.at).year
    approved = approved_here(act)
    return next((one for one in approved if one.first_year <= year <= one.last_year), approved[0] if approved else None)


def tasks(act: Act, version: Version) -> Sequence[Task]:
    query = select(Task).where(Task.programme_id == version.programme_id, Task.version == version.number)
    return act.session.scalars(query.order_by(Task.number)).all()


def task_in_force(act: Act, programme: Programme, number: int) -> Task:
    """Raises NotFound."""
    version = in_force(act, programme)
    task = act.session.get(Task, (programme.id, version.number, number)) if version is not None else None
    if task is None:
        raise NotFound
    return task


def progress(act: Act, programme: Programme, number: int | None = None) -> Sequence[Progress]:
    """The entries of one task, or of all, the first first."""
    query = select(Progress).where(Progress.programme_id == programme.id)
    if number is not None:
        query = query.where(Progress.task == number)
    return act.session.scalars(query.order_by(Progress.task, Progress.number)).all()


def standing(act: Act, programme: Programme, version: Version) -> list[Standing]:
    """How each task of a version stands today."""
    last: Mapping[int, Progress] = {entry.task: entry for entry in progress(act, programme)}
    today = local(act.at).date()
    found = []
    for task in tasks(act, version):
        one = Standing(task, last.get(task.number), 0)
        found.append(one if one.done else one._replace(late=max(0, (today - task.until).days)))
    return found


def _made(version: Version, number: int, entry: Entry) -> Task:
    written = {name: value for name, value in asdict(entry).items() if name != "number"}
    return Task(programme_id=version.programme_id, version=version.number, number=number, **written)


def _log(
    act: Act, action: str, programme: Programme, version: Version, whole: Sequence[Task], **told: int | str
) -> None:
    """The event names how many tasks the version has after it, and their digest: what they say nobody else sees yet."""
    data = {"programme": programme.number, "version": version.number, **told}
    data |= {"tasks": len(whole), "digest": fingerprints.of_rows(whole)}
    audit.record(act, action, subject=programme.id, data=data)


def _next_task(act: Act, programme: Programme, besides: Version | None = None) -> int:
    """A number that no task of any version had: its progress would be taken for this one's."""
    query = select(func.max(Task.number)).where(Task.programme_id == programme.id)
    if besides is not None:
        query = query.where(Task.version != besides.number)
    return (act.session.scalar(query) or 0) + 1
