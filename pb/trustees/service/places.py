"""The places of a poll's trustees."""

from collections.abc import Sequence

from flask_babel import lazy_gettext
from sqlalchemy import select

from pb.act import Act
from pb.errors import Forbidden
from pb.polls.models import Poll
from pb.trustees.models import PollTrustee


def all_of(act: Act, poll: Poll) -> Sequence[PollTrustee]:
    """The poll's trustees by position."""
    query = select(PollTrustee).where(PollTrustee.poll_id == poll.id).order_by(PollTrustee.position)
    return act.session.scalars(query).all()


def own(act: Act, poll: Poll) -> PollTrustee:
    """The actor's place among the poll's trustees. Raises Forbidden."""
    for trustee in all_of(act, poll):
        if act.person is not None and trustee.person_id == act.person.id:
            return trustee
    raise Forbidden(lazy_gettext("You are not a trustee of this poll."))
