"""A report is written, and corrected while nobody has signed it."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.clock import local
from pb.commission import service
from pb.commission.forms import EXTRA, ReportForm
from pb.commission.models import MOST_LINES, MonitoringReport
from pb.commission.service import ends, following, seating
from pb.commission.service.words import half_named
from pb.commission.views.blueprint import blueprint
from pb.tasks.service import wording
from pb.web.access import SIGNED_IN, TEXTS, access
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/commission/reports/new")
@access(SIGNED_IN)
def new() -> str:
    act = current_act()
    service.require_writing(act)
    form = _form(act)
    missing = following.missing(act)
    form.half.data = f"{missing[0].year}-{missing[0].half}" if missing else EXTRA
    return _page(form)


@blueprint.post("/<okrug:okrug>/commission/reports/new")
@access(SIGNED_IN, action=lazy_gettext("write a report of the commission"), largest_body=TEXTS)
def write() -> Response:
    act = current_act()
    service.require_writing(act)
    form = _form(act)
    report = form.submit(
        lambda: service.write(act, form.found()), form.places(), lambda: service.faults(act, form.found())
    )
    if report is None:
        return _page(form), 422
    notify(_("The report is written. The members of the commission read and sign it."))
    return redirect(url_for("commission.show", report_id=report.id))


@blueprint.get("/<okrug:okrug>/commission/reports/<number:report_id>/correct")
@access(SIGNED_IN)
def rewrite(report_id: UUID) -> str:
    act = current_act()
    report = service.get(act, report_id)
    service.require_correcting(act, report)
    form = _form(act, report)
    form.show(report)
    return _page(form, report)


@blueprint.post("/<okrug:okrug>/commission/reports/<number:report_id>/correct")
@access(SIGNED_IN, action=lazy_gettext("correct a report of the commission that nobody has signed"), largest_body=TEXTS)
def correct(report_id: UUID) -> Response:
    act = current_act()
    report = service.get(act, report_id)
    service.require_correcting(act, report)
    form = _form(act, report)

    def put() -> bool:
        service.correct(act, report, form.found())
        return True

    if form.submit(put, form.places(), lambda: service.faults(act, form.found(), report)) is None:
        return _page(form, report), 422
    notify(_("The report is corrected."))
    return redirect(url_for("commission.show", report_id=report.id))


def _form(act: Act, report: MonitoringReport | None = None) -> ReportForm:
    form = ReportForm()
    form.question.choices = wording.choices(act)
    today = local(act.at).date()
    halves = [(year, half) for year in range(today.year, today.year - 4, -1) for half in (2, 1)]
    free = [(f"{year}-{half}", half_named(year, half)) for year, half in halves if _is_free(act, year, half, report)]
    form.half.choices = [*free, (EXTRA, _("Extra monitoring by a decision of the assembly"))]
    return form


def _is_free(act: Act, year: int, half: int, report: MonitoringReport | None) -> bool:
    formed = seating.current(act)
    if formed is not None and ends(year, half) < formed.term_from:
        return False
    other = service.of_half(act, year, half)
    own = report is not None and other is not None and other.id == report.id
    return ends(year, half) < local(act.at).date() and (other is None or own)


def _page(form: ReportForm, report: MonitoringReport | None = None) -> str:
    return page("commission/write.html", form=form, report=report, shown=max([2, *form.written()]), most=MOST_LINES)
