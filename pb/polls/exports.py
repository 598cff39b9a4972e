"""The result as files: CSV, a workbook with a sheet per view, and the Pabulib format.

A poll of totals never opens a ballot, so no file has one: the Pabulib file holds the projects with their votes and
costs, and an empty section of votes. (`pb.core.allocation.pabulib_export` writes ballots where a count has them.)
"""

import csv
import io
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pb.core.allocation.equal_shares import SharesTerms
from pb.core.allocation.pabulib import PabulibFile, Table, write
from pb.core.poll_terms import PollTerms
from pb.polls import explanations
from pb.polls.counting import Counted, CountedProject

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
WIDEST: Final = 60
TIYN: Final = 100

Cell = str | int | float


class Sheet(NamedTuple):
    """A view of the result as a table."""

    title: str
    columns: list[str]
    rows: list[list[Cell]]


def sheets(counted: Counted, terms: PollTerms, election_json: str, kinds: Mapping[UUID, str]) -> list[Sheet]:
    """The views: projects, settlements, kinds (by name for each project), what it means, the rule. Sums in tenge."""
    return [
        Sheet(
            _("Projects"),
            [
                _("Place"), _("Number on the ballot"), _("Project"), _("Settlement"), _("Votes"), _("Cost, ₸"),
                _("Gets, ₸"), _("Outcome"), _("Why"),
            ],
            [
                [place, one.number, one.title, one.settlement, one.votes, tenge(one.cost), tenge(one.granted),
                 outcome(one), explanations.why(one, counted.rule)]
                for place, one in enumerate(counted.projects, 1)
            ],
        ),
        Sheet(
            _("Settlements"),
            [_("Settlement"), _("Projects"), _("Winners"), _("Votes"), _("Gets, ₸"), _("Kept for it, ₸")],
            [
                [one.name, one.projects, one.winners, one.votes, tenge(one.granted), tenge(one.reserved)]
                for one in explanations.shares(counted)
            ],
        ),
        Sheet(
            _("Kinds of projects"),
            [_("Kind of project"), _("Projects"), _("Winners"), _("Votes"), _("Gets, ₸")],
            [
                [one.name, one.projects, one.winners, one.votes, tenge(one.granted)]
                for one in explanations.shares_by_kind(counted, kinds)
            ],
        ),
        Sheet(
            _("Figures"),
            [_("Figure"), _("Value")],
            [
                [_("Voters on the roll"), counted.entitled],
                [_("Ballots"), counted.voted],
                [_("Envelope, ₸"), tenge(counted.envelope)],
                [_("Spent, ₸"), tenge(counted.spent)],
                [_("Left, ₸"), tenge(counted.left)],
                *_sentences(explanations.fairness(counted)),
            ],
        ),
        Sheet(
            _("Rule"),
            [_("Figure"), _("Value")],
            [
                *_sentences([*explanations.rule(counted.rule), *explanations.ties(counted)]),
                [_("Text drawn in public"), terms.tie_seed.text],
                ["SHA-256", terms.tie_seed.sha256],
                ["election.json, SHA-256", sha256(election_json.encode()).hexdigest()],
            ],
        ),
    ]  # fmt: skip


def _sentences(sentences: Sequence[str]) -> list[list[Cell]]:
    return [[sentence, ""] for sentence in sentences]


def outcome(project: CountedProject) -> str:
    """Whether it won, in one word or three."""
    if project.in_part:
        return str(_("won in part"))
    return str(_("won") if project.won else _("did not win"))


def tenge(tiyn: int) -> int | float:
    """A sum for a spreadsheet; only where there are tiyn it has decimals."""
    return tiyn // TIYN if tiyn % TIYN == 0 else tiyn / TIYN


def harmless(cell: Cell) -> Cell:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def as_csv(sheet: Sheet) -> bytes:
    """One view as CSV with a byte order mark, which spreadsheets need to see that it is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([harmless(cell) for cell in row] for row in (list[Cell](sheet.columns), *sheet.rows))
    return text.getvalue().encode("utf-8-sig")


def as_workbook(views: Sequence[Sheet]) -> bytes:
    """All views as XLSX, a sheet each."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for view in views:
        _fill(book.create_sheet(view.title), view)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _fill(sheet: Worksheet, view: Sheet) -> None:
    for row in (list[Cell](view.columns), *view.rows):
        sheet.append([harmless(cell) for cell in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(zip(view.columns, *view.rows, strict=True), 1):
        widest = max(len(str(cell)) for cell in column)
        sheet.column_dimensions[get_column_letter(place)].width = min(WIDEST, widest + 2)


def as_pabulib(counted: Counted, terms: PollTerms) -> bytes:
    """The projects in the Pabulib format: votes, costs, winners, and no ballot."""
    rule = "greedy"
    if isinstance(terms.rule, SharesTerms):
        rule = "equalshares"
    elif terms.rule.stop_at_misfit:
        rule = "greedy-no-skip"
    if explanations.is_custom(terms.rule):
        rule = "greedy-custom"
    meta = {
        "description": f"{terms.okrug.name_kk}: {terms.fiscal_year}",
        "country": "Kazakhstan",
        "unit": terms.okrug.name_kk,
        "instance": str(terms.fiscal_year),
        "num_projects": str(len(counted.projects)),
        "num_votes": "0",
        "budget": str(tenge(counted.envelope)),
        "vote_type": "approval",
        "rule": rule,
        "date_begin": terms.closes_at[:4],
        "date_end": terms.closes_at[:4],
        "max_length": str(terms.choices),
        "language": "kk",
        "currency": "KZT",
        "comment": f"#1: A secret vote of {counted.voted} ballots of which only the sum was opened: the votes of the "
        "projects are known, no single ballot is. #2: Counted again by anybody from the archive of the poll.",
    }
    rows = tuple(
        (str(one.number), str(tenge(one.cost)), str(one.votes), one.title, str(int(one.won)), one.settlement or "-")
        for one in counted.projects
    )
    columns = ("project_id", "cost", "votes", "name", "selected", "neighborhood")
    return write(PabulibFile(meta, Table(columns, rows), Table(("voter_id", "vote"), ()), {}))
