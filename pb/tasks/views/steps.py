"""The steps of a task: the office takes it up, says that it is done, puts it off, gives it up; the assembly judges."""

from collections.abc import Callable
from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.errors import FieldRefusal, refuse_all
from pb.media.service.files import Received
from pb.tasks import service
from pb.tasks.forms import DoneForm, PutOffForm, ReasonForm, words_of
from pb.tasks.models import Kind, Task
from pb.tasks.service import ACCEPTING, CONFIRMING, finding, wording
from pb.tasks.views.blueprint import blueprint
from pb.web import received, sent
from pb.web.access import A_TEXT, PHOTOS, access, allow
from pb.web.final import ask_first
from pb.web.forms import Form
from pb.web.requests import Response, begin_work, current_act, notify, page

CHOOSE_AGAIN = lazy_gettext("Choose the file once more: it is not kept while the form is put right.")


@blueprint.post("/<okrug:okrug>/tasks/<number:task_id>/start")
@access(allow(Role.OFFICE), action=lazy_gettext("say that the work on a task has begun"))
def start(task_id: UUID) -> Response:
    act = current_act()
    task = finding.get(act, task_id)
    service.start(act, task)
    notify(_("Everybody sees that the work has begun."))
    return _back(task)


@blueprint.get("/<okrug:okrug>/tasks/<number:task_id>/done")
@access(allow(Role.OFFICE))
def say_done(task_id: UUID) -> str:
    act = current_act()
    return _page("tasks/done.html", _next(act, task_id, Kind.DONE), DoneForm())


@blueprint.post("/<okrug:okrug>/tasks/<number:task_id>/done")
@access(
    allow(Role.OFFICE),
    action=lazy_gettext("say that a task is done, and what shows it"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def report_done(task_id: UUID) -> Response:
    """The files are judged in no transaction, before the words: what is wrong is told all at once."""
    with begin_work(writing=False) as act:
        _next(act, task_id, Kind.DONE)
        person = str(act.person.id) if act.person else ""
    form = DoneForm()
    photo, wrong_photo = received.photo(form.photo, person)
    paper, wrong_paper = received.paper(form.paper, person)
    wrong = [fault for fault in (wrong_photo, wrong_paper) if fault is not None]
    try:
        with begin_work(writing=True) as act:
            task = finding.get(act, task_id)
            return sent.once(act, lambda: _reported(act, task, form, photo, paper, wrong))
    finally:
        received.let_go_unless_known(photo, paper)


def _reported(
    act: Act, task: Task, form: DoneForm, photo: Received | None, paper: Received | None, wrong: list[FieldRefusal]
) -> Response:
    def report() -> bool:
        refuse_all(wrong)
        service.report_done(act, task, words_of(form), photo=photo, paper=paper)
        return True

    if form.submit(report, faults=lambda: [*service.faults_of_words(words_of(form)), *wrong]) is None:
        for name, file in (("photo", photo), ("paper", paper)):
            if file is not None:
                form.refuse(FieldRefusal(name, CHOOSE_AGAIN))
        return _page("tasks/done.html", task, form), 422
    notify(_("The assembly is asked to accept it."))
    return _back(task)


@blueprint.get("/<okrug:okrug>/tasks/<number:task_id>/put-off")
@access(allow(Role.OFFICE))
def plan_later(task_id: UUID) -> str:
    act = current_act()
    return _page("tasks/put_off.html", _next(act, task_id, Kind.ASKS_LATER), _later(act))


@blueprint.post("/<okrug:okrug>/tasks/<number:task_id>/put-off")
@access(allow(Role.OFFICE), action=lazy_gettext("put a task off as a decision says"), largest_body=A_TEXT)
def put_off(task_id: UUID) -> Response:
    act = current_act()
    task = _next(act, task_id, Kind.ASKS_LATER)
    form = _later(act)

    def put() -> bool:
        service.put_off(act, task, form.until.data, words_of(form), form.basis())
        return True

    def faults() -> list[FieldRefusal]:
        return list(service.faults_of_putting_off(act, task, form.until.data, words_of(form), form.basis()))

    if form.submit(put, faults=faults) is None:
        return _page("tasks/put_off.html", task, form), 422
    notify(_("It stands on the task's page with its reason."))
    return _back(task)


@blueprint.get("/<okrug:okrug>/tasks/<number:task_id>/give-up")
@access(allow(Role.OFFICE))
def think_of_giving_up(task_id: UUID) -> str:
    act = current_act()
    return _page("tasks/give_up.html", _next(act, task_id, Kind.ASKS_END), ReasonForm())


@blueprint.post("/<okrug:okrug>/tasks/<number:task_id>/give-up")
@access(allow(Role.OFFICE), action=lazy_gettext("ask to give a task up, with a reason"), largest_body=A_TEXT)
def give_up(task_id: UUID) -> Response:
    act = current_act()
    task = _next(act, task_id, Kind.ASKS_END)
    form = ReasonForm()
    return _said(task, form, "tasks/give_up.html", lambda: service.ask_to_end(act, task, words_of(form)))


@blueprint.post("/<okrug:okrug>/tasks/<number:task_id>/agree")
@access(allow(*CONFIRMING), action=lazy_gettext("confirm that a task is put off or given up"))
def agree(task_id: UUID) -> Response:
    act = current_act()
    task = _next(act, task_id, Kind.KEPT)
    ends = service.last_step(act, task).kind == Kind.ASKS_END
    told = (
        _("Everybody sees that it is not done, and why. A task that is given up is never taken up again.")
        if ends
        else _("The new term holds then.")
    )
    title, verb = (
        (_("Give this task up?"), _("Give the task up"))
        if ends
        else (_("Confirm the new term?"), _("Confirm the new term"))
    )
    if asked := ask_first(title, [told], verb):
        return asked
    service.agree(act, task)
    notify(_("It stands on the task's page with its reason."))
    return _back(task)


@blueprint.get("/<okrug:okrug>/tasks/<number:task_id>/keep")
@access(allow(*CONFIRMING))
def think_of_keeping(task_id: UUID) -> str:
    act = current_act()
    return _page("tasks/keep.html", _next(act, task_id, Kind.KEPT), ReasonForm())


@blueprint.post("/<okrug:okrug>/tasks/<number:task_id>/keep")
@access(allow(*CONFIRMING), action=lazy_gettext("let a task stand as it was, with a reason"), largest_body=A_TEXT)
def keep(task_id: UUID) -> Response:
    act = current_act()
    task = _next(act, task_id, Kind.KEPT)
    form = ReasonForm()
    return _said(task, form, "tasks/keep.html", lambda: service.keep(act, task, words_of(form)))


@blueprint.post("/<okrug:okrug>/tasks/<number:task_id>/accept")
@access(allow(*ACCEPTING), action=lazy_gettext("accept that a task is done"))
def accept(task_id: UUID) -> Response:
    act = current_act()
    task = _next(act, task_id, Kind.ACCEPTED)
    told = [_("The task counts as done then.")]
    if asked := ask_first(_("Accept this task as done?"), told, _("Accept as done")):
        return asked
    service.accept(act, task)
    notify(_("The task is accepted as done."))
    return _back(task)


@blueprint.get("/<okrug:okrug>/tasks/<number:task_id>/send-back")
@access(allow(*ACCEPTING))
def look_over(task_id: UUID) -> str:
    act = current_act()
    task = _next(act, task_id, Kind.SENT_BACK)
    return _page("tasks/send_back.html", task, ReasonForm())


@blueprint.post("/<okrug:okrug>/tasks/<number:task_id>/send-back")
@access(allow(*ACCEPTING), action=lazy_gettext("send a task back with a reason"), largest_body=A_TEXT)
def send_back(task_id: UUID) -> Response:
    act = current_act()
    task = _next(act, task_id, Kind.SENT_BACK)
    form = ReasonForm()
    return _said(task, form, "tasks/send_back.html", lambda: service.send_back(act, task, words_of(form)))


def _said(task: Task, form: ReasonForm, template: str, verb: Callable[[], None]) -> Response:
    def say() -> bool:
        verb()
        return True

    if form.submit(say, faults=lambda: service.faults_of_words(words_of(form))) is None:
        return _page(template, task, form), 422
    notify(_("It stands on the task's page with its reason."))
    return _back(task)


def _next(act: Act, task_id: UUID, kind: Kind) -> Task:
    """The task, of which the actor may take this step now: who may not is told before anything is typed."""
    task = finding.get(act, task_id)
    service.require(act, task, kind)
    return task


def _later(act: Act) -> PutOffForm:
    form = PutOffForm()
    form.question.choices = wording.choices(act)
    return form


def _page(template: str, task: Task, form: Form) -> str:
    return page(template, task=task, form=form)


def _back(task: Task) -> Response:
    return redirect(url_for("tasks.show", task_id=task.id))
