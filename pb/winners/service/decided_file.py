"""What residents decided, as an open file beside the lines of a version of the budget: written here, and read back.

A row for each line of a winner's plan: the line of the budget that holds it, the project in both languages as it was
published, its sum in thousand tenge, whose money that is by the plan, and how many votes it had. Rows stand in one
order, by which whoever reads the file rounds as the receipt of the site does.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb import tables
from pb.act import Act
from pb.budget import service as budgets
from pb.budget.models import Version
from pb.core import tables as texts_of_tables
from pb.core import text as texts
from pb.core.budget.amounts import THOUSAND, AmountFault, read_thousands
from pb.core.budget.codes import Code, CodeFault, Side
from pb.cycles.models import Cycle
from pb.results.service import counting
from pb.tables import Cell
from pb.winners.models import Source
from pb.winners.service import budgeting

MOST_LINES: Final = 10_000
MOST_COLUMNS: Final = 20
LANGUAGES: Final = ("kk", "ru", "en")
COLUMNS: Final = {  # as it is called in Kazakh, Russian and English
    "year": ("Жыл", "Год", "Year"),
    "code": ("Бюджет жолының коды", "Код строки бюджета", "Code of the budget's line"),
    "number": ("Жобаның нөмірі", "Номер проекта", "Number of the project"),
    "name_kk": ("Қазақша атауы", "Название на казахском", "Name in Kazakh"),
    "name_ru": ("Орысша атауы", "Название на русском", "Name in Russian"),
    "amount": ("Сомасы, мың теңге", "Сумма, тысяч тенге", "Amount, thousand tenge"),
    "source": ("Кімнің ақшасы", "Чьи деньги", "Whose money"),
    "votes": ("Дауыстар", "Голоса", "Votes"),
}
HEADINGS: Final = {word.casefold(): column for column, words in COLUMNS.items() for word in (column, *words)}
NEEDED: Final = ("year", "code", "name_kk", "name_ru", "amount")
SOURCES: Final = {
    Source.OWN: ("Жергілікті бюджет қаражаты", "Средства местного бюджета", "Local budget"),
    Source.TRANSFERS: (
        "Жоғары тұрған бюджеттің трансферттері",
        "Трансферты вышестоящего бюджета",
        "Transfers from above",
    ),
    Source.CONTRIBUTIONS: (
        "Тұрғындар мен демеушілердің жарналары",
        "Взносы жителей и спонсоров",
        "Contributions of residents and sponsors",
    ),
}
_SOURCE_OF: Final = {word.casefold(): source for source, words in SOURCES.items() for word in (source.value, *words)}


class Decided(NamedTuple):
    """A row: `number` is the project's, `amount` in tiyn; `source` and `votes` None where the file does not say."""

    year: int
    code: str
    number: str
    name_kk: str
    name_ru: str
    amount: int
    source: Source | None
    votes: int | None

    def called(self, language: str) -> str:
        """The project's name for a reader of a language."""
        return self.name_kk if language == "kk" else self.name_ru


class LineFault(NamedTuple):
    """What is wrong at a line of the file."""

    line: int
    told: LazyString


class Read(NamedTuple):
    """The rows that are right with the line of each, and the faults of the others."""

    rows: Sequence[Decided]
    lines: Sequence[int]
    faults: Sequence[LineFault]


class ColumnsMissing(ValueError):
    """The heading lacks a column, or has one twice."""


class _Wrong(Exception):
    def __init__(self, told: LazyString) -> None:
        super().__init__(told)
        self.told = told


def of_version(act: Act, version: Version) -> list[Decided]:
    """What residents decided of the lines of this version; a project that none of its lines holds is not in it."""
    codes = budgeting.codes_of(line for line in budgets.lines(act, version) if line.amount)
    found = budgeting.lines_for(act, version)
    votes = _votes(act, {standing.winner.cycle_id for standing, _line in found})
    rows = []
    for standing, line in sorted(found, key=lambda pair: (str(pair[0].winner.id), pair[1].position)):
        code = budgeting.target(line.code, codes.get(line.year, ()))
        if code not in codes.get(line.year, ()):
            continue
        proposal = standing.proposal
        rows.append(
            Decided(
                year=line.year,
                code=code,
                number=str(proposal.number or ""),
                name_kk=proposal.called("kk").text,
                name_ru=proposal.called("ru").text,
                amount=line.amount,
                source=Source(line.source),
                votes=votes.get(proposal.id),
            )
        )
    return rows


def as_csv(rows: Iterable[Decided], language: str) -> bytes:
    """The file, as the spreadsheet of a language opens it; a heading alone where residents decided nothing."""
    place = LANGUAGES.index(language)
    made: list[list[Cell]] = [[words[place] for words in COLUMNS.values()]]
    for row in rows:
        source = SOURCES[row.source][place] if row.source is not None else ""
        votes: Cell = row.votes if row.votes is not None else ""
        names = row.name_kk, row.name_ru
        made.append([row.year, row.code, row.number, *names, row.amount / THOUSAND, source, votes])
    return tables.as_csv(made, language)


def read(data: bytes) -> Read:
    """The rows of such a file, its columns in any order and language. Raises TableFault, ColumnsMissing."""
    table = texts_of_tables.read(data, most_lines=MOST_LINES, most_columns=MOST_COLUMNS, may_be_empty=True)
    heading = [HEADINGS.get(name, "") for name in table.heading]
    if any(heading.count(column) > 1 for column in COLUMNS) or not set(NEEDED) <= set(heading):
        raise ColumnsMissing
    rows, lines, faults = [], [], []
    stands: dict[tuple[int, str, str, str], int] = {}
    for line in table.lines:
        cells = dict.fromkeys(COLUMNS, "")
        cells |= {column: cell for column, cell in zip(heading, line.cells, strict=False) if column}
        try:
            row = _judged(cells)
        except _Wrong as wrong:
            faults.append(LineFault(line.number, wrong.told))
            continue
        first = stands.setdefault((row.year, row.code, row.number, row.name_kk), line.number)
        if first != line.number:
            faults.append(LineFault(line.number, _("This project of this code stands in line %(line)s.", line=first)))
            continue
        rows.append(row)
        lines.append(line.number)
    return Read(rows, lines, faults)


def _judged(cells: Mapping[str, str]) -> Decided:
    year, votes = cells["year"], cells["votes"]
    if not (year.isascii() and year.isdigit() and len(year) == len("2027")):
        raise _Wrong(_("This is no year: %(text)s", text=texts.readable(year)[:20]))
    names = [texts.readable(cells[column]) for column in ("name_kk", "name_ru")]
    if not any(names):
        raise _Wrong(_("The project has no name."))
    source = cells["source"]
    if source and source.casefold() not in _SOURCE_OF:
        raise _Wrong(_("It is not known whose money this is: %(text)s", text=texts.readable(source)[:40]))
    if votes and not (votes.isascii() and votes.isdigit() and len(votes) <= len("10000000")):
        raise _Wrong(_("This is no number of votes: %(text)s", text=texts.readable(votes)[:20]))
    return Decided(
        year=int(year),
        code=_code(cells["code"]),
        number=texts.readable(cells["number"])[:20],
        name_kk=names[0] or names[1],
        name_ru=names[1] or names[0],
        amount=_amount(cells["amount"]),
        source=_SOURCE_OF.get(source.casefold()),
        votes=int(votes) if votes else None,
    )


def _code(text: str) -> str:
    try:
        code = Code.read(text)
    except CodeFault:
        code = None
    if code is None or code.side is not Side.SPENDING:
        raise _Wrong(_("This is no code of spending: %(text)s", text=texts.readable(text)[:40]))
    return code.text


def _amount(text: str) -> int:
    try:
        amount = read_thousands(text)
    except AmountFault:
        amount = 0
    if amount <= 0:
        raise _Wrong(_("This is no amount in thousand tenge above nil: %(text)s", text=texts.readable(text)[:40]))
    return amount


def _votes(act: Act, cycle_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many votes each project had that stood for election in these cycles."""
    every = act.session.scalars(select(Cycle).where(Cycle.id.in_(list(cycle_ids))))
    outcomes = [counting.outcome(act, cycle) for cycle in every]
    return {project.id: project.votes for counted in outcomes if counted for project in counted.projects}
