"""Files that come in parts: a connection that breaks loses one part, and the next goes on where it broke.

How far an upload is says its file alone, so that a row and a file cannot differ, and no transaction waits for bytes.
"""

import fcntl
import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select

from pb.act import Act
from pb.db import make_private
from pb.errors import FieldRefusal, NotFound
from pb.media.models import Upload
from pb.media.service import drawing, sweeping
from pb.media.service.files import FAULTS, name_of
from pb.media.service.store import DIGEST, incoming
from pb.settings import Settings

LARGEST_PART: Final = 64 * 1024
TERM: Final = timedelta(hours=24)
MOST_OF_ONE: Final = (10, 40 * 1024 * 1024)
"""Unfinished uploads of one person and the bytes that they announced: the oldest give way."""
MOST_OF_ALL: Final = 200
"""Those of a territory, 2 GB of photos if all of them come."""


def find(act: Act, subject_id: UUID, sha256: str) -> Upload | None:
    """The actor's upload of this file for this thing."""
    if act.person is None:
        return None
    query = select(Upload).where(
        Upload.person_id == act.person.id, Upload.subject_id == subject_id, Upload.sha256 == sha256
    )
    return act.session.scalars(query).one_or_none()


def begin(act: Act, settings: Settings, subject_id: UUID, name: str, size: int, sha256: str) -> Upload:
    """Notes what will come; the same file of the same person for the same thing is one upload.

    The caller has looked that the actor may add to that thing. Nobody is refused because others send: where there are
    too many that are not finished, some of them give way. Raises NotFound (no digest), FieldRefusal (too large, or
    nothing).
    """
    require_digest(sha256)
    if act.person is None:
        raise FieldRefusal("pictures", FAULTS[drawing.Fault.DAMAGED])
    if not 0 < size <= drawing.LARGEST:
        raise FieldRefusal("pictures", FAULTS[drawing.Fault.LARGE if size > 0 else drawing.Fault.EMPTY])
    if (there := find(act, subject_id, sha256)) is not None:
        return there
    _make_room_of_own(act, act.person.id, size)
    _make_room(act, settings)
    upload = Upload(
        territory_id=act.territory.id,
        person_id=act.person.id,
        subject_id=subject_id,
        name=name_of(name),
        size=size,
        sha256=sha256,
        expires_at=act.at + TERM,
    )
    act.session.add(upload)
    act.session.flush()
    return upload


def require_digest(sha256: str) -> None:
    """Raises NotFound: nothing is kept under another name."""
    if not DIGEST.fullmatch(sha256):
        raise NotFound


def _make_room(act: Act, settings: Settings) -> None:
    """For one more of the territory: of whoever has the most begun, what did not grow for the longest time goes.

    So nobody is shut out by others who announce much and send little.
    """
    left = list(act.session.scalars(select(Upload).where(Upload.territory_id == act.territory.id)))
    gone = []
    while len(left) >= MOST_OF_ALL:
        of_each = Counter(upload.person_id for upload in left)
        upload = min(left, key=lambda each: (-of_each[each.person_id], _grew_at(settings, each), each.id))
        left.remove(upload)
        gone.append(upload.id)
    _let_go(act, Upload.id.in_(gone))


def _grew_at(settings: Settings, upload: Upload) -> datetime:
    try:
        return datetime.fromtimestamp(_path(settings, upload).stat().st_mtime, UTC)
    except FileNotFoundError:
        return upload.expires_at - TERM


def _make_room_of_own(act: Act, person_id: UUID, size: int) -> None:
    """Somebody's latest uploads stay, as many as there may be beside a new one of this size."""
    most, most_bytes = MOST_OF_ONE
    own = select(Upload).where(Upload.person_id == person_id).order_by(Upload.expires_at.desc(), Upload.id)
    total, gone = size, []
    for count, upload in enumerate(act.session.scalars(own), 1):
        total += upload.size
        if count >= most or total > most_bytes:
            gone.append(upload.id)
    _let_go(act, Upload.id.in_(gone))


def end_of(act: Act, subject_id: UUID) -> None:
    """What was coming for a thing that goes."""
    _let_go(act, Upload.subject_id == subject_id)


def _let_go(act: Act, which: ColumnElement[bool]) -> None:
    if act.session.scalars(select(Upload.id).where(which)).first() is not None:
        act.session.execute(delete(Upload).where(which))
        sweeping.ask(act)  # of what came of them


def offset(settings: Settings, upload: Upload) -> int:
    """How many bytes of it are here."""
    path = _path(settings, upload)
    return path.stat().st_size if path.exists() else 0


def append(settings: Settings, upload: Upload, at: int, part: bytes) -> int:
    """Adds a part that begins at byte `at`; how many bytes are here then.

    A part that begins elsewhere, or is more than was announced, changes nothing: whoever sends is told how far it is.
    """
    with _alone(_path(settings, upload)) as file:
        here = file.seek(0, os.SEEK_END)
        if at != here or here + len(part) > upload.size:
            return here
        try:
            file.write(part)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            file.truncate(here)
            raise
        return here + len(part)


def whole(settings: Settings, upload: Upload) -> bytes | None:
    """The file, if it is all here and what was announced; else it is let go, and comes anew from its beginning."""
    data = _path(settings, upload).read_bytes()
    if len(data) == upload.size and hashlib.sha256(data).hexdigest() == upload.sha256:
        return data
    forget(settings, upload)
    return None


def end(act: Act, upload_id: UUID) -> None:
    """It is no upload any more: its file became a picture's, or goes."""
    act.session.execute(delete(Upload).where(Upload.id == upload_id))


def forget(settings: Settings, upload: Upload) -> None:
    """Lets go what came of it."""
    _path(settings, upload).unlink(missing_ok=True)


def _path(settings: Settings, upload: Upload) -> Path:
    return incoming(settings) / upload.id.hex


@contextmanager
def _alone(path: Path) -> Iterator[BinaryIO]:
    """The file, which two requests do not write at once."""
    make_private(path.parent)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
