"""The auditor and members of the commission write of a visit, and correct it while nobody has signed."""

from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.clock import local
from pb.cycles import service as cycles
from pb.formats import language, named
from pb.inspections import service
from pb.inspections.forms import VisitForm
from pb.inspections.models import MOST_RECOMMENDATIONS, Inspection
from pb.inspections.views.blueprint import blueprint
from pb.web.access import SIGNED_IN, TEXTS, access
from pb.web.requests import Response, current_act, notify, page
from pb.works.service import finding


@blueprint.get("/<okrug:okrug>/inspections/new")
@access(SIGNED_IN)
def new() -> str:
    act = current_act()
    service.require_writing(act)
    form = _form(act)
    form.year.data = local(act.at).year
    asked = request.args.get("report", "")
    form.monitoring.data = next((one.id.hex for one in service.monitoring(act) if str(one.number) == asked), "")
    return _page(form)


@blueprint.post("/<okrug:okrug>/inspections/new")
@access(SIGNED_IN, action=lazy_gettext("write the report of a visit"), largest_body=TEXTS)
def write() -> Response:
    act = current_act()
    service.require_writing(act)
    form = _form(act)
    visit = form.visit()
    report = form.submit(lambda: service.write(act, visit), form.places(), lambda: service.faults(act, visit))
    if report is None:
        return _page(form), 422
    notify(_("The report is written. It counts once it is signed."))
    return redirect(url_for("inspections.show", inspection_id=report.id))


@blueprint.get("/<okrug:okrug>/inspections/<number:inspection_id>/correct")
@access(SIGNED_IN)
def rewrite(inspection_id: UUID) -> str:
    act = current_act()
    report = service.get(act, inspection_id)
    service.require_correcting(act, report)
    form = _form(act)
    form.show(report)
    return _page(form, report)


@blueprint.post("/<okrug:okrug>/inspections/<number:inspection_id>/correct")
@access(SIGNED_IN, action=lazy_gettext("correct the report of a visit that nobody has signed"), largest_body=TEXTS)
def correct(inspection_id: UUID) -> Response:
    act = current_act()
    report = service.get(act, inspection_id)
    service.require_correcting(act, report)
    form = _form(act)
    visit = form.visit()

    def put() -> bool:
        service.correct(act, report, visit)
        return True

    if form.submit(put, form.places(), lambda: service.faults(act, visit)) is None:
        return _page(form, report), 422
    notify(_("The report is corrected."))
    return redirect(url_for("inspections.show", inspection_id=report.id))


def _form(act: Act) -> VisitForm:
    form = VisitForm()
    works = [work for cycle in cycles.all_of(act) for work in finding.of_cycle(act, cycle)]
    projects = [(work.proposal.id.hex, _called(work)) for work in works]
    form.proposal.choices = [("", _("The whole budget of the year")), *projects]
    reports = [(one.id.hex, one.number) for one in service.monitoring(act)]
    told = [(value, _("Report № %(number)s of the commission", number=number)) for value, number in reports]
    form.monitoring.choices = [("", _("To none")), *told]
    return form


def _called(work: finding.Work) -> str:
    return named(work.proposal.number or "", work.proposal.called(language()).text)


def _page(form: VisitForm, report: Inspection | None = None) -> str:
    shown = max([2, *form.written()])
    return page("inspections/write.html", form=form, report=report, shown=shown, most=MOST_RECOMMENDATIONS)
