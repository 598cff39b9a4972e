"""A version of a budget as files: annexes as decisions print them (XLSX), a flat table (CSV), a Fiscal Data Package."""

import io
from collections.abc import Iterable, Sequence
from typing import Final

from flask_babel import lazy_gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pb import tables
from pb.act import Act
from pb.budget import service
from pb.budget.models import YEARS, Line, Version
from pb.budget.service import decisions, fiscal, flat
from pb.classification import service as classification
from pb.classification.service import Catalogue
from pb.core.budget.amounts import THOUSAND
from pb.core.budget.annex_rows import Names, written
from pb.core.budget.annex_words import annex_head, annex_title
from pb.core.budget.annexes import Entry, nested
from pb.core.budget.codes import Code, Part
from pb.errors import Conflict
from pb.text import harmless

NUMBER_FORMAT: Final = "#,##0.0"  # the amount itself stays exact
CODE_WIDTH: Final = 14
NAME_WIDTH: Final = 70
BOLD: Final = Font(bold=True)
WRAPPED: Final = Alignment(wrap_text=True, vertical="top")


def workbook(
    act: Act, version: Version, language: str, *, repeated: bool = False, subgroups: bool | None = None
) -> bytes:
    """The three annexes, a sheet for each year, in kk or ru; `importing` reads them back as they were.

    `repeated` and `subgroups` are the forms that decisions have (`pb.core.budget.annex_rows.written`). Raises Conflict:
    a code has an amount of its own and others below it, or names its subgroup where no column is wanted.
    """
    lines = service.lines(act, version)
    _refuse_nested(lines)
    book = Workbook()
    book.remove(book.worksheets[0])
    first = version.budget.first_year
    for number, year in enumerate(range(first, first + YEARS), 1):
        sheet = book.create_sheet(str(year))
        known = classification.codes(act, year)
        titles = [annex_head(number, language), annex_title(act.territory.name(language), year, language)]
        entries = [_entry(line) for line in lines if line.year == year]
        if subgroups is False and any(entry.code != entry.code.without_subgroup() for entry in entries):
            raise Conflict(_("A code names its subgroup: take the annexes with a column for it."))
        rows = written(entries, _names(known, language), language, repeated=repeated, subgroups=subgroups)
        _fill(sheet, titles, rows)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def table(act: Act, version: Version, language: str) -> bytes:
    """A line for each code of each year as CSV, as the spreadsheet of a language opens it."""
    return tables.as_csv(flat.rows(service.lines(act, version), _known(act, version), language), language)


def data_package(act: Act, version: Version) -> bytes:
    """The same as a Fiscal Data Package: a ZIP of `datapackage.json` with a CSV of receipts and one of spending."""
    return fiscal.package(
        act,
        version,
        service.lines(act, version),
        _known(act, version),
        service.standing(act, version),
        decisions.of_version(act, version),
    )


def _known(act: Act, version: Version) -> dict[int, Catalogue]:
    first = version.budget.first_year
    return {year: classification.codes(act, year) for year in range(first, first + YEARS)}


def _names(known: Catalogue, language: str) -> Names:
    return lambda code: known.name(code.text, language) or code.text


def _entry(line: Line) -> Entry:
    return Entry(Code.read(line.code), Part(line.part), line.amount)


def _refuse_nested(lines: Iterable[Line]) -> None:
    by_year: dict[int, list[Entry]] = {}
    for line in lines:
        by_year.setdefault(line.year, []).append(_entry(line))
    wrong = sorted({code.text for entries in by_year.values() for code in nested(entries)})
    if wrong:
        raise Conflict(
            _("Other codes stand below these, so they have no amount of their own: %(codes)s", codes=", ".join(wrong))
        )


def _fill(sheet: Worksheet, titles: Sequence[str], rows: Iterable[Sequence[str | int]]) -> None:
    """Titles, then the rows of an annex: amounts are numbers in thousand tenge, headings bold."""
    for title in titles:
        sheet.append([harmless(title)])
    widest = 0
    for number, (*texts, last) in enumerate(rows, len(titles) + 1):
        name = len(texts)  # the name stands before the amount, in the last column of texts
        widest = max(widest, name)
        amount = last / THOUSAND if isinstance(last, int) else last
        sheet.append([*(harmless(text) or None for text in texts), harmless(amount)])
        sheet.cell(number, name).alignment = WRAPPED
        if isinstance(last, int):
            sheet.cell(number, name + 1).number_format = NUMBER_FORMAT
            continue
        for place in range(1, name + 2):
            sheet.cell(number, place).font = BOLD
            sheet.cell(number, place).alignment = WRAPPED
    for place in range(1, widest + 2):
        sheet.column_dimensions[get_column_letter(place)].width = NAME_WIDTH if place == widest else CODE_WIDTH
