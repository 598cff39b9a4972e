"""A PDF that somebody sent, looked through and written anew in a child process: nobody decides by its name what it is.

What says openly that it acts in a reader is refused: programs, other programs that it starts, forms with programs,
files within the file. Of the rest the pages alone are handed on, as they look: what a file hides from one reader and
shows to another (objects that its table calls free), what it does when opened, where its links lead, stays behind.
"""

import io
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pb.media.models import LARGEST_PAPER, MOST_PAGES

BEGINS: Final = b"%PDF-"
ENDS: Final = b"%%EOF"
END: Final = 1024  # bytes at the end within which readers look for it
SECONDS: Final = 10
MEMORY: Final = 512 * 1024 * 1024
DEEPEST: Final = 60
MOST_OBJECTS: Final = 100_000
PROGRAMS: Final = frozenset({"/JS", "/JavaScript", "/XFA", "/RichMedia", "/Launch", "/Movie", "/3D"})
FILES: Final = frozenset({"/EF", "/EmbeddedFile", "/EmbeddedFiles", "/FileAttachment", "/GoToE"})


class PaperFault(StrEnum):
    """What is wrong with a paper's file."""

    EMPTY = "empty"
    LARGE = "large"
    KIND = "kind"
    LOCKED = "locked"
    PAGES = "pages"
    PROGRAM = "program"
    FILES = "files"
    DAMAGED = "damaged"


def fault_of(data: bytes) -> PaperFault | None:
    """What the first look finds: nothing is read but how it begins and ends."""
    if not data:
        return PaperFault.EMPTY
    if not data.startswith(BEGINS):
        return PaperFault.KIND
    if len(data) > LARGEST_PAPER:
        return PaperFault.LARGE
    return None if ENDS in data[-END:] else PaperFault.DAMAGED


LEFT_OUT: Final = ("/Annots", "/AA", "/AF", "/Metadata", "/PieceInfo", "/B", "/Parent", "/StructParents", "/Tabs")


def look_through(path: Path) -> tuple[str, int, bytes]:
    """What is wrong with a PDF; or an empty text, how many pages it has, and the pages in a file of their own.

    For a child process with bounds. Raises OSError where the file itself cannot be opened.
    """
    from pypdf import PdfReader

    sent = io.BytesIO(path.read_bytes())
    try:
        reader = PdfReader(sent)
        if reader.is_encrypted:
            return PaperFault.LOCKED, 0, b""
        if (fault := _acting(reader)) is not None:
            return fault, 0, b""
        pages = len(reader.pages)
        if not 1 <= pages <= MOST_PAGES:
            return PaperFault.PAGES if pages else PaperFault.DAMAGED, pages, b""
        written = _pages_alone(reader)
        if (fault := _acting(PdfReader(io.BytesIO(written)))) is not None:
            return fault, 0, b""
    except Exception:  # noqa: BLE001 - a parser raises a dozen kinds for a file that somebody made to break it
        return PaperFault.DAMAGED, 0, b""
    return (PaperFault.LARGE if len(written) > LARGEST_PAPER else ""), pages, written


def _pages_alone(reader: Any) -> bytes:
    from pypdf import PdfWriter

    writer, written = PdfWriter(), io.BytesIO()
    for page in reader.pages:
        writer.add_page(page, excluded_keys=LEFT_OUT)
    writer.write(written)
    return written.getvalue()


def _acting(reader: Any) -> PaperFault | None:
    """Whether any object of the file, shown or not, is or names something that acts."""
    from pypdf.generic import IndirectObject

    numbers = {(number, generation) for generation, of in reader.xref.items() for number in of}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        return PaperFault.PAGES
    for number, generation in sorted(numbers):
        for name in _names(reader.get_object(IndirectObject(number, generation, reader)), 0):
            if name in PROGRAMS:
                return PaperFault.PROGRAM
            if name in FILES:
                return PaperFault.FILES
    return PaperFault.PROGRAM if set(_names(reader.trailer, 0)) & PROGRAMS else None


def _names(value: Any, depth: int) -> Iterator[str]:
    """Every name in an object, as a key or as a value; what it points at is looked at by itself."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject

    if depth > DEEPEST:
        raise ValueError("nested too deep")
    if isinstance(value, NameObject):
        yield str(value)
    elif isinstance(value, DictionaryObject):
        for name, inner in value.items():
            yield str(name)
            yield from _names(dict.__getitem__(value, name) if name in value else inner, depth + 1)
    elif isinstance(value, ArrayObject):
        for inner in list.__iter__(value):
            yield from _names(inner, depth + 1)
