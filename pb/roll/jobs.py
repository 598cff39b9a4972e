"""What the rotation of keys leaves alone in the roll: how the voters of an opened poll are found."""

from sqlalchemy import ColumnElement, select

from pb.identity.service import rotation
from pb.roll.models import Entry, Freeze


@rotation.lookups_change_where("roll_entries")
def not_frozen() -> ColumnElement[bool]:
    """Entries of rolls that are not frozen: the others are kept by triggers."""
    return Entry.cycle_id.not_in(select(Freeze.cycle_id).where(Freeze.thawed_at.is_(None)))
