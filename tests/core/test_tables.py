"""CSV as spreadsheets, Macs and old Windows write it, and as a slip of the hand leaves it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core import tables
from pb.core.tables import TableFault, Wrong
from tests.tools import require_shared

RUSSIAN = "ИИН;ФИО;Населённый пункт\r\n850304100115;Сергей Ким «младший»;Красный Яр\r\n"


def fault(data: bytes) -> tuple[Wrong, int | None]:
    with pytest.raises(TableFault) as raised:
        tables.read(data)
    return raised.value.wrong, raised.value.line


def test_a_quote_that_is_not_closed_takes_no_line_in() -> None:
    """Without the rule three voters became one whose name held another's IIN."""
    assert fault(require_shared("data/faults/roll-unmatched-quote.csv").read_bytes()) == (Wrong.OPEN_QUOTE, 2)
    two = 'iin;name\n1;"Ахметов\n2;Смағұлова\n3;Қасымов"\n'
    assert fault(two.encode()) == (Wrong.OPEN_QUOTE, 2), "closed two lines below, it would be one cell of three lines"
    assert fault(b'"iin;name\n1;2\n') == (Wrong.OPEN_QUOTE, 1)


def test_what_follows_a_closing_quote_is_not_glued_to_it() -> None:
    assert fault(b'iin;name\n1;"a" b\n') == (Wrong.STRAY_QUOTE, 2)


def test_a_quoted_cell_is_one_cell_and_a_quote_within_a_word_is_a_sign() -> None:
    table = tables.read('iin,name\n1,"Ким, ""Астық"""\n2,ТОО "Астық"\n'.encode())
    assert [line.cells for line in table.lines] == [("1", 'Ким, "Астық"'), ("2", 'ТОО "Астық"')]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"])
def test_a_russian_roll_is_read_in_every_encoding_that_windows_saves(encoding: str) -> None:
    table = tables.read(RUSSIAN.encode(encoding))
    assert table.heading == ("иин", "фио", "населённый пункт")
    assert table.lines[0].cells == ("850304100115", "Сергей Ким «младший»", "Красный Яр")


def test_the_kazakh_letters_of_windows_are_read_too() -> None:
    table = tables.read("ЖСН;Аты-жөні\n1;Әбіш Құрманғазы Үмітұлы Өтеген Һәм Ңң\n".encode("kz1048"))
    assert table.lines[0].cells[1] == "Әбіш Құрманғазы Үмітұлы Өтеген Һәм Ңң"


def test_a_broken_encoding_is_not_read_as_another_one() -> None:
    broken = RUSSIAN.encode() + b"\xd0;x;y\n"
    assert fault(broken) == (Wrong.ENCODING, 3), "in Windows-1251 each letter would be two others"
    assert fault("ИИН;ФИО\n1;Сергей\n".encode("cp866"))[0] is Wrong.ENCODING


@pytest.mark.parametrize("separator", tables.SEPARATORS)
def test_the_delimiter_is_the_one_that_parts_the_heading(separator: str) -> None:
    data = separator.join(("iin", '"name, all of it; in full"', "settlement")) + "\n" + separator.join("abc") + "\n"
    table = tables.read(data.encode())
    assert (table.separator, len(table.heading), table.lines[0].cells) == (separator, 3, ("a", "b", "c"))


def test_a_spreadsheets_own_word_about_the_delimiter_counts() -> None:
    table = tables.read(b"sep=;\r\na;b\r\n1;2\r\n")
    assert (table.heading, table.heading_line, table.lines[0].number) == (("a", "b"), 2, 3)


def test_lines_keep_the_numbers_that_an_editor_shows() -> None:
    table = tables.read("\ufeff\r\niin;name\r\n\r\n;\r\n1;А\r2;Б\n".encode())
    assert [(line.number, line.cells[0]) for line in table.lines] == [(5, "1"), (6, "2")]


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"", Wrong.EMPTY),
        (b" \r\n\n", Wrong.EMPTY),
        (b"iin;name;settlement\n", Wrong.HEADING_ONLY),
        (b"iin;name;settlement\n;;\n", Wrong.HEADING_ONLY),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, Wrong.OLD_WORKBOOK),
        (b"PK\x03\x04" + b"\0" * 26, Wrong.WORKBOOK),
        (b"%PDF-1.7\n1 0 obj", Wrong.NO_TABLE),
        (b"\x89PNG\r\n\x1a\n", Wrong.NO_TABLE),
        (b"<html><table><tr><td>1</td></tr></table>", Wrong.NO_TABLE),
        (b"iin,name,settlement\n1,\0\n", Wrong.NO_TABLE),
        (b"\xff\xfe\x00", Wrong.ENCODING),
    ],
)
def test_each_file_that_is_no_table_is_told_apart(data: bytes, wrong: Wrong) -> None:
    assert fault(data)[0] is wrong


def test_a_table_has_ends() -> None:
    with pytest.raises(TableFault, match="lines"):
        tables.read(b"a\n1\n2\n3\n", most_lines=2)
    assert fault(b"a\n" + b"x" * (tables.LONGEST_LINE + 1)) == (Wrong.TOO_LONG, 2)
    assert fault(b",".join([b"a"] * (tables.MOST_COLUMNS + 1))) == (Wrong.TOO_MANY_COLUMNS, 1)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_fault(data: bytes) -> None:
    try:
        table = tables.read(data)
    except TableFault:
        return
    assert len(table.lines) <= len(data)
    assert all(any(line.cells) for line in table.lines)
