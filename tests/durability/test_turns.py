"""SQLite has one write lock: whoever waits for it gets it, however many write without a pause."""

import threading
import time

import pytest
from sqlalchemy import update

from pb.db import Database
from pb.territory.models import Territory
from tests.village import Village

CROWD = 8
TURNS = 20
WORK_SECONDS = 0.003  # what a transaction does, other than writing
PATIENCE_MILLISECONDS = 4000


def test_a_writer_gets_its_turn_beside_a_crowd_that_never_pauses(
    okrug: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played: "database is locked" after ten seconds, for a ballot and for the closing of a poll."""
    monkeypatch.setattr("pb.db.BUSY_MILLISECONDS", PATIENCE_MILLISECONDS)
    database = Database(str(okrug.database.engine.url))
    over, failures = threading.Event(), list[BaseException]()

    def crowd() -> None:
        try:
            while not over.is_set():
                write(database)
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=crowd) for _each in range(CROWD)]
    for thread in threads:
        thread.start()
    try:
        for _turn in range(TURNS):
            write(database)
    finally:
        over.set()
        for thread in threads:
            thread.join()
        database.engine.dispose()
    assert not failures


def write(database: Database) -> None:
    with database.work() as session:
        session.execute(update(Territory).values(paper_place="School"))
        time.sleep(WORK_SECONDS)
