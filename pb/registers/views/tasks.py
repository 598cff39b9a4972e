"""One task of the development programme: written by the office, and followed by everybody once it is approved."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.clock import local
from pb.core import measures
from pb.errors import NotFound
from pb.formats import language
from pb.registers.forms import ProgressForm, TaskForm
from pb.registers.models import SOURCE_LABELS, Programme, Task
from pb.registers.service import WRITING, may_write, programmes, tasks
from pb.registers.views.blueprint import blueprint
from pb.registers.views.development import ONE, of_a_village, seen
from pb.web.access import A_TEXT, EVERYBODY, access, allow
from pb.web.requests import Response, notify, page


@blueprint.get(f"{ONE}/tasks/<number:task>")
@access(EVERYBODY)
def task(programme_id: UUID, task: str) -> str:
    """The task as it is in force, with all that was entered of its progress."""
    act = of_a_village()
    found = seen(act, programme_id)
    form = ProgressForm() if may_write(act) else None
    if form is not None:
        form.day.data = local(act.at).date()
    return _task_page(act, found, programmes.task_in_force(act, found, _number(task)), form)


@blueprint.post(f"{ONE}/tasks/<number:task>")
@access(allow(*WRITING), action=lazy_gettext("enter the progress of a task of the programme"), largest_body=A_TEXT)
def enter_progress(programme_id: UUID, task: str) -> Response:
    act = of_a_village()
    found = programmes.get(act, programme_id)
    known = programmes.task_in_force(act, found, _number(task))
    form = ProgressForm()
    value, wrong = programmes.read_value(form.value.data or "")
    step = form.step(value)
    entered = form.submit(
        lambda: programmes.enter_progress(act, found, known.number, step, wrong),
        faults=lambda: programmes.faults_of_progress(act, found, known.number, step, wrong),
    )
    if entered is None:
        return _task_page(act, found, known, form), 422
    notify(_("The progress is entered. Everybody sees it."))
    return redirect(url_for("registers.task", programme_id=found.id, task=known.number))


@blueprint.get(f"{ONE}/tasks/new")
@access(allow(*WRITING))
def new_task(programme_id: UUID) -> str:
    act = of_a_village()
    found = programmes.get(act, programme_id)
    programmes.require_written(act, found)
    return page("registers/task_form.html", form=TaskForm(), programme=found, place=None)


@blueprint.post(f"{ONE}/tasks/new")
@access(allow(*WRITING), action=lazy_gettext("write a task of the development programme"), largest_body=A_TEXT)
def add_task(programme_id: UUID) -> Response:
    return _write(programme_id, None)


@blueprint.get(f"{ONE}/tasks/<number:task>/edit")
@access(allow(*WRITING))
def edit_task(programme_id: UUID, task: str) -> str:
    act = of_a_village()
    found = programmes.get(act, programme_id)
    known = _written(act, found, task)
    form = TaskForm(data=tasks.as_typed(known))
    form.until.data = known.until
    return page("registers/task_form.html", form=form, programme=found, place=known.number)


@blueprint.post(f"{ONE}/tasks/<number:task>/edit")
@access(allow(*WRITING), action=lazy_gettext("change a task before the programme is approved"), largest_body=A_TEXT)
def change_task(programme_id: UUID, task: str) -> Response:
    return _write(programme_id, task)


@blueprint.post(f"{ONE}/tasks/<number:task>/remove")
@access(allow(*WRITING), action=lazy_gettext("take a task out before the programme is approved"))
def remove_task(programme_id: UUID, task: str) -> Response:
    act = of_a_village()
    found = programmes.get(act, programme_id)
    programmes.remove_task(act, found, _written(act, found, task).number)
    notify(_("The task is taken out."))
    return redirect(url_for("registers.programme", programme_id=found.id, _anchor="written"))


def _write(programme_id: UUID, task: str | None) -> Response:
    act = of_a_village()
    found = programmes.get(act, programme_id)
    programmes.require_written(act, found)
    number = _written(act, found, task).number if task is not None else None
    form = TaskForm()
    entry, wrong = tasks.read(found, {**form.typed(), "number": str(number or "")})
    written = form.submit(lambda: programmes.write_task(act, found, entry, wrong), faults=lambda: wrong)
    if written is None:
        return page("registers/task_form.html", form=form, programme=found, place=number), 422
    notify(_("The task is written."))
    return redirect(url_for("registers.programme", programme_id=found.id, _anchor="written"))


def _written(act: Act, found: Programme, task: str) -> Task:
    """A task of the version that is being written. Raises Conflict (none is), NotFound."""
    version = programmes.require_written(act, found)
    known = next((one for one in programmes.tasks(act, version) if one.number == _number(task)), None)
    if known is None:
        raise NotFound
    return known


def _number(told: str) -> int:
    return int(told)


def _task_page(act: Act, found: Programme, known: Task, form: ProgressForm | None) -> str:
    version = programmes.in_force(act, found)
    if version is None:
        raise NotFound
    row = next(one for one in programmes.standing(act, found, version) if one.task.number == known.number)
    return page(
        "registers/task.html",
        programme=found,
        row=row,
        task=known,
        entries=list(reversed(programmes.progress(act, found, known.number))),
        sources=SOURCE_LABELS,
        measure=measures.shown,
        tongue=language(),
        form=form,
    )
