"""The receipt without a server, of the open files alone: an association may show it where an office does not.

Read are what a village publishes: `lines.csv` of a version, `execution.csv`, `classification.csv`. Of residents'
projects these files tell nothing, so the rows end at the lines.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from pb.budget.service import flat, reported
from pb.classification import service as classification
from pb.classification.service import Catalogue, reading
from pb.core.budget.annexes import Entry
from pb.core.budget.codes import Part
from pb.core.budget.statement import Statement
from pb.core.receipt import MONTHS, Row, divided_up, per_resident, spending
from pb.errors import Conflict
from pb.receipt.service.rows import Shown, rows
from pb.receipt.service.words import in_percent, signed

MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class Files:
    """The published files, as they came; those that nobody has are None."""

    lines: bytes
    execution: bytes | None = None
    classification: bytes | None = None


@dataclass(frozen=True, slots=True)
class Alone:
    """A year's receipt of the files: its spending, its statement, what was paid if a report was there."""

    year: int
    whole: Row
    statement: Statement
    known: Catalogue
    paid: int | None


def read(files: Files, year: int | None) -> Alone:
    """The receipt of a year, by default of the first that the lines have.

    Raises Conflict (a line cannot be read, or there is none of that year), FieldRefusal and TableFault (no such table).
    """
    annexes = {annex.year: annex for annex in flat.annexes(flat.read(files.lines, MOST_LINES), None)}
    wanted = year if year is not None else min((one for one in annexes if one is not None), default=None)
    if wanted is None or wanted not in annexes:
        raise Conflict(_("These files have no lines of that year."))
    if faults := annexes[wanted].faults:
        raise Conflict(_("A line of the budget cannot be read: %(line)s", line=faults[0].line or "–"))
    entries: Sequence[Entry] = annexes[wanted].entries
    recorded = reading.read(files.classification).entries if files.classification is not None else []
    return Alone(
        year=wanted,
        whole=spending((entry.code.text, entry.amount) for entry in entries if entry.part is Part.SPENDING),
        statement=Statement.of((entry.part, entry.amount) for entry in entries),
        known=classification.with_recorded(recorded, wanted),
        paid=_paid(files.execution) if files.execution is not None else None,
    )


def page_of(receipt: Alone, people: int | None, language: str) -> dict[str, Any]:
    """What the page says, for its template; the sums of everything where nobody says how many people there are."""
    each = people or 1
    year = divided_up(receipt.whole, per_resident(receipt.whole.amount, each))
    month = divided_up(receipt.whole, per_resident(receipt.whole.amount, each, months=MONTHS))
    return {
        "year": receipt.year,
        "known": bool(people),
        "rows": _rows(year, month, _names(receipt.known, language)),
        "total": signed(year.amount),
        "monthly": signed(month.amount),
        "whole": signed(receipt.whole.amount),
        "own_share": in_percent(receipt.statement.own_share),
        "paid": signed(receipt.paid) if receipt.paid is not None else "",
    }


def _rows(year: Any, month: Any, name: Callable[[str], str]) -> list[Shown]:
    return rows(year, month, lambda row: (name(row.key), ""), {})


def _names(known: Catalogue, language: str) -> Callable[[str], str]:
    return lambda code: known.name(code, language) or code


def _paid(data: bytes) -> int:
    report = reported.read(data)
    if report.faults:
        raise Conflict(_("A line of the report cannot be read: %(line)s", line=report.faults[0].line))
    return sum(line.paid for line in report.lines if line.part is Part.SPENDING)
