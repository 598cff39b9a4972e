"""The votes of a Pabulib file: what each says, and whether it keeps the limits that the file sets.

A ballot beyond a limit is named and not counted, unless the file's own totals hold it: then those who held the vote
counted it, and so is it here.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

from pb.core.allocation.instance import Choices, Kind, Project
from pb.core.allocation.pabulib import FormatError, Notice, PabulibFile

KINDS: Final = {
    "approval": Kind.APPROVAL,
    "choose-1": Kind.APPROVAL,
    "cumulative": Kind.POINTS,
    "scoring": Kind.POINTS,
    "ordinal": Kind.RANKING,
}
POINTS: Final = re.compile(r"-?\d{1,9}", re.ASCII)
LIMIT: Final = re.compile(r"-?\d{1,18}(\.\d{1,9})?", re.ASCII)
LIMITS: Final = {
    "length": ("approval", "choose-1", "cumulative", "scoring", "ordinal"),
    "sum_cost": ("approval",),
    "points": ("cumulative", "scoring"),
    "sum_points": ("cumulative",),
}
"""What the keys min_ and max_ of META limit, and for which types of vote."""


@dataclass(frozen=True, slots=True)
class Ballots:
    """How many ballots make the same choices: `valid` ones, and those beyond a limit; `faults` by row."""

    valid: Counter[Choices]
    beyond: Counter[Choices]
    faults: dict[int, str]


@dataclass(frozen=True, slots=True)
class _Limit:
    what: str
    least: Fraction | int | None
    most: Fraction | int | None

    def fault(self, number: Fraction | int) -> str:
        if self.least is not None and number < self.least:
            return f"{self.what} {_text(number)}, at least {_text(self.least)} allowed"
        if self.most is not None and number > self.most:
            return f"{self.what} {_text(number)}, at most {_text(self.most)} allowed"
        return ""


def _text(number: Fraction | int) -> str:
    exact = Fraction(number)
    return str(exact.numerator) if exact.denominator == 1 else f"{float(exact):.2f}"


class Votes:
    """Reads the votes of a file; equal cells are read once."""

    def __init__(
        self,
        file: PabulibFile,
        projects: Sequence[Project],
        unit: int,
        notices: list[Notice],
        *,
        by_longest: bool = False,
    ) -> None:
        """With `by_longest` the first of a ranking gets as many points as the longest may have, not its own length."""
        self.file = file
        self.vote_type = file.meta["vote_type"]
        self.projects = projects
        self.unit = unit
        self.places = {project.id: place for place, project in enumerate(projects)}
        self.withdrawn = set(file.projects.column("project_id") or []) - set(self.places)
        self.notices = notices
        self.limits = {what: limit for what in LIMITS if (limit := self._limit(what)) is not None}
        self.longest = self._whole("max_length", len(file.projects.rows)) if by_longest else None
        self.default = self._whole("default_score", 0) if self.vote_type == "scoring" else 0
        readers: dict[Kind, Callable[[list[str], str, tuple[str, str]], Choices]] = {
            Kind.APPROVAL: self._approval,
            Kind.POINTS: self._points,
            Kind.RANKING: self._ranking,
        }
        self.reader = readers[KINDS[self.vote_type]]

    @cached_property
    def cells(self) -> list[tuple[str, str]]:
        """Vote and points of each row."""
        table = self.file.votes
        votes = table.column("vote") or []
        points: Iterable[str] = itertools.repeat("")
        if KINDS[self.vote_type] is Kind.POINTS:
            column = table.column("points")
            if column is None:
                raise FormatError(1, "points", "this column in VOTES for votes with points")
            points = column
        return list(zip(votes, points, strict=False))

    @cached_property
    def first_rows(self) -> dict[tuple[str, str], int]:
        """The first row of each pair of cells."""
        return {pair: row for row, pair in reversed(list(enumerate(self.cells)))}

    def _limit(self, what: str) -> _Limit | None:
        bounds = [self._bound(f"{end}_{what}") for end in ("min", "max")]
        if what == "length" and self.vote_type == "choose-1":
            bounds = [None, 1]
        if self.vote_type not in LIMITS[what] or bounds == [None, None]:
            return None
        names = {"length": "projects", "sum_cost": "cost of its projects", "points": "points", "sum_points": "points"}
        return _Limit(names[what], *bounds)

    def _bound(self, key: str) -> Fraction | int | None:
        cell = self.file.meta.get(key, "").strip()
        if not cell:
            return None
        if not LIMIT.fullmatch(cell):
            raise FormatError(self.file.meta_line(key), key, "a number")
        return int(cell) if "." not in cell else Fraction(cell)

    def _whole(self, key: str, otherwise: int) -> int:
        bound = self._bound(key)
        if bound is not None and bound.denominator != 1:
            raise FormatError(self.file.meta_line(key), key, "a whole number")
        return otherwise if bound is None else int(bound)

    def read(self) -> Ballots:
        """Every vote; equal cells are read once. Raises FormatError for a cell that cannot be read at all."""
        ballots = Ballots(Counter(), Counter(), {})
        faults: dict[tuple[str, str], str] = {}
        for pair, number in self._read_simple(ballots.valid).items():
            choices, fault = self._vote(pair)
            if fault:
                faults[pair] = fault
            (ballots.beyond if fault else ballots.valid)[choices] += number
        if faults:
            ballots.faults.update((row, faults[pair]) for row, pair in enumerate(self.cells) if pair in faults)
        return ballots

    def _read_simple(self, valid: dict[Choices, int]) -> Counter[tuple[str, str]]:
        """Read approvals of known projects, each once, which most votes are; how often which other cells occur."""
        if self.reader != self._approval or not self.limits.keys() <= {"length"}:
            return Counter(self.cells)
        rest: Counter[tuple[str, str]] = Counter()
        length, place_of = self.limits.get("length"), self.places.__getitem__
        for cell, number in Counter(self.file.votes.column("vote") or []).items():
            try:
                places = tuple(sorted(map(place_of, cell.split(","))))
            except KeyError:
                places = ()
            if not places or len(set(places)) != len(places) or (length is not None and length.fault(len(places))):
                rest[cell, ""] = number
            else:
                valid[places, None] = valid.get((places, None), 0) + number
        return rest

    def _vote(self, pair: tuple[str, str]) -> tuple[Choices, str]:
        cell, points = pair
        names = cell.split(",") if cell else []
        if " " in cell and not all(name in self.places for name in names):
            self.notices.append(Notice(self._line(pair), "vote", "spaces around the commas of a list"))
            names = [name.strip() for name in names]
        choices = self.reader(names, points, pair)
        if len(set(names)) != len(names):
            return choices, "a project occurs twice"
        return choices, self._fault(names, choices) if self.limits else ""

    def _line(self, pair: tuple[str, str]) -> int:
        return self.file.votes.line(self.first_rows[pair])

    def _fault(self, names: Sequence[str], choices: Choices) -> str:
        length, cost = self.limits.get("length"), self.limits.get("sum_cost")
        per_project, in_all = self.limits.get("points"), self.limits.get("sum_points")
        faults = []
        if length is not None:
            faults.append(length.fault(len(names)))
        if cost is not None:
            faults.append(cost.fault(Fraction(sum(self.projects[place].cost for place in choices[0]), self.unit)))
        if per_project is not None and choices[1]:
            faults += [per_project.fault(min(choices[1])), per_project.fault(max(choices[1]))]
        if in_all is not None:
            faults.append(in_all.fault(sum(choices[1] or ())))
        return next(filter(None, faults), "")

    def _known(self, names: Sequence[str], pair: tuple[str, str]) -> list[tuple[int, int]]:
        """Positions in the list and places of the projects named; unknown ones are noticed and left out."""
        positions: dict[int, int] = {}
        for position, name in enumerate(names):
            place = self.places.get(name)
            if place is not None:
                positions.setdefault(place, position)
            elif name not in self.withdrawn:
                self.notices.append(Notice(self._line(pair), "vote", f"there is no project {name}"))
        return [(position, place) for place, position in positions.items()]

    def _approval(self, names: list[str], _points: str, pair: tuple[str, str]) -> Choices:
        return tuple(sorted(place for _position, place in self._known(names, pair))), None

    def _points(self, names: list[str], points: str, pair: tuple[str, str]) -> Choices:
        numbers = []
        for cell in points.split(",") if points else []:
            # A trailing ".0" is what spreadsheets make of whole numbers.
            number = cell.strip().removesuffix(".0")
            if not POINTS.fullmatch(number):
                raise FormatError(self._line(pair), "points", "whole numbers between commas")
            numbers.append(int(number))
        if len(numbers) != len(names):
            raise FormatError(self._line(pair), "points", f"{len(names)} numbers, as many as projects in the vote")
        by_place = dict.fromkeys(range(len(self.places)), self.default) if self.default else {}
        by_place |= {place: numbers[position] for position, place in self._known(names, pair)}
        return self._scored(by_place)

    def _ranking(self, names: list[str], _points: str, pair: tuple[str, str]) -> Choices:
        """Borda: the first gets as many points as the ballot has projects (or may have), each next one less."""
        first = len(names) if self.longest is None else self.longest
        return self._scored({place: max(0, first - position) for position, place in self._known(names, pair)})

    @staticmethod
    def _scored(by_place: Mapping[int, int]) -> Choices:
        nonzero = sorted((place, number) for place, number in by_place.items() if number)
        return tuple(place for place, _number in nonzero), tuple(number for _place, number in nonzero)
