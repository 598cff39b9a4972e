"""Making a backup while the platform serves."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from nacl.public import PublicKey
from sqlalchemy.orm import Session

from pb import migrations
from pb.backup.service import copying, ends, locking, manifest, owner, pictures, sealed
from pb.backup.service.fault import BackupFault
from pb.backup.service.manifest import FileSum, Manifest, Table
from pb.db import Database, make_engine, make_private, write_private
from pb.identity.service import passing
from pb.settings import Settings

KEYS: Final = "keys.sealed"
UNFINISHED: Final = ".asar-*.part"


@dataclass(frozen=True)
class Made:
    """A backup that was made: its folder, what it says of itself, and what of the copied polls is not as sealed."""

    folder: Path
    manifest: Manifest
    faults: tuple[tuple[str, str], ...]


def make(settings: Settings, backups: Path, recipient: str, at: datetime) -> Made:
    """Makes a backup in a folder of its own under `backups`, named by its moment.

    It is there as a whole, on the disk, or not at all; what is not sound is copied all the same, and told. `recipient`
    is the public text of `pb backup-key`. Raises BackupFault, OSError where the folder cannot be
    written, and what a database raises that cannot be read.
    """
    key = sealed.recipient_key(recipient)
    owner.require(settings.state_folder)
    backups.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locking.alone(backups, f"Another backup is being made in {backups}: wait for its end."):
        for left in backups.glob(UNFINISHED):  # of one that was killed: all rows may stand in it
            shutil.rmtree(left)
        return _made(settings, backups, key, at.astimezone(UTC))


def _made(settings: Settings, backups: Path, key: PublicKey, moment: datetime) -> Made:
    folder = backups / f"asar-{moment:%Y%m%dT%H%M%SZ}"
    if folder.exists():
        raise BackupFault(f"{folder} is there already.")
    unfinished = backups / f".{folder.name}.part"
    try:
        signer = sealed.signing_key(settings.state_folder)
        make_private(unfinished)
        made, faults = _written(settings, unfinished, moment, manifest.public_text(signer))
        write_private(unfinished / KEYS, sealed.seal(sealed.of_installation(settings), key))
        files = {
            str(path.relative_to(unfinished)): FileSum.of(path)
            for path in sorted(unfinished.rglob("*"))
            if path.is_file()
        }
        made = replace(made, files=files)
        manifest.write(unfinished, made, signer)
        for path in (*unfinished.rglob("*"), unfinished):
            manifest.sync(path)
        unfinished.rename(folder)
        manifest.sync(backups)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Made(folder, made, faults)


def _written(
    settings: Settings, folder: Path, at: datetime, signer: str
) -> tuple[Manifest, tuple[tuple[str, str], ...]]:
    """Copies the database into the folder, and says how far the copy goes; its files are summed up later.

    Beside it what of the copy is not sound.
    """
    _sweep(settings.database_url, at)
    with _copied(settings.database_url, folder) as (session, tables):
        told = Manifest(
            made_at=at,
            program=version("asar"),
            revision=_revision(session),
            database="sqlite" if settings.embedded_database else "postgresql",
            logs=ends.log_heads(session),
            polls=ends.archive_ends(session),
            tables=tables,
            files={},
            signer=signer,
        )
        faults = [*ends.faults_of_served(session, settings.seal_key), *pictures.copy(session, settings, folder)]
        return told, tuple((name, fault) for name, fault in faults if fault)


def _sweep(url: str, at: datetime) -> None:
    """What served for hours and is over comes into no copy. Raises what a database raises where it cannot be read."""
    database = Database(url)
    try:
        with database.work() as session:
            _revision(session)
            passing.sweep(session, at)
    finally:
        database.engine.dispose()


@contextlib.contextmanager
def _copied(url: str, folder: Path) -> Iterator[tuple[Session, tuple[Table, ...]]]:
    """A session that sees what the copy holds, and nothing that came after it."""
    if url.startswith("sqlite"):
        copying.copy_sqlite(copying.sqlite_path(url), folder / copying.FILE)
        engine = make_engine(f"sqlite:///{folder / copying.FILE}")
        with Session(engine) as session:
            yield session, ()
        engine.dispose()  # the last connection takes the log of writes into the file and away
        return
    engine = make_engine(url).execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with engine.connect() as connection, Session(connection) as session:
        copying.take_time(connection)
        _revision(session)
        yield session, copying.copy_postgresql(connection, folder)
    engine.dispose()


def _revision(session: Session) -> str:
    """The revision of the copy. Raises BackupFault for one that this program does not serve."""
    found = migrations.revision_of(session.connection())
    if found is None or found != migrations.newest():
        raise BackupFault(f"The database is at {found or 'no revision'}, this program needs {migrations.newest()}.")
    return found
