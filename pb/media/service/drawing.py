"""A photo drawn anew: what is shown of it holds its pixels and nothing else, in three sizes.

What is not a whole JPEG or PNG is refused before anything of it is decoded. What stands behind the picture's end, as
phones write there too, is not looked at: nothing of the file that was sent is ever shown.
"""

import hashlib
import io
import struct
import warnings
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image, ImageChops, ImageOps

from pb.core.pictures import JPEG, PNG, NoPicture, PictureFault, end_of_jpeg, end_of_png

LARGEST: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
MOST_PIXELS_PNG: Final = 16_000_000
"""Of a PNG every pixel is unfolded; of a JPEG no more than is drawn."""
BOUNDS: Final = ((1280, 200 * 1024), (640, 40 * 1024), (320, 8 * 1024))
"""The longest side in pixels, and the bytes it may take."""
QUALITIES: Final = (82, 74, 66, 58, 50, 42, 34)
SMALLER: Final = 0.8
END_OF_JPEG: Final = b"\xff\xd9"
FILLING: Final = hashlib.shake_256(b"scan").digest(65_536).replace(b"\xff", b"\x55")
"""Nothing in particular, and no marker."""
LAST_ROWS: Final = 16
HEIC: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})


class Fault(StrEnum):
    """What is wrong with a picture's file."""

    EMPTY = "empty"
    LARGE = "large"
    KIND = "kind"
    HEIC = "heic"
    PIXELS = "pixels"
    PARTS = "parts"
    DAMAGED = "damaged"


class Drawn(NamedTuple):
    """A picture as it is shown: a JPEG and its size in pixels."""

    data: bytes
    width: int
    height: int


def fault_of(data: bytes) -> Fault | None:
    """What is wrong with a file that should be a photo; its header and its parts are read, no pixel is decoded."""
    if not data or len(data) > LARGEST:
        return Fault.LARGE if data else Fault.EMPTY
    if not data.startswith((PNG, JPEG)):
        return Fault.HEIC if data[4:8] == b"ftyp" and data[8:12] in HEIC else Fault.KIND
    return _fault_of_parts(data) or _fault_of_size(data)


def _fault_of_parts(data: bytes) -> Fault | None:
    """Whether the file goes on to the picture's end."""
    try:
        end = end_of_png(data) if data.startswith(PNG) else end_of_jpeg(data)
    except (IndexError, struct.error):
        return Fault.DAMAGED
    except NoPicture as refused:
        return Fault.PARTS if refused.fault is PictureFault.PARTS else Fault.DAMAGED
    return Fault.DAMAGED if end > len(data) else None


def _fault_of_size(data: bytes) -> Fault | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own bound is narrower
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
                pixels = picture.width * picture.height
    except Image.DecompressionBombError:
        return Fault.PIXELS
    except Exception:  # noqa: BLE001 - decoders raise a dozen kinds for a file that somebody made to break them
        return Fault.DAMAGED
    return Fault.PIXELS if pixels > (MOST_PIXELS_PNG if data.startswith(PNG) else MOST_PIXELS) else None


def draw(path: Path) -> list[Drawn]:
    """The picture in its three sizes, the largest first, upright and without metadata. For a child process.

    Empty where it cannot be read to its end. Raises OSError where the file itself cannot be opened.
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    data = path.read_bytes()
    try:
        with _opened(data) as picture:
            if data.startswith(JPEG) and _ends_early(data, picture):
                return []
            upright = _opaque(ImageOps.exif_transpose(picture))
    except Exception:  # noqa: BLE001 - decoders raise a dozen kinds for a file that somebody made to break them
        return []
    drawn = []
    for side, most in BOUNDS:
        upright.thumbnail((side, side), Image.Resampling.LANCZOS)
        drawn.append(_within(upright, most))
    return drawn


def _opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
    picture.draft("RGB", (2 * BOUNDS[0][0], 2 * BOUNDS[0][0]))
    return picture


def _ends_early(data: bytes, picture: Image.Image) -> bool:
    """Whether a JPEG's last scan lacks rows at its end, for which decoders draw grey without a word.

    It is decoded again with more bytes behind that scan: a whole one ends before them, and one that lacks something
    takes them for what it lacks. The last few rows are let be.
    """
    end = end_of_jpeg(data) - len(END_OF_JPEG)
    with _opened(data[:end] + FILLING + data[end:]) as filled:
        differs = ImageChops.difference(picture, filled).getbbox()
    lets_be = max(LAST_ROWS, picture.height // 50)
    return differs is not None and picture.height - differs[1] > lets_be


def _opaque(picture: Image.Image) -> Image.Image:
    """On white, where something can be seen through."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        ground = Image.new("RGBA", whole.size, "white")
        ground.alpha_composite(whole)
        return ground.convert("RGB")
    return picture.convert("RGB")


def _within(picture: Image.Image, most: int) -> Drawn:
    """As fine as fits; where the coarsest does not, as large as fits."""
    while True:
        for quality in QUALITIES:
            file = io.BytesIO()
            picture.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
            if file.tell() <= most:
                return Drawn(file.getvalue(), picture.width, picture.height)
        picture = picture.resize(
            (max(1, int(picture.width * SMALLER)), max(1, int(picture.height * SMALLER))), Image.Resampling.LANCZOS
        )
