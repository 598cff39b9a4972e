"""What the rotation of keys leaves alone in the roll: how the voters of an opened poll are found."""

from sqlalchemy import ColumnElement, select

from pb.identity.service import rotation
from pb.polls.models import Poll, State
from pb.roll.models import Entry


@rotation.lookups_change_where("roll_entries")
def not_frozen() -> ColumnElement[bool]:
    """Entries of cycles without an opened poll that counts: the others are kept by triggers."""
    without_result = (State.ANNULLED, State.UNDER_MINIMUM)
    frozen = select(Poll.cycle_id).where(Poll.election_json.is_not(None), Poll.state.not_in(without_result))
    return Entry.cycle_id.not_in(frozen)
