"""A PDF that somebody sent, looked through and written anew in a child process: nobody decides by its name what it is.

What says openly that it acts in a reader is refused: programs, other programs that it starts, forms with programs,
files within the file. Of the rest the pages alone are handed on, as they look, and of a page what is named here: what a
file hides from one reader and shows to another (objects that its table calls free), what it does when opened, where its
links lead, stays behind. What is then still there and acts, or points out of the file, is refused.
"""

import io
from collections.abc import Iterable, Iterator
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
BESIDE: Final = FILES | {"/Filespec"}
OUTSIDE: Final = frozenset({"/SubmitForm", "/ImportData", "/GoToR", "/URI", "/PresSteps", "/OpenAction"})
"""Names that nothing of a page's look needs. Those of one or two letters may be a font's or a sign's: see `_acts`."""
ACTIONS: Final = frozenset(
    {
        "/GoTo",
        "/GoToR",
        "/GoToE",
        "/GoToDp",
        "/Launch",
        "/Thread",
        "/URI",
        "/Sound",
        "/Movie",
        "/Hide",
        "/Named",
        "/SubmitForm",
        "/ResetForm",
        "/ImportData",
        "/JavaScript",
        "/SetOCGState",
        "/Rendition",
        "/Trans",
        "/GoTo3DView",
        "/RichMediaExecute",
    }
)
"""What `/S` says of a dictionary that acts."""
ELSEWHERE: Final = frozenset({"/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI"})
"""Keys of a stream whose bytes, or what is shown instead of it, lie elsewhere."""
OF_A_PAGE: Final = frozenset(
    {
        "/Type",
        "/MediaBox",
        "/CropBox",
        "/BleedBox",
        "/TrimBox",
        "/ArtBox",
        "/Rotate",
        "/UserUnit",
        "/Resources",
        "/Contents",
        "/Group",
    }
)
RESOURCES: Final = frozenset(
    {"/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/ProcSet", "/Properties"}
)
OF_NO_LOOK: Final = ("/Metadata", "/PieceInfo")
"""What programs note beside a picture or a drawing: places, names, drafts."""


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
        if (fault := _acting(PdfReader(io.BytesIO(written)), written_anew=True)) is not None:
            return fault, 0, b""
    except Exception:  # noqa: BLE001 - a parser raises a dozen kinds for a file that somebody made to break it
        return PaperFault.DAMAGED, 0, b""
    return (PaperFault.LARGE if len(written) > LARGEST_PAPER else ""), pages, written


def _pages_alone(reader: Any) -> bytes:
    from pypdf import PdfWriter

    writer, written = PdfWriter(), io.BytesIO()
    for page in reader.pages:
        for key in set(page) - OF_A_PAGE:
            del page[key]
    _narrow(reader.pages)
    for page in reader.pages:
        writer.add_page(page)
    writer.write(written)
    return written.getvalue()


def _narrow(pages: Iterable[Any]) -> None:
    """Takes away, of all that the pages point at, what no page needs: resources may name anything else."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject

    left, seen = list(pages), set()
    while left:
        value = left.pop()
        if isinstance(value, IndirectObject):
            if (value.idnum, value.generation) in seen:
                continue
            seen.add((value.idnum, value.generation))
            value = value.get_object()
        if isinstance(value, DictionaryObject):
            for key in OF_NO_LOOK:
                value.pop(key, None)
            resources = value.get("/Resources", NullObject()).get_object()
            if isinstance(resources, DictionaryObject):
                for kind in set(resources) - RESOURCES:
                    del resources[kind]
            left.extend(dict.values(value))
        elif isinstance(value, ArrayObject):
            left.extend(list.__iter__(value))


def _acting(reader: Any, *, written_anew: bool = False) -> PaperFault | None:
    """Whether any object of the file, shown or not, is or names something that acts.

    Of what was written anew more is asked: links and notes, which may point anywhere, are no longer there.
    """
    from pypdf.generic import IndirectObject

    programs, files = (PROGRAMS | OUTSIDE, BESIDE) if written_anew else (PROGRAMS, FILES)
    numbers = {(number, generation) for generation, of in reader.xref.items() for number in of}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        return PaperFault.PAGES
    for number, generation in sorted(numbers):
        found = reader.get_object(IndirectObject(number, generation, reader))
        for name in _names(found, 0):
            if name in programs:
                return PaperFault.PROGRAM
            if name in files:
                return PaperFault.FILES
        if written_anew and (fault := _acts(found)) is not None:
            return fault
    return PaperFault.PROGRAM if set(_names(reader.trailer, 0)) & PROGRAMS else None


def _acts(value: Any) -> PaperFault | None:
    """Whether an object, or one within it, is an action, or a stream that lies elsewhere.

    The keys of actions and files are names of fonts and signs as well (`/A`, `/F`): it counts what they stand on.
    """
    from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

    if isinstance(value, StreamObject) and ELSEWHERE & set(value):
        return PaperFault.FILES
    if isinstance(value, DictionaryObject) and "/S" in value and str(value["/S"]) in ACTIONS:
        return PaperFault.PROGRAM
    inner: Iterable[Any] = ()
    if isinstance(value, DictionaryObject):
        inner = dict.values(value)
    elif isinstance(value, ArrayObject):
        inner = list.__iter__(value)
    return next((fault for each in inner if (fault := _acts(each)) is not None), None)


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
