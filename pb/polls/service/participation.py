"""Who has voted: the one authority on "one vote", by whatever channel a vote comes."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from pb.act import Act
from pb.errors import Conflict
from pb.polls.models import Channel, Participation, Poll


def has_voted(act: Act, poll: Poll, entry_id: UUID) -> bool:
    """Whether the voter of this entry of the roll has taken part."""
    return act.session.get(Participation, (poll.id, entry_id)) is not None


def record(act: Act, poll: Poll, entry_id: UUID, channel: Channel, hour: datetime) -> None:
    """The voter takes part now; `hour` is all that is kept of when. Raises Conflict (has voted)."""
    act.session.add(Participation(poll_id=poll.id, entry_id=entry_id, channel=channel, hour=hour))
    try:
        act.session.flush()
    except IntegrityError as error:
        raise Conflict(_("A ballot was cast with this card already. A card votes once.")) from error


def by_channel(act: Act, poll: Poll) -> dict[str, int]:
    """Turnout per channel, for the okrug as a whole."""
    query = select(Participation.channel, func.count()).where(Participation.poll_id == poll.id)
    rows = act.session.execute(query.group_by(Participation.channel))
    return {row[0]: row[1] for row in rows}
