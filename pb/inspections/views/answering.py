"""The akim, or the office in the akim's name, answers each recommendation."""

from functools import partial
from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.inspections import service
from pb.inspections.forms import AnswerForm
from pb.inspections.models import Inspection
from pb.inspections.service import following
from pb.inspections.service.following import ANSWERING, Asked
from pb.inspections.views.blueprint import blueprint
from pb.web.access import A_TEXT, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/inspections/<number:inspection_id>/recommendations/<number:position>")
@access(allow(*ANSWERING))
def write_answer(inspection_id: UUID, position: str) -> str:
    act = current_act()
    report = service.get(act, inspection_id)
    asked = following.require_answering(act, report, int(position))
    return _page(report, asked, AnswerForm())


@blueprint.post("/<okrug:okrug>/inspections/<number:inspection_id>/recommendations/<number:position>")
@access(
    allow(*ANSWERING),
    action=lazy_gettext("answer a recommendation of the auditor or of the commission"),
    largest_body=A_TEXT,
)
def answer(inspection_id: UUID, position: str) -> Response:
    act = current_act()
    report = service.get(act, inspection_id)
    asked = following.require_answering(act, report, int(position))
    form = AnswerForm()
    reply = form.reply()
    if form.validate() and not list(following.faults(act, reply)) and following.is_final(reply.kind):
        told = [_("It is the last answer to this recommendation. Everybody reads it.")]
        filled = partial(_page, report, asked, form)
        if first := ask_first(_("Give this answer?"), told, _("Answer"), filled=filled):
            return first
    given = form.submit(
        lambda: following.answer(act, report, int(position), reply), faults=lambda: following.faults(act, reply)
    )
    if given is None:
        return _page(report, asked, form), 422
    notify(_("It stands on the page of the report."))
    return redirect(url_for("inspections.show", inspection_id=report.id))


def _page(report: Inspection, asked: Asked, form: AnswerForm) -> str:
    return page("inspections/answer.html", report=report, asked=asked, form=form)
