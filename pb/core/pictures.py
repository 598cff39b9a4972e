"""A picture that somebody handed in, drawn anew: a small square PNG that holds its pixels and nothing else.

What is not exactly one PNG or JPEG is refused before anything of it is decoded: other formats, files that go on behind
the picture (and are a page or an archive to another program), and pictures that unfold to more than `MOST_PIXELS` or
have more parts than one that was drawn: each scan of a JPEG goes over all of its pixels again, and may weigh 18 bytes.
"""

import io
import struct
from enum import StrEnum
from typing import Final, NewType

from PIL import Image, ImageOps

LARGEST: Final = 512 * 1024
"""Bytes of the file."""
MOST_PIXELS: Final = 2048 * 2048
"""Four megabytes of each colour once it is decoded."""
MOST_SCANS: Final = 32
"""Of a JPEG: programs write 10 for one in colours that comes in bit by bit, and some a few more."""
MOST_PARTS: Final = 1000
"""Chunks of a PNG, segments of a JPEG: pieces of 4 kB make 128."""
SIDE: Final = 256
LARGEST_DRAWN: Final = 12 * 1024
COLOURS: Final = (256, 64, 16, 4)
"""So many as fit into that; of four even noise takes some 16 kB."""
PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8\xff"
_END, _SCAN, _STUFFED = 0xD9, 0xDA, {0x00, 0xFF, *range(0xD0, 0xD8)}
_WITHOUT_LENGTH: Final = {0x01, 0xD8, *_STUFFED}
"""Markers that none of a picture's segments has: a decoder reads on at once behind them, not behind a length."""
Square = NewType("Square", bytes)
"""A picture as `squared` drew it."""


class PictureFault(StrEnum):
    """What is wrong with a file."""

    LARGE = "large"
    KIND = "kind"
    MORE = "more"
    PARTS = "parts"
    PIXELS = "pixels"
    DAMAGED = "damaged"


class NoPicture(ValueError):
    """The file is refused; `fault` says why."""

    def __init__(self, fault: PictureFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def squared(data: bytes, side: int = SIDE) -> Square:
    """The picture within a square of `side` pixels as PNG, without metadata; what it does not cover is transparent.

    Raises NoPicture.
    """
    if len(data) > LARGEST:
        raise NoPicture(PictureFault.LARGE)
    if not data.startswith((PNG, JPEG)):
        raise NoPicture(PictureFault.KIND)
    try:
        end = end_of_png(data) if data.startswith(PNG) else end_of_jpeg(data)
    except (IndexError, struct.error):
        raise NoPicture(PictureFault.DAMAGED) from None
    if end != len(data):
        raise NoPicture(PictureFault.MORE)
    with _opened(data) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise NoPicture(PictureFault.PIXELS)
        upright = _decoded(picture)
    fitted = ImageOps.contain(upright, (side, side))
    square = Image.new("RGBA", (side, side))
    square.paste(fitted, ((side - fitted.width) // 2, (side - fitted.height) // 2))
    drawn = b""
    for colours in COLOURS:
        drawn = _as_png(square.quantize(colours, Image.Quantize.FASTOCTREE))
        if len(drawn) <= LARGEST_DRAWN:
            break
    return Square(drawn)


def _as_png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _opened(data: bytes) -> Image.Image:
    """The picture with its size known and nothing decoded. Raises NoPicture."""
    try:
        return Image.open(io.BytesIO(data), formats=("PNG",) if data.startswith(PNG) else ("JPEG",))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NoPicture(PictureFault.PIXELS) from error
    except Exception as error:  # decoders raise a dozen kinds for a file that somebody made to break them
        raise NoPicture(PictureFault.DAMAGED) from error


def _decoded(picture: Image.Image) -> Image.Image:
    """Its pixels, turned as its maker said. Raises NoPicture."""
    try:
        return ImageOps.exif_transpose(picture).convert("RGBA")
    except Exception as error:
        raise NoPicture(PictureFault.DAMAGED) from error


def end_of_png(data: bytes) -> int:
    """The place behind the chunk that ends a PNG. Raises struct.error where the chunks run out before, NoPicture."""
    place = len(PNG)
    for _chunk in range(MOST_PARTS):
        length: int = struct.unpack_from(">I", data, place)[0]
        kind = struct.unpack_from("4s", data, place + 4)[0]
        place += 12 + length
        if kind == b"IEND":
            return place
    raise NoPicture(PictureFault.PARTS)


def end_of_jpeg(data: bytes) -> int:
    """The place behind the marker that ends a JPEG. Raises IndexError, struct.error where it is no JPEG, NoPicture."""
    place, scans = 2, 0
    for _segment in range(MOST_PARTS):
        if data[place] != 0xFF or data[place + 1] in _WITHOUT_LENGTH:
            raise IndexError
        marker = data[place + 1]
        if marker == _END:
            return place + 2
        (length,) = struct.unpack_from(">H", data, place + 2)
        place += 2 + length
        if marker == _SCAN:  # what is scanned has no length: it goes on to the next marker of its own
            scans += 1
            if scans > MOST_SCANS:
                break
            while data[place] != 0xFF or data[place + 1] in _STUFFED:
                place += 1
    raise NoPicture(PictureFault.PARTS)
