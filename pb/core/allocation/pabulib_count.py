"""From a Pabulib file to what is counted: projects, envelope and ballots in whole numbers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from pb.core.allocation.instance import Instance, Kind, Project
from pb.core.allocation.pabulib import FormatError, Notice, PabulibFile
from pb.core.allocation.pabulib_ballots import KINDS, POINTS, Ballots, Votes
from pb.core.allocation.pabulib_comment import written_terms

WITHDRAWN: Final = Decimal(999_999_999)
"""The cost by which the format marks a project that was withdrawn; it is not counted."""

MOST_NOTICES: Final = 100_000
NUMBER: Final = re.compile(r"\d{1,18}(\.\d{1,9})?", re.ASCII)
COMMA: Final = re.compile(r"\d{1,18},\d{1,2}", re.ASCII)
OTHERWISE: Final = {"2", "3"}
"""Marks of projects that were funded, but not by the rule: from a reserve, by a special clause, as a consolation."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: the instance, the ids marked as `selected` (None without that column), and notices."""

    instance: Instance
    selected: frozenset[str] | None
    notices: tuple[Notice, ...]


class Notices(list[Notice]):
    """Notices of ballots; a file with more than any election has is refused."""

    def append(self, notice: Notice) -> None:
        if len(self) >= MOST_NOTICES:
            raise FormatError(notice.line, notice.column, f"a file with fewer than {MOST_NOTICES} faulty ballots")
        super().append(notice)


def interpret(file: PabulibFile) -> Reading:
    """The instance of a file. Raises FormatError where a cell is not what the format asks for.

    Of a file without ballots the totals are counted: those of its comment, else the columns `votes` and `score`.
    What the comment says of blank ballots and of rankings is kept to. Spaces in a list, votes for unknown projects,
    ballots beyond the file's limits and totals that differ from the ballots are read and noticed.
    """
    notices: list[Notice] = list(file.notices)
    vote_type = file.meta["vote_type"]
    if vote_type not in KINDS:
        raise FormatError(file.meta_line("vote_type"), "vote_type", "one of " + ", ".join(KINDS))
    scoring = file.meta.get("scoring_fn", "").strip()
    if vote_type == "ordinal" and scoring.lower() not in {"", "borda"}:
        notices.append(Notice(file.meta_line("scoring_fn"), "scoring_fn", f"Borda is counted, not {scoring}"))
    projects, envelope, unit = _projects(file, notices)
    written = written_terms(file)
    if not file.votes.rows and ("totals" in written or not written):
        totals = _totals(file, projects, KINDS[vote_type], written)
        instance = Instance(envelope, tuple(projects), (), KINDS[vote_type], unit, totals)
        return Reading(instance, _selected(file, notices), tuple(notices))

    def counted(*, by_longest: bool) -> tuple[Instance, list[Notice]]:
        ballot_notices = Notices()
        ballots = Votes(file, projects, unit, ballot_notices, by_longest=by_longest).read()
        if blank := written.get("blank_ballots"):
            ballots.valid[(), None] += blank
        instance = Instance.of(envelope, projects, ballots.valid, KINDS[vote_type], unit)
        if ballots.faults:
            everything = ballots.valid + ballots.beyond
            other = Instance.of(envelope, projects, everything, KINDS[vote_type], unit)
            instance = _judge_faulty(file, ballots, instance, other, ballot_notices)
        return instance, ballot_notices

    instance, ballot_notices = counted(by_longest=written.get("first_place") == "max_length")
    if not written and vote_type == "ordinal" and _differences(file, instance):
        # Both are called Borda; the file's totals say which of them it means.
        longest, longest_notices = counted(by_longest=True)
        if not _differences(file, longest):
            instance, ballot_notices = longest, longest_notices
    notices += ballot_notices
    notices += [Notice(line, column, text) for line, column, text in _differences(file, instance)]
    if leftover := file.meta.get("leftover_budget", ""):
        text = f"what is left is not used here; the file says: {leftover}"
        notices.append(Notice(file.meta_line("leftover_budget"), "leftover_budget", text))
    return Reading(instance, _selected(file, notices), tuple(notices))


def _totals(
    file: PabulibFile, projects: Sequence[Project], kind: Kind, written: Mapping[str, Any]
) -> tuple[tuple[int, int], ...]:
    """Votes and score of each project, of a file without ballots. Raises FormatError where it has none either."""
    if totals := written.get("totals"):
        if totals.keys() != {project.id for project in projects}:
            raise FormatError(file.meta_line("comment"), "comment", "totals of the projects of the file")
        return tuple((totals[project.id], totals[project.id]) for project in projects)
    counted = "votes" if kind is Kind.APPROVAL else "score"
    columns = {name: _whole_numbers(file, name) for name in ("votes", counted)}
    if columns[counted] is None:
        expected = f"ballots, or a column {counted} in PROJECTS to count by: nothing says who voted for what"
        raise FormatError(file.meta_line("num_votes"), "num_votes", expected)
    votes, scores = columns["votes"] or {}, columns[counted] or {}
    return tuple((votes.get(project.id, 0), scores[project.id]) for project in projects)


def _whole_numbers(file: PabulibFile, column: str) -> dict[str, int] | None:
    """A column of numbers by project; None where the file has no such column or nothing in it. Raises FormatError."""
    cells = [cell.strip().removesuffix(".0") for cell in file.projects.column(column) or []]
    if not any(cells):
        return None
    for row, cell in enumerate(cells):
        if not POINTS.fullmatch(cell):
            raise FormatError(file.projects.line(row), column, "a whole number, where there are no ballots")
    return dict(zip(file.projects.column("project_id") or [], map(int, cells), strict=True))


def _projects(file: PabulibFile, notices: list[Notice]) -> tuple[list[Project], int, int]:
    """Projects, envelope and unit: the power of ten that makes all money whole."""
    table = file.projects
    costs = [
        _money(cell, table.line(place), "cost", notices, positive=True)
        for place, cell in enumerate(table.column("cost") or [])
    ]
    budget = _money(file.meta["budget"], file.meta_line("budget"), "budget", notices, positive=False)
    decimals = max(-int(amount.as_tuple().exponent) for amount in (*costs, budget))
    unit = 10 ** max(0, decimals)
    empty = [""] * len(costs)
    settlements = table.column("neighborhood") or table.column("subunit") or table.column("district") or empty
    columns = [table.column("project_id") or empty, table.column("name") or empty, settlements]
    projects = []
    for place, (cost, name, title, settlement, category) in enumerate(
        zip(costs, *columns, table.column("category") or empty, strict=True)
    ):
        if cost == WITHDRAWN and budget < WITHDRAWN:
            notices.append(Notice(table.line(place), "cost", f"project {name} was withdrawn and is not counted"))
        else:
            projects.append(Project(name, int(cost * unit), title, settlement, category))
    return projects, int(budget * unit), unit


def _money(cell: str, line: int, column: str, notices: list[Notice], *, positive: bool) -> Decimal:
    if COMMA.fullmatch(cell):
        notices.append(Notice(line, column, "a decimal comma, read as a point"))
        cell = cell.replace(",", ".")
    if not NUMBER.fullmatch(cell) or (positive and not Decimal(cell)):
        raise FormatError(line, column, "a positive number with a decimal point" if positive else "a number")
    # A trailing ".0" adds no decimals.
    return Decimal(cell).normalize() if Decimal(cell) % 1 else Decimal(int(Decimal(cell)))


def _judge_faulty(
    file: PabulibFile, ballots: Ballots, valid: Instance, everything: Instance, notices: list[Notice]
) -> Instance:
    """Ballots beyond the limits count only where the file's totals hold them and would not fit without them."""
    together = not _differences(file, everything) and bool(_differences(file, valid))
    outcome = "counted, since the file's totals hold it" if together else "not counted"
    voters = file.votes.column("voter_id") or []
    for row, fault in ballots.faults.items():
        text = f"the ballot of {voters[row]} breaks a limit and is {outcome}: {fault}"
        notices.append(Notice(file.votes.line(row), "vote", text))
    return everything if together else valid


def _differences(file: PabulibFile, instance: Instance) -> list[tuple[int, str, str]]:
    """Where the totals of the file are not those of the ballots: line, column, and what differs."""
    places = {project.id: place for place, project in enumerate(instance.projects)}
    differences = []
    for column, counted in (("votes", instance.votes), ("score", instance.scores)):
        cells = zip(file.projects.column("project_id") or [], file.projects.column(column) or [], strict=False)
        for row, (name, cell) in enumerate(cells):
            if cell and name in places and cell.removesuffix(".0") != str(counted[places[name]]):
                text = f"project {name} has {cell} there and {counted[places[name]]} on the ballots"
                differences.append((file.projects.line(row), column, text))
    return differences


def _selected(file: PabulibFile, notices: list[Notice]) -> frozenset[str] | None:
    """The projects marked 1, which won by the rule; other marks of funding are noticed."""
    marks = file.projects.column("selected")
    if marks is None:
        return None
    won = set()
    for place, (name, mark) in enumerate(zip(file.projects.column("project_id") or [], marks, strict=True)):
        if mark.strip() in OTHERWISE:
            text = f"project {name} is marked {mark.strip()}: funded otherwise than by the rule"
            notices.append(Notice(file.projects.line(place), "selected", text))
        elif mark.strip() == "1":
            won.add(name)
    return frozenset(won)


def amount(money: int, unit: int) -> str:
    """Money in units of currency with a decimal point where it is not whole."""
    whole, rest = divmod(money, unit)
    return f"{whole}.{str(rest).zfill(len(str(unit)) - 1)}" if rest else str(whole)
