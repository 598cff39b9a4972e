"""A platform that runs on PostgreSQL is never restored over: its processes would go on acknowledging."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from pb import worker
from pb.app import create_app
from pb.audit.models import AuditHead
from pb.backup.service import presence
from pb.backup.service.fault import BackupFault
from pb.backup.service.presence import Presence
from pb.db import Database
from pb.jobs.models import Job
from pb.notices.models import Reached
from pb.settings import Settings
from tests.backup.conftest import Installation

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
END_ALL = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "PATIENCE", 0.3)


@pytest.fixture
def serving(app: Flask) -> Iterator[worker.Background]:
    """A process that serves, with its threads."""
    background = worker.Background(app, lambda _database: False)
    background.start()
    # What the log holds is told first: a connection that is in use while a test closes all would be left to itself.
    assert _comes_true(lambda: _rests(app.extensions["database"]))
    yield background
    background.stop()


def _rests(database: Database) -> bool:
    """Whether nobody is to be told of anything, and no work waits or is done."""
    with database.work(writing=False) as session:
        untold = session.scalar(
            select(func.min(Reached.position))
            .select_from(AuditHead)
            .outerjoin(Reached, Reached.territory_id == AuditHead.territory_id)
        )
        busy = session.scalar(select(func.count()).select_from(Job).where(Job.state.in_(("queued", "running"))))
    return untold is not None and not busy


def _comes_true(what: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not what() and time.monotonic() < until:
        time.sleep(0.05)
    return what()


def _over(installation: Installation, status: int = 0) -> str:
    """Restores a backup over the installation that it was made of."""
    folder, _manifest = installation.back_up()
    installation.elsewhere = (installation.settings.database_url, installation.settings.state_folder)
    return installation.restore(folder, "--replace", status=status)


def test_a_platform_that_serves_is_not_restored_over(installation: Installation, serving: worker.Background) -> None:
    installation.cast(0)
    # No connection of the pages is open: the process is known by the lock that it holds.
    installation.app.extensions["database"].engine.dispose()
    told = _over(installation, status=1)
    assert "Nothing was restored. The database is in use: the platform is running on it" in told
    assert "systemctl stop asar-web" in told
    (receipt,) = installation.cast(1)
    assert receipt["position"] == 2, "the box is the one that it was"
    serving.stop()
    installation.app.extensions["database"].engine.dispose()
    installation.opened.database.engine.dispose()
    assert "FAIL" not in _over(installation)


def test_whoever_else_is_connected_is_named(installation: Installation) -> None:
    installation.cast(0)
    told = _over(installation, status=1)
    assert "Nothing was restored. The database is in use: " in told
    assert " in process " in told
    with installation.opened.act() as act:
        assert act.session.scalar(text("SELECT count(*) FROM cast_ballots")) == 1


def test_nobody_begins_to_serve_while_it_is_restored(installation: Installation, database: Database) -> None:
    url = installation.settings.database_url
    app = create_app(installation.settings)
    database.engine.dispose()
    with presence.alone(url) as held:
        assert held()
        with pytest.raises(RuntimeError, match="is being restored"):
            worker.Background(app, lambda _database: False).start()
        with pytest.raises(ValueError, match="is being restored"):
            worker._present(installation.settings)
        with pytest.raises(BackupFault, match="is running on it"), presence.alone(url):
            pass
    late = worker.Background(app, lambda _database: False)
    late.start()
    late.stop()


def test_a_process_whose_connection_was_lost_comes_back_or_ends(
    installation: Installation, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = installation.settings.database_url
    here = Presence(url)
    assert here.keep()
    with database.engine.connect() as other:
        other.execute(END_ALL)
    assert here.keep(), "the next connection holds it again"
    with pytest.raises(BackupFault, match="is running on it"), presence.alone(url):
        pass
    database.engine.dispose()
    here.end()
    ended: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda *told: ended.append(told))
    with presence.alone(url):
        worker._stay(here)
    assert ended == [(os.getpid(), signal.SIGTERM)]


def test_a_child_that_is_forked_holds_it_by_itself(installation: Installation, database: Database) -> None:
    """The parent goes on with its connection, whatever its child drops, and the child has one of its own."""
    url = installation.settings.database_url
    here = Presence(url)
    assert here.keep()
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        here.leave_to_parent()
        os.write(writes, b"1" if here.keep() else b"0")
        time.sleep(60)
    try:
        assert os.read(reads, 1) == b"1"
        here.end()
        with pytest.raises(BackupFault, match="is running on it"), presence.alone(url):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    database.engine.dispose()
    with presence.alone(url) as held:
        assert held()


def test_a_lock_that_was_lost_is_told(database: Database, settings: Settings) -> None:
    database.engine.dispose()
    with presence.alone(settings.database_url) as held:
        with database.engine.connect() as other:
            other.execute(END_ALL)
        assert _comes_true(lambda: not held())
