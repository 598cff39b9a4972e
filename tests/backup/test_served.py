"""What voters, the tally and the result read of a poll is what its archive and the log hold: a changed byte is told.

Played: a byte in the election of an open poll made the vote's page 500 for every voter, and every check said ok.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from pb.audit.models import AuditEvent
from pb.db import Database, make_engine
from pb.jobs import service as jobs
from pb.jobs.models import Job
from pb.voting.service import served
from tests.backup.conftest import Installation
from tests.polls.trustees import Ceremony, copied
from tests.trustees.test_whole_ballots import decrypted, made, shuffled
from tests.village import KEYS


def another_first_letter(column: str) -> str:
    return f"iif(substr({column}, 1, 1) = 'A', 'B', 'A') || substr({column}, 2)"


OF_POLL = {
    "election_json": "replace(election_json, 'public_key', 'public_kez')",
    "trustees_json": "replace(trustees_json, '1', '2')",
    "uuid": another_first_letter("uuid"),
    "group_name": "'BELENIOS-2048'",
    "threshold": "coalesce(threshold, 1) + 1",
    "closes_at": "strftime('%Y-%m-%d %H:%M:%S.000000', closes_at, '+1 second')",
    "opened_at": "strftime('%Y-%m-%d %H:%M:%S.000000', opened_at, '+1 second')",
    "timestamp": "timestamp + 1",
    "receipt_public": another_first_letter("receipt_public"),
    "receipt_private": "CAST(substr(receipt_private, 2) AS BLOB)",
    "seed_text": "seed_text || '1'",
    "minutes_number": "minutes_number || '1'",
    "minutes_on": "'2000-01-01'",
    "minutes_cards": "minutes_cards || ' '",
    "head": "head || ' '",
    "height": "height + 1",
    "records": "records + 1",
}
CHANGES = {f"polls.{name}": f"UPDATE polls SET {name} = {value}" for name, value in OF_POLL.items()} | {  # noqa: S608
    "credentials": "UPDATE credentials SET public_key = '0' || substr(public_key, 2)",
    "participations": "DELETE FROM participations",
    "poll_trustees.key_json": "UPDATE poll_trustees SET key_json = key_json || ' ' WHERE position = 1",
    "cast_ballots": "UPDATE cast_ballots SET record = record + 1",
    "archive_records": "UPDATE archive_records SET data = CAST(data || ' ' AS BLOB) WHERE position = 0",
}
OPEN = CHANGES | {
    "polls.state": "UPDATE polls SET state = 'closed'",
    "reviews.summaries": "UPDATE reviews SET summary_ru = summary_ru || '.' WHERE verdict = 'accept'",
}
COMPLETE = CHANGES | {
    "polls.state": "UPDATE polls SET state = 'under_minimum'",
    "poll_trustees.decryption_json": "UPDATE poll_trustees SET decryption_json = decryption_json || ' '",
    "poll_shuffles": "UPDATE poll_shuffles SET data = data || ' '",
}


@contextmanager
def owner_of_the_file(database: Database) -> Iterator[Connection]:
    """Whoever has SQLite's file: neither triggers nor foreign keys are in the way. Nothing of it stays."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")  # a pragma is deaf inside a transaction
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        connection.exec_driver_sql("ROLLBACK")
    database.engine.dispose()


def found(connection: Connection) -> list[str]:
    with Session(connection, join_transaction_mode="rollback_only") as session:
        (poll,) = served.polls(session)
        return served.differing(session, poll, KEYS.seal)


def each_is_told(database: Database, changes: dict[str, str]) -> None:
    with owner_of_the_file(database) as connection:
        assert found(connection) == []
        for name, statement in changes.items():
            connection.exec_driver_sql("SAVEPOINT before")
            assert connection.exec_driver_sql(statement).rowcount > 0, statement
            assert name in found(connection), name
            connection.exec_driver_sql("ROLLBACK TO before")
        assert found(connection) == []


def test_whatever_is_changed_of_an_open_poll_is_told(installation: Installation) -> None:
    installation.cast(0, 1)
    each_is_told(installation.opened.database, OPEN)


def test_whatever_is_changed_of_a_finished_poll_is_told(tmp_path: Path) -> None:
    """Whole ballots, shuffled by two and decrypted by two of three."""
    (folder := tmp_path / "copied").mkdir()
    rule = {"ballot_kind": "approval", "group_name": "Ed25519", "choices": 2, "trustees_needed": 2}
    poll: Ceremony
    for poll in copied(made(tmp_path, None, **rule), folder):
        shuffled(poll, 2, 0)
        decrypted(poll, 0, 2)
        each_is_told(poll.database, COMPLETE)


def test_a_poll_whose_archive_was_taken_away_is_told(installation: Installation) -> None:
    with owner_of_the_file(installation.opened.database) as connection:
        for statement in ("DELETE FROM archive_records", "UPDATE polls SET head = NULL, election_json = NULL"):
            connection.exec_driver_sql(statement)
            assert found(connection) == ["archive_records"]


def test_doctor_backup_and_restore_say_so(installation: Installation) -> None:
    """Whoever has the file changes a byte and puts the rules back: nothing else speaks against it."""
    installation.cast(0)
    engine = make_engine(installation.settings.database_url)
    with engine.begin() as connection:
        kept = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'frozen_polls_update'")).scalar_one()
        connection.execute(text("DROP TRIGGER frozen_polls_update"))
        connection.execute(text(CHANGES["polls.election_json"]))
        connection.execute(text(kept.replace(":", "\\:")))
    engine.dispose()
    uuid = installation.opened.demo.poll_uuid
    installation.environment(installation.settings.database_url, installation.settings.state_folder)
    told = installation.run("doctor", "--lang", "en", status=1)
    assert f"FAIL  polls as they were sealed: poll {uuid} is served otherwise" in told
    assert "(polls.election_json)" in told
    backups = installation.folder / "backups"
    told = installation.run("backup", str(backups), "--recipient", installation.recipient, status=1)
    assert f"FAIL  what is served of poll {uuid}: not as sealed: polls.election_json" in told
    (backup,) = backups.iterdir()
    told = installation.restore(backup, status=1)
    assert f"FAIL  what is served of poll {uuid}: not as sealed: polls.election_json" in told
    assert f"ok  archive {uuid}, 1 ballots" in told


def test_the_verification_after_the_closing_says_so(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "differing", lambda *_told: ["polls.election_json"])
    database = installation.opened.database
    with installation.opened.act() as act:
        jobs.ask(act, "poll.verify", installation.opened.rows(act)[1].id)
    jobs.run_next(database, installation.settings)
    with installation.opened.act() as act:
        (job,) = act.session.scalars(select(Job).where(Job.kind == "poll.verify"))
        assert job.outcome == "failed: served otherwise than sealed: polls.election_json"
        (event,) = act.session.scalars(select(AuditEvent).where(AuditEvent.action == "poll.verified"))
        assert event.data["ok"] is False
