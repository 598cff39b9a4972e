"""The end of the roll's IINs: after their legal term nobody finds or shows one, and no commitment can be tried out."""

from sqlalchemy import literal, select, union_all, update

from pb.act import Act
from pb.cycles.models import Cycle
from pb.db import Base
from pb.roll.models import Commitment, Confirmation, Correction, Entry, Import, NumbersErasure, Request


def erasure_of(act: Act, cycle: Cycle) -> NumbersErasure | None:
    """The erasure of this roll's IINs, once it was done."""
    return act.session.get(NumbersErasure, cycle.id)


def erase(act: Act, cycle: Cycle, event: str) -> None:
    """Takes the IINs out of the roll, its files, corrections and requests, and the salts of its commitments.

    With them go the names of corrections, and the name, the contact and the text of requests.
    `event` is the hash of the log's last event, which says so; triggers refuse an erasure without one.
    """
    act.session.add(NumbersErasure(cycle_id=cycle.id, at=act.at, event=event))
    act.session.flush()
    without: dict[type[Base], dict[str, str | None]] = {
        Entry: {"iin_sealed": None, "iin_lookup": None},
        Import: {"sealed": None},
        Correction: {"iin_sealed": None, "name": ""},
        Request: {"iin_sealed": None, "name": "", "contact": "", "text": ""},
    }
    for table, values in without.items():
        act.session.execute(update(table).filter_by(cycle_id=cycle.id).values(values))
    for salted in (Commitment, Confirmation):
        act.session.execute(update(salted).where(salted.cycle_id == cycle.id).values(salt=None))
    act.session.expire_all()


def kept(act: Act, cycle: Cycle) -> bool:
    """Whether this roll, a file that was read for it, a correction or a request still holds an IIN."""
    holds = [
        select(literal(1)).where(table.cycle_id == cycle.id, sealed.is_not(None))
        for table, sealed in (
            (Entry, Entry.iin_sealed),
            (Import, Import.sealed),
            (Correction, Correction.iin_sealed),
            (Request, Request.iin_sealed),
        )
    ]
    return act.session.execute(union_all(*holds).limit(1)).first() is not None
