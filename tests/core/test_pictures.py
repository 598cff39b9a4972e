"""Pictures that strangers hand in: drawn anew as a small square, or refused before they are decoded."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from pb.core.pictures import LARGEST, PNG, SIDE, NoPicture, PictureFault, squared


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 200), **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(file, kind, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(side: int) -> bytes:
    """A square that unfolds from a few hundred bytes to `side` times `side` pixels."""
    rows = zlib.compress(b"\0" * (side // 8 + 1) * side, 9)
    return (
        PNG
        + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("data", [picture("PNG"), picture("JPEG"), picture("JPEG", progressive=True)])
def test_a_picture_is_drawn_within_a_square(data: bytes) -> None:
    with Image.open(io.BytesIO(squared(data))) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (SIDE, SIDE))
        colours = drawn.convert("RGBA")
        assert colours.getpixel((SIDE // 2, 5))[3] == 0  # type: ignore[index]
        red, green, _blue, alpha = colours.getpixel((SIDE // 2, SIDE // 2))  # type: ignore[misc]
        assert (red > 190, green < 40, alpha) == (True, True, 255)


def test_nothing_that_was_written_beside_the_pixels_is_kept() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "Somebody")
    drawn = squared(picture(pnginfo=told))
    assert b"Somebody" not in drawn
    exif = Image.Exif()
    exif[0x010E] = "a street"
    assert b"a street" not in squared(picture("JPEG", exif=exif.tobytes(), comment=b"a street"))


def test_a_photograph_stands_as_its_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    with Image.open(io.BytesIO(squared(picture("JPEG", exif=exif.tobytes())))) as drawn:
        assert drawn.convert("RGBA").getpixel((5, SIDE // 2))[3] == 0, "wide became high"  # type: ignore[index]


def test_a_photograph_weighs_little_too() -> None:
    noise = Image.effect_noise((300, 300), 90).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "JPEG", quality=95)
    assert len(squared(file.getvalue())) < 20_000


def test_two_drawings_of_the_same_picture_are_the_same() -> None:
    assert squared(picture()) == squared(picture())


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", PictureFault.KIND),
        (SVG, PictureFault.KIND),
        (picture("GIF"), PictureFault.KIND),
        (picture("BMP"), PictureFault.KIND),
        (b"%PDF-1.7 " + picture(), PictureFault.KIND),
        (picture() + b"PK\x03\x04 an archive", PictureFault.MORE),
        (picture() + b"<script>alert(1)</script>", PictureFault.MORE),
        (picture("JPEG") + SVG, PictureFault.MORE),
        (picture("JPEG") + picture("JPEG"), PictureFault.MORE),
        (picture()[:-20], PictureFault.DAMAGED),
        (picture("JPEG")[:-20], PictureFault.DAMAGED),
        (PNG, PictureFault.DAMAGED),
        (b"\xff\xd8\xff", PictureFault.DAMAGED),
        (b"\xff\xd8\xff\xd9", PictureFault.DAMAGED),
        (PNG + chunk(b"IEND", b""), PictureFault.DAMAGED),
        (PNG + chunk(b"IHDR", b"\0" * 13) + chunk(b"IEND", b""), PictureFault.DAMAGED),
        (picture().replace(b"IDAT", b"IDAX"), PictureFault.DAMAGED),
        (picture() + b"\0" * LARGEST, PictureFault.LARGE),
        (bomb(20_000), PictureFault.PIXELS),
        (bomb(2049), PictureFault.PIXELS),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, fault: PictureFault) -> None:
    with pytest.raises(NoPicture) as refused:
        squared(data)
    assert refused.value.fault is fault


def test_text_that_unfolds_without_end_is_refused() -> None:
    unfolding = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 200_000_000, 9))
    whole = picture()
    assert len(unfolding) < LARGEST
    with pytest.raises(NoPicture):
        squared(whole[:33] + unfolding + whole[33:])
