"""Which meetings of a list wait for something past its term: opening, minutes, signatures, the akim's answer."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.clock import local
from pb.gatherings.models import Gathering, Minutes, State
from pb.gatherings.service import calling_off, minutes, standing
from pb.gatherings.service.standing import Way
from pb.territory.service import working_days

WAITING = frozenset({State.QUORATE, State.MINUTED})


class Late(StrEnum):
    OPENING = "opening"
    MINUTES = "minutes"
    SIGNATURES = "signatures"
    ANSWER = "answer"


def of_many(act: Act, gatherings: Sequence[Gathering]) -> Mapping[UUID, Late]:
    """What is late of each of these meetings of one territory; asked of the database as often for many as for one."""
    held = [one for one in gatherings if one.state in WAITING | {State.CONFIRMED}]
    found = {one.id: Late.OPENING for one in gatherings if calling_off.never_opened(act, one)}
    rows = act.session.scalars(select(Minutes).where(Minutes.gathering_id.in_([one.id for one in held]))).all()
    drawn_up, terms = {row.gathering_id: row for row in rows}, working_days.terms(act)
    stands = standing.of_many(act, [row for row in rows if row.confirmed])
    for one in held:
        row = drawn_up.get(one.id)
        if one.state in WAITING:
            made_at, due = row.drawn_up_at if row is not None else act.at, minutes.due(act, one, terms)
            if local(made_at).date() > due:
                found[one.id] = Late.MINUTES
            elif local(act.at).date() > due:
                found[one.id] = Late.SIGNATURES
        elif row is not None and row.id in stands and stands[row.id].way is Way.SILENT:
            found[one.id] = Late.ANSWER
    return found
