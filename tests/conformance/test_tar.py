"""The archive's structure: one byte out of place anywhere, and it is refused; nothing makes the verifier crash."""

import io
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pb.core.belenios.archive import BLOCK, ArchiveReader, header, record
from pb.core.belenios.canonical import Check, sha256_hex
from tests.conformance.polls import TIMESTAMP, Poll, make_poll, verified


@pytest.fixture(scope="module")
def poll() -> Poll:
    return make_poll([(0, [[1, 0]])], voters=1, trustees=1)


@pytest.fixture(scope="module")
def archive(poll: Poll) -> bytes:
    return poll.archive


def refused(archive: bytes) -> Check | None:
    failure = verified(archive).failure
    return failure and failure.check


def with_bytes(archive: bytes, offset: int, replacement: bytes) -> bytes:
    return archive[:offset] + replacement + archive[offset + len(replacement) :]


def with_checksum(archive: bytes, start: int) -> bytes:
    """The archive with the checksum of the tar header at `start` made right again."""
    block = archive[start : start + 148] + b" " * 8 + archive[start + 156 : start + BLOCK]
    return with_bytes(archive, start + 148, b"%06o\0 " % sum(block))


FIELDS = {
    "mode": (100, b"0000755\0"),
    "mode, other spelling": (100, b"000644 \0"),
    "uid": (108, b"0001750\0"),
    "gid": (116, b"0001750\0"),
    "mtime": (136, b"00000000001\0"),
    "mtime in spaces": (136, b"           \0"),
    "size, other spelling": (124, b"1234567 \0\0\0\0"),
    "size negative": (124, b"-0000000001\0"),
    "size enormous": (124, b"77777777777\0"),
    "size beyond the end": (124, b"00007777777\0"),
    "typeflag": (156, b"\0"),
    "a link": (156, b"2"),
    "a folder": (156, b"5"),
    "linkname": (157, b"etc"),
    "magic of ustar": (257, b"ustar\00000"),
    "owner": (265, b"root"),
    "device": (329, b"0000000\0"),
    "prefix": (345, b"folder"),
    "end of the header": (511, b"x"),
    "path": (0, b"../../"),
    "name after the name": (90, b"x"),
}


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("place", [0, 1, 5])
def test_every_field_of_a_tar_header(archive: bytes, name: str, place: int) -> None:
    starts = [0]
    reader = ArchiveReader(io.BytesIO(archive))
    starts += [entry.offset - BLOCK for entry in reader]
    offset, replacement = FIELDS[name]
    altered = with_checksum(with_bytes(archive, starts[place] + offset, replacement), starts[place])
    assert refused(altered) in {Check.ARCHIVE, Check.FORM}


def test_a_wrong_checksum_alone(archive: bytes) -> None:
    assert refused(with_bytes(archive, 148, b"000000\0 ")) is Check.ARCHIVE


def test_padding_that_is_not_zeros(archive: bytes) -> None:
    first = next(iter(ArchiveReader(io.BytesIO(archive))))
    assert archive[BLOCK + 100] == 0
    assert refused(with_bytes(archive, BLOCK + 100, b"x")) is Check.ARCHIVE
    end = first.offset + len(first.data)
    assert refused(with_bytes(archive, end, b"x")) is Check.ARCHIVE


def test_what_may_not_follow_the_last_record(archive: bytes) -> None:
    data = b"{}"
    for appended, check in (
        (b"\0" * BLOCK, Check.ARCHIVE),
        (b"\0" * BLOCK * 2, Check.ARCHIVE),
        (b"\n", Check.ARCHIVE),
        (archive[:BLOCK], Check.ARCHIVE),
        (header(TIMESTAMP), Check.ARCHIVE),
        (record(f"{sha256_hex(data)}.data.json", data, TIMESTAMP), Check.ORDER),
        (record(f"{sha256_hex(data)}.event.json", data, TIMESTAMP), Check.FORM),
        (record(f"{sha256_hex(data)}.data.json", data, TIMESTAMP + 1), Check.ARCHIVE),
        (record(f"{'0' * 64}.data.json", data, TIMESTAMP), Check.HASH),
        (record(f"{sha256_hex(data).upper()}.data.json", data, TIMESTAMP), Check.FORM),
        (record(f"{sha256_hex(data)}.other.json", data, TIMESTAMP), Check.ARCHIVE),
        (record("../passwd", data, TIMESTAMP), Check.ARCHIVE),
    ):
        assert refused(archive + appended) is check


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"x",
        b"\0" * BLOCK,
        record("BELENIOS", b"", 5),
        record("BELENIOS", b'{"version":2,"timestamp":"5"}', 5),
        record("BELENIOS", b'{"version":1,"timestamp":"6"}', 5),
        record("BELENIOS", b'{"version":1,"timestamp":5}', 5),
        record("BELENIOS", b'{"timestamp":"5","version":1}', 5),
        record("BELENIOS", b'{"version":1,"timestamp":"05"}', 5),
        record("belenios", b'{"version":1,"timestamp":"5"}', 5),
    ],
)
def test_a_beginning_that_is_none(archive: bytes, beginning: bytes) -> None:
    assert refused(beginning) is Check.ARCHIVE
    assert refused(beginning + archive[2 * BLOCK :]) is Check.ARCHIVE


def test_an_archive_with_no_event_is_refused() -> None:
    assert refused(header(TIMESTAMP)) is Check.ORDER


def test_records_exchanged_dropped_or_repeated(archive: bytes) -> None:
    starts = [0, *(entry.offset - BLOCK for entry in ArchiveReader(io.BytesIO(archive))), len(archive)]
    pieces = [archive[start:end] for start, end in itertools.pairwise(starts)]
    assert b"".join(pieces) == archive
    for index in range(1, len(pieces)):
        assert refused(b"".join(pieces[: index + 1] + pieces[index:])), f"record {index} twice"
        if index < len(pieces) - 1:
            assert refused(b"".join(pieces[:index] + pieces[index + 1 :])), f"record {index} dropped"
            exchanged = [*pieces[:index], pieces[index + 1], pieces[index], *pieces[index + 2 :]]
            assert refused(b"".join(exchanged)), f"record {index} exchanged with the next"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_single_byte_altered_is_refused(archive: bytes, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(archive) - 1))
    byte = data.draw(st.integers(1, 255))
    assert refused(with_bytes(archive, offset, bytes([archive[offset] ^ byte]))) is not None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_archive_cut_anywhere_but_between_events_is_refused(archive: bytes, data: st.DataObject) -> None:
    ends = {
        entry.offset + len(entry.data) + -len(entry.data) % BLOCK
        for entry in ArchiveReader(io.BytesIO(archive))
        if entry.kind == "event"
    }
    end = data.draw(st.integers(0, len(archive)) | st.sampled_from(sorted(ends)))
    assert (refused(archive[:end]) is None) == (end in ends)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=3000))
def test_noise_is_refused_and_never_crashes(noise: bytes) -> None:
    assert refused(noise) is not None
    assert refused(header(TIMESTAMP) + noise) is not None
