"""All visits of a place, one report with its signatures and answers; and where other rooms show them."""

from typing import NamedTuple
from uuid import UUID

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act
from pb.clock import local
from pb.commission.models import Commission, MonitoringReport
from pb.core.places.kinds import FOURTH_LEVEL
from pb.db import by_id
from pb.errors import NotFound
from pb.formats import language
from pb.inspections import service
from pb.inspections.documents import subject
from pb.inspections.models import BODY_LABELS, KIND_LABELS, KIND_TAGS, Body
from pb.inspections.service import following
from pb.inspections.service.following import Standing
from pb.inspections.views.blueprint import blueprint
from pb.media.models import Paper
from pb.media.service import showing
from pb.proposals.models import Proposal
from pb.web.access import EVERYBODY, access
from pb.web.parts import Place, hangs
from pb.web.requests import current_act, page


class Row(NamedTuple):
    """A report as lists show it."""

    one: Standing
    body: str
    called: str
    late: int


@blueprint.get("/<okrug:okrug>/inspections")
@access(EVERYBODY)
def list_all() -> str:
    act = current_act()
    if act.territory.kind not in FOURTH_LEVEL:
        raise NotFound
    found = following.all_of(act)
    return page("inspections/list.html", rows=_rows(act, found), may_write=service.may_write(act))


@blueprint.get("/<okrug:okrug>/inspections/<number:inspection_id>")
@access(EVERYBODY)
def show(inspection_id: UUID) -> str:
    act = current_act()
    report = service.get(act, inspection_id)
    one = following.standing(act, report)
    papers = by_id(act.session, Paper, (signature.paper_id for signature in report.signatures))
    today = local(act.at).date()
    return page(
        "inspections/show.html",
        report=report,
        one=one,
        body=BODY_LABELS[Body(report.body)],
        called=subject(act, report, language()),
        project=_project(act, report.proposal_id),
        monitoring=next((each for each in service.monitoring(act) if each.id == report.monitoring_id), None),
        asked=[(each, each.late(today) * one.signed, following.may_answer(act, one, each)) for each in one.asked],
        kinds=KIND_LABELS,
        tags=KIND_TAGS,
        digest=service.digest(report),
        papers=papers,
        visible={key for key in papers if showing.find_paper(act, papers[key].digest or "")},
        unsigned=service.unsigned(act, report),
        may_sign=service.may_sign(act, report),
        may_record_paper=service.may_record_paper(act, report),
        may_correct=service.may_correct(act, report),
    )


def _project(act: Act, proposal_id: UUID | None) -> str | None:
    """Where the works of the project that was visited stand."""
    if proposal_id is None:
        return None
    proposal = act.session.get_one(Proposal, proposal_id)
    return url_for("works.show", cycle_id=proposal.cycle_id, proposal_id=proposal.id)


def _rows(act: Act, some: list[Standing]) -> list[Row]:
    today = local(act.at).date()
    return [
        Row(one, str(BODY_LABELS[Body(one.report.body)]), subject(act, one.report, language()), one.late(today))
        for one in some
    ]


@hangs(Place.WORK)
def of_project(act: Act, proposal: Proposal) -> str:
    """The visits to a project, on its page."""
    return _part(act, following.of_project(act, proposal.id))


@hangs(Place.COMMISSION)
def of_commission(_act: Act, _commission: Commission | None) -> str:
    """The way to all visits, on the page of the commission."""
    return Markup('<p><a href="{}">{} →</a></p>').format(
        url_for("inspections.list_all"), _("Visits of the auditor and of the commission")
    )


@hangs(Place.MONITORING)
def of_monitoring(act: Act, report: MonitoringReport) -> str:
    """The visits that belong to a report of the commission, on its page."""
    return _part(act, following.of_monitoring(act, report.id))


def _part(act: Act, some: list[Standing]) -> str:
    return render_template("inspections/part.html", rows=_rows(act, some)) if some else ""
