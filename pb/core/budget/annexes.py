"""Annexes 1-3 of a budget decision: rows of cells as they are printed, and the amounts that stand in them.

An annex is a table of receipts (category, class, subclass, name, amount) and one of spending (functional group, often
subgroup, administrator, programme, name, amount), with the six lines of the decision between their rows. A code stands
in its first row alone, as a staircase, or in every row. Every total that is printed is compared with the sum of what
is below it. What `annex_rows` writes is read back as it was.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from pb.core.budget import amounts
from pb.core.budget.annex_words import (
    LEVELS,
    SUBGROUP_PLACE,
    Head,
    Unit,
    head_of,
    is_new_initiatives,
    line_of,
    unit_of,
    year_of,
    years_of,
)
from pb.core.budget.codes import (
    ANY_SUBGROUP,
    NEW_INITIATIVES,
    SPENDING_SECTIONS,
    WIDTHS,
    Code,
    CodeFault,
    Part,
    Side,
    part_of,
)
from pb.core.budget.statement import Statement, Total

REQUIRED: Final = {
    Side.RECEIPTS: {Head.CATEGORY, Head.CLASS, Head.SUBCLASS},
    Side.SPENDING: {Head.GROUP, Head.ADMINISTRATOR, Head.PROGRAMME},
}
ADMINISTRATOR_PLACE: Final = 2
CERTAIN: Final = 3  # so many known heads are a heading, whatever else stands beside them
READERS: Final = {Unit.THOUSAND: amounts.read_thousands, Unit.TENGE: amounts.read_tenge}


class Entry(NamedTuple):
    """An amount of the annex that nothing stands below, in tiyn, as the file calls it."""

    code: Code
    part: Part
    amount: int
    name: str = ""
    line: int = 0

    @property
    def key(self) -> tuple[Part, Code]:
        return self.part, self.code


class Wrong(StrEnum):
    """Why an annex is not read."""

    NO_TABLE = "no_table"  # no heading that is known
    COLUMNS = "columns"  # a heading without all columns
    CODE = "code"  # no code of the classification's form
    GAP = "gap"  # a level between is missing
    UNKNOWN_LINE = "unknown_line"  # an amount with neither a code nor a name that is known
    NO_AMOUNT = "no_amount"
    NOT_A_NUMBER = "not_a_number"
    TOO_FINE = "too_fine"
    TOO_LARGE = "too_large"
    NEGATIVE = "negative"
    TWICE = "twice"  # the same code a second time
    NESTED = "nested"  # a code with others below it, where each line has an amount of its own
    YEAR = "year"  # a line that names no year, where each names one
    TOTAL = "total"  # a total is not the sum of what is below it
    NO_CODES = "no_codes"  # a line of the decision has an amount, and no code stands below it
    UNBALANCED = "unbalanced"  # financing is not the deficit with the other sign


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a line of the file (None: at the whole); amounts among `values` are tiyn."""

    line: int | None
    wrong: Wrong
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Annex:
    """What was read: without faults the entries are the whole of it. `said` is the unit that the file names.

    `headings`: the years of which the headings of the sheet speak, with the day of the decision.
    """

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    year: int | None
    said: Unit | None
    headings: frozenset[int] = frozenset()

    @property
    def statement(self) -> Statement:
        return Statement.of((entry.part, entry.amount) for entry in self.entries)


class Row(NamedTuple):
    """A row of a file: its place, the first being 1, and its cells as texts."""

    number: int
    cells: Sequence[str]


def read(rows: Iterable[Row], *, title: str = "", unit: Unit = Unit.THOUSAND) -> Annex:
    """The annex of a sheet's rows, amounts taken in `unit` whatever the file says; `title` is the sheet's name."""
    reading = _Reading(unit)
    for row in rows:
        reading.take(row)
    entries = reading.finish()
    faults = tuple(sorted(reading.faults, key=lambda fault: fault.line or 0))
    return Annex(entries, faults, year_of(title, alone=True) or reading.year, reading.said, reading.headings)


class _Coded(NamedTuple):
    line: int
    code: Code
    part: Part
    amount: int
    name: str


class _Reading:
    """The rows taken so far: what the last heading said, and the codes that stand above the next row."""

    def __init__(self, unit: Unit) -> None:
        self.amount_of = READERS[unit]
        self.said: Unit | None = None
        self.year: int | None = None
        self.headings: frozenset[int] = frozenset()
        self.faults: list[Fault] = []
        self._columns: dict[Head, int] = {}
        self._side: Side | None = None
        self._in_heading = False
        self._heading_line = 0
        self._usable = False  # the heading has all columns
        self._above: tuple[str, ...] = ()
        self._section: Part | None = None
        self._coded: list[_Coded] = []
        self._totals: list[tuple[int, Part | Total, int]] = []

    def take(self, row: Row) -> None:
        cells = [cell.strip() for cell in row.cells]
        if not any(cells):
            return
        heads = {place: head_of(cell) for place, cell in enumerate(cells) if cell}
        known = sum(head is not None for head in heads.values())
        if known >= CERTAIN or (known and all(head or unit_of(cells[place]) for place, head in heads.items())):
            self._take_heading(row.number, cells, heads)
            return
        if self._in_heading and _goes_on(cells):
            self._take_unit(cells)
            return
        if self._in_heading:
            self._end_heading()
        if not self._columns:
            self._take_title(cells)
        elif self._usable:
            self._take_data(row.number, cells)

    def _take_heading(self, line: int, cells: list[str], heads: dict[int, Head | None]) -> None:
        """Heads may stand a row below each other, as a staircase of their own."""
        if not self._in_heading:
            self._columns = {}
        self._in_heading = True
        self._heading_line = line
        self._columns |= {head: place for place, head in heads.items() if head}
        self._take_unit(cells)

    def _end_heading(self) -> None:
        self._in_heading = False
        self._side = Side.RECEIPTS if Head.CATEGORY in self._columns else Side.SPENDING
        self._above = ()
        self._usable = self._columns.keys() >= REQUIRED[self._side] | {Head.NAME, Head.AMOUNT}
        if not self._usable:
            self.faults.append(Fault(self._heading_line, Wrong.COLUMNS))

    def _take_title(self, cells: list[str]) -> None:
        self._take_unit(cells)
        self.headings |= {year for cell in cells for year in years_of(cell)}
        if self.year is None:
            self.year = next(filter(None, map(year_of, cells)), None)

    def _take_unit(self, cells: list[str]) -> None:
        if self.said is None:
            self.said = next(filter(None, map(unit_of, cells)), None)

    def _take_data(self, line: int, cells: list[str]) -> None:
        cells = cells + [""] * (max(self._columns.values()) + 1 - len(cells))
        name, text = cells[self._columns[Head.NAME]], cells[self._columns[Head.AMOUNT]]
        levels = self._levels(cells)
        if not name and (wide := next((level for level in levels if any(map(str.isalpha, level))), "")):
            # A name in merged cells stands in the first of them.
            name, levels = wide, [""] * len(levels)
        if is_new_initiatives(name):
            levels = self._of_new_initiatives(levels)
        if not any(levels):
            self._take_line(line, name, text)
            return
        code = self._code(line, levels)
        amount = self._amount(line, text)
        if code is None or amount is None:
            return
        if amount < 0:
            self.faults.append(Fault(line, Wrong.NEGATIVE, {"amount": amount}))
            return
        section = self._section if code.side is Side.SPENDING else None
        self._coded.append(_Coded(line, code, part_of(code, section), amount, name))

    def _levels(self, cells: list[str]) -> list[str]:
        """The cells of the levels from above to the last that has a column."""
        side = self._side or Side.RECEIPTS
        columns = [self._columns.get(head) for head in LEVELS[side]]
        while columns[-1] is None:
            columns.pop()
        return ["" if place is None else cells[place] for place in columns]

    def _of_new_initiatives(self, levels: list[str]) -> list[str]:
        """The levels of new initiatives: a programme of the administrator of the row, or else of the row before."""
        own = [place for place, level in enumerate(levels) if level]
        before = len(self._above) > ADMINISTRATOR_PLACE and not own
        if self._side is Side.SPENDING and (before or own[-1:] == [ADMINISTRATOR_PLACE]):
            levels = [*levels]
            levels[ADMINISTRATOR_PLACE + 1] = NEW_INITIATIVES
        return levels

    def _code(self, line: int, levels: list[str]) -> Code | None:
        """The code of a row: its own levels, and above them those of the rows before."""
        side = self._side or Side.RECEIPTS
        deepest = max(place for place, level in enumerate(levels) if level)
        full: list[str] = []
        moved = False  # a level differs from the row before: what is below that one does not go on
        for place, level in enumerate(levels[: deepest + 1]):
            before = self._above[place] if place < len(self._above) else ""
            if level:
                full.append(level.zfill(WIDTHS[side][place]))
                moved = moved or full[-1] != before
            elif side is Side.SPENDING and place == SUBGROUP_PLACE and (moved or not before or not self._subgroups):
                full.append(ANY_SUBGROUP)  # no column for it, or an empty cell below a group: whichever it is
                moved = moved or before != ANY_SUBGROUP
            elif moved or not before:
                self.faults.append(Fault(line, Wrong.GAP))
                return None
            else:
                full.append(before)
        try:
            code = Code.of(side, full)
        except CodeFault as fault:
            self.faults.append(Fault(line, Wrong.CODE, {"code": str(fault)}))
            return None
        self._above = code.levels
        return code

    def _take_line(self, line: int, name: str, text: str) -> None:
        """A row without codes: a line of the decision, or words that hold no amount."""
        found = line_of(name)
        if found is None and text:
            self.faults.append(Fault(line, Wrong.UNKNOWN_LINE, {"name": name}))
        if found is None:
            return
        self._section = found if isinstance(found, Part) and found in SPENDING_SECTIONS else None
        self._above = ()
        if (amount := self._amount(line, text)) is not None:
            self._totals.append((line, found, amount))

    @property
    def _subgroups(self) -> bool:
        return Head.SUBGROUP in self._columns

    def _amount(self, line: int, text: str) -> int | None:
        try:
            return self.amount_of(text)
        except amounts.AmountFault as fault:
            if fault.wrong is amounts.Wrong.EMPTY:
                self.faults.append(Fault(line, Wrong.NO_AMOUNT))
            else:
                self.faults.append(Fault(line, Wrong(fault.wrong.value), {"text": text[:40]}))
            return None

    def finish(self) -> tuple[Entry, ...]:
        """The entries, after all totals are compared; a row that could not be read leaves its totals alone."""
        if self._in_heading:
            self._end_heading()
        if not self._columns:
            self.faults.append(Fault(None, Wrong.NO_TABLE))
        entries = self._entries()
        if not self.faults:
            self._compare(entries)
        return entries

    def _entries(self) -> tuple[Entry, ...]:
        first: dict[tuple[Part, Code], int] = {}
        for row in self._coded:
            if (earlier := first.setdefault((row.part, row.code), row.line)) != row.line:
                self.faults.append(Fault(row.line, Wrong.TWICE, {"code": row.code.text, "line": earlier}))
        above = {(row.part, row.code.up(depth)) for row in self._coded for depth in range(1, row.code.depth)}
        return tuple(
            Entry(row.code, row.part, row.amount, row.name, row.line)
            for row in self._coded
            if (row.part, row.code) not in above
        )

    def _compare(self, entries: tuple[Entry, ...]) -> None:
        sums: dict[tuple[Part, Code], int] = {}
        for entry in entries:
            for depth in range(1, entry.code.depth + 1):
                key = entry.part, entry.code.up(depth)
                sums[key] = sums.get(key, 0) + entry.amount
        for row in self._coded:
            self._compare_total(row.line, row.amount, sums[row.part, row.code])
        statement = Statement.of((entry.part, entry.amount) for entry in entries)
        coded = {entry.part for entry in entries}
        for line, found, amount in self._totals:
            if amount and isinstance(found, Part) and found not in coded:
                self.faults.append(Fault(line, Wrong.NO_CODES, {"printed": amount}))
            else:
                self._compare_total(line, amount, statement[found])
        if not self.faults and not statement.balanced:
            at = next((line for line, found, _amount in self._totals if found is Total.FINANCING), None)
            values = {"deficit": statement.deficit, "financing": statement.financing}
            self.faults.append(Fault(at, Wrong.UNBALANCED, values))

    def _compare_total(self, line: int, printed: int, computed: int) -> None:
        if printed != computed:
            values = {"printed": printed, "computed": computed, "difference": printed - computed}
            self.faults.append(Fault(line, Wrong.TOTAL, values))


def _goes_on(cells: Sequence[str]) -> bool:
    """Whether a row below the heads belongs to them: the numbers of the columns, or the unit of the amounts."""
    filled = [cell for cell in cells if cell]
    numbers = filled == [str(number) for number in range(1, len(filled) + 1)]
    return (numbers and len(filled) > 2) or all(unit_of(cell) and not line_of(cell) for cell in filled)


def nested(entries: Iterable[Entry]) -> list[Code]:
    """Codes that no annex can hold as amounts of their own: given twice, or with others below them."""
    keys = Counter(entry.key for entry in entries)
    above = {(part, code.up(depth)) for part, code in keys for depth in range(1, code.depth)}
    return sorted({code for (part, code), times in keys.items() if times > 1 or (part, code) in above})
