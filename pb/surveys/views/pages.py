"""The surveys of a place; one of them with its questions on one page, and its results once it is closed."""

from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb import tables
from pb.act import Act, Role
from pb.errors import Conflict, NotFound
from pb.formats import language, tenths
from pb.surveys import service
from pb.surveys.forms import SheetForm, sheet_of
from pb.surveys.models import HIDDEN_LABELS, Audience, Survey
from pb.surveys.service import answering, calling_off, drafts, exporting, finding, results, texts
from pb.surveys.service.finding import State
from pb.surveys.views import showing
from pb.surveys.views.blueprint import ONE, blueprint
from pb.web import downloads
from pb.web.access import EVERYBODY, TEXTS, access
from pb.web.limits import if_there_is_room, limited_writing, signed_in, written
from pb.web.requests import Response, current_act, notify, page

ANSWERED_HERE = "answered_surveys"
KEPT_HERE = 50
"""Surveys open to all that one browser remembers having answered."""


@blueprint.get("/<okrug:okrug>/surveys")
@access(EVERYBODY)
def list_all() -> str:
    act = current_act()
    makes = service.may_make(act) or act.holds(Role.AUDITOR)
    return page(
        "surveys/list.html",
        surveys=showing.rows(act, finding.opened(act)),
        drafts=showing.rows(act, finding.drafts(act)) if makes else [],
        may_make=service.may_make(act),
    )


@blueprint.get(ONE)
@access(EVERYBODY)
def show(survey_id: UUID) -> str:
    act = current_act()
    survey = finding.get(act, survey_id)
    return _page(act, survey, _form(act, survey) if _may_answer(act, survey) else None)


@blueprint.post(f"{ONE}/answer")
@if_there_is_room(signed_in)
@limited_writing(signed_in)
@access(EVERYBODY, action=lazy_gettext("answer a survey"), largest_body=TEXTS)
def answer(survey_id: UUID) -> Response:
    act = current_act()
    survey = finding.get(act, survey_id)
    answering.require_answering(act, survey)
    form = _form(act, survey)
    if _answered_here(survey):
        raise Conflict(_("This survey was answered from this browser already."))
    answers = form.answers()

    def give() -> bool:
        answering.give(act, survey, answers)
        return True

    given = form.submit(
        give,
        faults=lambda: answering.faults(act, survey, form.questions, answers),
    )
    if given is None:
        return _page(act, survey, form), 422
    written()
    if survey.audience == Audience.EVERYBODY:
        session[ANSWERED_HERE] = [*session.get(ANSWERED_HERE, []), survey.id.hex][-KEPT_HERE:]
    notify(_("Thank you: your answer is counted. What came of it stands here once the survey is closed."))
    return redirect(url_for("surveys.show", survey_id=survey.id))


@blueprint.get(f"{ONE}/results.csv")
@access(EVERYBODY)
def as_csv(survey_id: UUID) -> FlaskResponse:
    survey, sheet = _sheet(current_act(), survey_id)
    data = tables.as_csv([sheet.columns, *sheet.rows], language())
    return downloads.attachment(data, "text/csv", f"survey-{survey.number}.csv")


@blueprint.get(f"{ONE}/results.xlsx")
@access(EVERYBODY)
def as_workbook(survey_id: UUID) -> FlaskResponse:
    survey, sheet = _sheet(current_act(), survey_id)
    return downloads.attachment(tables.as_workbook([sheet]), downloads.WORKBOOK, f"survey-{survey.number}.xlsx")


def _sheet(act: Act, survey_id: UUID) -> tuple[Survey, tables.Sheet]:
    """Raises NotFound: it is not closed."""
    survey = finding.get(act, survey_id)
    found = results.of_survey(act, survey)
    if found is None:
        raise NotFound
    return survey, exporting.sheet(act, survey, found)


def _form(act: Act, survey: Survey) -> SheetForm:
    return sheet_of(finding.questions(act, survey), with_hearing=answering.hearing_for(act, survey) is not None)


def _may_answer(act: Act, survey: Survey) -> bool:
    return answering.may_answer(act, survey) and not _answered_here(survey)


def _answered_here(survey: Survey) -> bool:
    return survey.id.hex in session.get(ANSWERED_HERE, [])


def _page(act: Act, survey: Survey, form: SheetForm | None) -> str:
    state = finding.state(act, survey)
    tongue = language()
    return page(
        "surveys/show.html",
        shown=showing.row(act, survey),
        survey=survey,
        about=survey.about(tongue),
        draft=showing.on_draft(act, drafts.of(survey)),
        questions=finding.questions(act, survey) if state in {State.DRAFT, State.COMING, State.CALLED_OFF} else [],
        tongue=tongue,
        form=form,
        hearing=answering.hearing_for(act, survey) if form is not None else None,
        took_part=finding.took_part(act, survey) or _answered_here(survey),
        signed_in=act.person is not None,
        results=results.of_survey(act, survey),
        hidden_labels=HIDDEN_LABELS,
        disagreeing=exporting.DISAGREEING,
        tenths=tenths,
        may_make=service.may_make(act),
        may_call_off=service.may_make(act) and calling_off.may(act, survey),
        may_read=act.holds(*texts.READING) and state is State.CLOSED,
    )
