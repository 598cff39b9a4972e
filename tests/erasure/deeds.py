"""What the tests of erasure do: erase all that is due, set terms, count rows."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from pb import clock
from pb.act import Act, Role
from pb.cycles.models import Cycle
from pb.erasure import service
from pb.erasure.service import What
from pb.territory import service as territories
from pb.voting.service import objections
from tests.erasure.conftest import Ended
from tests.frozen.world import without_rules


def erase_all(ended: Ended, at: datetime | None = None) -> list[What]:
    with ended.act(at) as act:
        due = [thing for thing in service.kept(act) if thing.is_due(clock.local(act.at).date())]
        for thing in due:
            service.erase(act, thing)
        return [thing.what for thing in due]


def count(act: Act, *entities: type) -> list[int]:
    return [act.session.scalar(select(func.count()).select_from(entity)) or 0 for entity in entities]


def refused(ended: Ended, *statements: str) -> None:
    for statement in statements:
        with pytest.raises(DBAPIError), ended.database.work() as session:
            session.execute(text(statement))


def end_both_terms(ended: Ended) -> None:
    """IINs are kept for as short a time as an okrug may set: nothing is erased with a moment of the future."""
    decide(ended, iin_days=30)


def decide(ended: Ended, **values: int) -> None:
    """The terms of the cycle, as if the okrug had decided so before it was opened."""
    with without_rules(ended.database.engine) as connection:
        connection.execute(update(Cycle).where(Cycle.id == ended.cycle_id).values(values))


def lengthen(ended: Ended, **values: int) -> None:
    """The okrug's settings, with a day long before the cycle was opened."""
    with ended.act() as act:
        office = replace(act, roles=frozenset({Role.OFFICE}))
        for name, value in values.items():
            territories.record_setting(office, name, value, source="№ 1", since=date(2020, 1, 1))


def object_in_time(ended: Ended) -> None:
    """An objection while the okrug's term was longer than it is now, when it is over."""
    decide(ended, objection_days=365)
    with ended.act() as act:
        objections.object_to(act, ended.poll(act), text="Менің карточкам", contact="8 700")
    decide(ended, objection_days=30)
