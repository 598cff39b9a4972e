"""Winners in the okrug's budget: what a line holds of them, what it lacks, and putting that into a version.

A line of the budget holds the winners' lines of its code: its own, and those below it, since a decision may print a
programme without its subprogrammes. Of several lines that would hold one the most exact does.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.budget import service as budgets
from pb.budget.models import IN_FORCE, Kind, Version
from pb.budget.models import Line as BudgetLine
from pb.budget.service import Sum, checking, writing
from pb.budget.service.checking import Fault
from pb.core.budget.amounts import exact_thousands, thousands
from pb.core.budget.codes import ANY_SUBGROUP, Code, Part
from pb.cycles.models import Cycle
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


class Held(NamedTuple):
    """What a version has of one line beside what it is `asked` to have of the winners' plans, in tiyn."""

    need: Need
    has: int
    asked: int

    @property
    def missing(self) -> int:
        return max(self.asked - self.has, 0)


class Raised(NamedTuple):
    """A line that was made or got more, in tiyn."""

    year: int
    code: str
    before: int
    after: int


def lines_of(act: Act, years: Collection[int], until: datetime | None = None) -> list[tuple[Standing, Line]]:
    """The winners' lines of these years, in the order of cycles and results; what waits is no part of a budget.

    As they were planned at a moment, or are now.
    """
    return [
        (standing, line)
        for standing in plans.of_okrug(act, until)
        if not standing.plan.waits
        for line in standing.lines
        if line.year in years
    ]


def lines_for(act: Act, version: Version) -> list[tuple[Standing, Line]]:
    """The winners' lines of a version's years: of one that was decided, as they were planned then."""
    decided = [step.at for step in budgets.steps_of(act, version) if step.move in IN_FORCE]
    return lines_of(act, version.years, decided[-1] if decided else None)


def target(code: str, lines: Iterable[str]) -> str:
    """The code of the line that holds a winner's line: the most exact one, else the winner's own.

    Where other lines of its programme stand, its own names the subgroup as they do: a budget has one code for each.
    Where no line of the budget names its subgroup, neither does the winner's.
    """
    own = Code.read(code)
    every = list(map(Code.read, lines))
    holding = [each for each in every if own.within(each)]
    if holding:
        return max(holding, key=lambda each: each.depth).text
    depth = min(own.depth, PROGRAMME_DEPTH)
    beside = [each for each in every if each.depth >= depth and own.up(depth).within(each.up(depth))]
    if beside:
        return Code(own.side, (*beside[0].levels[:depth], *own.levels[depth:])).text
    programmes = [each for each in every if each.depth >= depth]
    bare = bool(programmes) and all(each.subgroup == ANY_SUBGROUP for each in programmes)
    return own.without_subgroup().text if bare else code


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


def shares(found: Lines, lines: Sequence[BudgetLine | Sum]) -> dict[tuple[UUID, int], int]:
    """What of each winner's line these lines of a budget hold, by the winner and the line's position.

    Where a line holds less than all winners of its code, those of earlier years and with more votes go first.
    """
    has: dict[tuple[UUID, int], int] = {}
    for need in needs(found, codes_of(lines)):
        left = held(lines, need.year, need.code)
        for standing, line in need.of:
            part = has[standing.winner.id, line.position] = min(left, line.amount)
            left -= part
    return has


def of_version(act: Act, version: Version) -> list[Held]:
    """What the winners' plans have of each line of this version, what it has for it, and what it is asked to have.

    A budget is asked for a winner whole where it is the newest of that year, and begins no earlier than the year of
    the winner's vote. Of all others it keeps what the version in force held: an earlier budget only foresees later
    years, and a correction brings nothing in, it moves. A quarter's plan holds nobody's line whole, and what comes
    from paper is as it was decided.
    """
    every, found = budgets.lines(act, version), lines_for(act, version)
    asked = _asked(act, version, found)
    return [
        Held(
            need,
            held(every, need.year, need.code),
            sum(asked[one.winner.id, line.position] for one, line in need.of),
        )
        for need in needs(found, codes_of(every))
    ]


def _asked(act: Act, version: Version, found: Lines) -> dict[tuple[UUID, int], int]:
    """What a version is asked to have of each winner's line, by the winner and the line's position (`of_version`)."""
    if version.kind in {Kind.QUARTER, Kind.PAPER}:
        return {(one.winner.id, line.position): 0 for one, line in found}
    stands = budgets.adopted(act, version.budget)
    before = shares(found, budgets.lines(act, stands)) if stands is not None else {}
    voted, replaced = _years_of_votes(act), _replaced(act, version)

    def asked(one: Standing, line: Line) -> int:
        whole = version.kind != Kind.CORRECTION and line.year not in replaced
        if whole and voted[one.winner.cycle_id] <= version.budget.first_year:
            return line.amount
        return before.get((one.winner.id, line.position), 0)

    return {(one.winner.id, line.position): asked(one, line) for one, line in found}


def short_of(act: Act, version: Version) -> list[Standing]:
    """The winners of whom a version has less than it is asked to have, in the order of cycles and results."""
    found = lines_for(act, version)
    has, asked = shares(found, budgets.lines(act, version)), _asked(act, version, found)
    short = {
        one.winner.id: one
        for one, line in found
        if has[one.winner.id, line.position] < asked[one.winner.id, line.position]
    }
    return list(short.values())


def left_out(act: Act, version: Version) -> list[Standing]:
    """The winners whom a version may leave out, openly: it has less money of their year than the version before it.

    They are the last ones of the result: whoever stands before a winner that it has whole is no one of them.
    """
    short = {one.winner.id: one for one in short_of(act, version)}
    if not short:
        return []
    every = {one.winner.id: one for one, _line in lines_for(act, version)}
    whole: dict[UUID, int] = {}
    for one in every.values():
        if one.winner.id not in short:
            whole[one.winner.cycle_id] = max(whole.get(one.winner.cycle_id, 0), one.winner.position)
    voted = _years_of_votes(act)
    return [
        one
        for one in short.values()
        if one.winner.position > whole.get(one.winner.cycle_id, 0) and cut_of(act, version, voted[one.winner.cycle_id])
    ]


def cut_of(act: Act, version: Version, year: int) -> int:
    """By how many tiyn a version has less transfers or less spending of a year than the version before it, or nil.

    A correction cuts nothing, it moves. What no meeting and no maslikhat decided on is no version to compare with.
    """
    if version.kind not in {Kind.DRAFT, Kind.AMENDMENT}:
        return 0
    before = act.session.get(Version, version.basis_id) if version.basis_id is not None else None
    if before is None or year not in version.years:
        return 0
    if not any(step.question_id or step.decision_id for step in budgets.steps_of(act, before)):
        return 0

    def has(one: Version, part: Part) -> int:
        return sum(line.amount for line in budgets.lines(act, one, year) if line.part == part)

    return max(0, *(has(before, part) - has(version, part) for part in (Part.TRANSFERS, Part.SPENDING)))


def _years_of_votes(act: Act) -> Mapping[UUID, int]:
    """The financial year of each cycle."""
    query = select(Cycle.id, Cycle.fiscal_year).where(Cycle.territory_id == act.territory.id)
    return {row[0]: row[1] for row in act.session.execute(query)}


def _replaced(act: Act, version: Version) -> set[int]:
    """The years of a version for which a newer budget is in force."""
    newer = (one for one in budgets.budgets(act) if one.first_year > version.budget.first_year)
    return {year for one in newer if budgets.adopted(act, one) is not None for year in one.years}


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

    One that has less money than the version before it may leave the last winners out (`left_out`): its page says so.
    """
    lacking = [one for one in of_version(act, version) if one.missing]
    if not lacking:
        return []
    left = {one.winner.id for one in left_out(act, version)}
    wrong = {one.winner.id for one in short_of(act, version)} - left
    return [
        Fault(one.need.year, _too_little(one))
        for one in lacking
        if any(standing.winner.id in wrong for standing, _line in one.need.of)
    ]


def put_into(act: Act, version: Version) -> list[Raised]:
    """The office makes each line at least what the version is asked to have of it; tells what was missing.

    Raises Forbidden, Conflict (the lines of the version stand; the classification of the budget refuses a code).
    """
    made = []
    # The most exact lines first: what they get counts for the lines above them.
    for need, _has, asked in sorted(of_version(act, version), key=lambda one: -Code.read(one.need.code).depth):
        every = budgets.lines(act, version)
        missing = asked - held(every, need.year, need.code)
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


def _too_little(one: Held) -> LazyString:
    """What is missing, and who asks for it: residents, or the office that raised a plan above what they decided."""
    need, has, asked = one
    told = {"year": need.year, "code": need.code, "needed": exact_thousands(asked), "has": exact_thousands(has)}
    if asked < need.amount:
        return _(
            "%(year)s, %(code)s: of what residents decided (%(projects)s) the budget in force has %(needed)s thousand "
            "tenge here, the version has %(has)s.",
            projects=need.projects,
            **told,
        )
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
