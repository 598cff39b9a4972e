"""Taking in a long roll keeps nobody else from writing: it is made ready first, then written in a few statements."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from pb.act import Role
from pb.cycles.models import Phase
from pb.errors import Conflict
from pb.roll.service import commitments, entries, imports
from tests.conftest import SignIn
from tests.roll.test_pages import PEOPLE, sent
from tests.roll.test_roll import file, imported, line
from tests.village import KEYS, Village


@pytest.fixture
def cycle(okrug: Village) -> UUID:
    return okrug.open_cycle(phase=Phase.VOTING)


def statements_of_taking_in(okrug: Village, cycle: UUID, *lines: str) -> int:
    """How many the write transaction has; what is prepared goes before."""
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        waiting_id = imports.read_file(act, found, KEYS, file(*lines), whole=True).id
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        prepared = imports.prepare_import(act, found, KEYS, imports.get_import(act, found, waiting_id))
    count = 0

    def note(*_arguments: Any) -> None:
        nonlocal count
        count += 1

    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        event.listen(okrug.database.engine, "before_cursor_execute", note)
        try:
            imports.take_in(act, found, KEYS, imports.get_import(act, found, waiting_id), prepared)
        finally:
            event.remove(okrug.database.engine, "before_cursor_execute", note)
        assert commitments.holds(act, found, KEYS), "the commitment was computed before, of what stands now"
    return count


@pytest.mark.both_databases
def test_a_long_roll_is_written_in_as_few_statements_as_a_short_one(okrug: Village, cycle: UUID) -> None:
    """Played: 49,000 changed names held the lock for 40 to 75 seconds, one statement for each name."""
    many = range(1, 41)
    assert statements_of_taking_in(okrug, cycle, *(line(number) for number in many)) < 20
    changed = statements_of_taking_in(okrug, cycle, *(line(number, name="Жаңа Есім") for number in many))
    assert changed < 20
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        assert {entry.name for entry in entries.voters(act, found)} == {"Жаңа Есім"}
        assert len(entries.changes(act, entries.numbered(act, found, 7))) == 1, "what stood before is kept"


def test_others_write_while_a_roll_is_made_ready(
    cycle: UUID, sign_in: SignIn, okrug: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, others = imports.prepare_import, []

    def prepare_long(*arguments: Any, **more: Any) -> imports.TakingIn:
        with okrug.act_as():  # the one write lock of SQLite, or ten seconds of waiting and an error
            others.append("objection")
        return prepare(*arguments, **more)

    monkeypatch.setattr(imports, "prepare_import", prepare_long)
    registrar = sign_in(Role.REGISTRAR)
    report = registrar.post(f"{okrug.path(cycle)}/roll", data=sent(*PEOPLE)).location
    assert registrar.post(report).status_code == 302
    assert others == ["objection"]
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        assert entries.count(act, found) == len(PEOPLE)


def test_a_roll_that_changed_while_it_was_made_ready_is_read_again(okrug: Village, cycle: UUID) -> None:
    imported(okrug, cycle, 1)
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        waiting_id = imports.read_file(act, found, KEYS, file(line(2))).id
        prepared = imports.prepare_import(act, found, KEYS, imports.get_import(act, found, waiting_id))
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        commitments.confirm(act, found, KEYS)
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found), pytest.raises(Conflict, match="Read the file again"):
        imports.take_in(act, found, KEYS, imports.get_import(act, found, waiting_id), prepared)
