"""What waits around the cycle itself: to be moved on, or ended."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.clock import local
from pb.cycles.models import PHASE_LABELS, Cycle, Phase
from pb.cycles.service import duties_in
from pb.identity.service import holdings
from pb.identity.service.duties import Duty
from pb.process.service import ending, phases


@duties_in(of=[Role.CHAIR])
def ending_to_decide(act: Act, cycle: Cycle) -> Iterator[Duty]:
    """The office proposed that the cycle ends."""
    if ending.proposed(act, cycle) is not None and holdings.has_cooled(act, Role.CHAIR):
        yield Duty(_("Decide on the end of the cycle"), url_for("process.look_over_end", cycle_id=cycle.id))


@duties_in(of=[Role.OFFICE])
def ending_decided_by_the_chair(act: Act, cycle: Cycle) -> Iterator[Duty]:
    if ending.proposed(act, cycle) is not None:
        url = url_for("process.look_over_end", cycle_id=cycle.id)
        yield Duty(_("The end of the cycle waits for the chair of the assembly"), url, of_others=True)


@duties_in(of=[Role.OFFICE])
def to_move_on(act: Act, cycle: Cycle) -> Iterator[Duty]:
    """When the work of the phase is done, or its last day has passed and nothing is missing."""
    phase = Phase(cycle.phase)
    until = cycle.until(phase)
    if until is None or ending.proposed(act, cycle) is not None:
        return
    if ending.impossible(act, cycle) is not None:
        if not ending.hinders(act, cycle) and holdings.has_cooled(act, Role.OFFICE):
            url = url_for("process.look_over_end", cycle_id=cycle.id)
            yield Duty(_("End the cycle, which can no longer go on"), url)
    elif not phases.missing(act, cycle) and (local(act.at).date() > until or phases.is_done(act, cycle)):
        url = url_for("process.show", cycle_id=cycle.id, _anchor="next")
        yield Duty(_("Move the cycle on"), url, str(PHASE_LABELS[phase]), until)
