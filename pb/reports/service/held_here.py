"""Meetings that were held on the platform, as the office takes them into its forms: each once, as the record has it."""

from collections.abc import Sequence

from sqlalchemy import exists, select

from pb.act import Act
from pb.clock import local
from pb.gatherings.models import Gathering
from pb.reports.models import LONGEST_PLACE, ReportedMeeting
from pb.reports.service.meetings import HELD, Account, came_to, kind_of

OFFERED = 50


def offered(act: Act) -> Sequence[Gathering]:
    """The latest meetings whose minutes are drawn up and that no form has yet."""
    taken = exists().where(ReportedMeeting.gathering_id == Gathering.id)
    query = select(Gathering).where(Gathering.territory_id == act.territory.id, Gathering.state.in_(HELD), ~taken)
    return act.session.scalars(query.order_by(Gathering.meets_at.desc(), Gathering.number.desc()).limit(OFFERED)).all()


def account_of(gathering: Gathering) -> Account:
    """What its record tells: day, place, kind, and how many were there. Views of a broadcast it does not know."""
    return Account(
        held_on=local(gathering.meets_at).date(),
        place=gathering.place[:LONGEST_PLACE],
        kind=kind_of(gathering),
        present=came_to(gathering),
    )
