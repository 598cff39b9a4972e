"""A file of the roll that was read holds the IINs of all it names: it goes as soon as it is of no use."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from pb.act import Role
from pb.cycles.models import Phase
from pb.errors import Conflict
from pb.roll.models import Freeze, Import
from pb.roll.service import commitments, imports
from tests.roll.test_roll import file, line
from tests.village import KEYS, Village


@pytest.fixture
def cycle(okrug: Village) -> UUID:
    return okrug.open_cycle(phase=Phase.VOTING)


def read(okrug: Village, cycle: UUID, *numbers: int) -> UUID:
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        return imports.read_file(act, found, KEYS, file(*(line(number) for number in numbers))).id


def kept(okrug: Village, cycle: UUID) -> set[UUID]:
    """The files whose lines, with their IINs, are still there."""
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, _found):
        return set(act.session.scalars(select(Import.id).where(Import.sealed.is_not(None))))


def test_a_file_that_is_never_taken_in_goes_with_the_next_one_and_when_the_roll_changes(
    okrug: Village, cycle: UUID
) -> None:
    """As it was found: it kept the IINs of a whole roll for ever."""
    first, second = read(okrug, cycle, 1, 2), read(okrug, cycle, 1, 2, 3)
    assert kept(okrug, cycle) == {second}
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        with pytest.raises(Conflict, match="Read the file again"):
            imports.confirm_import(act, found, KEYS, imports.get_import(act, found, first))
        imports.confirm_import(act, found, KEYS, imports.get_import(act, found, second))
    waiting = read(okrug, cycle, 4)
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        commitments.confirm(act, found, KEYS)
    assert kept(okrug, cycle) == set()
    last = read(okrug, cycle, 4)
    assert kept(okrug, cycle) == {last} != {waiting}
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        commitments.freeze(act, found, KEYS)
    assert kept(okrug, cycle) == set()


@pytest.mark.both_databases
def test_no_roll_is_frozen_while_a_file_waits(okrug: Village, cycle: UUID) -> None:
    read(okrug, cycle, 1)
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        act.session.add(Freeze(cycle_id=found.id, number=1, at=act.at))
        with pytest.raises(DBAPIError, match="frozen_roll_freezes_insert"):
            act.session.flush()
        act.session.rollback()
