"""What waits for whom: the lines to be made, the decision to be recorded."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.cycles.models import Cycle, Phase
from pb.cycles.service import duties_in
from pb.gatherings.service import meetings
from pb.identity.service.duties import Duty
from pb.results.service import counting
from pb.winners import service


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


@duties_in(Phase.BUDGET, of=service.MASLIKHAT)
def decision_to_record(act: Act, cycle: Cycle) -> Iterator[Duty]:
    if service.of_cycle(act, cycle) and service.decision(act, cycle) is None:
        url = url_for("winners.show", cycle_id=cycle.id, _anchor="decision")
        yield Duty(_("Record the decision of the maslikhat"), url, until=cycle.budget_until)
