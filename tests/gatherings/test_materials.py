"""Papers of a meeting: published by who convenes it before it begins, of a point or of all, late ones marked."""

from datetime import timedelta
from uuid import uuid4

import pytest

from pb.act import Role
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Gathering, Kind, Matter
from pb.gatherings.service import convening
from pb.gatherings.service.plan import Plan, Point
from pb.materials import service
from pb.media.service.files import Received
from tests.village import Okrug


def convened(okrug: Okrug, days: int = 11) -> Gathering:
    points = [Point(Matter.EARLIER, "", ""), Point(Matter.TASKS, "", "")]
    plan = Plan(Kind.GATHERING, okrug.at + timedelta(days=days), "Club", points, entitled=40)
    return convening.convene(okrug.act(Role.OFFICE), plan)


def file(name: str = "budget") -> Received:
    return Received(uuid4(), name, uuid4().hex * 2, is_paper=True)


def test_papers_stand_by_points_and_late_ones_are_marked(okrug: Okrug) -> None:
    meeting = convened(okrug)
    service.publish(okrug.act(Role.OFFICE), meeting, file("budget"), 2)
    okrug.at = meeting.meets_at - timedelta(days=4)
    service.publish(okrug.act(Role.AKIM), meeting, file("everything"))
    papers = service.of(okrug.act(), meeting)
    assert [(one.paper.name, one.position, one.late) for one in papers] == [
        ("everything", None, True),
        ("budget", 2, False),
    ]


def test_nobody_else_and_nothing_after_the_beginning(okrug: Okrug) -> None:
    meeting = convened(okrug)
    with pytest.raises(Forbidden):
        service.publish(okrug.act(Role.CHAIR), meeting, file())
    with pytest.raises(FieldRefusal) as refusal:
        service.publish(okrug.act(Role.OFFICE), meeting, file(), 3)
    assert refusal.value.field == "point"
    okrug.at = meeting.meets_at
    with pytest.raises(Conflict):
        service.publish(okrug.act(Role.OFFICE), meeting, file())
