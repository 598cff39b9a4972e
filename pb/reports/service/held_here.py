"""Meetings that were held on the platform, as the office takes them into its forms: each once, as the record has it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import selectinload

from pb.act import Act
from pb.clock import ALMATY, local
from pb.gatherings.models import Gathering
from pb.reports.models import LONGEST_PLACE, ReportedMeeting
from pb.reports.service.meetings import HELD, Account, came_to, kind_of

OFFERED = 50


def offered(act: Act) -> Sequence[Gathering]:
    """The latest meetings whose minutes are drawn up and that no form has yet."""
    return act.session.scalars(_untaken(act).limit(OFFERED)).all()


def untaken(act: Act, first: date, last: date) -> Sequence[Gathering]:
    """The same of some days, the earliest first."""
    begins, ends = (datetime.combine(each, time(), ALMATY) for each in (first, last + timedelta(days=1)))
    of_days = (Gathering.meets_at >= begins, Gathering.meets_at < ends)
    return act.session.scalars(_untaken(act).where(*of_days)).all()[::-1]


def _untaken(act: Act) -> Select[Gathering]:
    taken = exists().where(ReportedMeeting.gathering_id == Gathering.id)
    query = select(Gathering).where(Gathering.territory_id == act.territory.id, Gathering.state.in_(HELD), ~taken)
    query = query.options(selectinload(Gathering.questions))  # a cycle's meeting is called by its matter
    return query.order_by(Gathering.meets_at.desc(), Gathering.number.desc())


def account_of(gathering: Gathering) -> Account:
    """What its record tells: day, place, kind, and how many were there. Views of a broadcast it does not know."""
    return Account(
        held_on=local(gathering.meets_at).date(),
        place=gathering.place[:LONGEST_PLACE],
        kind=kind_of(gathering),
        present=came_to(gathering),
    )
