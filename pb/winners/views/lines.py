"""The budget page of a cycle, which is also the maslikhat's: turnout, winners, lines, the decision."""

from collections.abc import Sequence
from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup

from pb.act import Act, Role
from pb.core.budget.amounts import thousands
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.formats import day, language, money, numbered
from pb.gatherings.service import meetings
from pb.results.service import counting
from pb.web.access import EVERYBODY, access, allow
from pb.web.charts import Bar, bar_chart
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page
from pb.winners import service
from pb.winners.forms import DecisionForm
from pb.winners.service import plans
from pb.winners.service.plans import Standing
from pb.winners.views.blueprint import blueprint
from pb.winners.views.parts import rows


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/winners")
@access(EVERYBODY)
def show(cycle_id: UUID) -> str:
    act = current_act()
    return _page(act, cycles.get(act, cycle_id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/winners/lines")
@access(allow(Role.OFFICE), action=lazy_gettext("make budget lines of the winners"))
def make_lines(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    told = [_("Each winner becomes a line of the budget with its programme and sum; the maslikhat sees them at once.")]
    if asked := ask_first(_("Make the budget lines?"), told, _("Make the budget lines")):
        return asked
    service.make_lines(act, cycle)
    notify(_("The budget lines are made. The maslikhat sees them."))
    return redirect(url_for("winners.show", cycle_id=cycle.id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/winners/decision")
@access(allow(*service.MASLIKHAT), action=lazy_gettext("record the decision of the maslikhat"))
def record_decision(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    form = DecisionForm()
    if form.validate() and (asked := _ask_to_record(act, cycle, form)):
        return asked
    form.submit(lambda: service.record_decision(act, cycle, number=form.number.data, decided_on=form.decided_on.data))
    if form.errors:
        return _page(act, cycle, form), 422
    notify(_("The decision is recorded."))
    return redirect(url_for("winners.show", cycle_id=cycle.id))


def _ask_to_record(act: Act, cycle: Cycle, form: DecisionForm) -> str | None:
    told = [
        f"{numbered(form.number.data)}, {day(form.decided_on.data)}",
        _("Everybody sees the decision under the budget of the cycle. It is recorded once."),
    ]
    return ask_first(_("Record this decision?"), told, _("Record the decision"), filled=lambda: _page(act, cycle, form))


def _page(act: Act, cycle: Cycle, form: DecisionForm | None = None) -> str:
    standings = plans.standings(act, cycle)
    decision = service.decision(act, cycle)
    in_phase = cycle.phase == Phase.BUDGET
    if form is None and in_phase and standings and decision is None and act.holds(*service.MASLIKHAT):
        form = DecisionForm()
    return page(
        "winners/show.html",
        cycle=cycle,
        outcome=counting.outcome(act, cycle),
        winners=standings,
        rows=rows(act, standings),
        granted=sum(one.winner.granted for one in standings),
        planned=thousands(sum(one.total for one in standings if not one.plan.waits)),
        chart=_chart(standings),
        decision=decision,
        form=form,
        may_make=in_phase and not standings and act.holds(Role.OFFICE) and meetings.adopted(act, cycle) is not None,
    )


def _chart(standings: Sequence[Standing]) -> Markup:
    """What the result granted each of the winners, the dearest first."""
    bars = [
        Bar(said.text, one.winner.granted, money(one.winner.granted), won=True, language=said.language)
        for one in standings
        for said in (one.proposal.called(language()),)
    ]
    return bar_chart(bars, title=_("Costs of the winners"))
