"""The one page of the commission, and a report with its signatures and what came of it."""

from uuid import UUID

from pb.act import Act, Role
from pb.clock import local
from pb.commission import service
from pb.commission.models import HOLDERS, STATE_LABELS, STATE_TAGS, Commission, MonitoringReport
from pb.commission.service import following, on_paper, seating
from pb.commission.service.words import half_named
from pb.commission.views.blueprint import blueprint
from pb.core.places.kinds import FOURTH_LEVEL
from pb.db import by_id
from pb.errors import NotFound
from pb.gatherings.models import Question
from pb.identity.models import Person
from pb.media.models import Paper
from pb.media.service import showing
from pb.tasks.service import basis, wording
from pb.web.access import EVERYBODY, access
from pb.web.parts import Place, parts
from pb.web.requests import current_act, page

LABELS = {"state_labels": STATE_LABELS, "state_tags": STATE_TAGS, "holders": HOLDERS}


@blueprint.get("/<okrug:okrug>/commission")
@access(EVERYBODY)
def overview() -> str:
    act = current_act()
    if act.territory.kind not in FOURTH_LEVEL:
        raise NotFound
    now, waiting = seating.current(act), seating.waiting(act)
    return page(
        "commission/overview.html",
        commission=now,
        members=seating.members_of(now) if now else [],
        rests=_rests(act, now) if now else None,
        waiting=waiting,
        waiting_members=seating.members_of(waiting) if waiting else [],
        waiting_rests=_rests(act, waiting) if waiting else None,
        may_confirm=waiting is not None and seating.may_confirm(act, waiting),
        elected=_elected_otherwise(act, waiting) if waiting else None,
        may_record=act.holds(Role.OFFICE),
        may_write=service.may_write(act),
        reports=[(one, named(one.report)) for one in following.all_of(act)],
        missing=[half_named(one.year, one.half) for one in following.missing(act)],
        parts=parts(Place.COMMISSION, act, now),
        **LABELS,
    )


@blueprint.get("/<okrug:okrug>/commission/reports/<number:report_id>")
@access(EVERYBODY)
def show(report_id: UUID) -> str:
    act = current_act()
    report = service.get(act, report_id)
    commission = seating.get(act, report.commission_id)
    one = following.standing(act, report)
    steps = following.steps(act, report)
    decisions = basis.of(act, [report.question_id, *(step.question_id for step in steps)])
    papers = by_id(act.session, Paper, (signature.paper_id for signature in report.signatures))
    waits = on_paper.waiting(report)
    visible = {key for key in papers if showing.find_paper(act, papers[key].digest or "")}
    return page(
        "commission/show.html",
        report=report,
        called=named(report),
        one=one,
        today=local(act.at).date(),
        steps=[
            (step, wording.rests_on(decisions, step.question_id, step.minutes_number, step.minutes_on))
            for step in steps
        ],
        rests=wording.rests_on(decisions, report.question_id, report.minutes_number, report.minutes_on),
        digest=service.digest(report),
        papers=papers,
        visible=visible,
        unsigned=service.unsigned(report, commission),
        may_sign=service.may_sign(act, report),
        may_bring_paper=on_paper.may_bring(act, report),
        may_confirm_paper=on_paper.may_confirm(act, report),
        may_let_paper_go=on_paper.may_let_go(act, report),
        waiting=on_paper.scan_of(act, waits) if waits else None,
        people=by_id(act.session, Person, (key for row in report.signatures for key in (row.by_id, row.confirmed_by))),
        may_correct=service.may_write(act) and not report.signatures,
        may_decide=following.may_decide(act, one),
        may_conclude=following.may_conclude(act, one),
        parts=parts(Place.MONITORING, act, report),
        **LABELS,
    )


def named(report: MonitoringReport) -> str:
    """Of which half-year a report is."""
    return half_named(report.year, report.half)


def _elected_otherwise(act: Act, waiting: Commission) -> Question | None:
    """The election of a meeting here on which this record does not rest: who confirms the record is told."""
    elected = seating.elected_here(act)
    return elected if elected is not None and elected.id != waiting.question_id else None


def _rests(act: Act, commission: Commission) -> str | None:
    found = basis.of(act, [commission.question_id])
    return wording.rests_on(found, commission.question_id, commission.minutes_number, commission.minutes_on)
