"""CSV opens rightly in the spreadsheet of the reader's language."""

from pathlib import Path

from pb import tables
from pb.core import tables as reading


def test_cells_are_parted_as_the_spreadsheet_of_the_language_expects() -> None:
    rows = [("Жоба", "Сома"), ("Көпір; жол, 1", -0.5), ("=1+1", 2)]
    for tongue in ("kk", "ru"):
        assert tables.as_csv(rows, tongue).decode("utf-8") == (
            "\ufeffЖоба;Сома\r\n" + '"Көпір; жол, 1";-0,5\r\n' + "'=1+1;2\r\n"
        )
    assert tables.as_csv(rows, "en").decode("utf-8") == (
        "\ufeffЖоба,Сома\r\n" + '"Көпір; жол, 1",-0.5\r\n' + "'=1+1,2\r\n"
    )


def test_what_is_written_is_read_again() -> None:
    for tongue in ("kk", "ru", "en"):
        table = reading.read(tables.as_csv([("a", "b"), ('Ким, "Астық"; 1', "x")], tongue))
        assert table.lines[0].cells == ('Ким, "Астық"; 1', "x")


def test_beside_each_link_to_a_csv_stands_how_it_opens() -> None:
    templates = Path(tables.__file__).parent / "templates"
    links = ("(CSV)", "template_csv", "offline_url", "label in files")
    offering = [page for page in templates.rglob("*.html") if any(link in page.read_text() for link in links)]
    assert len(offering) == 5
    for page in offering:
        assert "csv_note()" in page.read_text(), page
