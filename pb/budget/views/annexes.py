"""A decision's annexes taken in from a file, and taken as one: XLSX as it is printed, CSV, a Fiscal Data Package."""

from typing import Final
from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.budget import service
from pb.budget.forms import AnnexesForm
from pb.budget.models import Version
from pb.budget.service import exporting, importing
from pb.budget.service.importing import Received, Report
from pb.budget.views.blueprint import blueprint
from pb.budget.views.steps import ONE
from pb.budget.views.versions import version_in
from pb.classification import service as classification
from pb.errors import Conflict
from pb.formats import language
from pb.web import downloads
from pb.web.access import EVERYBODY, MEGABYTE, access, allow
from pb.web.requests import Response, begin_work, current_act, notify, page
from pb.web.sent import once

SHOWN_FAULTS: Final = 200
AT_THE_FILE: Final = dict.fromkeys(("year", "code", "part", "amount"), "file")
STANDS: Final = lazy_gettext("Its lines stand: it was put before the assembly. Begin a new version.")


@blueprint.get(f"{ONE}/annexes")
@access(allow(Role.OFFICE))
def choose_annexes(budget_id: UUID, version_id: UUID) -> str:
    act = current_act()
    version = version_in(act, budget_id, version_id)
    if not service.standing(act, version).being_written:
        raise Conflict(STANDS, page=url_for("budget.show_version", budget_id=budget_id, version_id=version_id))
    return _page(act, version, AnnexesForm(), None)


@blueprint.post(f"{ONE}/annexes")
@access(
    allow(Role.OFFICE),
    action=lazy_gettext("take in a decision's annexes"),
    largest_body=6 * MEGABYTE,
    own_transaction=True,
)
def take_annexes(budget_id: UUID, version_id: UUID) -> Response:
    """The file is read before anything is written: it may take long, and meanwhile others work."""
    form = AnnexesForm()
    received = form.submit(lambda: importing.receive(bytes(form.file.data.read())))
    with begin_work(writing=True) as act:
        return once(act, lambda: _take(act, version_in(act, budget_id, version_id), form, received))


def _take(act: Act, version: Version, form: AnnexesForm, received: Received | None) -> Response:
    if received is None:
        return _page(act, version, form, None), 422
    report = importing.judge(act, version, received, form.told_in())
    if report.faults or (report.doubts and not form.sure.data):
        return _page(act, version, form, report), 422
    count = form.submit(lambda: importing.take(act, version, report, sure=form.sure.data), AT_THE_FILE)
    if count is None:
        return _page(act, version, form, report), 422
    notify(_("The lines are taken in: %(number)s", number=count))
    return redirect(url_for("budget.show_version", budget_id=version.budget_id, version_id=version.id))


def _page(act: Act, version: Version, form: AnnexesForm, report: Report | None) -> str:
    faults = report.faults if report is not None else []
    return page(
        "budget/annexes.html",
        version=version,
        budget=version.budget,
        form=form,
        faults=[(fault.sheet or "–", fault.line or "–", fault.told) for fault in faults[:SHOWN_FAULTS]],
        more=max(0, len(faults) - SHOWN_FAULTS),
        known=[(year, classification.codes(act, year)) for year in report.unknown] if report is not None else [],
        doubts=report.doubts if report is not None and not faults else [],
    )


@blueprint.get(f"{ONE}/annexes-<any(kk, ru):language>.xlsx")
@access(EVERYBODY)
def annexes_workbook(budget_id: UUID, version_id: UUID, language: str) -> FlaskResponse:
    act = current_act()
    version = version_in(act, budget_id, version_id)
    data = exporting.workbook(act, version, language)
    return downloads.attachment(data, downloads.WORKBOOK, f"annexes-{_called(version)}-{language}.xlsx")


@blueprint.get(f"{ONE}/lines.csv")
@access(EVERYBODY)
def lines_csv(budget_id: UUID, version_id: UUID) -> FlaskResponse:
    act = current_act()
    version = version_in(act, budget_id, version_id)
    data = exporting.table(act, version, language())
    return downloads.attachment(data, "text/csv", f"budget-{_called(version)}.csv")


@blueprint.get(f"{ONE}/fiscal-data-package.zip")
@access(EVERYBODY)
def data_package(budget_id: UUID, version_id: UUID) -> FlaskResponse:
    act = current_act()
    version = version_in(act, budget_id, version_id)
    data = exporting.data_package(act, version)
    return downloads.attachment(data, "application/zip", f"fiscal-data-package-{_called(version)}.zip")


def _called(version: Version) -> str:
    return f"{version.budget.first_year}-{version.number}"
