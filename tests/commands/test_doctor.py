"""`pb doctor` and the start: each fault is named with its remedy, nothing is a traceback, and looking makes nothing."""

import base64
import re
import shutil
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from pb import clock, running
from pb.act import Act
from pb.cli import main
from pb.codes.service.desk import Desk
from pb.codes.service.nonces import UsedNonces
from pb.codes.service.server import Server
from pb.commands import beside, doctor
from pb.commands.installation import Installation
from pb.core import sealing
from pb.db import Database, make_engine, make_private
from pb.documents.service import render
from pb.identity.service import rotation
from pb.jobs import service as jobs
from pb.keyring import KeyRing, Keys
from pb.settings import Settings
from tests.polls.open_poll import ORIGIN, REGISTRAR_KEY, OpenPoll
from tests.polls.signing import Signatures, signatures
from tests.village import KEYS, sole

pytestmark = pytest.mark.usefixtures("nothing_is_served")


def key(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.fixture
def installed(settled_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with its okrug, its keys in the environment; the state folder."""
    state = tmp_path / "state"
    for name, value in {
        "ASAR_STATE": str(state),
        "ASAR_DATABASE_URL": f"sqlite:///{state / 'asar.db'}",
        "ASAR_SECRET_KEY": "a key for tests alone, forty characters!",
        "ASAR_IIN_PEPPER": key(KEYS.pepper.key),
        "ASAR_SEAL_KEY": key(KEYS.seal.key),
    }.items():
        monkeypatch.setenv(name, value)
    shutil.copy(settled_file, make_private(state) / "asar.db")
    Installation().migrated().engine.dispose()
    return state


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def told(output: str, check: str) -> str:
    """The line of one check."""
    return next(line for line in output.splitlines() if line[4:].strip().startswith(check))


def files(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file())


def test_a_sound_installation_passes_and_nothing_is_made_by_looking(installed: Path) -> None:
    before = files(installed)
    looked = run("doctor")
    assert looked.exit_code == 0, looked.output
    assert files(installed) == before


def test_the_doctor_names_what_was_given_up_and_not_what_was_just_asked_for(installed: Path) -> None:
    database = Database(f"sqlite:///{installed / 'asar.db'}")
    with database.work() as session:
        act = Act(session, sole(session), None, frozenset(), clock.now())
        jobs.ask(act, "poll.tally", act.territory.id)
    assert told(run("doctor").output, "waiting jobs").strip() == "ok  waiting jobs"
    with database.work() as session:
        session.execute(text("UPDATE jobs SET state = 'failed'"))
    looked = run("doctor")
    assert looked.exit_code == 1
    assert "given up, look into the log: poll.tally" in told(looked.output, "failed jobs")


def test_a_database_that_the_platform_writes_to_is_left_alone(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Played: the doctor told to end the platform in the middle of a vote."""
    monkeypatch.setattr("pb.db.BUSY_MILLISECONDS", 20)
    with closing(sqlite3.connect(installed / "asar.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        line = told(run("doctor").output, "database")
    assert "where that is the platform itself, leave it and ask again in a minute" in line


def test_where_nothing_is_installed_the_doctor_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = tmp_path / "state"
    monkeypatch.setenv("ASAR_STATE", str(state))
    looked = run("doctor")
    assert looked.exit_code == 1
    assert "pb serve makes them there" in told(looked.output, "settings")
    monkeypatch.setenv("ASAR_SECRET_KEY", "a key for tests alone, forty characters!")
    monkeypatch.setenv("ASAR_IIN_PEPPER", key(KEYS.pepper.key))
    monkeypatch.setenv("ASAR_SEAL_KEY", key(KEYS.seal.key))
    looked = run("doctor")
    assert "pb database upgrade" in told(looked.output, "database")
    assert not state.exists()


def test_the_doctor_opens_what_is_sealed_with_the_keys_in_use(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert installed.exists()
    assert told(run("doctor").output, "keys").strip() == "ok  keys"
    monkeypatch.setenv("ASAR_SEAL_KEY", key(b"x" * 32))
    assert "ASAR_SEAL_KEY: version 1 is another key" in told(run("doctor").output, "keys")
    monkeypatch.setenv("ASAR_SEAL_KEY", key(KEYS.seal.key))
    monkeypatch.setenv("ASAR_IIN_PEPPER", key(b"x" * 32))
    assert "ASAR_IIN_PEPPER: version 1 is another key" in told(run("doctor").output, "keys")


def test_the_doctor_names_a_process_that_has_other_keys(installed: Path) -> None:
    sign = running.Sign(installed, "pb serve", Keys(KEYS.pepper, KeyRing({1: b"x" * 32})))
    try:
        line = told(run("doctor").output, "keys of what runs")
    finally:
        sign.end()
    assert "restart with these settings: pb serve" in line


def test_the_doctor_tells_of_a_rotation_that_could_not_end(installed: Path, settings: Settings) -> None:
    database = Database(f"sqlite:///{installed / 'asar.db'}")
    with database.work() as session:
        act = Act(session, sole(session), None, frozenset(), clock.now())
        rotation.ask(act, Keys(KEYS.pepper, KeyRing({1: KEYS.seal.key, 2: b"x" * 32})))
    jobs.run_next(database, settings)
    database.engine.dispose()
    line = told(run("doctor").output, "rotation of keys")
    assert "the rotation to seal 2, pepper 1 could not end" in line
    assert "pb keys rotate" in line


@contextmanager
def codes_process(
    signing: Signatures, *, private_key: object = REGISTRAR_KEY, pepper: KeyRing = KEYS.pepper
) -> Iterator[Path]:
    """Another code-releasing process in place of the right one; its socket."""
    desk = Desk(
        private_key, pepper, ORIGIN, signing.desk.trusted, UsedNonces(signing.folder / "n.db"), signing.folder / "l"
    )  # type: ignore[arg-type]
    path = signing.app.extensions["settings"].codes_socket.with_name("other")
    with Server(path, lambda request: desk.answer(request, clock.now())) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield path
        server.shutdown()
        thread.join()


def test_the_doctor_knows_a_code_releasing_process_with_another_key(
    opened: OpenPoll, settings: Settings, tmp_path: Path
) -> None:
    with signatures(settings, opened.database, tmp_path) as signing, opened.database.work(writing=False) as session:
        decided = signing.app.extensions["settings"]
        assert beside.code_release(session, decided) == ""
        with codes_process(signing, private_key=sealing.generate_key()) as path:
            assert "runs with another key" in beside.code_release(session, replace(decided, codes_socket=path))
        with codes_process(signing, pepper=KeyRing.of(b"x" * 32)) as path:
            assert "another ASAR_IIN_PEPPER" in beside.code_release(session, replace(decided, codes_socket=path))
        silent = replace(decided, codes_socket=tmp_path / "nobody")
        assert "start pb codes" in beside.code_release(session, silent)
        untrusting = replace(decided, eds_trust=None)
        assert "ASAR_EDS_TRUST" in beside.code_release(session, untrusting)


def write_revision(state: Path) -> str:
    engine = make_engine(f"sqlite:///{state / 'asar.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_from_tomorrow'"))
    engine.dispose()
    return "which this program does not know"


def overwrite(state: Path) -> str:
    (state / "asar.db").write_bytes(b"no database at all, and long enough to be looked at" * 100)
    return "bring a backup back with pb restore"


def break_the_middle(state: Path) -> str:
    data = bytearray((state / "asar.db").read_bytes())
    data[4096 * 3 :] = b"x" * (len(data) - 4096 * 3)
    (state / "asar.db").write_bytes(data)
    return "bring a backup back with pb restore"


@pytest.mark.parametrize("harm", [write_revision, overwrite, break_the_middle])
@pytest.mark.parametrize("command", [["doctor"], ["serve"], ["database", "upgrade"], ["keys", "rotate"]])
def test_a_database_that_cannot_serve_is_named_with_its_remedy(
    installed: Path, harm: Callable[[Path], str], command: list[str]
) -> None:
    remedy = harm(installed)
    found = run(*command)
    assert found.exit_code == 1
    assert remedy in found.output


@pytest.mark.parametrize("command", [["doctor"], ["serve"], ["keys", "status"]])
def test_a_database_that_can_only_be_read_is_named(
    installed: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASAR_DATABASE_URL", f"sqlite:///file:{installed / 'asar.db'}?mode=ro&uri=true")
    found = run(*command)
    assert found.exit_code == 1
    assert "it can be read but not written" in found.output


def test_a_postgresql_that_does_not_answer_is_named(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert installed.exists()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("ASAR_DATABASE_URL", f"postgresql://asar:secret@127.0.0.1:{port}/asar")
    for command in (["doctor"], ["serve"], ["database", "upgrade"]):
        found = run(*command)
        assert "PostgreSQL does not answer: start it" in found.output
        assert "secret" not in found.output


def test_dead_redis_and_mail_are_named(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert installed.exists()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{port}/0")
    monkeypatch.setenv("ASAR_SMTP_URL", f"smtp://127.0.0.1:{port}")
    looked = run("doctor").output
    assert "start it, or take REDIS_URL out" in told(looked, "Redis")
    assert "letters wait until then" in told(looked, "mail")
    assert "Warning: Redis: it does not answer" in run("serve", "--port", str(port)).output
    found = run("worker", "--burst")
    assert found.exit_code == 1
    assert "Redis does not answer at REDIS_URL" in found.output


@pytest.mark.parametrize(
    ("name", "value"), [("REDIS_URL", "foo"), ("ASAR_SMTP_URL", "foo"), ("ASAR_SMTP_URL", "smtp:")]
)
@pytest.mark.parametrize("command", [["doctor"], ["serve"]])
def test_an_address_that_is_none_is_one_sentence(
    installed: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, command: list[str]
) -> None:
    assert installed.exists()
    monkeypatch.setenv(name, value)
    found = run(*command)
    assert found.exit_code == 1
    assert f"{name} is an address" in found.output


def test_missing_typst_and_fonts_are_named(
    installed: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert beside.papers(settings) == ""
    with monkeypatch.context() as without:
        without.setattr(render, "FAMILIES", {"A Font That Nobody Has"})
        assert "without the fonts A Font That Nobody Has: run make setup" in beside.papers(settings)
    monkeypatch.setitem(sys.modules, "typst", None)
    line = told(run("doctor").output, "documents")
    assert "typst cannot be loaded: run make setup" in line
    assert installed.exists()


@pytest.mark.parametrize(("kind", "number"), [("iin", "80051710000"), ("bin", "40140000245")])
def test_zeros_that_a_spreadsheet_took_away_are_offered(kind: str, number: str) -> None:
    found = run(kind, "check", number, "--lang", "en")
    assert found.exit_code == 1
    whole = run(kind, "check", f"0{number}", "--lang", "en").exit_code == 0
    assert ("Zeros missing: 1" in found.output) == whole
    assert "Zeros missing" not in run(kind, "check", "12", "--lang", "en").output


def test_a_program_without_a_library_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pb.commands.iin", None)
    found = run("iin", "check", "000101000008")
    assert found.exit_code == 1
    assert "run make setup" in found.output


@pytest.mark.parametrize(
    "name", ["ASAR_CODES_SOCKET", "ASAR_CODES_STATE", "ASAR_EDS_TRUST", "ASAR_BASE_URL", "ASAR_IIN_PEPPER"]
)
def test_each_missing_setting_of_the_code_releasing_process_is_named_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for setting, value in {
        "ASAR_CODES_KEY": str(tmp_path / "codes.pem"),
        "ASAR_CODES_SOCKET": str(tmp_path / "socket"),
        "ASAR_CODES_STATE": str(tmp_path / "codes"),
        "ASAR_EDS_TRUST": str(tmp_path),
        "ASAR_BASE_URL": "https://asar.example.kz",
        "ASAR_IIN_PEPPER": key(KEYS.pepper.key),
    }.items():
        monkeypatch.setenv(setting, value)
    monkeypatch.delenv(name)
    found = run("codes")
    assert found.exit_code == 1
    assert [line for line in found.output.splitlines() if "Set ASAR" in line] == [
        line for line in found.output.splitlines() if name in line
    ]


def test_the_doctor_is_quiet_where_the_checks_pass(installed: Path) -> None:
    """Called by a monitor: no check of a sound installation says anything but ok."""
    assert installed.exists()
    assert [fault for _name, fault in doctor._checks(Installation()) if fault] == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("ASAR_STATE", "nowhere"),
        ("ASAR_PORT", "x"),
        ("ASAR_BASE_URL", "asar.example.kz"),
        ("ASAR_DATABASE_URL", "asar.db"),
        ("ASAR_DEMO", "yes"),
        ("ASAR_SEAL_KEY", "x"),
        ("ASAR_SECRET_KEY", "short"),
        ("ASAR_ENV", "production"),
    ],
)
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_what_is_wrong_with_the_settings_is_told_in_the_language_of_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, language: str
) -> None:
    """Played: the first line of a Russian list was English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(setting, value)
    spoken, english = run("doctor", "--lang", language), run("doctor", "--lang", "en")
    assert spoken.exit_code == english.exit_code == 1
    (fault, in_english) = (looked.output.splitlines()[1].partition(": ")[2] for looked in (spoken, english))
    assert fault != in_english
    assert re.search("[а-яё]", fault)
