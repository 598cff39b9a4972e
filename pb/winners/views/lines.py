"""The budget page of a cycle, which is also the maslikhat's: turnout, winners, lines, what the maslikhat decided."""

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
from pb.formats import language, money
from pb.gatherings.service import meetings
from pb.results.service import counting
from pb.web.access import EVERYBODY, access, allow
from pb.web.charts import Bar, bar_chart
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page
from pb.winners import service
from pb.winners.service import adopting, plans
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


def _page(act: Act, cycle: Cycle) -> str:
    standings = plans.standings(act, cycle)
    adopted = adopting.of_cycle(act, cycle)
    in_phase = cycle.phase == Phase.BUDGET
    return page(
        "winners/show.html",
        cycle=cycle,
        outcome=counting.outcome(act, cycle),
        winners=standings,
        rows=rows(act, standings),
        granted=sum(one.winner.granted for one in standings),
        planned=thousands(sum(one.total for one in standings if not one.plan.waits)),
        chart=_chart(standings),
        adopted=adopted,
        turn=adopting.turn(act, cycle),
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
