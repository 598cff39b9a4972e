"""`pb erase`: tells what is kept until when, erases what is due, names the backups that must go."""

import base64
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, text

from pb import clock
from pb.audit import service as audit
from pb.backup.service import making, sealed
from pb.commands import erase as erase_command
from pb.commands.doctor import doctor
from pb.commands.erase import erase
from pb.erasure import service
from pb.erasure.service import files
from pb.identity.models import AccountSession, Person, SentForm, UsedNonce
from pb.identity.service import passing
from pb.web import counters
from tests.erasure.conftest import Ended
from tests.erasure.deeds import end_both_terms, object_in_time
from tests.village import KEYS

TRACE = "asar-a-trace-of-a-moment"
SNAPSHOT = {"sqlite": "SERIALIZABLE", "postgresql": "REPEATABLE READ"}
HELD = {"sqlite": "another process reads or writes", "postgresql": "a transaction of postgres in process"}


def dialect(ended: Ended) -> str:
    return ended.database.engine.dialect.name


def run(*arguments: str, fails: bool = False) -> str:
    result = CliRunner().invoke(erase, list(arguments))
    assert result.exit_code == (1 if fails else 0), result.output
    return result.output


@pytest.fixture
def installed(ended: Ended, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ended:
    """The ended cycle as the installation of this environment."""
    for name, value in {
        "ASAR_STATE": str(tmp_path / "state"),
        "ASAR_DATABASE_URL": ended.settings.database_url,
        "ASAR_SECRET_KEY": ended.settings.secret_key,
        "ASAR_IIN_PEPPER": base64.b64encode(KEYS.pepper.key).decode(),
        "ASAR_SEAL_KEY": base64.b64encode(KEYS.seal.key).decode(),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ASAR_DATABASE_OWNER_URL", raising=False)
    return ended


def actions(ended: Ended) -> list[str]:
    with ended.act() as act:
        return [event.action for event in audit.every(act) if event.action in {service.LINKS_ERASED, service.REWRITTEN}]


def test_what_is_due_is_erased_when_asked_for_and_old_backups_are_named(installed: Ended, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    (backups / "old.db").write_bytes(b"as it was")
    os.utime(backups / "old.db", (1, 1))
    public, _private = sealed.new_pair()
    folder = making.make(installed.settings, backups, public, clock.now()).folder
    later = clock.now().timestamp() + 1000
    os.utime(folder, (later, later))  # as if it had been copied here only now
    assert "links of voters to ballots: due: erase it with --due" in run("--backups", str(backups))
    told = run("--due", "--backups", str(backups))
    assert "links of voters to ballots: erased" in told
    assert "written anew" in told
    assert f"destroy {backups / 'old.db'}" in told
    assert f"destroy {folder}" in told, "a backup's own moment counts, not that of the copy"
    assert "IINs of the roll: kept until" in told
    assert actions(installed) == [service.LINKS_ERASED, service.REWRITTEN]
    again = run("--due")
    assert "links" not in again
    assert "anew" not in again


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("kk", "дауыс берушілер мен бюллетеньдердің байланысы: мерзімі келді: --due арқылы өшіріңіз"),
        ("ru", "связи голосующих с бюллетенями: пора: сотрите с --due"),
    ],
)
@pytest.mark.usefixtures("installed")
def test_the_command_speaks_the_reader_s_language(language: str, told: str) -> None:
    assert told in run("--lang", language)


def test_what_the_operator_waits_for_is_said(installed: Ended) -> None:
    """Nobody adopted the result: a day stands, and what would make it an earlier one."""
    with installed.act() as act:
        thing = next(iter(service.kept(act)))
        assert thing.adopted
        today = clock.local(act.at).date()
        later = replace(thing, due=today + timedelta(days=1), adopted=False)
        assert "Once the assembly adopts it" in erase_command._standing(later, today)
        assert "when the vote has ended" in erase_command._standing(replace(thing, due=None), today)


def leave_traces(ended: Ended) -> None:
    """Rows that serve for hours, from 130 days ago: in a quiet village nobody came by who would sweep them."""
    long_ago = clock.now() - timedelta(days=130)
    with ended.act() as act:
        person_id = act.session.scalars(select(Person.id)).first()
        session = {"person_id": person_id, "token_hash": TRACE.encode(), "device": "x", "new_device": False}
        session |= {"id": uuid4(), "made_at": long_ago, "seen_at": long_ago, "proved_at": long_ago}
        form = {"token": TRACE, "sender": "clerk", "address": "/hand-over?marked=21", "at": long_ago}
        act.session.execute(insert(SentForm).values(form))
        act.session.execute(insert(AccountSession).values(session))
        act.session.execute(insert(UsedNonce).values(nonce=TRACE, until=long_ago))


def traced(ended: Ended) -> list[str]:
    left = [
        select(SentForm.token).where(SentForm.token == TRACE),
        select(AccountSession.device).where(AccountSession.token_hash == TRACE.encode()),
        select(UsedNonce.nonce).where(UsedNonce.nonce == TRACE),
    ]
    with ended.database.engine.connect() as connection:
        return [text for query in left for text in connection.scalars(query)]


def test_what_served_for_hours_is_gone_with_the_erasure(installed: Ended, tmp_path: Path) -> None:
    """Played: months after the vote a row told to the microsecond when card № 21 went out, another when it voted."""
    kept = counters.SQLiteCounters(counters.address_of(tmp_path / "state"))
    kept.incr(f"LIMITER/{TRACE}/600/1/minute", -130 * 86_400)
    leave_traces(installed)
    assert len(traced(installed)) == 3
    run("--due")
    assert traced(installed) == []
    for file in (tmp_path / "state").glob("limits.sqlite*"):
        assert TRACE.encode() not in file.read_bytes(), file.name
    assert set(passing.TABLES) <= set(service.TABLES), "and written anew"


def test_what_served_for_hours_is_in_no_backup(installed: Ended, tmp_path: Path) -> None:
    leave_traces(installed)
    folder = making.make(installed.settings, tmp_path / "backups", sealed.new_pair()[0], clock.now()).folder
    for file in folder.rglob("*"):
        assert not file.is_file() or TRACE.encode() not in file.read_bytes(), file.name


def test_a_run_that_ends_what_stood_in_the_way_erases_what_waited_for_it(installed: Ended) -> None:
    """All terms are over: the IINs wait for the links alone, and the same run erases those."""
    end_both_terms(installed)
    told = run()
    assert "links of voters to ballots: due: erase it with --due" in told
    assert "IINs of the roll: due, but waits: the links of voters to ballots in a poll of this cycle" in told
    told = run("--due")
    assert "links of voters to ballots: erased" in told
    assert "IINs of the roll: erased" in told
    assert "waits" not in told
    assert run() == ""


def test_an_objection_without_an_answer_is_named_as_what_is_waited_for(
    installed: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    object_in_time(installed)
    later = clock.now() + timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: later)
    told = run("--due")
    assert "links of voters to ballots: due, but waits: an objection has no answer yet" in told
    assert "erased" not in told


def test_files_that_could_not_be_written_anew_are_owed_until_the_next_time(
    installed: Ended, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack: a transaction is held open over the erasure, so that the files keep every vote's transaction."""
    monkeypatch.setattr(files, "PATIENCE", 0.2)
    (tmp_path / "later.db").write_bytes(b"made after the erasure")
    with installed.database.engine.connect().execution_options(isolation_level=SNAPSHOT[dialect(installed)]) as old:
        old.execute(text("SELECT count(*) FROM polls"))
        told = run("--due", fails=True)
        assert "links of voters to ballots: erased" in told
        assert "Erased, but the files of the database still hold it" in told
        assert HELD[dialect(installed)] in told
    assert actions(installed) == [service.LINKS_ERASED]
    assert "write them anew with --due" in run()
    assert "erased files: they still hold" in CliRunner().invoke(doctor).output
    told = run("--due")
    assert "written anew" in told
    assert "Backups made before" in told
    assert actions(installed) == [service.LINKS_ERASED, service.REWRITTEN]
    assert "ok  erased files" in CliRunner().invoke(doctor).output


@pytest.mark.parametrize("ended", ["postgresql"], indirect=True)
def test_nothing_is_erased_by_a_role_that_could_not_write_the_files_anew(
    installed: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installed.database.engine.begin() as connection:
        connection.execute(text("CREATE ROLE no_owner LOGIN"))
    url = installed.database.engine.url
    without = url.set(drivername="postgresql", username="no_owner").render_as_string(hide_password=False)
    monkeypatch.setenv("ASAR_DATABASE_OWNER_URL", without)
    with installed.database.engine.begin() as connection:
        connection.execute(text("GRANT USAGE ON SCHEMA public TO no_owner"))
        connection.execute(text("GRANT SELECT ON alembic_version TO no_owner"))
    try:
        told = run("--due", fails=True)
    finally:
        with installed.database.engine.begin() as connection:
            connection.execute(text("DROP OWNED BY no_owner"))
            connection.execute(text("DROP ROLE no_owner"))
    assert "Nothing was erased: the role no_owner does not own the table" in told
    assert actions(installed) == []
