"""A meeting of the assembly on matters of the territory, from its notice to the akim's yes: twelve days."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from uuid import UUID

from pb.act import Act, Role
from pb.gatherings.models import Kind, Matter
from pb.gatherings.service import agenda, arrivals, convening, holding, meetings, minutes
from pb.gatherings.service.counting import Votes
from pb.gatherings.service.plan import Plan, Point
from pb.gatherings.service.rules import Count

Acting = Callable[..., AbstractContextManager[Act]]
PRESENT = 8


def hold(act: Acting, begins: datetime, day: int, matters: Sequence[Matter]) -> list[UUID]:
    """The points in the order of the matters, all adopted; `begins` is midnight before the first of the days."""
    hour = begins + timedelta(days=day + 11, hours=15)
    with act(Role.OFFICE, day, 13) as office:
        points = [Point(matter, "", "") for matter in matters]
        meeting = convening.convene(office, Plan(Kind.ASSEMBLY, hour, "Мәдениет үйі", points)).id
    with act(Role.SECRETARY, day + 11, 15.5) as secretary:
        gathering = meetings.get(secretary, meeting)
        present = [row.member_id for row in gathering.attendances][:PRESENT]
        arrivals.mark_present(secretary, gathering, present)
        agenda.adopt(secretary, gathering, Count(len(present), 0, 0))
        for question in meetings.to_decide(secretary, gathering):
            if question.outcome is None:
                holding.record_votes(secretary, gathering, question, Votes(len(present), 0, 0, None, frozenset()))
        minutes.draw_up(secretary, gathering, remarks="")
        decided = [next(one.id for one in gathering.questions if one.matter == matter) for matter in matters]
    for role in (Role.CHAIR, Role.SECRETARY):
        with act(role, day + 11, 18) as officer:
            minutes.confirm(officer, meetings.get(officer, meeting))
    with act(Role.AKIM, day + 12, 10) as akim:
        minutes.answer(akim, meetings.get(akim, meeting), agrees=True, reason="")
    return decided
