"""The end of the roll's IINs: after their legal term nobody finds or shows one, and no commitment can be tried out."""

from sqlalchemy import select, update

from pb.act import Act
from pb.cycles.models import Cycle
from pb.roll.models import Commitment, Confirmation, Correction, Entry, NumbersErasure, Request


def erasure_of(act: Act, cycle: Cycle) -> NumbersErasure | None:
    """The erasure of this roll's IINs, once it was done."""
    return act.session.get(NumbersErasure, cycle.id)


def erase(act: Act, cycle: Cycle, event: str) -> None:
    """Takes the IINs out of the roll, its corrections and its requests, and the salts of its commitments.

    `event` is the hash of the log's last event, which says so; triggers refuse an erasure without one.
    """
    act.session.add(NumbersErasure(cycle_id=cycle.id, at=act.at, event=event))
    act.session.flush()
    for table in (Entry, Correction, Request):
        without = {"iin_sealed": None, **({"iin_lookup": None} if table is Entry else {})}
        act.session.execute(update(table).where(table.cycle_id == cycle.id).values(without))
    for salted in (Commitment, Confirmation):
        act.session.execute(update(salted).where(salted.cycle_id == cycle.id).values(salt=None))
    act.session.expire_all()


def kept(act: Act, cycle: Cycle) -> bool:
    """Whether this roll still holds an IIN."""
    query = select(Entry.id).where(Entry.cycle_id == cycle.id, Entry.iin_sealed.is_not(None))
    return act.session.scalars(query.limit(1)).first() is not None
