"""Winners in the okrug's budget: what a line holds of them, what it lacks, and putting that into a version.

A line of the budget holds the winners' lines of its code: its own, and those below it, since a decision may print a
programme without its subprogrammes. Of several lines that would hold one the most exact does.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.budget import service as budgets
from pb.budget.models import Kind, Version
from pb.budget.models import Line as BudgetLine
from pb.budget.service import Sum, checking, writing
from pb.budget.service.checking import Fault
from pb.core.budget.amounts import thousands
from pb.core.budget.codes import Code, Part
from pb.errors import Conflict, FieldRefusal
from pb.formats import day, numbered
from pb.winners.models import Line
from pb.winners.service import plans
from pb.winners.service.plans import PROGRAMME_DEPTH, Standing

Lines = Sequence[tuple[Standing, Line]]


class Need(NamedTuple):
    """What winners' plans have of one line of the budget: its code, in tiyn, and whose lines these are."""

    year: int
    code: str
    amount: int
    of: Lines

    @property
    def decided(self) -> int:
        """What of it residents decided; the rest the office planned beyond it."""
        return sum(standing.decided_of(line) for standing, line in self.of)

    @property
    def added(self) -> int:
        return self.amount - self.decided

    @property
    def raised(self) -> list[Standing]:
        """The winners for whom the office plans more of this line than residents decided."""
        found = {one.winner.id: one for one, line in self.of if line.amount > one.decided_of(line)}
        return list(found.values())

    @property
    def projects(self) -> str:
        """The numbers of the projects, as people write them."""
        return ", ".join(dict.fromkeys(numbered(standing.proposal.number or 0) for standing, _line in self.of))


class Raised(NamedTuple):
    """A line that was made or got more, in tiyn."""

    year: int
    code: str
    before: int
    after: int


def lines_of(act: Act, years: Collection[int]) -> list[tuple[Standing, Line]]:
    """The winners' lines of these years, in the order of cycles and results; what waits is no part of a budget."""
    return [
        (standing, line)
        for standing in plans.of_okrug(act)
        if not standing.plan.waits
        for line in standing.lines
        if line.year in years
    ]


def target(code: str, lines: Iterable[str]) -> str:
    """The code of the line that holds a winner's line: the most exact one, else the winner's own.

    Where other lines of its programme stand, its own names the subgroup as they do: a budget has one code for each.
    """
    own = Code.read(code)
    every = list(map(Code.read, lines))
    holding = [each for each in every if own.within(each)]
    if holding:
        return max(holding, key=lambda each: each.depth).text
    depth = min(own.depth, PROGRAMME_DEPTH)
    beside = [each for each in every if each.depth >= depth and own.up(depth).within(each.up(depth))]
    return Code(own.side, (*beside[0].levels[:depth], *own.levels[depth:])).text if beside else code


def needs(found: Lines, codes: Mapping[int, Collection[str]]) -> list[Need]:
    """What residents decided of each line, where the budget has lines of these codes in a year."""
    by_target: dict[tuple[int, str], list[tuple[Standing, Line]]] = {}
    for standing, line in found:
        by_target.setdefault((line.year, target(line.code, codes.get(line.year, ()))), []).append((standing, line))
    return [
        Need(year, code, sum(line.amount for _standing, line in of), of)
        for (year, code), of in sorted(by_target.items(), key=lambda pair: pair[0])
    ]


def held(lines: Iterable[BudgetLine | Sum], year: int, code: str) -> int:
    """What a budget has of a code in a year: its line, and the lines below it."""
    above = Code.read(code)
    return sum(
        line.amount for line in lines if line.year == year and _spent(line) and Code.read(line.code).within(above)
    )


def of_version(act: Act, version: Version) -> list[tuple[Need, int]]:
    """What residents decided of each line of this version, and what the version has for it."""
    every = budgets.lines(act, version)
    wanted = needs(lines_of(act, version.years), codes_of(every))
    return [(need, held(every, need.year, need.code)) for need in wanted]


def codes_of(lines: Iterable[BudgetLine | Sum]) -> dict[int, set[str]]:
    """The codes of spending that a budget has, year by year."""
    found: dict[int, set[str]] = {}
    for line in lines:
        if _spent(line):
            found.setdefault(line.year, set()).add(line.code)
    return found


@checking.checks
def no_less_than_decided(act: Act, version: Version) -> list[Fault]:
    """Residents decided on these sums, or the office planned more: a version with less does not go to the assembly.

    A financial plan of a quarter is a quarter of a budget, and holds nobody's line whole.
    """
    if version.kind == Kind.QUARTER:
        return []
    return [Fault(need.year, _too_little(need, has)) for need, has in of_version(act, version) if has < need.amount]


def put_into(act: Act, version: Version) -> list[Raised]:
    """The office makes each line at least what residents decided of it; tells what was missing.

    Raises Forbidden, Conflict (the lines of the version stand; the classification of the budget refuses a code).
    """
    made = []
    # The most exact lines first: what they get counts for the lines above them.
    for need, _has in sorted(of_version(act, version), key=lambda pair: -Code.read(pair[0].code).depth):
        every = budgets.lines(act, version)
        missing = need.amount - held(every, need.year, need.code)
        if missing <= 0:
            continue
        before = next(
            (line.amount for line in every if (line.year, line.code) == (need.year, need.code) and _spent(line)), 0
        )
        try:
            writing.set_line(act, version, Sum(need.year, Part.SPENDING, need.code, before + missing))
        except FieldRefusal as refusal:
            raise Conflict(*refusal.messages) from refusal
        made.append(Raised(need.year, need.code, before, before + missing))
    return made


def _spent(line: BudgetLine | Sum) -> bool:
    return line.part == Part.SPENDING


def _too_little(need: Need, has: int) -> LazyString:
    """What is missing, and who asks for it: residents, or the office that raised a plan above what they decided."""
    told = {"year": need.year, "code": need.code, "needed": thousands(need.amount), "has": thousands(has)}
    if not need.added:
        return _(
            "%(year)s, %(code)s: residents decided %(needed)s thousand tenge here (%(projects)s), the version has "
            "%(has)s.",
            projects=need.projects,
            **told,
        )
    raised = "; ".join(f"{numbered(one.proposal.number or 0)}, {day(one.plan.made_at)}" for one in need.raised)
    return _(
        "%(year)s, %(code)s: winners' plans have %(needed)s thousand tenge here, the version has %(has)s. Residents "
        "decided %(decided)s of it; the akim's office planned %(added)s more (%(raised)s).",
        decided=thousands(need.decided),
        added=thousands(need.added),
        raised=raised,
        **told,
    )
