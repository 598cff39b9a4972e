"""An assembly that decided on the registers' matters, with minutes that the akim agreed to."""

from collections.abc import Sequence
from datetime import timedelta

from pb.act import Role
from pb.clock import now
from pb.gatherings.models import Kind, Matter
from pb.gatherings.service import convening, holding, meetings, minutes
from pb.gatherings.service.counting import Votes
from pb.tasks.service import basis
from tests.village import Village, open_meeting, without_notice
from tests.web.meetings_held import seat_assembly


def decided(okrug: Village, *matters: Matter) -> Sequence[str]:
    """What the adopted points are called in addresses of forms: `1-2`, meeting and place."""
    seat_assembly(okrug)
    with okrug.act_as(Role.OFFICE) as act:
        without_notice(act)
        points = [convening.Point(matter, "", "") for matter in matters]
        plan = convening.Plan(Kind.ASSEMBLY, now() + timedelta(seconds=1), "Клуб", points)
        meeting = convening.convene(act, plan).id
    with okrug.act_as(Role.SECRETARY, at=now() + timedelta(seconds=2)) as act:
        gathering = meetings.get(act, meeting)
        present = open_meeting(act, gathering).present
        for question in meetings.to_decide(act, gathering):
            if question.outcome is None:
                holding.record_votes(act, gathering, question, Votes(present, 0, 0, None, frozenset()))
        minutes.draw_up(act, gathering, remarks="")
    for role in (Role.CHAIR, Role.SECRETARY):
        with okrug.act_as(role, at=now() + timedelta(seconds=3)) as act:
            minutes.confirm(act, meetings.get(act, meeting))
    with okrug.act_as(Role.AKIM, at=now() + timedelta(seconds=4)) as act:
        gathering = meetings.get(act, meeting)
        minutes.answer(act, gathering, agrees=True, reason="")
        return [basis.called(question) for question in gathering.questions if question.matter in matters]
