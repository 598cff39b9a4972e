"""What a second file changes, what a person corrects, and what is refused once the roll is confirmed or frozen."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.cards.models import Credential
from pb.cards.service import card_keys, cards
from pb.core.belenios.groups import BELENIOS_2048
from pb.cycles.models import Phase
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.identity.models import Grant
from pb.polls.service import state
from pb.roll.models import Change, Commitment, Correction, CorrectionKind, Departure, Entry
from pb.roll.service import commitments, corrections, entries, imports
from pb.roll.service.corrections import Wanted
from pb.voting.service import preparation
from tests.frozen.world import without_rules
from tests.village import KEYS, SETTLEMENTS, Village, invented_iin

both_databases = pytest.mark.both_databases
HERE, THERE = SETTLEMENTS
TODAY = clock.local(clock.now()).date()
MOVED = imports.Leaving(TODAY - timedelta(days=3), Departure.MOVED)


@pytest.fixture
def cycle(okrug: Village) -> UUID:
    return okrug.open_cycle(phase=Phase.VOTING)


def file(*people: tuple[int, str, str]) -> bytes:
    lines = [f"{invented_iin(number).text},{name},{settlement}" for number, name, settlement in people]
    return "\n".join(["iin,name,settlement", *lines]).encode()


def take_in(
    okrug: Village,
    cycle: UUID,
    *people: tuple[int, str, str],
    whole: bool = False,
    leaving: imports.Leaving | None = None,
) -> imports.Difference:
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        waiting = imports.read_file(act, found, KEYS, file(*people), whole=whole)
        return imports.confirm_import(act, found, KEYS, waiting, leaving=leaving)


def confirm(okrug: Village, cycle: UUID) -> None:
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        commitments.confirm(act, found, KEYS)


FIRST = [(1, "Аян", HERE), (2, "Бота", HERE), (3, "Вера", HERE)]


def test_a_whole_roll_shows_who_is_new_changed_missing_and_unchanged(okrug: Village, cycle: UUID) -> None:
    take_in(okrug, cycle, *FIRST)
    found = take_in(okrug, cycle, (1, "Аян", HERE), (2, "Бота", THERE), (4, "Ғани", HERE), whole=True, leaving=MOVED)
    assert [voter.name for voter in found.new] == ["Ғани"]
    assert [entry.number for entry, _voter in found.changed] == [2]
    assert [entry.name for entry in found.gone] == ["Вера"]
    assert found.same == 1
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, here):
        everybody = entries.everybody_ever(act, here)
        assert [(one.number, one.name, one.settlement) for one in everybody] == [
            (1, "Аян", HERE),
            (2, "Бота", THERE),
            (3, "Вера", HERE),
            (4, "Ғани", HERE),
        ], "nobody is deleted"
        assert (everybody[2].gone_on, everybody[2].gone_reason) == (MOVED.day, "moved")
        assert entries.count(act, here) == 3
        assert entries.find(act, here, invented_iin(3), KEYS) is None, "whoever left does not vote"
        kept = {(one.field, one.before, one.after) for one in act.session.scalars(select(Change))}
        assert kept == {("settlement", HERE, THERE), ("gone_on", "", MOVED.day.isoformat())}


def test_whoever_is_missing_stays_unless_the_registrar_says_otherwise(okrug: Village, cycle: UUID) -> None:
    take_in(okrug, cycle, *FIRST)
    assert len(take_in(okrug, cycle, FIRST[0], whole=True).gone) == 2
    assert take_in(okrug, cycle, FIRST[0]).gone == [], "an addition says nothing about the others"
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        assert entries.count(act, found) == 3


def test_whoever_left_comes_back_under_the_same_number(okrug: Village, cycle: UUID) -> None:
    take_in(okrug, cycle, *FIRST)
    take_in(okrug, cycle, *FIRST[:2], whole=True, leaving=MOVED)
    found = take_in(okrug, cycle, (3, "Вера Ким", HERE))
    assert [entry.number for entry, _voter in found.returned] == [3]
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, here):
        entry = entries.find(act, here, invented_iin(3), KEYS)
        assert entry is not None
        assert (entry.number, entry.name, entry.gone_on, entry.gone_reason) == (3, "Вера Ким", None, None)


def test_a_difference_that_is_no_longer_the_one_shown_is_not_taken_in(okrug: Village, cycle: UUID) -> None:
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        waiting_id = imports.read_file(act, found, KEYS, file(*FIRST)).id
    take_in(okrug, cycle, FIRST[0])
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found), pytest.raises(Conflict):
        imports.confirm_import(act, found, KEYS, imports.get_import(act, found, waiting_id))


def test_a_file_that_changes_nothing_leaves_the_confirmation(okrug: Village, cycle: UUID) -> None:
    take_in(okrug, cycle, *FIRST)
    confirm(okrug, cycle)
    take_in(okrug, cycle, *FIRST)
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        assert entries.confirmation(act, found) is not None


def entry_of(okrug: Village, cycle: UUID, number: int) -> UUID:
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        entry = entries.find_ever(act, found, invented_iin(number), KEYS)
        assert entry is not None
        return entry.id


def propose(okrug: Village, cycle: UUID, kind: CorrectionKind, entry: UUID | None = None, **wanted: object) -> UUID:
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        one = act.session.get_one(Entry, entry) if entry else None
        told = Wanted(kind=kind, reason="identity card", entry=one, **wanted)  # type: ignore[arg-type]
        return corrections.propose(act, found, KEYS, told).id


def test_before_the_confirmation_the_registrar_corrects_alone(okrug: Village, cycle: UUID) -> None:
    take_in(okrug, cycle, *FIRST)
    propose(okrug, cycle, CorrectionKind.CHANGE, entry_of(okrug, cycle, 1), name="Аян Сәрсен", settlement=THERE)
    propose(okrug, cycle, CorrectionKind.ADD, iin=invented_iin(9), name="Дана", settlement=HERE)
    propose(okrug, cycle, CorrectionKind.GONE, entry_of(okrug, cycle, 2), day=TODAY, departure=Departure.DECEASED)
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        assert [one.name for one in entries.voters(act, found)] == ["Аян Сәрсен", "Вера", "Дана"]
        log = [event for event in audit.of_subject(act, cycle) if event.action == "roll.corrected"]
        made = {one.commitment for one in act.session.scalars(select(Commitment))}
        assert [event.data["entry"] for event in log] == [1, 4, 2]
        assert {event.data["commitment"] for event in log} <= made
        assert not any(name in str([event.data for event in log]) for name in ("Аян", "Дана", "Вера"))


def test_after_the_confirmation_a_second_person_agrees_and_the_roll_is_confirmed_anew(
    okrug: Village, cycle: UUID
) -> None:
    take_in(okrug, cycle, *FIRST)
    confirm(okrug, cycle)
    added = propose(okrug, cycle, CorrectionKind.ADD, iin=invented_iin(9), name="Дана", settlement=HERE)
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        assert entries.count(act, found) == 3, "nothing happened yet"
        with pytest.raises(Forbidden):
            corrections.decide(act, found, KEYS, corrections.get(act, found, added), approve=True)
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        with pytest.raises(Conflict):
            commitments.freeze(act, found, KEYS)  # what waits would be lost
        before = entries.confirmation(act, found)
        assert before is not None
        old = before.commitment
        corrections.decide(act, found, KEYS, corrections.get(act, found, added), approve=True)
        renewed = entries.confirmation(act, found)
        assert renewed is not None
        assert (renewed.count, renewed.commitment != old) == (4, True)
        with pytest.raises(Conflict):
            corrections.decide(act, found, KEYS, corrections.get(act, found, added), approve=False)
        commitments.freeze(act, found, KEYS)


def test_a_refused_correction_changes_nothing(okrug: Village, cycle: UUID) -> None:
    take_in(okrug, cycle, *FIRST)
    confirm(okrug, cycle)
    proposed = propose(
        okrug, cycle, CorrectionKind.GONE, entry_of(okrug, cycle, 1), day=TODAY, departure=Departure.MOVED
    )
    with pytest.raises(Conflict):
        propose(okrug, cycle, CorrectionKind.CHANGE, entry_of(okrug, cycle, 1), name="А", settlement=HERE)
    with okrug.in_cycle(cycle, Role.CHAIR) as (act, found):
        corrections.decide(act, found, KEYS, corrections.get(act, found, proposed), approve=False)
        assert entries.count(act, found) == 3


def test_a_correction_lapses_with_the_office_of_who_proposed_it(okrug: Village, cycle: UUID) -> None:
    take_in(okrug, cycle, *FIRST)
    confirm(okrug, cycle)
    added = propose(okrug, cycle, CorrectionKind.ADD, iin=invented_iin(9), name="Дана", settlement=HERE)
    registrar = okrug.people[Role.REGISTRAR].id
    with without_rules(okrug.database.engine) as connection:
        ended = update(Grant).where(Grant.person_id == registrar, Grant.role == Role.REGISTRAR)
        connection.execute(ended.values(until=TODAY - timedelta(days=1)))
    with okrug.in_cycle(cycle, Role.CHAIR) as (act, found):
        correction = corrections.get(act, found, added)
        with pytest.raises(Forbidden, match="no longer holds the office"):
            corrections.decide(act, found, KEYS, correction, approve=True)
        approved = {"approved": True, "decided_at": act.at, "decided_by": act.person.id if act.person else None}
        with pytest.raises(DatabaseError, match="frozen_roll_corrections_update"), act.session.begin_nested():
            act.session.execute(update(Correction).values(approved))
        corrections.decide(act, found, KEYS, correction, approve=False)


def test_the_one_who_proposed_does_not_decide_in_another_role_either(okrug: Village, cycle: UUID) -> None:
    take_in(okrug, cycle, *FIRST)
    confirm(okrug, cycle)
    added = propose(okrug, cycle, CorrectionKind.ADD, iin=invented_iin(9), name="Дана", settlement=HERE)
    with okrug.act_as(Role.AUDITOR, person=okrug.people[Role.REGISTRAR]) as act:
        found = state_of_cycle(act, cycle)
        with pytest.raises(Forbidden):
            corrections.decide(act, found, KEYS, corrections.get(act, found, added), approve=True)


def state_of_cycle(act: object, cycle: UUID) -> object:
    from pb.cycles import service as cycles

    return cycles.get(act, cycle)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "wanted", "field"),
    [
        (CorrectionKind.ADD, {"iin": invented_iin(1), "name": "A", "settlement": HERE}, "iin"),
        (CorrectionKind.ADD, {"iin": invented_iin(9), "name": " ", "settlement": HERE}, "name"),
        (CorrectionKind.ADD, {"iin": invented_iin(9), "name": "A", "settlement": "Зеренді"}, "settlement"),
        (CorrectionKind.CHANGE, {"name": "Аян", "settlement": HERE}, "name"),
        (CorrectionKind.GONE, {"day": TODAY + timedelta(days=1), "departure": Departure.MOVED}, "day"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_at_its_field(
    okrug: Village, cycle: UUID, kind: CorrectionKind, wanted: dict[str, object], field: str
) -> None:
    take_in(okrug, cycle, *FIRST)
    entry = None if kind is CorrectionKind.ADD else entry_of(okrug, cycle, 1)
    with pytest.raises(FieldRefusal) as refusal:
        propose(okrug, cycle, kind, entry, **wanted)
    assert refusal.value.field == field


def test_whoever_leaves_loses_the_card_that_was_made(okrug: Village, cycle: UUID) -> None:
    take_in(okrug, cycle, *FIRST)
    with okrug.in_cycle(cycle, Role.OFFICE) as (act, found):
        preparation.prepare(act, found, KEYS)
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        poll = state.require(act, found)
        entry = entries.voters(act, found)[0]
        key = BELENIOS_2048.serialise(BELENIOS_2048.exp(BELENIOS_2048.g, 7))
        cards.add_credentials(act, found, poll, card_keys.checked(state.group_of(poll), {entry.id: key}))
        entry_id = entry.id
    propose(okrug, cycle, CorrectionKind.GONE, entry_id, day=TODAY, departure=Departure.MOVED)
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        assert cards.numbers(act, state.require(act, found)).made == 0
        assert act.session.scalars(select(Credential)).all() == []


# In the database itself


@both_databases
def test_the_database_keeps_departures_whole_and_history_as_it_was(okrug: Village, cycle: UUID) -> None:
    take_in(okrug, cycle, *FIRST)
    take_in(okrug, cycle, (1, "Аян Сәрсен", HERE))
    confirm(okrug, cycle)
    propose(okrug, cycle, CorrectionKind.ADD, iin=invented_iin(9), name="Дана", settlement=HERE)
    attempts = [
        update(Entry).values(gone_on=TODAY),
        update(Entry).values(gone_reason="moved"),
        update(Commitment).values(count=0),
        delete(Commitment),
        update(Change).values(before="x"),
        delete(Change),
        update(Correction).values(name="x"),
        delete(Correction),
        update(Correction).values(decided_by=Correction.proposed_by),
    ]
    for statement in attempts:
        with okrug.database.engine.connect() as connection:
            with pytest.raises(DatabaseError):
                connection.execute(statement)
            connection.rollback()


def test_no_number_stands_in_the_clear_in_any_table(okrug: Village, cycle: UUID) -> None:
    take_in(okrug, cycle, *FIRST)
    confirm(okrug, cycle)
    propose(okrug, cycle, CorrectionKind.ADD, iin=invented_iin(9), name="Дана", settlement=HERE)
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        imports.read_file(act, found, KEYS, file((8, "Ерлан", HERE)))
        for table in act.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all():
            rows = repr(act.session.execute(text(f"SELECT * FROM {table}")).all())  # noqa: S608 - names of our own tables
            assert not any(invented_iin(number).text in rows for number in (1, 8, 9)), table
