"""The codes that hold in a territory in a year: the project's own file, and what was recorded over it.

What a raion records holds in its okrugs, unless an okrug has the same code of its own, as with settings.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.classification.models import RecordedCode
from pb.classification.service import reading
from pb.classification.service.entries import Entry
from pb.core.budget.codes import AKIMS_OFFICE, ANY_SUBGROUP, WIDTHS, Code, CodeFault, Side
from pb.territory.models import Territory

STARTER: Final = Path(__file__).with_name("starter.csv")
KNOWN: Final = "classification"  # what a unit of work has asked for
ADMINISTRATOR_DEPTH: Final = 3
PROGRAMME_DEPTH: Final = 4
ANY_LEVELS: Final = tuple("0" * width for width in WIDTHS[Side.SPENDING])
"""A level of zeros stands for any: `00.0.124.000.015` is subprogramme 015 of every programme of administrator 124."""


class Catalogue:
    """The codes that hold in a year."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: Mapping[str, Entry] = {entry.code: entry for entry in entries}
        self._names: dict[tuple[str, str], str] = {}  # a budget names each of its codes once a year

    @property
    def entries(self) -> Sequence[Entry]:
        """All of them, in order."""
        return sorted(self._entries.values(), key=lambda entry: entry.levels)

    def get(self, code: str) -> Entry | None:
        """The entry of a code; None where it or a code above it is not known, or it is no code.

        A subgroup `0` is whichever the classification names. Administrators, subprogrammes and specifics that are the
        same everywhere are known once. A code of a subgroup that is not given is its group.
        """
        try:
            return self._find(Code.read(code))
        except CodeFault:
            return None

    def name(self, code: str, language: str) -> str:
        """What a code is called; nothing where it is not known."""
        entry = self.get(code)
        return entry.name(language) if entry is not None else ""

    def whole_name(self, code: str, language: str) -> str:
        """What a line is called for people: its programme first, where the code goes on below it."""
        if (code, language) not in self._names:
            self._names[code, language] = self._whole_name(code, language)
        return self._names[code, language]

    def _whole_name(self, code: str, language: str) -> str:
        try:
            levels = Code.read(code)
        except CodeFault:
            return ""
        if levels.side is Side.RECEIPTS or levels.depth <= PROGRAMME_DEPTH:
            return self.name(code, language)
        names = [self.name(levels.up(depth).text, language) for depth in range(PROGRAMME_DEPTH, levels.depth + 1)]
        return ": ".join(name for name in names if name)

    def usable(self) -> list[Entry]:
        """What a line of a budget may name: receipts as far down as they are known, and programmes of spending.

        Below each programme go on the codes of `below_programmes`: all of them together would be a page of their own.
        """
        named = [entry for entry in self.entries if not _is_common(entry)]
        above = {entry.levels.up(depth).text for entry in named for depth in range(1, entry.levels.depth)}
        return [
            entry
            for entry in named
            if entry.code not in above and (entry.levels.side is Side.RECEIPTS or entry.levels.depth >= PROGRAMME_DEPTH)
        ]

    def below_programmes(self) -> list[Entry]:
        """Subprogrammes and specifics that are the same below every programme."""
        return [entry for entry in self.entries if _is_common(entry) and entry.levels.depth > PROGRAMME_DEPTH]

    def programmes(self) -> dict[str, Entry]:
        """By their three digits the programmes of administrator 124 that a project may take."""
        return {code: entry for code, entry in self._of_akims.items() if entry.offered}

    def programme(self, digits: str) -> Entry | None:
        """The programme of administrator 124 with these three digits, also one that no project may take any more."""
        return self._of_akims.get(digits)

    @cached_property
    def _of_akims(self) -> dict[str, Entry]:
        """Of the same digits in two groups the one that is offered, else the first."""
        found: dict[str, Entry] = {}
        for entry in sorted(self._entries.values(), key=lambda entry: (not entry.offered, entry.levels)):
            code = entry.levels
            if code.depth == PROGRAMME_DEPTH and code.administrator == AKIMS_OFFICE and code.group != ANY_LEVELS[0]:
                found.setdefault(code.programme, entry)
        return dict(sorted(found.items(), key=lambda pair: pair[1].levels))

    def _find(self, code: Code) -> Entry | None:
        if code.depth > 1 and self._find(code.up(code.depth - 1)) is None:
            return None
        found = self._entries.get(code.text)
        if found is not None or code.side is Side.RECEIPTS or code.depth == 1:
            return found
        if code.subgroup == ANY_SUBGROUP and code.depth == 2:
            return self._entries.get(code.group)
        if code.subgroup == ANY_SUBGROUP and code.text in self._without_subgroup:
            return self._without_subgroup[code.text]
        return next((self._entries[text] for text in _commonly(code) if text in self._entries), None)

    @cached_property
    def _without_subgroup(self) -> dict[str, Entry]:
        return {entry.levels.without_subgroup().text: entry for entry in reversed(self.entries)}


def _is_common(entry: Entry) -> bool:
    """Whether it is the same in every group."""
    return entry.levels.side is Side.SPENDING and entry.levels.group == ANY_LEVELS[0]


def _commonly(code: Code) -> Iterable[str]:
    """The texts under which a code may be known for many: for its administrator, then for all."""
    last = code.levels[-1]
    if code.depth > ADMINISTRATOR_DEPTH:
        between = ANY_LEVELS[ADMINISTRATOR_DEPTH : code.depth - 1]
        yield ".".join((*ANY_LEVELS[: ADMINISTRATOR_DEPTH - 1], code.administrator, *between, last))
    yield ".".join((*ANY_LEVELS[: code.depth - 1], last))


def codes(act: Act, year: int) -> Catalogue:
    """The codes that hold in the act's territory in a year; asked for once in a unit of work, however often."""
    known: dict[tuple[UUID, int], Catalogue] = act.session.info.setdefault(KNOWN, {})
    if (act.territory.id, year) not in known:
        known[act.territory.id, year] = _codes(act, year)
    return known[act.territory.id, year]


def with_recorded(recorded: Iterable[Entry], year: int) -> Catalogue:
    """What holds in a year where these were recorded over the project's own file."""
    return Catalogue(_in_force([*starter(), *recorded], year))


def _codes(act: Act, year: int) -> Catalogue:
    recorded: list[Entry] = []
    for territory in reversed(act.session.get_one(Territory, act.territory.id).line):  # the nearest last
        query = select(RecordedCode).where(RecordedCode.territory_id == territory.id)
        recorded += map(_entry, act.session.scalars(query.order_by(RecordedCode.recorded_at)))
    return Catalogue(_in_force([*starter(), *recorded], year)) if recorded else of_starter(year)


def _in_force(entries: Iterable[Entry], year: int) -> list[Entry]:
    """Of each code the last that had begun by the year; none where that one has ended."""
    last = {entry.code: entry for entry in entries if entry.began(year)}
    return [entry for entry in last.values() if not entry.ended(year)]


def _entry(row: RecordedCode) -> Entry:
    return Entry(row.code, row.name_kk, row.name_ru, row.valid_from, row.valid_to, row.offered, row.checked, row.source)


@cache
def starter() -> tuple[Entry, ...]:
    """The project's own file. Raises ValueError: it has a fault."""
    found = reading.read(STARTER.read_bytes())
    if found.faults:
        raise ValueError(f"starter.csv: {found.faults[0]}")
    return tuple(found.entries)


@cache
def of_starter(year: int) -> Catalogue:
    """What holds where nothing was recorded."""
    return Catalogue(_in_force(starter(), year))
