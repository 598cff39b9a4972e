"""What the assembly decided on a report, and the akim's conclusion: each said once."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select

from pb.act import Act, Role
from pb.commission import service
from pb.commission.forms import ConclusionForm, DecisionForm
from pb.commission.models import MonitoringReport, Step
from pb.commission.service import following
from pb.commission.service.following import DECIDING
from pb.commission.views.blueprint import blueprint
from pb.errors import FieldRefusal
from pb.gatherings.models import Matter
from pb.tasks.service import basis, wording
from pb.web.access import A_TEXT, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page

OF_A_DECISION, OF_A_CONCLUSION = "commission/decide.html", "commission/conclude.html"


@blueprint.get("/<okrug:okrug>/commission/reports/<number:report_id>/decision")
@access(allow(*DECIDING))
def tell_decision(report_id: UUID) -> str:
    act = current_act()
    report = service.get(act, report_id)
    following.require_deciding(act, report)
    form = _form(act)
    if typed := basis.waiting(act, [Matter.MONITORING], select(Step.question_id)):
        form.question.data = typed[-1].question_id.hex
    return page(OF_A_DECISION, report=report, form=form)


@blueprint.post("/<okrug:okrug>/commission/reports/<number:report_id>/decision")
@access(
    allow(*DECIDING),
    action=lazy_gettext("record what the assembly decided on a report of the commission"),
    largest_body=A_TEXT,
)
def decide(report_id: UUID) -> Response:
    act = current_act()
    report = service.get(act, report_id)
    following.require_deciding(act, report)
    form = _form(act)
    said = form.words.data or "", form.language.data or ""
    told = _("The assembly decides on a report once. Everybody reads it.")
    return _once(
        report,
        form,
        OF_A_DECISION,
        (_("Record this decision?"), told, _("Record")),
        lambda: following.decide(act, report, *said, form.basis()),
        lambda: following.faults_of_decision(act, report, *said, form.basis()),
        lambda: _facts(act, form),
    )


@blueprint.get("/<okrug:okrug>/commission/reports/<number:report_id>/conclusion")
@access(allow(Role.AKIM))
def write_conclusion(report_id: UUID) -> str:
    act = current_act()
    report = service.get(act, report_id)
    following.require_concluding(act, report)
    return _concluding(act, report, ConclusionForm())


@blueprint.post("/<okrug:okrug>/commission/reports/<number:report_id>/conclusion")
@access(
    allow(Role.AKIM),
    action=lazy_gettext("give a reasoned conclusion on the assembly's recommendations"),
    largest_body=A_TEXT,
)
def conclude(report_id: UUID) -> Response:
    act = current_act()
    report = service.get(act, report_id)
    following.require_concluding(act, report)
    form = ConclusionForm()
    said = form.words.data or "", form.language.data or ""
    told = _("The akim gives the conclusion once. Everybody reads it.")
    return _once(
        report,
        form,
        OF_A_CONCLUSION,
        (_("Give this conclusion?"), told, _("Record")),
        lambda: following.conclude(act, report, *said),
        lambda: following.faults_of_conclusion(*said),
        recommended=following.last_step(act, report),
    )


def _once(
    report: MonitoringReport,
    form: DecisionForm | ConclusionForm,
    template: str,
    asking: tuple[str, str, str],
    verb: Callable[[], object],
    faults: Callable[[], Iterable[FieldRefusal]],
    facts: Callable[[], Sequence[tuple[str, str]]] = tuple,
    **shown: object,
) -> Response:
    question, told, label = asking

    def filled() -> str:
        return page(template, report=report, form=form, **shown)

    right = form.validate() and not list(faults())
    if right and (asked := ask_first(question, [told], label, facts=facts(), filled=filled)):
        return asked
    if form.submit(verb, faults=faults) is None:
        return filled(), 422
    notify(_("It stands on the page of the report."))
    return redirect(url_for("commission.show", report_id=report.id))


def _concluding(act: Act, report: MonitoringReport, form: ConclusionForm) -> str:
    return page(OF_A_CONCLUSION, report=report, form=form, recommended=following.last_step(act, report))


def _facts(act: Act, form: DecisionForm) -> list[tuple[str, str]]:
    """Which decision it is tied to, and what it says."""
    tied = form.basis()
    rests = wording.rests_on(basis.of(act, [tied.question_id]), tied.question_id, tied.minutes_number, tied.minutes_on)
    said = form.words.data or _("The assembly took note, without recommendations")
    return [(_("It rests on"), rests or ""), (_("Recommendations"), said)]


def _form(act: Act) -> DecisionForm:
    form = DecisionForm()
    form.question.choices = wording.choices(act)
    return form
