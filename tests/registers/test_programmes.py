"""A development programme: written, approved by the assembly, changed by decisions alone, its progress entered."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Executable, delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from pb import tables
from pb.act import Role
from pb.audit import service as audit
from pb.clock import now
from pb.commands import as_logged
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.registers.models import Programme, Progress, Source, Task, Version
from pb.registers.service import programmes, reading, reminding, tasks
from pb.registers.service.programmes import Step
from pb.registers.service.tasks import Entry
from pb.tasks.service.basis import Basis
from tests.registers.kept import FIRST, TASK, approved, begun, elsewhere, today, written
from tests.village import Village

both = pytest.mark.both_databases


@both
def test_a_programme_stands_as_it_was_approved_and_changes_by_another_decision(okrug: Village) -> None:
    with okrug.act_as(Role.DEPUTY) as act, pytest.raises(Forbidden):
        begun(act)
    with okrug.act_as(Role.OFFICE) as act:
        programme = begun(act)
        with pytest.raises(Conflict, match="Write a task first"):
            programmes.approve(act, programme, elsewhere())
        written(act, programme)
        written(act, programme, text_kk="Жол", text_ru="Дорога")
        with pytest.raises(FieldRefusal, match="number of the minutes"):
            programmes.approve(act, programme, Basis())
        programmes.approve(act, programme, elsewhere())
        with pytest.raises(Conflict, match="No version"):
            written(act, programme)
        second = programmes.revise(act, programme)
        assert [task.number for task in programmes.tasks(act, second)] == [1, 2], "with the tasks of the one in force"
        programmes.remove_task(act, programme, 1)
        written(act, programme, text_ru="Мост")
        assert [task.number for task in programmes.tasks(act, second)] == [2, 3], "no number is given twice"
        in_force = programmes.in_force(act, programme)
        assert in_force is not None
        assert in_force.number == 1
        programmes.approve(act, programme, elsewhere(number="6"))
        assert [version.minutes_number for version in programmes.versions(act, programme)] == ["5", "6"]
        first = programmes.versions(act, programme)[0]
        assert [task.text_ru for task in programmes.tasks(act, first)] == ["Освещение улиц", "Дорога"], "it stays"
        actions = [event.action for event in audit.of_subject(act, programme.id)]
    assert actions == [
        "programme.begun",
        "programme.task_written",
        "programme.task_written",
        "programme.approved",
        "programme.revised",
        "programme.task_removed",
        "programme.task_written",
        "programme.approved",
    ]


@both
def test_a_begun_version_is_discarded_and_what_was_approved_stays(okrug: Village) -> None:
    programme_id = approved(okrug, {})
    with okrug.act_as(Role.DEPUTY) as act, pytest.raises(Forbidden):
        programmes.discard(act, programmes.get(act, programme_id))
    with okrug.act_as(Role.OFFICE) as act:
        programme, other = programmes.get(act, programme_id), begun(act, FIRST + 10)
        with pytest.raises(Conflict, match="No version"):
            programmes.discard(act, programme)
        programmes.revise(act, programme)
        written(act, programme, text_ru="Мост")
        assert not programmes.discard(act, programme)
        assert [version.number for version in programmes.versions(act, programme)] == [1]
        assert programmes.revise(act, programme).number == 2, "another may be begun"
        written(act, other, until=f"{FIRST + 11}-01-01")
        assert programmes.discard(act, other), "it had no other version"
        assert programmes.of_here(act) == [programme]
        begun(act, FIRST + 10)
    for change in (delete(Version).where(Version.number == 2), delete(Programme).where(Programme.id != programme_id)):
        with okrug.act_as() as act, pytest.raises(DatabaseError), act.session.begin_nested():
            act.session.execute(change)


@both
def test_progress_is_added_and_what_is_late_is_computed(okrug: Village) -> None:
    until = (today() - timedelta(days=5)).isoformat()
    programme_id = approved(okrug, {"until": until}, {"until": until, "start": "9", "target": "2"}, first=today().year)
    with okrug.act_as(Role.OFFICE) as act:
        programme = programmes.get(act, programme_id)
        version = programmes.in_force(act, programme)
        assert version is not None
        assert [one.late for one in programmes.standing(act, programme, version)] == [5, 5]
        programmes.enter_progress(act, programme, 1, Step(7_500, today() - timedelta(days=9), "Жеті көше.", "kk"))
        programmes.enter_progress(act, programme, 2, Step(2_000, today(), "Екеуі қалды.", "kk"))
        first, second = programmes.standing(act, programme, version)
        assert (first.late, first.done, second.late, second.done) == (5, False, 0, True), "downwards too"
        wrong = Step(1, today() + timedelta(days=1), " ", "en")
        told = [fault.field for fault in programmes.faults_of_progress(act, programme, 1, wrong)]
        assert told == ["day", "words", "language"]
        earlier = Step(8_000, today() - timedelta(days=10), "Бұрын.", "kk")
        with pytest.raises(FieldRefusal, match="later day"):
            programmes.enter_progress(act, programme, 1, earlier)


@both
def test_the_database_keeps_what_was_approved_and_entered(okrug: Village) -> None:
    programme_id = approved(okrug)
    with okrug.act_as(Role.OFFICE) as act:
        programme = programmes.get(act, programme_id)
        programmes.enter_progress(act, programme, 1, Step(4_000, today(), "Төрт көше.", "kk"))
    office = okrug.people[Role.OFFICE].id
    entry = {"programme_id": programme_id, "task": 1, "value": 1, "day": today(), "words": "–", "language": "kk"}
    for change in (
        update(Programme).values(last_year=FIRST),
        update(Version).values(minutes_number="9"),
        delete(Version),
        insert(Version).values(programme_id=programme_id, number=2, minutes_number=""),
        update(Task).values(amount=1),
        delete(Task),
        update(Progress).values(value=12_000),
        delete(Progress),
        insert(Progress).values(number=2, at=now(), by_id=office, **entry),
    ):
        with okrug.act_as() as act, pytest.raises(DatabaseError), act.session.begin_nested():
            act.session.execute(change)


@both
def test_a_version_that_is_written_has_the_tasks_that_the_office_wrote(okrug: Village) -> None:
    """Played: behind the event of a new version its tasks were changed, taken out and added by SQL, and approved."""
    programme_id = approved(okrug, {}, {})

    def forged(number: int) -> list[Executable]:
        with okrug.act_as() as act:
            task = act.session.scalars(select(Task).where(Task.number == 1)).first()
            row = {one.key: getattr(task, one.key) for one in Task.__mapper__.column_attrs}
        own = (Task.version == 2, Task.number == number)
        return [insert(Task).values({**row, "version": 2, "number": 50}), delete(Task).where(*own)]

    def refused(number: int, *more: Executable) -> None:
        for change in (*forged(number), *more):
            with okrug.act_as() as act, pytest.raises(DatabaseError), act.session.begin_nested():
                act.session.execute(change)

    with okrug.act_as(Role.OFFICE) as act:
        programmes.revise(act, programmes.get(act, programme_id))
    refused(1, update(Task).where(Task.version == 2).values(amount=1))
    with okrug.act_as(Role.OFFICE) as act:
        programmes.remove_task(act, programmes.get(act, programme_id), 2)
    refused(1)
    with okrug.act_as(Role.OFFICE) as act:
        written(act, programmes.get(act, programme_id))
        assert as_logged.differing(act.session) == []
    refused(3, update(Task).where(Task.version == 2, Task.number == 1).values(amount=1))
    with okrug.act_as() as act:
        act.session.execute(update(Task).where(Task.version == 2, Task.number == 3).values(text_ru="Подделка"))
    with okrug.act_as(Role.OFFICE) as act:
        assert [(one.table, one.row) for one in as_logged.differing(act.session)] == [
            ("programme_tasks", f"{programme_id} 2")
        ]
        with pytest.raises(Conflict, match="not those that the office wrote"):
            programmes.approve(act, programmes.get(act, programme_id), elsewhere(number="6"))


def test_what_is_wrong_with_a_task_is_told_at_its_columns(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        programme = begun(act)
        odd = {"text_ru": "", "start": "көп", "until": "2031-01-01", "source": "аспан", "amount": "-5", "number": "0"}
        _entry, wrong = tasks.read(programme, {**TASK, **odd})
        assert [fault.field for fault in wrong] == ["number", "text_ru", "start", "until", "source", "amount"]
        for changes, field in (
            ({"target": "3"}, "target"),
            ({"amount": ""}, "amount"),
            ({"source": "without"}, "amount"),
        ):
            _entry, wrong = tasks.read(programme, {**TASK, **changes})
            assert [fault.field for fault in wrong] == [field]
        assert [fault.field for fault in programmes.faults_of_years(1999, 2030)] == ["first_year", "last_year"]
        with pytest.raises(Conflict, match="these years"):
            begun(act)


def test_a_file_is_taken_in_whole_or_not_at_all(okrug: Village) -> None:
    heading = ";".join(tasks.COLUMNS)
    good = ";".join({"number": "", **TASK}.values())
    with okrug.act_as(Role.OFFICE) as act:
        programme = begun(act)
        rows = reading.rows(
            f"{heading}\n{good}\n{good.replace('okrug', 'Ауыл')}\n7{good}\n7{good}\n".encode(), tasks.COLUMNS
        )
        entries, faults = tasks.read_file(programme, rows, "ru")
        assert [(fault.line, fault.column) for fault in faults] == [(3, "Источник финансирования"), (5, "Номер")]
        programmes.replace_tasks(act, programme, [entries[0], entries[2]], sha256="0" * 64)
        version = programmes.written(act, programme)
        assert version is not None
        assert [task.number for task in programmes.tasks(act, version)] == [1, 7]
    for broken in (b"number;text_kk\n1;a\n", b"", f"{heading};number\n{good};1\n".encode(), b"x" * (1024 * 1024 + 1)):
        with pytest.raises(FieldRefusal) as refused:
            reading.rows(broken, tasks.COLUMNS)
        assert refused.value.field == "file"


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12).map(reading.text)
SAID = WORDS.filter(bool)


@st.composite
def entries_of(draw: Callable[..., object]) -> Entry:
    words = [draw(SAID) for _place in range(8)]
    start, target = draw(st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=2, unique=True))  # type: ignore[misc]
    source = draw(st.sampled_from(Source))
    amount = 0 if source is Source.WITHOUT else draw(st.integers(1, 10**12))
    until = draw(st.dates(date(FIRST, 1, 1), date(FIRST + 2, 12, 31)))
    return Entry(*words[:6], start, target, until, *words[6:], source, amount)  # type: ignore[arg-type]


@given(some=st.lists(entries_of(), min_size=1, max_size=4), tongue=st.sampled_from(("kk", "ru", "en")))
@hypothesis_settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_exported_is_imported_as_it_was(app: Flask, some: list[Entry], tongue: str) -> None:
    programme = Programme(first_year=FIRST, last_year=FIRST + 2)
    rows = [
        Task(**{name: getattr(entry, name) for name in Entry.__slots__ if name != "number"}, number=number)
        for number, entry in enumerate(some, 1)
    ]
    with app.test_request_context(f"/?lang={tongue}"):
        sheet = tasks.sheet(programme, rows, tongue)
        data = tables.as_csv([sheet.columns, *sheet.rows], tongue)
        read, faults = tasks.read_file(programme, reading.rows(data, tasks.COLUMNS), tongue)
        assert faults == []
        again = [Task(**{name: getattr(entry, name) for name in Entry.__slots__}) for entry in read]
        assert tables.as_csv([sheet.columns, *tasks.sheet(programme, again, tongue).rows], tongue) == data
    names = [name for name in Entry.__slots__ if name != "number"]
    assert [[getattr(one, name) for name in names] for one in read] == [
        [getattr(one, name) for name in names] for one in some
    ]


def test_the_office_is_reminded_every_half_year(okrug: Village) -> None:
    programme_id = approved(okrug, first=today().year)
    with okrug.act_as(Role.OFFICE) as act:
        assert list(reminding.due(act)) == []
    half = reminding.after(today(), 6)
    assert (half.year * 12 + half.month) - (today().year * 12 + today().month) == 6
    assert reminding.after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    with okrug.act_as(Role.OFFICE, at=now() + timedelta(days=175)) as act:
        [due] = reminding.due(act)
        assert (due.tasks, due.until) == (1, half)
        programme = programmes.get(act, programme_id)
        programmes.enter_progress(act, programme, 1, Step(12_000, today(), "Бітті.", "kk"))
        assert list(reminding.due(act)) == [], "what is reached is asked after no more"
