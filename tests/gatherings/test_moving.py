"""A meeting is moved to another day in one step: what was announced stays, and the same agenda is convened anew."""

from datetime import timedelta

import pytest

from pb.act import Role
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Kind, Matter, State
from pb.gatherings.service import convening, cycle_meetings, moving
from pb.gatherings.service.plan import Plan, Point
from tests.village import Okrug


def test_the_same_agenda_is_convened_for_another_day(okrug: Okrug) -> None:
    points = [Point(Matter.EARLIER, "", ""), Point(Matter.OTHER, "Bridge", "ru", "A. Ospanov")]
    plan = Plan(Kind.SEPARATE, okrug.at + timedelta(days=11), "Club", points, part="Abai street", entitled=40)
    office = okrug.act(Role.OFFICE)
    meeting = convening.convene(office, plan)
    later = meeting.meets_at + timedelta(days=7)
    with pytest.raises(Forbidden):
        moving.move(okrug.act(Role.SECRETARY), meeting, later, "School", "Snow.")
    with pytest.raises(FieldRefusal) as refusal:
        moving.move(office, meeting, okrug.at - timedelta(days=1), " ", " ")
    told = {fault.field for fault in (refusal.value, *refusal.value.others)}
    assert told == {"reason", "meets_at", "place"}
    moved = moving.move(office, meeting, later, "School", "Snow.")
    assert (meeting.state, meeting.called_off_reason) == (State.CALLED_OFF, "Snow.")
    assert (moved.previous_id, moved.meets_at, moved.part, moved.entitled) == (meeting.id, later, "Abai street", 40)
    assert [(one.matter, one.text, one.speaker) for one in moved.questions] == [
        ("earlier", "", ""),
        ("other", "Bridge", "A. Ospanov"),
    ]
    with pytest.raises(Conflict):
        moving.move(office, meeting, later, "School", "Snow.")


def test_a_cycles_meeting_keeps_the_agenda_of_its_cycle(okrug: Okrug) -> None:
    okrug.seat_assembly(5)
    okrug.accept_two()
    chair = okrug.act(Role.CHAIR)
    meets_at = okrug.at + timedelta(hours=3)
    meeting = cycle_meetings.convene(chair, okrug.cycle, Matter.PROJECT, meets_at=meets_at, place="School")
    moved = moving.move(chair, meeting, meets_at + timedelta(days=1), "Club", "The hall is cold.")
    assert moved.matter is Matter.PROJECT
    assert len(moved.questions) == 2
    assert moved.previous_id == meeting.id
