"""Office or chair write a survey and its questions, and open it."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.clock import local
from pb.formats import day
from pb.surveys import service
from pb.surveys.forms import CallOffForm, QuestionForm, SurveyForm
from pb.surveys.models import AUDIENCE_LABELS, Audience, Survey
from pb.surveys.service import MAKING, calling_off, drafts, finding
from pb.surveys.views import showing
from pb.surveys.views.blueprint import ONE, blueprint
from pb.web.access import A_TEXT, TEXTS, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/surveys/new")
@access(allow(*MAKING))
def new() -> str:
    act = current_act()
    form = _form(act)
    form.opens_on.data = local(act.at).date()
    return page("surveys/form.html", form=form, survey=None)


@blueprint.post("/<okrug:okrug>/surveys/new")
@access(allow(*MAKING), action=lazy_gettext("make a survey"), largest_body=A_TEXT)
def draft() -> Response:
    act = current_act()
    form = _form(act)
    survey = form.submit(lambda: service.draft(act, form.plan()), faults=lambda: service.faults(act, form.plan()))
    if survey is None:
        return page("surveys/form.html", form=form, survey=None), 422
    notify(_("The survey is begun. Write its questions, then open it."))
    return redirect(url_for("surveys.show", survey_id=survey.id))


@blueprint.get(f"{ONE}/edit")
@access(allow(*MAKING))
def edit(survey_id: UUID) -> str:
    act = current_act()
    survey = finding.get(act, survey_id)
    service.require_draft(act, survey)
    form = _form(act, survey)
    form.show(survey, drafts.name_of(act, drafts.of(survey)))
    return page("surveys/form.html", form=form, survey=survey)


@blueprint.post(f"{ONE}/edit")
@access(allow(*MAKING), action=lazy_gettext("change a survey before it is opened"), largest_body=A_TEXT)
def change(survey_id: UUID) -> Response:
    act = current_act()
    survey = finding.get(act, survey_id)
    service.require_draft(act, survey)
    form = _form(act, survey)

    def write() -> bool:
        service.change(act, survey, form.plan())
        return True

    if form.submit(write, faults=lambda: service.faults(act, form.plan(), survey)) is None:
        return page("surveys/form.html", form=form, survey=survey), 422
    notify(_("The survey is changed."))
    return redirect(url_for("surveys.show", survey_id=survey.id))


@blueprint.get(f"{ONE}/questions/new")
@access(allow(*MAKING))
def new_question(survey_id: UUID) -> str:
    act = current_act()
    survey = finding.get(act, survey_id)
    service.require_draft(act, survey)
    return page("surveys/question.html", form=QuestionForm(), survey=survey, place=None)


@blueprint.post(f"{ONE}/questions/new")
@access(allow(*MAKING), action=lazy_gettext("write a question of a survey"), largest_body=TEXTS)
def add_question(survey_id: UUID) -> Response:
    return _write_question(survey_id, None)


@blueprint.get(f"{ONE}/questions/<number:question>/edit")
@access(allow(*MAKING))
def edit_question(survey_id: UUID, question: str) -> str:
    act = current_act()
    survey = finding.get(act, survey_id)
    service.require_draft(act, survey)
    form = QuestionForm()
    form.show(finding.question(act, survey, int(question)))
    return page("surveys/question.html", form=form, survey=survey, place=int(question))


@blueprint.post(f"{ONE}/questions/<number:question>/edit")
@access(allow(*MAKING), action=lazy_gettext("change a question of a survey before it is opened"), largest_body=TEXTS)
def change_question(survey_id: UUID, question: str) -> Response:
    return _write_question(survey_id, int(question))


@blueprint.post(f"{ONE}/questions/<number:question>/remove")
@access(allow(*MAKING), action=lazy_gettext("take a question out of a survey before it is opened"))
def remove_question(survey_id: UUID, question: str) -> Response:
    act = current_act()
    survey = finding.get(act, survey_id)
    service.remove_question(act, survey, int(question))
    notify(_("The question is taken out."))
    return redirect(url_for("surveys.show", survey_id=survey.id))


@blueprint.post(f"{ONE}/open")
@access(allow(*MAKING), action=lazy_gettext("open a survey"))
def open_survey(survey_id: UUID) -> Response:
    act = current_act()
    survey = finding.get(act, survey_id)
    service.require_opening(act, survey)
    told = [
        _("Everybody sees it, and nothing of it changes any more: neither its questions nor its days."),
        _("It can only be called off, with a reason that everybody reads."),
    ]
    facts = [
        (_("First day"), day(survey.opens_on)),
        (_("Last day"), day(survey.closes_on)),
        (_("Who answers"), AUDIENCE_LABELS[Audience(survey.audience)]),
        (_("Questions"), str(len(finding.questions(act, survey)))),
    ]
    if asked := ask_first(_("Open the survey?"), told, _("Open the survey"), facts=facts):
        return asked
    service.open_(act, survey)
    notify(_("The survey is opened."))
    return redirect(url_for("surveys.show", survey_id=survey.id))


@blueprint.get(f"{ONE}/call-off")
@access(allow(*MAKING))
def look_over_calling_off(survey_id: UUID) -> str:
    act = current_act()
    survey = finding.get(act, survey_id)
    calling_off.require(act, survey)
    return page("surveys/call_off.html", form=CallOffForm(), survey=survey)


@blueprint.post(f"{ONE}/call-off")
@access(allow(*MAKING), action=lazy_gettext("call off a survey before its last day is over"), largest_body=A_TEXT)
def call_off(survey_id: UUID) -> Response:
    act = current_act()
    survey = finding.get(act, survey_id)
    calling_off.require(act, survey)
    form = CallOffForm()
    reason, tongue = form.reason.data or "", form.language.data or "kk"

    def end() -> bool:
        calling_off.call_off(act, survey, reason, tongue)
        return True

    if form.submit(end, faults=lambda: calling_off.faults(reason, tongue)) is None:
        return page("surveys/call_off.html", form=form, survey=survey), 422
    notify(_("The survey is called off. Its page says why."))
    return redirect(url_for("surveys.show", survey_id=survey.id))


@blueprint.post(f"{ONE}/drop")
@access(allow(*MAKING), action=lazy_gettext("drop a survey before it is opened"))
def drop(survey_id: UUID) -> Response:
    act = current_act()
    survey = finding.get(act, survey_id)
    service.require_draft(act, survey)
    told = [_("Nobody brings it back: it goes with its questions.")]
    if asked := ask_first(_("Drop the survey?"), told, _("Drop the survey")):
        return asked
    service.drop(act, survey)
    notify(_("The survey is dropped."))
    return redirect(url_for("surveys.list_all"))


def _write_question(survey_id: UUID, number: int | None) -> Response:
    act = current_act()
    survey = finding.get(act, survey_id)
    service.require_draft(act, survey)
    if number is not None:
        finding.question(act, survey, number)
    form = QuestionForm()
    question = form.submit(
        lambda: service.write_question(act, survey, form.asked(), number),
        faults=lambda: service.faults_of_question(form.asked()),
    )
    if question is None:
        return page("surveys/question.html", form=form, survey=survey, place=number), 422
    notify(_("The question is written."))
    return redirect(url_for("surveys.show", survey_id=survey.id, _anchor=f"question-{question.number}"))


def _form(act: Act, survey: Survey | None = None) -> SurveyForm:
    form = SurveyForm()
    form.draft.choices = showing.draft_choices(act, survey)
    return form
