"""A budget as a flat table: a line for each code of each year, with its amount in thousand tenge.

Programs read it, and spreadsheets; annexes as decisions print them are XLSX (`exporting`).
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from flask_babel import lazy_gettext as _

from pb.budget.models import Line
from pb.classification.service import Catalogue
from pb.core import tables
from pb.core.budget import amounts
from pb.core.budget.annex_words import HEADS, LINE_WORDS, Head, Unit, line_of, unit_of
from pb.core.budget.annexes import READERS, Annex, Entry, Fault, Wrong, nested
from pb.core.budget.codes import SPENDING_SECTIONS, Code, CodeFault, Part, part_of
from pb.core.budget.statement import Statement
from pb.tables import Cell

MOST_COLUMNS: Final = 20
COLUMNS: Final = {  # as it is called in Kazakh, Russian and English
    "year": ("Жыл", "Год", "Year"),
    "code": ("Коды", "Код", "Code"),
    "name": (HEADS[Head.NAME].kk, HEADS[Head.NAME].ru, "Name"),
    "part": ("Бөлімі", "Раздел", "Part"),
    "amount": (HEADS[Head.AMOUNT].kk, HEADS[Head.AMOUNT].ru, "Amount, thousand tenge"),
}
HEADINGS: Final = {word.casefold(): column for column, words in COLUMNS.items() for word in (column, *words)}
NEEDED: Final = ("year", "code", "amount")
LANGUAGES: Final = ("kk", "ru", "en")
COLUMNS_MISSING: Final = _(
    "The file needs the columns year, code and amount in its first line, each once. Annexes of a decision are sent as "
    "XLSX, a sheet for each year."
)


class ColumnsMissing(ValueError):
    """The heading lacks a column, or has one twice."""


class Table(NamedTuple):
    """The lines of a file: each its number and its cells by column; and the unit that the heading names."""

    lines: list[tuple[int, Mapping[str, str]]]
    said: Unit | None


def read(data: bytes, most_lines: int) -> Table:
    """Reads a CSV. Raises TableFault, ColumnsMissing."""
    table = tables.read(data, most_lines=most_lines, most_columns=MOST_COLUMNS)
    heading = [HEADINGS.get(name) or ("amount" if unit_of(name) else "") for name in table.heading]
    if any(heading.count(column) > 1 for column in COLUMNS) or not set(NEEDED) <= set(heading):
        raise ColumnsMissing
    lines: list[tuple[int, Mapping[str, str]]] = []
    for line in table.lines:
        cells = dict.fromkeys(COLUMNS, "")
        cells |= {column: cell for column, cell in zip(heading, line.cells, strict=False) if column}
        lines.append((line.number, cells))
    return Table(lines, next(filter(None, map(unit_of, table.heading)), None))


def annexes(table: Table, unit: Unit | None) -> list[Annex]:
    """The lines as annexes, one for each year; amounts in the unit that was answered, else that the heading says."""
    by_year: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    for number, cells in table.lines:
        by_year.setdefault(cells["year"], []).append((number, cells))
    return [_annex(year, lines, table.said, unit or table.said or Unit.THOUSAND) for year, lines in by_year.items()]


def _annex(year: str, lines: list[tuple[int, Mapping[str, str]]], said: Unit | None, unit: Unit) -> Annex:
    if not (year.isascii() and year.isdigit() and len(year) == len("2027")):
        faults = tuple(Fault(number, Wrong.YEAR, {"text": year[:20]}) for number, _cells in lines)
        return Annex((), faults, None, said)
    entries: dict[tuple[Part, Code], Entry] = {}
    found: list[Fault] = []
    for number, cells in lines:
        entry = _entry(number, cells, unit)
        if isinstance(entry, Fault):
            found.append(entry)
        elif (first := entries.setdefault(entry.key, entry)) is not entry:
            found.append(Fault(number, Wrong.TWICE, {"code": entry.code.text, "line": first.line}))
    above = set(nested(entries.values()))
    found += [
        Fault(entry.line, Wrong.NESTED, {"code": entry.code.text}) for entry in entries.values() if entry.code in above
    ]
    statement = Statement.of((entry.part, entry.amount) for entry in entries.values())
    if not found and not statement.balanced:
        values = {"deficit": statement.deficit, "financing": statement.financing}
        found.append(Fault(None, Wrong.UNBALANCED, values))
    return Annex(tuple(entries.values()), tuple(sorted(found, key=lambda one: one.line or 0)), int(year), said)


def _entry(number: int, cells: Mapping[str, str], unit: Unit) -> Entry | Fault:
    try:
        code = Code.read(cells["code"])
    except CodeFault:
        return Fault(number, Wrong.CODE, {"code": cells["code"][:40]})
    try:
        amount = READERS[unit](cells["amount"])
    except amounts.AmountFault as fault:
        if fault.wrong is amounts.Wrong.EMPTY:
            return Fault(number, Wrong.NO_AMOUNT)
        return Fault(number, Wrong(fault.wrong.value), {"text": cells["amount"][:40]})
    if amount < 0:
        return Fault(number, Wrong.NEGATIVE, {"amount": amount})
    said = cells["part"]
    section = next((part for part in SPENDING_SECTIONS if said == part or line_of(said) is part), None)
    return Entry(code, part_of(code, section), amount, cells["name"], number)


def rows(lines: Iterable[Line], known: Mapping[int, Catalogue], language: str) -> list[list[Cell]]:
    """The heading and a row for each line, in a language; `known` are the codes of each year."""
    place = LANGUAGES.index(language)
    made: list[list[Cell]] = [[words[place] for words in COLUMNS.values()]]
    for line in lines:
        name = known[line.year].name(line.code, language)
        amount = line.amount / amounts.THOUSAND
        made.append([line.year, line.code, name, _part(Part(line.part), language), amount])
    return made


def _part(part: Part, language: str) -> str:
    words = LINE_WORDS[part]
    return {"kk": words.kk, "ru": words.ru}.get(language, part.value)
