"""Workbooks as spreadsheets write them, and as somebody who means harm does."""

import io
import time
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pb import workbooks
from pb.core.places.settlements import Settlements
from pb.roll.service.reading import Fault, FileFault, Reading, as_csv, read_roll
from tests.village import SETTLEMENTS, invented_iin

DAY = date(2026, 11, 30)


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEADING = ("ЖСН", "Аты-жөні", "Елді мекен")


def read(data: bytes) -> Reading:
    """As the page does it: a workbook becomes a CSV in a child process."""
    return read_roll(as_csv(data), settlements=Settlements.of(SETTLEMENTS), voting_day=DAY)


def read_here(data: bytes) -> Reading:
    """The same without a child process."""
    return read_roll(workbooks.csv_of(data, 100), settlements=Settlements.of(SETTLEMENTS), voting_day=DAY)


def test_a_workbook_is_read_as_a_csv_is() -> None:
    data = workbook(
        HEADING,
        (invented_iin(1).text, " Ақмарал  Сейіт ", SETTLEMENTS[0]),
        (None, None, None),
        ("12345", "Біреу", SETTLEMENTS[0]),
        (int(invented_iin(2).text), "Жанна Ли", SETTLEMENTS[1]),
    )
    reading = read(data)
    assert [(voter.iin, voter.name) for voter in reading.voters] == [
        (invented_iin(1), "Ақмарал Сейіт"),
        (invented_iin(2), "Жанна Ли"),
    ]
    assert reading.faults == [(4, Fault.NO_IIN)], "the line is the one that the spreadsheet shows"


def test_a_number_gets_back_the_zeros_that_the_spreadsheet_dropped() -> None:
    data = workbook(HEADING, (229500038, "Жасмин", SETTLEMENTS[0]), (229500038.0, "Жасмин", SETTLEMENTS[0]))
    reading = read(data)
    assert [voter.iin.text for voter in reading.voters] == ["000229500038"]
    assert reading.faults == [(3, Fault.TWICE)]


def test_a_formula_is_not_run() -> None:
    reading = read_here(workbook(HEADING, ("=1+1", "А", SETTLEMENTS[0])))
    assert reading.faults == [(2, Fault.NO_IIN)]


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (workbooks.LARGEST_UNPACKED + 1))
    assert len(out.getvalue()) < 100_000
    with pytest.raises(FileFault, match="size"):
        read(out.getvalue())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(workbooks.MOST_PARTS + 1):
            archive.writestr(str(number), b"")
    with pytest.raises(FileFault, match="size"):
        read(out.getvalue())


def test_a_small_workbook_that_takes_its_reader_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty kilobytes with two hundred thousand styles took 26 seconds within the writing transaction."""
    monkeypatch.setattr(workbooks, "PROCESSOR_SECONDS", 2)
    data = workbook(HEADING, (invented_iin(1).text, "Ақмарал", SETTLEMENTS[0]))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            content = before.read(part)
            if part.filename.endswith("styles.xml"):
                style = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" applyAlignment="1"><alignment/></xf>'
                content = content.replace(b"</cellXfs>", style * 200_000 + b"</cellXfs>")
            after.writestr(part.filename, content)
    assert len(out.getvalue()) < 100_000
    begun = time.monotonic()
    with pytest.raises(FileFault, match="size"):
        read(out.getvalue())
    assert time.monotonic() - begun < 15, "the processor's seconds are what is bounded"


def test_a_workbook_that_takes_too_much_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MEMORY_BYTES", 200 * 1024 * 1024)
    lines = [(invented_iin(number % 50).text, "Ақмарал " * 200, SETTLEMENTS[0]) for number in range(9_000)]
    with pytest.raises(FileFault, match="size"):
        read(workbook(HEADING, *lines))


def test_entities_are_not_expanded() -> None:
    """The billion laughs: defusedxml refuses the declaration itself."""
    data = workbook(HEADING, (invented_iin(1).text, "Ақмарал", SETTLEMENTS[0]))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for part in before.infolist():
            content = before.read(part)
            if part.filename.endswith("sheet1.xml"):
                bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
                content = bomb + content
            after.writestr(part.filename, content)
    with pytest.raises(FileFault, match="workbook"):
        read(out.getvalue())


@pytest.mark.parametrize("data", [b"PK", b"PK\x03\x04" + b"\0" * 50, b"PK\x05\x06" + b"\0" * 18])
def test_what_only_looks_like_a_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(workbooks.SheetFault):
        read_here(data)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_workbook_is_a_refusal_and_nothing_else(place: int, byte: int) -> None:
    data = bytearray(workbook(HEADING, (invented_iin(1).text, "Ақмарал", SETTLEMENTS[0])))
    data[place % len(data)] = byte
    try:
        found = read_here(bytes(data))
    except (FileFault, workbooks.SheetFault):
        return
    assert len(found.voters) + len(found.faults) <= 1, "one line was written, so no more can be read"
