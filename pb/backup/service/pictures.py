"""Pictures and papers in a backup: the files that its own rows name, and those that are still to be made anew."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from pb.backup.service.manifest import Manifest
from pb.db import make_private, write_private
from pb.media.service import sweeping
from pb.media.service.store import INCOMING, Store, store_of
from pb.settings import Settings

FOLDER: Final = "media"
KEPT: Final = ".kept"
AWAITED: Final = ".awaited"


def copy(session: Session, settings: Settings, folder: Path) -> Iterator[tuple[str, str]]:
    """Copies them into the backup; what is not there, or not what its name says, is told."""
    place, store = folder / FOLDER, store_of(settings)
    for digest in sorted(sweeping.named(session)):
        data, fault = look_at(store, digest)
        if data is not None:
            write_private(make_private(place) / f"{digest}{KEPT}", data)
        if fault:
            yield f"{FOLDER}/{digest}", fault
    for row_id in sorted(sweeping.awaited(session)):
        path = settings.state_folder / INCOMING / row_id.hex
        if path.exists():
            write_private(make_private(place) / f"{row_id.hex}{AWAITED}", path.read_bytes())


def look_at(store: Store, digest: str) -> tuple[bytes | None, str]:
    """A file of the store, and what is wrong with it; an empty text where nothing is."""
    data = store.read(digest)
    if data is None:
        return None, "missing"
    return data, "" if hashlib.sha256(data).hexdigest() == digest else "changed"


def faults(session: Session, folder: Path, told: Manifest, state: Path) -> Iterator[tuple[str, str]]:
    """What its own rows name and the backup has not, or not as it was, unless the target has it."""
    lacking = False
    for digest in sorted(sweeping.named(session)):
        name = f"{FOLDER}/{digest}{KEPT}"
        if _is(_place(state, digest), digest) or (name in told.files and _is(folder / name, digest)):
            continue
        lacking = True
        yield f"{FOLDER}/{digest}", f"the backup has it {'changed' if name in told.files else 'not'}"
    if not lacking:
        yield "pictures and papers", ""


def bring_back(folder: Path, told: Manifest, state: Path) -> list[str]:
    """Puts them where they were, and leaves what else is there; which were there, and were not what their name says."""
    changed = []
    for name in sorted(told.files):
        path = folder / name
        if path.suffix == KEPT and _is(path, path.stem) and not _is(place := _place(state, path.stem), path.stem):
            if place.exists():
                changed.append(f"{FOLDER}/{path.stem}")
            make_private(place.parent.parent)
            write_private(make_private(place.parent) / place.name, path.read_bytes())
        elif path.suffix == AWAITED:
            make_private(state)
            write_private(make_private(state / INCOMING) / path.stem, path.read_bytes())
    return changed


def _place(state: Path, digest: str) -> Path:
    return state / FOLDER / digest[:2] / digest


def _is(path: Path, digest: str) -> bool:
    """Whether this file is there, and what its name says."""
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == digest
