"""Pictures and papers in a backup: the files that its own rows name, and those that are still to be made anew."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from pb.backup.service.fault import BackupFault
from pb.backup.service.manifest import Manifest
from pb.db import make_private, write_private
from pb.media.service import sweeping
from pb.media.service.away import Unreachable
from pb.media.service.store import INCOMING, Store, store_of
from pb.settings import RestoreSettings, Settings

FOLDER: Final = "media"
AWAY: Final = "the storage does not answer"
CHANGED: Final = "changed"
KEPT: Final = ".kept"
AWAITED: Final = ".awaited"


def copy(session: Session, settings: Settings, folder: Path) -> Iterator[tuple[str, str]]:
    """Copies them into the backup; what is not there, or not what its name says, is told."""
    place = folder / FOLDER
    try:
        yield from _copy_kept(session, store_of(settings), place)
    except Unreachable:
        yield FOLDER, AWAY
    for picture_id in sorted(sweeping.awaited(session)):
        path = settings.state_folder / INCOMING / picture_id.hex
        if path.exists():
            write_private(make_private(place) / f"{picture_id.hex}{AWAITED}", path.read_bytes())


def _copy_kept(session: Session, store: Store, place: Path) -> Iterator[tuple[str, str]]:
    for digest in sorted(sweeping.named(session)):
        data, fault = look_at(store, digest)
        if data is not None:
            write_private(make_private(place) / f"{digest}{KEPT}", data)
        if fault:
            yield f"{FOLDER}/{digest}", fault


def look_at(store: Store, digest: str) -> tuple[bytes | None, str]:
    """A file of the store, and what is wrong with it; an empty text where nothing is."""
    data = store.read(digest)
    if data is None:
        return None, "missing"
    return data, "" if hashlib.sha256(data).hexdigest() == digest else CHANGED


def require_store(target: RestoreSettings) -> None:
    """Raises BackupFault where pictures and papers could not be put back: the database would name what is not there."""
    try:
        store_of(target).read("0" * 64)
    except Unreachable as error:
        raise BackupFault("The storage of pictures does not answer: see ASAR_MEDIA_S3_ENDPOINT.") from error


def faults(session: Session, folder: Path, told: Manifest, target: RestoreSettings) -> Iterator[tuple[str, str]]:
    """What its own rows name and the backup has not, or not as it was, unless the target has it."""
    store, lacking = store_of(target), False
    for digest in sorted(sweeping.named(session)):
        name = f"{FOLDER}/{digest}{KEPT}"
        if (name in told.files and _is(folder / name, digest)) or not _fault_there(store, digest):
            continue
        lacking = True
        yield f"{FOLDER}/{digest}", f"the backup has it {'changed' if name in told.files else 'not'}"
    if not lacking:
        yield "pictures and papers", ""


def bring_back(folder: Path, told: Manifest, target: RestoreSettings) -> tuple[list[str], str]:
    """Puts them where they were, and leaves what else is there.

    Which were there, and were not what their name says; and what hindered it, an empty text where nothing did.
    """
    state, store, changed = make_private(target.state_folder), store_of(target), []
    for name in sorted(told.files):
        if (path := folder / name).suffix == AWAITED:
            write_private(make_private(state / INCOMING) / path.stem, path.read_bytes())
    try:
        for name in sorted(told.files):
            path = folder / name
            if path.suffix != KEPT or not _is(path, path.stem):
                continue
            if look_at(store, path.stem)[1] == CHANGED:
                changed.append(f"{FOLDER}/{path.stem}")
                store.remove(path.stem)
            store.put(path.read_bytes())
    except Unreachable:
        return changed, AWAY
    return changed, ""


def _fault_there(store: Store, digest: str) -> str:
    try:
        return look_at(store, digest)[1]
    except Unreachable:
        return AWAY


def _is(path: Path, digest: str) -> bool:
    """Whether this file is there, and what its name says."""
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == digest
