"""The page of working days: what the terms of meetings and answers are counted by."""

from datetime import date

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.territory.forms import WorkingDaysForm
from pb.territory.service import working_days
from pb.territory.service.working_days import Moves
from pb.territory.views.blueprint import blueprint
from pb.web import requests as web
from pb.web.access import EVERYBODY, access, allow
from pb.web.requests import current_act, notify, page


@blueprint.get("/<okrug:okrug>/working-days")
@access(EVERYBODY)
def list_working_days() -> str:
    act = current_act()
    return _page(act, WorkingDaysForm() if act.holds(Role.OFFICE, Role.ADMINISTRATOR) else None)


@blueprint.post("/<okrug:okrug>/working-days")
@access(allow(Role.OFFICE, Role.ADMINISTRATOR), action=lazy_gettext("record which days are worked"))
def record_working_days() -> web.Response:
    act = current_act()
    form = WorkingDaysForm()

    def moves() -> Moves:
        return Moves(form.source.data or "", form.off.days, form.working.days, form.usual.days)

    def record() -> bool:
        working_days.record(act, moves())
        return True

    if form.submit(record, faults=lambda: working_days.faults(act, moves())) is None:
        return _page(act, form), 422
    notify(_("The days are recorded. Terms that begin from now on are counted by them."))
    return redirect(url_for("territory.list_working_days"))


def _page(act: Act, form: WorkingDaysForm | None) -> str:
    today = local(act.at).date()
    years = [today.year, today.year + 1]
    return page(
        "territory/working_days.html",
        years=[(year, sorted(working_days.public_holidays(year))) for year in years],
        moved=working_days.moved_from(act, date(today.year, 1, 1)),
        form=form,
    )
