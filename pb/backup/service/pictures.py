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


def bring_back(folder: Path, told: Manifest, state: Path) -> None:
    """Puts them where they were, and leaves what else is there: a file's name says what it holds."""
    for name in told.files:
        path = folder / name
        if path.suffix == KEPT and not (place := state / FOLDER / path.stem[:2] / path.stem).exists():
            make_private(place.parent.parent)
            write_private(make_private(place.parent) / place.name, path.read_bytes())
        elif path.suffix == AWAITED:
            make_private(state)
            write_private(make_private(state / INCOMING) / path.stem, path.read_bytes())
