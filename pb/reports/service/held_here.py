"""Meetings that were held on the platform, as the office takes them into its forms: each once, as the record has it."""

from collections.abc import Sequence

from sqlalchemy import exists, select

from pb.act import Act
from pb.clock import local
from pb.gatherings.models import Gathering, State
from pb.gatherings.models import Kind as MeetingKind
from pb.gatherings.service import meetings
from pb.reports.models import LONGEST_PLACE, Kind, ReportedMeeting
from pb.reports.service.meetings import Account

OFFERED = 50
HELD = (State.MINUTED, State.CONFIRMED)


def offered(act: Act) -> Sequence[Gathering]:
    """The latest meetings whose minutes are drawn up and that no form has yet."""
    taken = exists().where(ReportedMeeting.gathering_id == Gathering.id)
    query = select(Gathering).where(Gathering.territory_id == act.territory.id, Gathering.state.in_(HELD), ~taken)
    return act.session.scalars(query.order_by(Gathering.meets_at.desc(), Gathering.number.desc()).limit(OFFERED)).all()


def account_of(gathering: Gathering) -> Account:
    """What its record tells: day, place, kind, and how many were there. Views of a broadcast it does not know."""
    here = meetings.opened_with(gathering) if gathering.of_members else gathering.registrations
    return Account(
        held_on=local(gathering.meets_at).date(),
        place=gathering.place[:LONGEST_PLACE],
        kind=Kind.REPORT if gathering.kind == MeetingKind.REPORT else Kind.OTHER,
        present=len(here),
    )
