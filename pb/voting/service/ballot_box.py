"""The ballots in the box: how many, and which is whose."""

from uuid import UUID

from sqlalchemy import func, select

from pb.act import Act
from pb.polls.models import Poll
from pb.voting.models import CastBallot


def count(act: Act, poll: Poll) -> int:
    return act.session.scalar(select(func.count()).select_from(CastBallot).where(CastBallot.poll_id == poll.id)) or 0


def find(act: Act, poll: Poll, tracker: str) -> CastBallot | None:
    """The ballot of a tracker, for anybody who looks it up."""
    query = select(CastBallot).where(CastBallot.poll_id == poll.id, CastBallot.tracker == tracker.strip())
    return act.session.scalars(query).one_or_none()


def of_entry(act: Act, poll: Poll, entry_id: UUID) -> CastBallot | None:
    query = select(CastBallot).where(CastBallot.poll_id == poll.id, CastBallot.entry_id == entry_id)
    return act.session.scalars(query).one_or_none()
