"""From a Pabulib file to what is counted, and back: the instance, the terms of its rule, and the export of a poll."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Final

from pb.core.allocation.instance import Instance, Kind, Project
from pb.core.allocation.pabulib import FormatError, Notice, PabulibFile, Table

KINDS: Final = {
    "approval": Kind.APPROVAL,
    "choose-1": Kind.APPROVAL,
    "cumulative": Kind.POINTS,
    "scoring": Kind.POINTS,
    "ordinal": Kind.RANKING,
}
WITHDRAWN: Final = Decimal(999_999_999)
"""The cost by which the format marks a project that was withdrawn; it is not counted."""

SMALLEST_GROUP: Final = 5
"""Age and sex of voters are published only in groups of at least so many."""

NUMBER: Final = re.compile(r"\d{1,18}(\.\d{1,9})?", re.ASCII)
POINTS: Final = re.compile(r"-?\d{1,9}", re.ASCII)

type_of_ballot = tuple[tuple[int, ...], tuple[int, ...] | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: the instance, the ids marked as `selected` (None without that column), and notices."""

    instance: Instance
    selected: frozenset[str] | None
    notices: tuple[Notice, ...]


def interpret(file: PabulibFile) -> Reading:
    """The instance of a file. Raises FormatError where a cell is not what the format asks for.

    Spaces in a list, votes for unknown projects and totals that differ from the ballots are read and noticed.
    """
    notices: list[Notice] = []
    vote_type = file.meta["vote_type"]
    if vote_type not in KINDS:
        raise FormatError(file.meta_line("vote_type"), "vote_type", "one of " + ", ".join(KINDS))
    projects, envelope, unit = _projects(file, notices)
    ballots = _Ballots(file, [project.id for project in projects], vote_type, notices).read()
    instance = Instance.of(envelope, projects, ballots, KINDS[vote_type], unit)
    _compare_totals(file, instance, notices)
    selected = file.projects.column("selected")
    winners = None
    if selected is not None:
        ids = file.projects.column("project_id") or []
        winners = frozenset(name for name, mark in zip(ids, selected, strict=True) if mark.strip() in {"1", "2", "3"})
    return Reading(instance, winners, tuple(notices))


def _projects(file: PabulibFile, notices: list[Notice]) -> tuple[list[Project], int, int]:
    """Projects, envelope and unit: the power of ten that makes all money whole."""
    table = file.projects
    costs = [
        _money(cell, table.line(place), "cost", positive=True) for place, cell in enumerate(table.column("cost") or [])
    ]
    budget = _money(file.meta["budget"], file.meta_line("budget"), "budget", positive=False)
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


def _money(cell: str, line: int, column: str, *, positive: bool) -> Decimal:
    if not NUMBER.fullmatch(cell) or (positive and not Decimal(cell)):
        raise FormatError(line, column, "a positive number with a decimal point" if positive else "a number")
    # A trailing ".0" adds no decimals.
    return Decimal(cell) if Decimal(cell) % 1 else Decimal(int(Decimal(cell)))


class _Ballots:
    """Reads the votes; equal cells are read once."""

    def __init__(self, file: PabulibFile, projects: Sequence[str], vote_type: str, notices: list[Notice]) -> None:
        self.file = file
        self.places = {name: place for place, name in enumerate(projects)}
        self.withdrawn = set(file.projects.column("project_id") or []) - set(projects)
        self.notices = notices
        self.longest = self._whole("max_length", len(file.projects.rows))
        self.default = self._whole("default_score", 0) if vote_type == "scoring" else 0
        readers: dict[Kind, Callable[[list[str], str, int], type_of_ballot]] = {
            Kind.APPROVAL: self._approval,
            Kind.POINTS: self._points,
            Kind.RANKING: self._ranking,
        }
        self.reader = readers[KINDS[vote_type]]
        self.single = vote_type == "choose-1"

    def _whole(self, key: str, otherwise: int) -> int:
        cell = self.file.meta.get(key, "")
        if not cell:
            return otherwise
        if not POINTS.fullmatch(cell):
            raise FormatError(self.file.meta_line(key), key, "a whole number")
        return int(cell)

    def read(self) -> list[type_of_ballot]:
        table = self.file.votes
        points = table.column("points")
        if points is None and self.reader == self._points:
            raise FormatError(1, "points", "this column in VOTES for votes with points")
        known: dict[tuple[str, str], type_of_ballot] = {}
        ballots = []
        for place, key in enumerate(zip(table.column("vote") or [], points or [""] * len(table.rows), strict=True)):
            ballot = known.get(key)
            if ballot is None:
                line = table.line(place)
                ballot = self.reader(self._list(key[0], "vote", line), key[1], line)
                known[key] = ballot
            ballots.append(ballot)
        return ballots

    def _list(self, cell: str, column: str, line: int) -> list[str]:
        if not cell:
            return []
        names = cell.split(",")
        if " " in cell:
            stripped = [name.strip() for name in names]
            if stripped != names and not all(name in self.places for name in names):
                self.notices.append(Notice(line, column, "spaces around the commas of a list"))
                names = stripped
        if len(set(names)) != len(names) and column == "vote":
            raise FormatError(line, column, "every project once")
        if self.single_is_exceeded(names, column):
            raise FormatError(line, column, "one project")
        return names

    def single_is_exceeded(self, names: Sequence[str], column: str) -> bool:
        return self.single and column == "vote" and len(names) > 1

    def _known(self, names: Sequence[str], line: int) -> list[tuple[int, int]]:
        """Positions in the list and places of the projects named; unknown ones are noticed and left out."""
        found = []
        for position, name in enumerate(names):
            place = self.places.get(name)
            if place is not None:
                found.append((position, place))
            elif name not in self.withdrawn:
                self.notices.append(Notice(line, "vote", f"there is no project {name}"))
        return found

    def _approval(self, names: list[str], _points: str, line: int) -> type_of_ballot:
        try:
            return tuple(sorted([self.places[name] for name in names])), None
        except KeyError:
            return tuple(sorted(place for _position, place in self._known(names, line))), None

    def _points(self, names: list[str], points: str, line: int) -> type_of_ballot:
        numbers = []
        for cell in points.split(",") if points else []:
            if not POINTS.fullmatch(cell.strip()):
                raise FormatError(line, "points", "whole numbers between commas")
            numbers.append(int(cell))
        if len(numbers) != len(names):
            raise FormatError(line, "points", f"{len(names)} numbers, as many as projects in the vote")
        given = dict.fromkeys(range(len(self.places)), self.default) if self.default else {}
        given |= {place: numbers[position] for position, place in self._known(names, line)}
        return self._scored(given)

    def _ranking(self, names: list[str], _points: str, line: int) -> type_of_ballot:
        if len(names) > self.longest:
            raise FormatError(line, "vote", f"at most {self.longest} projects")
        return self._scored({place: self.longest - position for position, place in self._known(names, line)})

    @staticmethod
    def _scored(given: Mapping[int, int]) -> type_of_ballot:
        kept = sorted((place, number) for place, number in given.items() if number)
        return tuple(place for place, _number in kept), tuple(number for _place, number in kept)


def _compare_totals(file: PabulibFile, instance: Instance, notices: list[Notice]) -> None:
    places = {project.id: place for place, project in enumerate(instance.projects)}
    for column, counted in (("votes", instance.votes), ("score", instance.scores)):
        for row, (name, cell) in enumerate(
            zip(file.projects.column("project_id") or [], file.projects.column(column) or [], strict=False)
        ):
            if cell and name in places and cell != str(counted[places[name]]):
                text = f"project {name} has {cell} there and {counted[places[name]]} on the ballots"
                notices.append(Notice(file.projects.line(row), column, text))


def export(
    instance: Instance,
    meta: Mapping[str, str],
    winners: Sequence[str],
    random: Random,
    people: Sequence[tuple[str, str]] | None = None,
) -> PabulibFile:
    """A finished count as a file: random voter ids, rows shuffled, no times.

    `meta` holds the keys that the instance does not tell (description, country, unit, dates, rule …); `people` age
    group and sex of each voter in the order of the ballots: they are left out if any pair is shared by fewer than
    `SMALLEST_GROUP` voters. `random` should be a `random.SystemRandom`.
    """
    vote_type = {Kind.APPROVAL: "approval", Kind.POINTS: "cumulative", Kind.RANKING: "ordinal"}[instance.kind]
    counts = {"num_projects": str(len(instance.projects)), "num_votes": str(instance.voters)}
    if instance.kind is Kind.RANKING:
        counts["max_length"] = str(max((max(one.points) for one in instance.ballots if one.points), default=1))
    whole = {**meta, **counts, "budget": amount(instance.envelope, instance.unit), "vote_type": vote_type}
    first = ("description", "country", "unit", "subunit", "instance", *counts, "budget", "vote_type", "rule")
    ordered = {key: whole[key] for key in (*first, *whole) if key in whole}
    votes = [
        _cells(instance, ballot.choices, ballot.points) for ballot in instance.ballots for _ in range(ballot.voters)
    ]
    columns = ["voter_id", "vote"] if instance.kind is not Kind.POINTS else ["voter_id", "vote", "points"]
    if people is not None and min((people.count(one) for one in set(people)), default=0) >= SMALLEST_GROUP:
        columns += ["age", "sex"]
        votes = [(*cells, *person) for cells, person in zip(votes, people, strict=True)]
    random.shuffle(votes)
    ids = random.sample(range(16**10), len(votes))
    rows = tuple((f"{number:010x}", *cells) for number, cells in zip(ids, votes, strict=True))
    return PabulibFile(ordered, _project_table(instance, frozenset(winners)), Table(tuple(columns), rows), {})


def _cells(instance: Instance, choices: tuple[int, ...], points: tuple[int, ...] | None) -> tuple[str, ...]:
    if points is None:
        return (",".join(instance.projects[place].id for place in choices),)
    ranked = sorted(zip(choices, points, strict=True), key=lambda choice: -choice[1])
    names = ",".join(instance.projects[place].id for place, _number in ranked)
    return (names,) if instance.kind is Kind.RANKING else (names, ",".join(str(number) for _place, number in ranked))


def _project_table(instance: Instance, winners: frozenset[str]) -> Table:
    """The projects. The format leaves no name or subunit empty: an id stands for a name, the column may be missing."""
    projects = instance.projects
    columns: dict[str, Sequence[str]] = {
        "project_id": [project.id for project in projects],
        "cost": [amount(project.cost, instance.unit) for project in projects],
        "votes": [str(number) for number in instance.votes],
    }
    if instance.kind is not Kind.APPROVAL:
        columns["score"] = [str(number) for number in instance.scores]
    columns["name"] = [project.name or project.id for project in projects]
    if any(project.category for project in projects):
        columns["category"] = [project.category for project in projects]
    columns["selected"] = [str(int(project.id in winners)) for project in projects]
    if all(project.settlement for project in projects):
        columns["subunit"] = [project.settlement for project in projects]
    return Table(tuple(columns), tuple(zip(*columns.values(), strict=True)))


def amount(money: int, unit: int) -> str:
    """Money in units of currency with a decimal point where it is not whole."""
    whole, rest = divmod(money, unit)
    return f"{whole}.{str(rest).zfill(len(str(unit)) - 1)}" if rest else str(whole)
