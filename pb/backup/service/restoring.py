"""Bringing a backup back: believed only when it is whole, loaded at once or not at all, then verified."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import make_url, select, text
from sqlalchemy.orm import Session

from pb import migrations
from pb.act import Act
from pb.audit import service as audit
from pb.backup.service import ages, copying, ends, locking, manifest, owner, pictures, presence, sealed
from pb.backup.service.fault import BackupFault
from pb.backup.service.making import KEYS
from pb.backup.service.manifest import Heads, Manifest
from pb.backup.service.sealed import KEYS_FILE, Sealed
from pb.cycles.models import Cycle
from pb.db import Database, make_engine, make_private, write_private
from pb.keyring import KeyRing
from pb.polls.models import Poll
from pb.settings import RestoreSettings
from pb.territory.models import Territory

ASIDE: Final = "before-restore"


class KeysNotWritten(OSError):
    """The database was restored, and the keys beside it could not be written."""


@dataclass(frozen=True)
class Wishes:
    """What whoever restores says: the heads and the signer from the minutes, and what may be lost.

    `replace` allows a target that holds something, `accept_loss` a backup that ends before `heads`. `archives` are
    published archives, `logs` downloaded copies of logs: to name the ballots and events that came after the backup.
    """

    heads: Heads = field(default_factory=Heads)
    signer: str | None = None
    replace: bool = False
    accept_loss: bool = False
    archives: tuple[Path, ...] = ()
    logs: tuple[Path, ...] = ()


@dataclass
class Restored:
    """What was restored, each check with its fault (empty where sound), and what came after the backup.

    `missing` counts the events after the backup of each log of which somebody said how far it went, by the territory's
    code; `behind` are heads of polls that the backup does not lead to. `rewritten` names pictures and papers that were
    there, changed, and were written anew.
    """

    manifest: Manifest
    missing: dict[str, int]
    aside: list[Path]
    behind: list[ages.Behind] = field(default_factory=list)
    checks: list[tuple[str, str]] = field(default_factory=list)
    newer: list[ends.Newer] = field(default_factory=list)
    events: list[ends.NewerEvents] = field(default_factory=list)
    rewritten: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not any(fault for _name, fault in self.checks)


def restore(folder: Path, private: str, target: RestoreSettings, wishes: Wishes, at: datetime) -> Restored:
    """Restores a backup, as the user that the platform runs as. Refuses while it runs.

    Nothing is changed before the backup was believed: signature, sums, the recipient's key, the heads, copies of logs
    and published archives, each by itself. Then everything is verified where nobody looks yet, and each log gets an
    event that says what was restored. At last the database is replaced in one step, so that whoever finds a restored
    one finds the event; what stood there on SQLite is set aside, and the keys are written.

    Raises BackupFault, and OSError where a file cannot be written (KeysNotWritten: the database is in its place).
    """
    told = manifest.read(folder, wishes.signer)
    unsealed = sealed.unseal((folder / KEYS).read_bytes(), private)
    seal = sealed.seal_ring(unsealed)
    url = target.database_owner_url or target.database_url
    _check_kind(told, url)
    _check_owner(target, url)
    for copy in wishes.logs:
        _check_copy(copy)
    for published in wishes.archives:
        _check_archive(published)
    pictures.require_store(target)
    ages.check(told, wishes.heads, accept_loss=wishes.accept_loss)
    aside = _set_keys_aside(target.state_folder, unsealed, replace=wishes.replace, dry=True)
    load = _load_sqlite if told.database == "sqlite" else _load_postgresql
    with _alone(url), presence.alone(url) as held:
        restored = Restored(told, ages.missing(told, wishes.heads.logs), aside)

        def finish(session: Session) -> None:
            _verify(restored, session, seal, wishes)
            restored.checks += pictures.faults(session, folder, told, target)
            if not held():
                restored.checks.append(("nobody else in the database", "its lock was lost meanwhile: restore again"))
            _record(session, restored, at)

        restored.aside += load(folder, told, target, wishes, finish)
        try:
            restored.aside += _set_keys_aside(target.state_folder, unsealed, replace=wishes.replace, dry=False)
            _write_state(target.state_folder, unsealed)
            restored.rewritten, hindered = pictures.bring_back(folder, told, target)
            if hindered:
                restored.checks.append(("pictures and papers", hindered))
        except OSError as error:
            raise KeysNotWritten(*error.args[:2], error.filename) from error
    return restored


@contextlib.contextmanager
def _alone(url: str) -> Iterator[None]:
    """On SQLite no other restore fills the same folder meanwhile; on PostgreSQL `presence` sees to it."""
    if not url.startswith("sqlite"):
        yield
        return
    folder = copying.sqlite_path(url).parent
    make_private(folder)
    with locking.alone(folder, f"Another backup is being restored into {folder}: wait for its end."):
        yield


def _check_copy(copy: Path) -> None:
    """Raises BackupFault for a copy of a log that by itself is none, whatever the backup holds."""
    try:
        with copy.open(encoding="utf-8") as lines:
            for _event in ends.copied_events(lines):
                pass
    except ValueError as error:
        raise BackupFault(f"The copy of the log {copy.name} is none: {error}.") from error


def _check_archive(published: Path) -> None:
    """Raises BackupFault for an archive that by itself is none, whatever the backup holds."""
    try:
        with published.open("rb") as file:
            ends.check_archive(file)
    except ValueError as error:
        raise BackupFault(f"The published archive {published.name} is none: {error}") from error


def _verify(restored: Restored, session: Session, seal: KeyRing, wishes: Wishes) -> None:
    """Looks at all that was loaded, and names what came after it."""
    told = restored.manifest
    restored.checks += ends.faults(session, told, seal)
    restored.behind += ages.behind(told, wishes.heads.polls, ages.digests_of(session))
    restored.newer += _newer(session, wishes.archives, restored)
    for copy in wishes.logs:
        _compare_log(session, copy, restored)


def _check_owner(target: RestoreSettings, url: str) -> None:
    """Raises BackupFault where the platform could not use what is restored: files of another user than its own."""
    owner.require_place(target.state_folder)
    file = [copying.sqlite_path(url)] if url.startswith("sqlite") else []
    owner.require(target.state_folder, *(path.parent for path in file), *file)


def _check_kind(told: Manifest, url: str) -> None:
    kind = "sqlite" if url.startswith("sqlite") else "postgresql"
    if kind != told.database:
        raise BackupFault(f"This is a backup of {told.database}, and ASAR_DATABASE_URL names a database of {kind}.")


def _load_sqlite(
    folder: Path, told: Manifest, target: RestoreSettings, wishes: Wishes, finish: Callable[[Session], None]
) -> list[Path]:
    """Makes the file beside the old one, finishes it, and lets it take its place; the old one is set aside."""
    path = copying.sqlite_path(target.database_owner_url or target.database_url)
    make_private(path.parent)
    filled = path.exists() and path.stat().st_size > 0
    if filled and not wishes.replace:
        raise BackupFault(f"{path} holds a database already: say --replace to set it aside.")
    fresh = path.with_name(f"{path.name}.part")
    for left in path.parent.glob(f"{fresh.name}*"):
        left.unlink()
    try:
        _copy(folder / copying.FILE, fresh)
        _look_at(fresh, told, wishes)
        _finish(fresh, finish)
        aside = [_set_database_aside(path)] if filled else []
        manifest.sync(fresh)
        fresh.rename(path)
        manifest.sync(path.parent)
    finally:
        for left in path.parent.glob(f"{fresh.name}*"):
            left.unlink()
    return aside


def _copy(source: Path, fresh: Path) -> None:
    """A full disk is told with the path that could not be written: `shutil` names the other or none."""
    try:
        with (
            source.open("rb") as reads,
            os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writes,
        ):
            shutil.copyfileobj(reads, writes, manifest.BLOCK)
    except OSError as error:
        raise OSError(error.errno, error.strerror, error.filename or str(fresh)) from error


def _finish(fresh: Path, finish: Callable[[Session], None]) -> None:
    database = Database(f"sqlite:///{fresh}")
    try:
        with database.work() as session:
            finish(session)
    finally:
        database.engine.dispose()


def _look_at(fresh: Path, told: Manifest, wishes: Wishes) -> None:
    engine = make_engine(f"sqlite:///{fresh}")
    try:
        with engine.connect() as connection:
            if damaged := copying.damage(connection):
                raise BackupFault(f"The copied file is damaged: {damaged}")
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise BackupFault("The copied file has rows that point at nothing.")
            if (found := migrations.revision_of(connection)) != told.revision:
                raise BackupFault(f"The copied file is at {found}, the manifest says {told.revision}.")
        migrations.upgrade(engine)
        with Session(engine) as session:
            _check_rows(session, told, wishes)
    finally:
        engine.dispose()


def _check_rows(session: Session, told: Manifest, wishes: Wishes) -> None:
    ages.check_rows(session, told, wishes.heads, accept_loss=wishes.accept_loss)


def _set_database_aside(path: Path) -> Path:
    """Closes the old file and its log of writes into one, and renames it. Raises BackupFault while somebody uses it."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=2)
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.DatabaseError as error:
        # What is no database any more is set aside as it is; what somebody holds is not touched.
        if isinstance(error, sqlite3.OperationalError):
            raise BackupFault(f"{path} is in use: stop the platform first.") from error
        mode = "delete"
    finally:
        connection.close()
    if mode != "delete":
        raise BackupFault(f"{path} is in use: stop the platform first.")
    aside = _free(path.with_name(f"{path.name}.{ASIDE}"))
    for ending in ("-wal", "-shm"):  # a log of writes that was left would be read into the new file
        if (left := path.with_name(path.name + ending)).exists():
            left.rename(aside.with_name(aside.name + ending))
    path.rename(aside)
    return aside


def _load_postgresql(
    folder: Path, told: Manifest, target: RestoreSettings, wishes: Wishes, finish: Callable[[Session], None]
) -> list[Path]:
    """Makes the tables anew and fills them, in one transaction of their owner."""
    engine = make_engine(target.database_owner_url or target.database_url)
    role = make_url(target.database_url).username
    try:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            copying.take_time(connection)
            if (table := copying.filled(connection)) is not None and not wishes.replace:
                raise BackupFault(f"The database has rows already (in {table}): say --replace to lose them.")
            copying.drop_all(connection)
            migrations.upgrade_within(connection, told.revision)
            copying.load_postgresql(connection, folder, told.tables)
            migrations.upgrade_within(connection, "head")
            with Session(connection) as session:
                _check_rows(session, told, wishes)
                finish(session)
                session.flush()
            if target.database_owner_url and role and role != engine.url.username:
                migrations.grant(connection, role)
    finally:
        engine.dispose()
    return []


def _set_keys_aside(state: Path, unsealed: Sealed, *, replace: bool, dry: bool) -> list[Path]:
    """Sets other keys in the state folder aside, if that is allowed: what they opened may still be wanted."""
    path = state / KEYS_FILE
    if not path.exists() or path.read_text(encoding="utf-8") == _env(unsealed):
        return []
    if not replace:
        raise BackupFault(f"{path} holds other keys: say --replace to set them aside.")
    if dry:
        return []
    aside = _free(path.with_name(f"{path.name}.{ASIDE}"))
    path.rename(aside)
    return [aside]


def _write_state(state: Path, unsealed: Sealed) -> None:
    make_private(state)
    write_private(state / KEYS_FILE, _env(unsealed).encode())
    for name, data in unsealed.files.items():
        place = state / name
        if place.parent != state:
            make_private(place.parent)
        write_private(place, data)


def _env(unsealed: Sealed) -> str:
    return "".join(f"{name}={value}\n" for name, value in unsealed.keys.items())


def _newer(session: Session, archives: tuple[Path, ...], restored: Restored) -> Iterator[ends.Newer]:
    for path in archives:
        try:
            with path.open("rb") as file:
                yield ends.newer(session, file)
        except ValueError as error:
            restored.checks.append((f"published archive {path.name}", str(error)))


def _compare_log(session: Session, copy: Path, restored: Restored) -> None:
    """Names the events that a copy of a log has and the backup has not; they are missing, whatever head was given."""
    try:
        with copy.open(encoding="utf-8") as lines:
            newer = ends.newer_events(session, lines)
    except ValueError as error:
        restored.checks.append((f"copy of the log {copy.name}", str(error)))
    else:
        restored.events.append(newer)
        restored.missing[newer.kato] = max(restored.missing.get(newer.kato, 0), len(newer.events))


def _record(session: Session, restored: Restored, at: datetime) -> None:
    """Each log says that it was restored, how far, and what of its territory is missing."""
    polls = session.execute(select(Poll.uuid, Cycle.territory_id).join(Cycle, Cycle.id == Poll.cycle_id))
    territory_of = {uuid: territory_id for uuid, territory_id in polls}  # noqa: C416
    for head in restored.manifest.logs:
        territory = session.scalars(select(Territory).where(Territory.kato == head.kato)).one()
        data = {
            "made_at": restored.manifest.made_at.isoformat(),
            "position": head.position,
            "hash": head.hash,
            "missing": restored.missing.get(head.kato),
            "archives": [
                {
                    "poll": one.head.uuid,
                    "events": one.events,
                    "said": one.head.events,
                    "another_chain": one.another_chain,
                }
                for one in restored.behind
                # A poll that came after the backup could be of any of them.
                if territory_of.get(one.head.uuid, territory.id) == territory.id
            ],
            "sound": restored.sound,
        }
        act = Act(session, territory, None, frozenset(), at)
        audit.record(act, "backup.restored", subject=territory.id, data=data)


def _free(path: Path) -> Path:
    """The path, or with a number behind it the first that is free."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free
