"""Pictures that strangers hand in: drawn anew as a small square, or refused before they are decoded."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from pb.core import pictures
from pb.core.pictures import LARGEST, MOST_PARTS, MOST_SCANS, PNG, SIDE, NoPicture, PictureFault, squared


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


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def of_scans(scans: int, side: int = 2048) -> bytes:
    """A grey square that comes in bit by bit: each scan of 18 bytes goes over all of its pixels again."""
    blocks = (side // 8) ** 2
    runs = (blocks // 21845 + 1) * 15  # codes that end the band of 21845 blocks at once, a bit and 14 ones each
    band = int("001010101010101" * (runs // 15), 2).to_bytes((runs + 7) // 8, "big")
    refined = segment(0xDA, bytes([1, 1, 0x00, 1, 63, 0x10])) + band
    return (
        b"\xff\xd8"
        + segment(0xDB, bytes([0]) + bytes([1] * 64))
        + segment(0xC2, struct.pack(">BHHBBBB", 8, side, side, 1, 1, 0x11, 0))
        + segment(0xC4, bytes([0x00, 1, *[0] * 15, 0x00]))
        + segment(0xC4, bytes([0x10, 1, *[0] * 15, 0xE0]))
        + segment(0xDA, bytes([1, 1, 0x00, 0, 0, 0]))
        + b"\0" * (blocks // 8 + 1)
        + refined * (scans - 1)
        + b"\xff\xd9"
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


@pytest.mark.parametrize(
    "data",
    [
        of_scans(300),
        of_scans(MOST_SCANS + 1),
        b"\xff\xd8" + segment(0xFE, b"") * MOST_PARTS + picture("JPEG")[2:],
        picture()[:33] + chunk(b"tEXt", b"a\0") * MOST_PARTS + picture()[33:],
        picture()[:33] + chunk(b"IDAT", b"") * MOST_PARTS + picture()[33:],
    ],
)
def test_a_picture_of_very_many_parts_is_refused_before_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    """A few bytes of each part are work for the whole picture: 512 kB of scans took 165 seconds."""
    monkeypatch.setattr(pictures, "_opened", lambda _data: pytest.fail("it was opened"))
    with pytest.raises(NoPicture) as refused:
        squared(data)
    assert refused.value.fault is PictureFault.PARTS


@pytest.mark.parametrize("marker", [0x01, 0xD0, 0xD8])
def test_scans_cannot_hide_behind_a_marker_that_has_no_length(monkeypatch: pytest.MonkeyPatch, marker: int) -> None:
    """Whoever takes what follows for its length steps over scans that the decoder reads."""
    monkeypatch.setattr(pictures, "_opened", lambda _data: pytest.fail("it was opened"))
    hidden = segment(0xFE, b"") * 100
    whole = b"\xff\xd8" + bytes([0xFF, marker]) + struct.pack(">H", len(hidden) + 2) + hidden + picture("JPEG")[2:]
    with pytest.raises(NoPicture) as refused:
        squared(whole)
    assert refused.value.fault is PictureFault.DAMAGED


def test_a_picture_of_as_many_scans_as_programs_write_is_drawn() -> None:
    with Image.open(io.BytesIO(squared(of_scans(MOST_SCANS, side=64)))) as drawn:
        assert drawn.size == (SIDE, SIDE)


def test_text_that_unfolds_without_end_is_refused() -> None:
    unfolding = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 200_000_000, 9))
    whole = picture()
    assert len(unfolding) < LARGEST
    with pytest.raises(NoPicture):
        squared(whole[:33] + unfolding + whole[33:])
