"""Tasks as pages show them: what is late, what goes on, what is over, and what came of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select

from pb.act import Act
from pb.clock import local
from pb.core import alphabet
from pb.errors import NotFound
from pb.gatherings.models import Matter
from pb.tasks.models import OVER, WORK_GOES_ON, Executor, Kind, Step, Task
from pb.tasks.service import basis
from pb.tasks.service.basis import Decision


class Standing(NamedTuple):
    """A task with its last step and who executes it."""

    task: Task
    last: Step
    executor: Executor

    def late(self, today: date) -> int:
        """Days past the term; 0 while there is time, and where nothing is to be done any more."""
        return max(0, (today - self.last.until).days) if Kind(self.last.kind) in WORK_GOES_ON else 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which tasks: all of the territory, or those of one executor or one settlement."""

    executor_id: UUID | None = None
    settlement: str = ""


EVERY = Asked()


def get(act: Act, task_id: UUID) -> Task:
    """A task of the act's territory. Raises NotFound."""
    task = act.session.get(Task, task_id)
    if task is None or task.territory_id != act.territory.id:
        raise NotFound
    return task


def standing(act: Act, task: Task) -> Standing:
    """How one stands."""
    (found,) = _read(act, _query(act, EVERY).where(Task.id == task.id))
    return found


def overdue(act: Act, asked: Asked = EVERY) -> list[Standing]:
    """What should be done by now, the longest overdue first."""
    return _rows(act, asked, Step.kind.in_(WORK_GOES_ON), Step.until < local(act.at).date())


def going_on(act: Act, asked: Asked = EVERY) -> list[Standing]:
    """What is to be done and has time, and what waits for the assembly; the nearest term first."""
    late = and_(Step.kind.in_(WORK_GOES_ON), Step.until < local(act.at).date())
    return _rows(act, asked, Step.kind.not_in(OVER), ~late)


def over(act: Act, asked: Asked, number: int, size: int) -> list[Standing]:
    """One page, from 1, of what was accepted or given up; the latest first."""
    query = _query(act, asked).where(Step.kind.in_(OVER)).order_by(Step.at.desc(), Task.number.desc())
    return _read(act, query.offset((number - 1) * size).limit(size))


def count_over(act: Act, asked: Asked) -> int:
    """How many were accepted or given up."""
    query = _query(act, asked).where(Step.kind.in_(OVER)).subquery()
    return act.session.scalar(select(func.count()).select_from(query)) or 0


def steps(act: Act, task: Task) -> Sequence[Step]:
    """All steps of a task, the first one first."""
    return act.session.scalars(select(Step).where(Step.task_id == task.id).order_by(Step.number)).all()


def of_decision(act: Act, question_id: UUID) -> list[Standing]:
    """The tasks that a point of an agenda gave."""
    gave = select(Step.task_id).where(Step.kind == Kind.GIVEN, Step.question_id == question_id)
    return _read(act, _query(act, EVERY).where(Task.id.in_(gave)).order_by(Task.number))


def executor(act: Act, executor_id: UUID) -> Executor:
    """An executor of the act's territory. Raises NotFound."""
    found = act.session.get(Executor, executor_id)
    if found is None or found.territory_id != act.territory.id:
        raise NotFound
    return found


def executors(act: Act, tongue: str) -> list[Executor]:
    """All that were ever named here, by their name in a language."""
    found = act.session.scalars(select(Executor).where(Executor.territory_id == act.territory.id))
    return sorted(found, key=lambda each: alphabet.key(each.called(tongue).text))


def settlements(act: Act) -> list[str]:
    """The settlements that have a task, as rows keep them."""
    query = select(Task.settlement).where(Task.territory_id == act.territory.id, Task.settlement != "").distinct()
    return sorted(act.session.scalars(query), key=alphabet.key)


def to_give(act: Act) -> list[Decision]:
    """Decided tasks, and requests to the akim's office, of which no task was given yet."""
    return basis.waiting(act, [Matter.TASKS, Matter.AKIMAT], select(Step.question_id))


def _rows(act: Act, asked: Asked, *which: ColumnElement[bool]) -> list[Standing]:
    return _read(act, _query(act, asked).where(*which).order_by(Step.until, Task.number))


def _read(act: Act, query: Select[Task, Step, Executor]) -> list[Standing]:
    return [Standing(task, last, executor) for task, last, executor in act.session.execute(query)]


def _query(act: Act, asked: Asked) -> Select[Task, Step, Executor]:
    last = select(func.max(Step.number)).where(Step.task_id == Task.id).correlate(Task).scalar_subquery()
    query = (
        select(Task, Step, Executor)
        .join(Step, and_(Step.task_id == Task.id, Step.number == last))
        .join(Executor, Executor.id == Task.executor_id)
        .where(Task.territory_id == act.territory.id)
    )
    if asked.executor_id is not None:
        query = query.where(Task.executor_id == asked.executor_id)
    if asked.settlement:
        names = act.territory.settlement_names(asked.settlement) or [asked.settlement]
        query = query.where(Task.settlement.in_(names))
    return query
