"""Files that people send: right ones, and those that somebody makes to break what reads them."""

import io
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.core.test_pictures import SVG, bomb, picture

ORIENTATION, GPS = 0x0112, 0x8825
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 200


def photo(size: tuple[int, int] = (1600, 1200), kind: str = "JPEG", seed: int = 1, **options: object) -> bytes:
    """A photo with something on it: hills under a sky, another for each seed."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.paste((40 + seed * 30 % 200, 120, 60), (0, size[1] // 2, size[0], size[1]))
    grain = np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    noise = Image.fromarray(grain)
    file = io.BytesIO()
    Image.blend(image, noise, 0.2).save(file, kind, **options)
    return file.getvalue()


def upright_photo() -> bytes:
    """Taken with the phone held upright, at a place that the camera wrote into it."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    return photo((800, 600), exif=exif.tobytes())


def of_pixels(side: int) -> bytes:
    """A JPEG of so many pixels each way, of one colour."""
    file = io.BytesIO()
    Image.new("L", (side, side)).save(file, "JPEG", quality=10)
    return file.getvalue()


def paper(pages: int = 1) -> bytes:
    return _written(_of_pages(pages))


def paper_with_a_program() -> bytes:
    writer = _of_pages(1)
    script = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x()")})
    writer.root_object[NameObject("/OpenAction")] = script
    return _written(writer)


def paper_that_launches() -> bytes:
    writer = _of_pages(1)
    launch = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")})
    writer.root_object[NameObject("/OpenAction")] = launch
    return _written(writer)


def paper_with_a_file() -> bytes:
    writer = _of_pages(1)
    writer.add_attachment("evil.exe", b"MZ")
    return _written(writer)


def paper_that_acts() -> bytes:
    """It sends a form to somebody when it is opened, and its link runs a script: both without naming a program."""
    writer = _of_pages(2)
    opened = DictionaryObject({NameObject("/S"): NameObject("/SubmitForm"), NameObject("/F"): TextStringObject("evil")})
    writer.root_object[NameObject("/OpenAction")] = opened
    writer.add_uri(0, "javascript:alert(1)", (0, 0, 50, 50))
    return _written(writer)


def paper_of_two_minds() -> bytes:
    """Its table calls the object with the program free; a second table, which some readers follow, has it."""
    plain = paper_with_a_program()
    place = plain.index(b"/JavaScript")
    number = plain[:place].rpartition(b" 0 obj")[0].rpartition(b"\n")[2]
    table = plain.index(b"xref")
    lines = plain[table:].split(b"\n")
    lines[2 + int(number)] = b"0000000000 00000 f "
    return plain[:table] + b"\n".join(lines)


def locked_paper() -> bytes:
    writer = _of_pages(1)
    writer.encrypt("secret", algorithm="AES-256")
    return _written(writer)


def paper_that_unfolds() -> bytes:
    """A stream of objects that unfolds to 200 megabytes."""
    packed = zlib.compress(b"0 0 " * 50_000_000, 9)
    stream = b"5 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    return b"%PDF-1.7\n" + stream + packed + b"\nendstream endobj\ntrailer<</Root 5 0 R>>\n%%EOF"


def _of_pages(pages: int) -> PdfWriter:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(100, 100)
    return writer


def _written(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def wrong_photos() -> Iterator[tuple[str, bytes, str]]:
    """A name, a file and what its sender is told of it."""
    yield "empty.jpg", b"", "is empty"
    yield "IMG_1.HEIC", HEIC, "Most Compatible"
    yield "drawing.svg", SVG, "send a JPEG or a PNG"
    yield "moving.jpg", picture("GIF"), "send a JPEG or a PNG"
    yield "page.jpg", b"<html><script>alert(1)</script>", "send a JPEG or a PNG"
    yield "letter.jpg", paper(), "send a JPEG or a PNG"
    yield "half.jpg", photo()[:-2000], "cannot be read to its end"
    yield "half.png", picture()[:-20], "cannot be read to its end"
    yield "bomb.png", bomb(20_000), "too many pixels"
    yield "wall.jpg", of_pixels(10_000), "too many pixels"
    yield "large.jpg", photo() + b"\0" * 10 * 1024 * 1024, "larger than 10 MB"
    yield "scans.jpg", b"\xff\xd8" + (b"\xff\xda\x00\x02" * 40) + b"\xff\xd9", "too many parts"


def wrong_papers() -> Iterator[tuple[str, bytes, str]]:
    """What the first look at a paper finds."""
    yield "empty.pdf", b"", "is empty"
    yield "photo.pdf", photo((200, 200)), "This is no PDF"
    yield "large.pdf", paper() + b"\0" * 5 * 1024 * 1024, "larger than 5 MB"
    yield "text.pdf", b"%PDF-1.4 and nothing else", "cannot be read"
    yield "cut.pdf", paper()[:-300], "cannot be read"


def papers_wrong_within() -> Iterator[tuple[str, bytes, str]]:
    """What is found when a paper is read."""
    yield "script.pdf", paper_with_a_program(), "holds a program"
    yield "launch.pdf", paper_that_launches(), "holds a program"
    yield "files.pdf", paper_with_a_file(), "holds other files"
    yield "locked.pdf", locked_paper(), "locked with a password"
    yield "book.pdf", paper(10_000), "more than 500 pages"
    yield "unfolds.pdf", paper_that_unfolds(), "cannot be read"


def takes_for_ever(_path: Path) -> tuple[str, int, bytes]:
    """A reader that a paper keeps waiting, without work for the processor."""
    time.sleep(600)
    return "", 1, b""
