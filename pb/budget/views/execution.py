"""Reports on the execution are taken in; when the year is over, what became of what is left of each line."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb import tables
from pb.act import Act, Role
from pb.budget.forms import ExecutionForm, LeftForm
from pb.budget.models import Budget, Leftover
from pb.budget.service import amounts, execution, reported, rests
from pb.budget.service.execution import WRONGS, LineFault, Wrong
from pb.budget.service.reported import Report
from pb.budget.service.rests import Left
from pb.budget.views.blueprint import blueprint
from pb.budget.views.budgets import of_here
from pb.classification import service as classification
from pb.clock import local
from pb.core.budget.amounts import THOUSAND, thousands
from pb.formats import language
from pb.web import downloads
from pb.web.access import A_FILE, EVERYBODY, access, allow
from pb.web.requests import Response, begin_work, current_act, notify, page
from pb.web.sent import once
from pb.web.wording import said_in

SHOWN_FAULTS: Final = 200
ROOM_FOR_THE_FORM: Final = 16 * 1024
OF_BUDGET = "/<okrug:okrug>/budget/<number:budget_id>"


@blueprint.get(f"{OF_BUDGET}/execution")
@access(allow(Role.OFFICE))
def write_execution(budget_id: UUID) -> str:
    act = current_act()
    return _page(act, of_here(act, budget_id), ExecutionForm())


@blueprint.post(f"{OF_BUDGET}/execution")
@access(
    allow(Role.OFFICE),
    action=lazy_gettext("take in a report on the budget's execution"),
    largest_body=A_FILE + ROOM_FOR_THE_FORM,
    own_transaction=True,
)
def take_execution(budget_id: UUID) -> Response:
    """The file is read before anything is written: it may take long, and meanwhile others work."""
    form = ExecutionForm()
    report = form.submit(lambda: reported.read(bytes(form.file.data.read())))
    with begin_work(writing=True) as act:
        return once(act, lambda: _taken(act, of_here(act, budget_id), form, report))


@blueprint.get(f"{OF_BUDGET}/execution.csv")
@access(EVERYBODY)
def execution_pattern(budget_id: UUID) -> FlaskResponse:
    """The lines of the budget with their amounts to the tiyn, as a file that can be filled in and taken in."""
    act = current_act()
    budget = of_here(act, budget_id)
    rows = [
        (one.code, ["" if amount is None else amount / THOUSAND for amount in one.amounts])
        for one in amounts.four(act, budget)
    ]
    tongue = language()
    data = tables.as_csv(reported.pattern(rows, tongue), tongue)
    return downloads.attachment(data, "text/csv", f"budget-{budget.first_year}.csv")


@blueprint.get(f"{OF_BUDGET}/left")
@access(EVERYBODY)
def show_left(budget_id: UUID) -> str:
    act = current_act()
    budget = of_here(act, budget_id)
    return _left_page(act, budget, _left_form(act, budget) if _may_record(act, budget) else None)


@blueprint.post(f"{OF_BUDGET}/left")
@access(allow(Role.OFFICE), action=lazy_gettext("record what became of the rest of a line"))
def record_left(budget_id: UUID) -> Response:
    act = current_act()
    budget = of_here(act, budget_id)
    form = _left_form(act, budget)

    def record() -> bool:
        sums = (field.data or 0 for field in (form.lapsed, form.returned, form.carried))
        left = Left(form.code.data or "", *sums)
        rests.record(act, budget, left, reason=form.reason.data or "", language=form.language.data or "kk")
        return True

    if form.submit(record) is None:
        return _left_page(act, budget, form), 422
    notify(_("It is recorded what became of the rest."))
    return redirect(url_for("budget.show_left", budget_id=budget.id))


def _taken(act: Act, budget: Budget, form: ExecutionForm, report: Report | None) -> Response:
    if report is None:
        return _page(act, budget, form), 422
    faults = report.faults or execution.faults_of_lines(act, budget, form.until.data, report.lines)
    if faults:
        form.submit(lambda: None, faults=lambda: execution.faults(act, budget, form.until.data, report.lines))
        return _page(act, budget, form, faults), 422

    def take() -> bool:
        execution.take(act, budget, form.until.data, report.lines, sha256=report.digest, sure=bool(form.sure.data))
        return True

    refused = list(execution.faults(act, budget, form.until.data, report.lines))
    asked = [] if refused or form.sure.data else execution.doubts(act, budget, report.lines, form.until.data)
    if asked:
        return _page(act, budget, form, asked=asked), 422

    if form.submit(take) is None:
        return _page(act, budget, form), 422
    notify(_("The report is taken in. Lines: %(number)s", number=len(report.lines)))
    return redirect(url_for("budget.show", budget_id=budget.id))


def _page(
    act: Act,
    budget: Budget,
    form: ExecutionForm,
    faults: Sequence[LineFault] = (),
    asked: Sequence[LazyString] = (),
) -> str:
    unknown = any(fault.wrong in {Wrong.CODE, Wrong.UNKNOWN} for fault in faults)
    return page(
        "budget/execution.html",
        budget=budget,
        form=form,
        last=amounts.last_report(act, budget.first_year),
        faults=[(fault.line, fault.cell, WRONGS[fault.wrong]) for fault in faults[:SHOWN_FAULTS]],
        more=max(0, len(faults) - SHOWN_FAULTS),
        known=classification.codes(act, budget.first_year) if unknown else None,
        asked=asked[:SHOWN_FAULTS],
    )


def _may_record(act: Act, budget: Budget) -> bool:
    return act.holds(Role.OFFICE) and local(act.at).year > budget.first_year


def _left_form(act: Act, budget: Budget) -> LeftForm:
    form = LeftForm()
    known = classification.codes(act, budget.first_year)
    form.code.choices = [
        (one.code, f"{known.whole_name(one.code, language())}: {thousands(one.left)}")
        for one in sorted(rests.of_budget(act, budget), key=lambda one: not (one.open or one.outdated))
    ]
    return form


def _left_page(act: Act, budget: Budget, form: LeftForm | None) -> str:
    known = classification.codes(act, budget.first_year)
    found = rests.of_budget(act, budget)
    names = {one.code: known.whole_name(one.code, language()) for one in found}
    return page(
        "budget/left.html",
        budget=budget,
        rows=[[names[one.code], one.code, thousands(one.left), *_sums(one.recorded)] for one in found],
        outdated=[(names[one.code], one.code) for one in found if one.outdated],
        history=[
            (names[one.code], record, _sums(record), said_in(record.reason, record.language) if record.reason else "")
            for one in found
            if len(one.records) > 1
            for record in one.records
        ],
        form=form if form is not None and form.code.choices else None,
    )


def _sums(record: Leftover | None) -> list[str]:
    if record is None:
        return ["–"] * 3
    return [thousands(sum_) for sum_ in (record.lapsed, record.returned, record.carried)]
