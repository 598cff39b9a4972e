"""Pictures and papers as they come in, are drawn anew, and go."""

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID, uuid4

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb import child
from pb.act import Act
from pb.db import make_private
from pb.jobs import service as jobs
from pb.media.models import Paper, Picture, State
from pb.media.service import drawing, reading, sweeping
from pb.media.service.drawing import Fault
from pb.media.service.reading import PaperFault
from pb.media.service.store import incoming, store_of
from pb.settings import Settings
from pb.text import one_line

File = TypeVar("File", Picture, Paper)
DRAWING_SECONDS: Final = 60
DRAWING_MEMORY: Final = 1024 * 1024 * 1024
LONGEST_WORK: Final = 180
"""Seconds by the clock for one file: it is done at leisure, while others use the processor."""
LONGEST_NAME: Final = 120
FAULTS: Final[dict[Fault, LazyString]] = {
    Fault.EMPTY: _("The file is empty."),
    Fault.LARGE: _("The photo is larger than 10 MB. Choose a smaller size in the camera, or send a screenshot of it."),
    Fault.KIND: _("This is no photo that can be shown: send a JPEG or a PNG."),
    Fault.HEIC: _(
        "This photo is a HEIC file, which many phones cannot show. On an iPhone set Settings – Camera – Formats – Most "
        "Compatible and take it again, or send a screenshot of it."
    ),
    Fault.PIXELS: _("The photo has too many pixels. Choose a smaller size in the camera, or send a screenshot of it."),
    Fault.PARTS: _("The photo is made of too many parts. Send a screenshot of it."),
    Fault.DAMAGED: _("The photo cannot be read to its end. Send it again, or a screenshot of it."),
}
PAPER_FAULTS: Final[dict[PaperFault, LazyString]] = {
    PaperFault.EMPTY: _("The file is empty."),
    PaperFault.LARGE: _("The paper is larger than 5 MB. Scan it in grey, or in parts."),
    PaperFault.KIND: _("This is no PDF. Save the paper as a PDF; send photos as pictures."),
    PaperFault.LOCKED: _("The PDF is locked with a password. Save it without one."),
    PaperFault.PAGES: _("The PDF has more than 500 pages. Send the pages that matter."),
    PaperFault.PROGRAM: _("The PDF holds a program. Print it into a new PDF, and send that."),
    PaperFault.FILES: _("The PDF holds other files. Print it into a new PDF, and send that."),
    PaperFault.DAMAGED: _("The PDF cannot be read. Print it into a new PDF, and send that."),
}


@dataclass(frozen=True)
class Received:
    """A file that passed the first look and lies among what comes in, before any row tells of it."""

    id: UUID
    name: str
    sha256: str
    is_paper: bool = False


class NotTaken(ValueError):
    """A file is refused; `told` says why and what to do."""

    def __init__(self, told: LazyString) -> None:
        super().__init__(str(told))
        self.told = told


def take_picture(settings: Settings, data: bytes, name: str, received_as: UUID | None = None) -> Received:
    """Takes a first look at a photo and keeps it until it is drawn. No transaction is open. Raises NotTaken."""
    fault = drawing.fault_of(data)
    if fault is not None:
        raise NotTaken(FAULTS[fault])
    return _received(settings, data, name, received_as)


def take_paper(settings: Settings, data: bytes, name: str) -> Received:
    """Takes a first look at a PDF and keeps it until it is read. No transaction is open. Raises NotTaken.

    A job reads it: a paper of a kilobyte takes ten seconds if it will, and a request holds a thread of those who vote.
    """
    fault = reading.fault_of(data)
    if fault is not None:
        raise NotTaken(PAPER_FAULTS[fault])
    return _received(settings, data, name, is_paper=True)


def _received(
    settings: Settings, data: bytes, name: str, received_as: UUID | None = None, *, is_paper: bool = False
) -> Received:
    if received_as is None:
        received_as = uuid4()
        _keep(incoming(settings) / received_as.hex, data)
    return Received(received_as, name_of(name), hashlib.sha256(data).hexdigest(), is_paper)


def name_of(told: str) -> str:
    """What a file is called on pages: without folders, without its ending, in one line."""
    stem = Path(told.replace("\\", "/").replace("\0", "")).name.rpartition(".")[0] or told
    kept = "".join(sign for sign in stem if sign.isprintable())
    return one_line(kept)[:LONGEST_NAME].strip() or "–"


def add_picture(act: Act, sender_id: UUID, received: Received) -> Picture:
    """Notes a photo that was taken in, and asks for it to be drawn."""
    behind = _waiting(act, Picture, sender_id)
    picture = Picture(
        id=received.id,
        territory_id=act.territory.id,
        sender_id=sender_id,
        sent_at=act.at,
        sha256=received.sha256,
        state=State.WAITING,
    )
    act.session.add(picture)
    act.session.flush()
    jobs.ask(act, "media.draw", picture.id, behind=behind)
    return picture


def add_paper(act: Act, sender_id: UUID, received: Received) -> Paper:
    """Notes a paper that was taken in, and asks for it to be read."""
    behind = _waiting(act, Paper, sender_id)
    paper = Paper(
        id=received.id,
        territory_id=act.territory.id,
        sender_id=sender_id,
        sent_at=act.at,
        name=received.name,
        sha256=received.sha256,
        state=State.WAITING,
    )
    act.session.add(paper)
    act.session.flush()
    jobs.ask(act, "media.read", paper.id, behind=behind)
    return paper


def _waiting(act: Act, kind: type[Picture] | type[Paper], sender_id: UUID) -> int:
    """How many of a person's wait already: who sends twenty does not keep their neighbour's first one waiting."""
    mine = select(func.count()).select_from(kind).where(kind.sender_id == sender_id, kind.state == State.WAITING)
    return act.session.scalars(mine).one()


def is_known(act: Act, received: Received) -> bool:
    """Whether a picture or a paper stands on this very file."""
    return act.session.get(Paper if received.is_paper else Picture, received.id) is not None


def let_go(settings: Settings, received: Received) -> None:
    """Of what no row took."""
    (incoming(settings) / received.id.hex).unlink(missing_ok=True)


def drop(act: Act, gone: Picture | Paper) -> None:
    """Takes one away that nothing points at any more; its bytes are swept, unless another has the same."""
    act.session.delete(gone)
    act.session.flush()
    sweeping.ask(act)


def _keep(path: Path, data: bytes) -> None:
    make_private(path.parent)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _awaited(session: Session, kind: type[File], row_id: UUID) -> File | None:
    """What a job is to make anew; None where it went meanwhile, or was made."""
    row = session.get(kind, row_id)
    return row if row is not None and row.state == State.WAITING else None


@jobs.handles("media.draw", jobs.Priority.PAPERS)
def draw(work: jobs.Work) -> str:
    """Draws a photo anew in a child process, keeps its three sizes, and lets the file go that was sent."""
    path = incoming(work.settings) / work.subject_id.hex
    with work.database.work(writing=False) as session:
        waits = _awaited(session, Picture, work.subject_id) is not None
    drawn: list[drawing.Drawn] = []
    if waits:
        # Beyond its bounds of time or memory, or gone in the meantime: refused below.
        with contextlib.suppress(child.ChildFailed, FileNotFoundError):
            drawn = child.run(
                drawing.draw,
                path,
                processor_seconds=DRAWING_SECONDS,
                seconds=LONGEST_WORK,
                memory_bytes=DRAWING_MEMORY,
                beat=work.still_at_work,
            )
    digests = [store_of(work.settings).put(each.data) for each in drawn]
    with work.database.work() as session:
        picture = _awaited(session, Picture, work.subject_id)
        if picture is not None:
            if digests:
                picture.large, picture.middle, picture.small = digests
                picture.width, picture.height = drawn[0].width, drawn[0].height
                picture.state = State.READY
            else:
                picture.state, picture.fault = State.REFUSED, Fault.DAMAGED
    path.unlink(missing_ok=True)
    return f"{sum(len(each.data) for each in drawn)}"


@jobs.handles("media.read", jobs.Priority.READING)
def read(work: jobs.Work) -> str:
    """Reads a paper in a child process, keeps its pages alone, and lets the file go that was sent."""
    path = incoming(work.settings) / work.subject_id.hex
    with work.database.work(writing=False) as session:
        waits = _awaited(session, Paper, work.subject_id) is not None
    fault, pages, written = "", 0, b""
    if waits:
        try:
            fault, pages, written = child.run(
                reading.look_through,
                path,
                processor_seconds=reading.SECONDS,
                seconds=LONGEST_WORK,
                memory_bytes=reading.MEMORY,
                beat=work.still_at_work,
            )
        except (child.ChildFailed, FileNotFoundError):  # beyond its bounds, or gone in the meantime
            fault = PaperFault.DAMAGED
    digest = store_of(work.settings).put(written) if waits and not fault else None
    with work.database.work() as session:
        paper = _awaited(session, Paper, work.subject_id)
        if paper is not None:
            if digest is None:
                paper.state, paper.fault = State.REFUSED, fault
            else:
                paper.state, paper.pages, paper.size, paper.digest = State.READY, pages, len(written), digest
    path.unlink(missing_ok=True)
    return fault or f"{len(written)}"
