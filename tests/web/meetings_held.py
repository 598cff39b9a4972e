"""Meetings to which people came: those whose forms tests/web/form_calls.py sends in."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from pb.act import Role
from pb.gatherings.models import Kind, Matter, Office, Seat, WritingDevice
from pb.gatherings.service import agenda, arrivals, convening, meetings, membership, officers
from pb.gatherings.service.rules import Count
from tests.village import SETTLEMENTS, Village, elect, without_notice

HERE = SETTLEMENTS[0]
POINTS = (
    convening.Point(Matter.OTHER, "A playground", "ru"),
    convening.Point(Matter.ELECTION, "Who represents us", "ru", seat=Seat.OTHER, places=1),
)


def seat_assembly(okrug: Village) -> None:
    """An assembly of three."""
    seat_members(okrug, Office.CHAIR, Office.SECRETARY, Office.MEMBER)


def seat_members(okrug: Village, *offices: Office, first: int = 1) -> list[UUID]:
    """Members of these offices, `Member 1` and so on, recorded and confirmed."""
    term = date(2025, 1, 1), date(2028, 12, 31)
    named = [(f"Member {number}", HERE, office) for number, office in enumerate(offices, first)]
    return seat(okrug, *(membership.Election(*one, *term, "minutes № 1") for one in named))


def seat(okrug: Village, *elections: membership.Election) -> list[UUID]:
    """Members who were recorded by the office and confirmed by the chair, in one transaction."""
    with okrug.act_as(Role.OFFICE) as act:
        chair = replace(act, person=act.session.merge(okrug.people[Role.CHAIR]), roles=frozenset({Role.CHAIR}))
        return [member.id for member in elect(act, chair, *elections)]


def with_residents(okrug: Village, entitled: int) -> UUID:
    """A gathering to which two of so many residents came; if they are enough they elected officers, and go on."""
    with okrug.act_as(Role.OFFICE) as act:
        begins = act.at + timedelta(milliseconds=1)
        plan = convening.Plan(Kind.GATHERING, begins, "School", POINTS, entitled=entitled)
        meeting = convening.convene(act, plan).id
    with okrug.act_as(Role.OFFICE) as act:
        gathering = meetings.get(act, meeting)
        for name in ("Дәулет", "Бота"):
            arrivals.register(act, gathering, name, HERE)
        if meetings.quorum_of(gathering).reached:
            officers.elect(act, gathering, Office.CHAIR, "Дәулет", Count(2, 0, 0))
            officers.elect(act, gathering, Office.SECRETARY, "Бота", Count(2, 0, 0))
            agenda.adopt(act, gathering, Count(2, 0, 0))
    return meeting


def of_members(okrug: Village, *, standing: bool = True, adopted: bool = True) -> UUID:
    """A meeting of the assembly to which two of three came; `standing`: its officers are, by rule."""
    with okrug.act_as(Role.OFFICE) as act:
        without_notice(act, standing=standing)
        begins = act.at + timedelta(milliseconds=1)
        meeting = convening.convene(act, convening.Plan(Kind.ASSEMBLY, begins, "School", POINTS)).id
    with okrug.act_as(Role.SECRETARY if standing else Role.OFFICE) as act:
        gathering = meetings.get(act, meeting)
        two = [row.member_id for row in gathering.attendances if row.member.number < 3]
        arrivals.mark_present(act, gathering, two)
        if adopted:
            agenda.adopt(act, gathering, Count(2, 0, 0))
    return meeting


def to_come(okrug: Village) -> UUID:
    """A gathering that is to be held in some weeks."""
    with okrug.act_as(Role.OFFICE) as act:
        plan = convening.Plan(Kind.GATHERING, act.at + timedelta(days=30), "School", POINTS, entitled=9)
        return convening.convene(act, plan).id


def path_of(okrug: Village, meeting: UUID) -> str:
    return f"{okrug.home}/meetings/{okrug.called('gathering_id', meeting)}"


def put_devices_down(okrug: Village) -> None:
    """Whoever signs in next writes: the device of the test before rests."""
    with okrug.act_as() as act:
        act.session.query(WritingDevice).delete()
