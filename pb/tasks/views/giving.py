"""The page on which the office or the assembly's secretary gives a task."""

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.formats import language
from pb.tasks import service
from pb.tasks.forms import GivingForm
from pb.tasks.service import GIVING, basis, finding, wording
from pb.tasks.views.blueprint import blueprint
from pb.web.access import A_TEXT, access, allow
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/tasks/new")
@access(allow(*GIVING))
def new() -> str:
    act = current_act()
    form = _form(act)
    for name, value in wording.typed(basis.named(act, request.args.get("question", ""))).items():
        form[name].data = value
    return page("tasks/form.html", form=form, corrected=wording.corrected(act, form.basis().question_id))


@blueprint.post("/<okrug:okrug>/tasks/new")
@access(allow(*GIVING), action=lazy_gettext("give a task that rests on a decision"), largest_body=A_TEXT)
def give() -> Response:
    act = current_act()
    form = _form(act)
    task = form.submit(
        lambda: service.give(act, form.giving(), form.basis()),
        faults=lambda: service.faults_of_giving(act, form.giving(), form.basis()),
    )
    if task is None:
        return page("tasks/form.html", form=form, corrected=wording.corrected(act, form.basis().question_id)), 422
    notify(_("The task is given. Everybody sees it, and its term."))
    return redirect(url_for("tasks.show", task_id=task.id))


def _form(act: Act) -> GivingForm:
    form = GivingForm()
    form.question.choices = wording.choices(act)
    tongue = language()
    executors = [(one.id.hex, one.called(tongue).text) for one in finding.executors(act, tongue)]
    form.executor.choices = [("", _("Another one: see below")), *executors]
    here = act.territory
    settlements = [(name, here.settlement(name, tongue)) for name in here.settlements]
    form.settlement.choices = [("", here.name(tongue)), *settlements]
    return form
