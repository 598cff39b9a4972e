"""What waits for whom: the lines to be made, and to be put into the okrug's budget."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.cycles.models import Cycle, Phase
from pb.cycles.service import duties_in
from pb.gatherings.service import meetings
from pb.identity.service.duties import Duty
from pb.results.service import counting
from pb.territory.service import tree
from pb.winners import service
from pb.winners.service import adopting


@duties_in(Phase.BUDGET, of=[Role.OFFICE])
def lines_to_make(act: Act, cycle: Cycle) -> Iterator[Duty]:
    """Of the winners; where nobody won there is nothing to make."""
    if service.of_cycle(act, cycle) or meetings.adopted(act, cycle) is None:
        return
    outcome = counting.outcome(act, cycle)
    if outcome and any(project.won for project in outcome.projects):
        yield Duty(
            _("Make the budget lines"),
            url_for("winners.show", cycle_id=cycle.id, _anchor="lines"),
            until=cycle.budget_until,
        )


@duties_in(Phase.BUDGET, of=[Role.OFFICE])
def lines_to_put_into_the_budget(act: Act, cycle: Cycle) -> Iterator[Duty]:
    """While no version on its way holds them; a version that does has the duties of the okrug's budget."""
    turn = adopting.turn(act, cycle)
    if turn is None or not turn.office:
        return
    url = url_for("budget.list_all", okrug=tree.slug_of(act.session, act.territory.id))
    if turn.version is not None:
        url = url_for("budget.show_version", budget_id=turn.version.budget_id, version_id=turn.version.id)
    yield Duty(_("Put the winners' lines into the budget"), url, until=cycle.budget_until)
