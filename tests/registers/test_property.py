"""Communal property: entered by a decision, changed by decisions alone, what stood before stays; files both ways."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from pb import tables
from pb.act import Act, Role
from pb.audit.models import AuditEvent
from pb.clock import now
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.registers.models import Change, Condition, Object, Sort, State, Unit
from pb.registers.service import assets, objects, reading
from pb.registers.service.objects import Named, Shape, Thing
from pb.registers.service.reading import Cells
from tests.registers.kept import HALL, decided, entered, today
from tests.registers.test_programmes import SAID
from tests.village import SETTLEMENTS, Village

both = pytest.mark.both_databases


def exported(act: Act, tongue: str = "kk") -> bytes:
    every = assets.every(act)
    names = assets.names_of(act, every)
    sheet = objects.sheet(act, [assets.in_cells(kept, names) for kept in every], tongue)
    return tables.as_csv([sheet.columns, *sheet.rows], tongue)


def imported(act: Act, data: bytes, tongue: str = "kk") -> list[tuple[int, str]]:
    """Takes a file in, if no line of it has a fault; the faults."""
    incoming, faults = assets.judge(act, reading.rows(data, objects.COLUMNS), tongue)
    if not faults:
        assets.take_in(act, incoming, sha256="0" * 64)
    return [(fault.line, fault.column) for fault in faults]


@both
def test_each_change_rests_on_a_decision_and_the_former_state_stays(okrug: Village) -> None:
    with okrug.act_as(Role.DEPUTY) as act, pytest.raises(Forbidden):
        entered(act)
    with okrug.act_as(Role.OFFICE) as act:
        hall = entered(act)
    with okrug.act_as(Role.OFFICE) as act:
        hall = assets.find(act, hall.thing.id)
        with pytest.raises(FieldRefusal, match="cannot be decided"):
            decided(act, hall, change="returned")
        with pytest.raises(FieldRefusal, match="number of the decision"):
            decided(act, hall, change="let", decision_number="")
        let = decided(act, hall, change="let", income="360000", decision_number="4", decision_on="2022-01-10")
        assert let.let
    with okrug.act_as(Role.OFFICE) as act:
        back = decided(act, assets.find(act, hall.thing.id), change="returned", income="", decision_number="9")
        assert not back.let
    with okrug.act_as(Role.OFFICE) as act:
        sold = decided(act, assets.find(act, hall.thing.id), change="sold", decision_number="11")
        assert [(state.change, state.income, state.decision_number) for state in sold.states] == [
            ("received", 0, "17"),
            ("let", 36_000_000, "4"),
            ("returned", 0, "9"),
            ("sold", 0, "11"),
        ]
        assert assets.present(assets.every(act)) == []
        with pytest.raises(Conflict, match="left the register"):
            decided(act, sold, change="repaired", decision_number="12")


@both
def test_the_database_keeps_every_state(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        hall = entered(act)
    with okrug.act_as(Role.OFFICE) as act:
        decided(act, assets.find(act, hall.thing.id), change="written_off", decision_number="4")
    new = {"condition": "good", "size": 1, "unit": "m2", "income": 0, "decision_number": "5", "decision_on": today()}
    who = {"at": now(), "by_id": okrug.people[Role.OFFICE].id}
    for change in (
        update(Object).values(name_ru="Дворец"),
        delete(Object),
        update(State).values(income=1),
        delete(State),
        insert(State).values(object_id=hall.thing.id, number=3, change="repaired", **new, **who),
    ):
        with okrug.act_as() as act, pytest.raises(DatabaseError), act.session.begin_nested():
            act.session.execute(change)


@both
def test_a_file_enters_and_changes_objects_and_nothing_of_one_with_a_fault(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        entered(act)
        entered(act, name_ru="Парк", name_kk="Саябақ", sort="park", settlement="", unit="ha", size="1,25")
        before = exported(act)
        assert imported(act, before) == []
        assert exported(act) == before, "what stands here already changes nothing"
    with okrug.act_as(Role.OFFICE) as act:
        text = before.decode("utf-8-sig")
        assert imported(act, text.replace("240,5", "250").encode()) == [(2, "Шешімнің нөмірі")]
        assert imported(act, text.replace("Саябақ", "Бақ").encode()) == [(3, "Қазақша атауы")]
        twice = "\n".join([*text.splitlines(), text.splitlines()[1]])
        assert imported(act, twice.encode()) == [(4, "Нөмірі")]
        assert exported(act) == before
    with okrug.act_as(Role.OFFICE) as act:
        cells = {**HALL, "number": "1", "change": "repaired", "condition": "good", "decision_number": "33"}
        fresh = {**HALL, "number": "", "name_ru": "Школа", "change": "received"}
        rows = [";".join(row.get(name, "") for name in objects.COLUMNS) for row in (cells, fresh)]
        assert imported(act, "\n".join([";".join(objects.COLUMNS), *rows]).encode()) == []
        first, _park, school = assets.every(act)
        assert [state.change for state in first.states] == ["received", "repaired"]
        assert (school.thing.number, school.thing.name_ru) == (3, "Школа")
        told = act.session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("property.%"))).all()
        assert Counter(told) == {"property.entered": 3, "property.changed": 1, "property.imported": 2}


@both
def test_behind_a_file_no_object_and_no_state_is_written_into_the_database(okrug: Village) -> None:
    """The event of a file once let every row of its okrug in."""
    with okrug.act_as(Role.OFFICE) as act:
        fresh = ";".join({**HALL, "number": "", "change": "received"}.get(name, "") for name in objects.COLUMNS)
        assert imported(act, f"{';'.join(objects.COLUMNS)}\n{fresh}".encode()) == []
        at = act.at
    with okrug.act_as() as act:
        hall = act.session.scalars(select(Object)).one()
        forged = {"territory_id": hall.territory_id, "number": 2, "sort": hall.sort, "settlement": "", "place": "–"}
        state = {"condition": "good", "size": 1, "unit": "m2", "income": 0, "at": at}
        state |= {"by_id": okrug.people[Role.OFFICE].id, "decision_number": "9", "decision_on": today()}
        for change in (
            insert(Object).values(id=uuid4(), name_kk="Жалған", name_ru="Ложный", **forged),
            insert(State).values(object_id=hall.id, number=2, change="sold", **state),
        ):
            with pytest.raises(DatabaseError), act.session.begin_nested():
                act.session.execute(change)


def test_what_is_wrong_with_an_object_is_told_at_its_columns(okrug: Village) -> None:
    odd = {"sort": "castle", "name_kk": "", "settlement": "Атлантида", "place": "", "condition": "", "size": "0"}
    odd |= {"unit": "акр", "income": "көп", "decision_number": "", "decision_on": "2999-01-01", "change": ""}
    with okrug.act_as(Role.OFFICE) as act:
        cells = Cells({**HALL, **odd})
        objects.read_thing(act, cells, {**HALL, **odd})
        objects.read_shape(cells)
        objects.read_named(act, cells)
        assert sorted(fault.field for fault in cells.faults) == sorted(odd)


@given(
    some=st.lists(
        st.tuples(
            st.builds(Thing, st.sampled_from(Sort), SAID, SAID, st.sampled_from(("", *SETTLEMENTS)), SAID),
            st.builds(
                Shape,
                st.sampled_from(Change),
                st.sampled_from(Condition),
                st.integers(1, 10**9),
                st.sampled_from(Unit),
                st.integers(0, 10**12),
            ),
            st.builds(Named, SAID, st.dates(now().date() - timedelta(days=9000), now().date() - timedelta(days=2))),
        ),
        min_size=1,
        max_size=4,
    ),
    tongue=st.sampled_from(("kk", "ru", "en")),
)
@hypothesis_settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_exported_is_imported_as_it_was(
    app: Flask, okrug: Village, some: list[tuple[Thing, Shape, Named]], tongue: str
) -> None:
    with okrug.act_as(Role.OFFICE) as act, app.test_request_context(f"/?lang={tongue}"):
        rows = [objects.in_cells(number, *one) for number, one in enumerate(some, 1)]
        sheet = objects.sheet(act, rows, tongue)
        data = tables.as_csv([sheet.columns, *sheet.rows], tongue)
        with act.session.begin_nested() as whole:
            assert imported(act, data, tongue) == []
            assert exported(act, tongue) == data
            whole.rollback()
