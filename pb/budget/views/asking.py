"""Questions of deputies on a budget, and the office's answers."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.budget import service
from pb.budget.forms import AnswerForm, AskForm
from pb.budget.models import Asked, Question, Version
from pb.budget.service import asking
from pb.budget.views.blueprint import blueprint
from pb.budget.views.steps import ONE
from pb.budget.views.versions import version_in
from pb.errors import Conflict, NotFound
from pb.web.access import A_TEXT, access, allow
from pb.web.requests import Response, current_act, notify, page


@blueprint.get(f"{ONE}/questions/new")
@access(allow(*asking.ASKING))
def write_question(budget_id: UUID, version_id: UUID) -> str:
    act = current_act()
    version = version_in(act, budget_id, version_id)
    if not asking.may_ask(act, service.standing(act, version)):
        raise Conflict(_("Questions are asked while the budget lies at the raion."))
    return page("budget/ask.html", version=version, budget=version.budget, form=AskForm())


@blueprint.post(f"{ONE}/questions/new")
@access(allow(*asking.ASKING), action=lazy_gettext("ask of a budget"), largest_body=A_TEXT)
def ask(budget_id: UUID, version_id: UUID) -> Response:
    act = current_act()
    version, form = version_in(act, budget_id, version_id), AskForm()
    said = (form.words.data or "", form.language.data or "kk")
    if form.submit(lambda: asking.ask(act, version, *said, form.asked())) is None:
        return page("budget/ask.html", version=version, budget=version.budget, form=form), 422
    opinion = form.asked() is Asked.OPINION
    notify(_("The opinion is public.") if opinion else _("The question is public. The office answers it."))
    return redirect(_url(version))


@blueprint.get(f"{ONE}/questions/<number:budget_question_id>")
@access(allow(Role.OFFICE))
def write_answer(budget_id: UUID, version_id: UUID, budget_question_id: UUID) -> str:
    act = current_act()
    version, question = _found(act, budget_id, version_id, budget_question_id)
    if not asking.waits(question):
        raise Conflict(_("This question is answered already."))
    return page("budget/answer.html", version=version, budget=version.budget, question=question, form=AnswerForm())


@blueprint.post(f"{ONE}/questions/<number:budget_question_id>")
@access(allow(Role.OFFICE), action=lazy_gettext("answer a deputy's question on the budget"), largest_body=A_TEXT)
def answer(budget_id: UUID, version_id: UUID, budget_question_id: UUID) -> Response:
    act = current_act()
    version, question = _found(act, budget_id, version_id, budget_question_id)
    form = AnswerForm()

    def record() -> bool:
        asking.answer(act, version, question, form.words.data or "", form.language.data or "kk")
        return True

    if form.submit(record) is None:
        return page("budget/answer.html", version=version, budget=version.budget, question=question, form=form), 422
    notify(_("The answer is public."))
    return redirect(_url(version))


def _found(act: Act, budget_id: UUID, version_id: UUID, question_id: UUID) -> tuple[Version, Question]:
    version = version_in(act, budget_id, version_id)
    question = act.session.get(Question, question_id)
    if question is None or question.version_id != version.id:
        raise NotFound
    return version, question


def _url(version: Version) -> str:
    return url_for("budget.show_version", budget_id=version.budget_id, version_id=version.id, _anchor="questions")
