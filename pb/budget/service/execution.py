"""Reports on the execution of a budget: taken in by the office month by month, and what is left when the year ends."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple
from uuid import uuid4

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.budget.models import Budget, Execution, ExecutionLine, Leftover
from pb.budget.service import amounts, in_force
from pb.classification import service as classification
from pb.clock import local
from pb.core.budget.amounts import thousands
from pb.core.budget.codes import Code, Part, Side
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all

MOST_NAMED = 5


class Paid(NamedTuple):
    """A line of a report in tiyn; a plan that the report does not name is None."""

    part: Part
    code: str
    approved: int | None
    amended: int | None
    corrected: int | None
    paid: int


class Left(NamedTuple):
    """What of a line was not paid when the year ended, in tiyn."""

    code: str
    lapsed: int
    returned: int
    carried: int


def take(
    act: Act, budget: Budget, until: date | None, lines: Sequence[Paid], *, sha256: str, sure: bool = False
) -> Execution:
    """The office takes a report in: what was paid of the budget's first year until a day; a later one stands over it.

    Raises Forbidden, Conflict (no budget in force), FieldRefusal (the day, no lines, a code twice).
    """
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office takes reports on the execution in."))
    if in_force(act, budget) is None:
        raise Conflict(_("No budget of this year is in force yet."))
    refuse_all(faults(act, budget, until, lines))
    if not sure and (asked := doubts(act, budget, lines)):
        raise Conflict(asked[0])
    audit.take_turn(act)
    taken = act.session.scalar(select(func.max(Execution.number)).where(Execution.territory_id == act.territory.id))
    report = Execution(
        id=uuid4(),
        territory_id=act.territory.id,
        number=(taken or 0) + 1,
        year=budget.first_year,
        until=until,
        lines=len(lines),
        sha256=sha256,
        taken_at=act.at,
        taken_by=act.person.id,
    )
    told = {
        "number": report.number,
        "year": report.year,
        "until": until.isoformat() if until is not None else "",
        "lines": len(lines),
        "sha256": sha256,
    }
    audit.record(act, "budget.execution_taken", subject=report.id, data=told)
    act.session.add(report)
    act.session.flush()
    act.session.add_all(
        ExecutionLine(execution_id=report.id, **{**line._asdict(), "part": line.part.value}) for line in lines
    )
    act.session.flush()
    return report


def faults(act: Act, budget: Budget, until: date | None, lines: Sequence[Paid]) -> Iterator[FieldRefusal]:
    """What is wrong with a report: its day is of another year or to come, it is empty, it names a code twice."""
    if until is None:
        yield FieldRefusal("until", _("Write the date."))
    elif until.year != budget.first_year:
        yield FieldRefusal("until", _("This day lies in another year than the budget."))
    elif until > local(act.at).date():
        yield FieldRefusal("until", _("This day has not come yet. The latest day: today."))
    if not lines:
        yield FieldRefusal("file", _("The file has a heading and no lines below it."))
    if len({(line.part, line.code) for line in lines}) < len(lines):
        yield FieldRefusal("file", _("A code stands twice in the file."))
    known = classification.codes(act, budget.first_year)
    codes = [Code.read(line.code) for line in lines]
    unknown = [code.text for code in codes if known.get(code.text) is None]
    if unknown:
        yield FieldRefusal("file", _("The classification of that year does not have: %(codes)s", codes=_some(unknown)))
    written = {code.text for code in codes}
    over = [code.text for code in codes if any(code.up(depth).text in written for depth in range(1, code.depth))]
    if over:
        yield FieldRefusal("file", _("Counted in a line above them already: %(codes)s", codes=_some(over)))
    missing = [one.code for one in amounts.four(act, budget) if one.planned and not _reported(one.code, codes)]
    if lines and missing:
        yield FieldRefusal("file", _("A report names every line of the plan. Missing: %(codes)s", codes=_some(missing)))


def doubts(act: Act, budget: Budget, lines: Sequence[Paid]) -> list[LazyString]:
    """What is asked about: more was paid than is planned, perhaps because the file tells tenge for thousands."""
    paid = amounts.rolled_up(
        {(line.part.value, line.code): line.paid for line in lines},
        {(one.part.value, one.code) for one in amounts.four(act, budget)},
    )
    asked: list[LazyString] = []
    for one in amounts.four(act, budget):
        sum_ = paid.get((one.part.value, one.code), 0)
        if Code.read(one.code).side is Side.SPENDING and sum_ > one.planned:
            told = {"code": one.code, "paid": thousands(sum_), "planned": thousands(one.planned)}
            asked.append(_("%(code)s: %(paid)s thousand tenge paid, %(planned)s planned.", **told))
    return asked


def _reported(code: str, codes: Sequence[Code]) -> bool:
    own = Code.read(code)
    return any(one.within(own) for one in codes)


def _some(codes: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    told = ", ".join(codes[:MOST_NAMED])
    return told if len(codes) <= MOST_NAMED else f"{told} (+{len(codes) - MOST_NAMED})"


def unpaid(act: Act, budget: Budget) -> dict[str, int]:
    """What of each line of spending was planned and not paid by the last report, in tiyn; what was overspent is not."""
    last = amounts.last_report(act, budget.first_year)
    if last is None or last.until != date(budget.first_year, 12, 31):  # what is paid later in December is no rest
        return {}
    return {
        one.code: one.planned - (one.paid or 0)
        for one in amounts.four(act, budget)
        if Code.read(one.code).side is Side.SPENDING and one.planned > (one.paid or 0)
    }


def record_left(act: Act, budget: Budget, left: Left) -> None:
    """The office says what became of a line's rest once the year is over: it lapsed, went back, or carries over.

    Raises Forbidden, Conflict (the year goes on; recorded already), FieldRefusal (the three do not make up the rest).
    """
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office says what became of the rest."))
    if local(act.at).year <= budget.first_year:
        raise Conflict(_("The year is not over yet."))
    rest = unpaid(act, budget).get(left.code)
    if rest is None:
        raise FieldRefusal("code", _("Nothing is left of this line."))
    if min(left.lapsed, left.returned, left.carried) < 0 or left.lapsed + left.returned + left.carried != rest:
        raise FieldRefusal(
            "lapsed", _("The three sums make up what is left: %(rest)s thousand tenge.", rest=thousands(rest))
        )
    key = (act.territory.id, budget.first_year, left.code)
    if act.session.get(Leftover, key) is not None:
        raise Conflict(_("This is recorded already."))
    told = {"year": budget.first_year, **left._asdict()}
    audit.record(act, "budget.leftover_recorded", subject=budget.id, data=told)
    act.session.add(
        Leftover(
            territory_id=act.territory.id,
            year=budget.first_year,
            **left._asdict(),
            recorded_at=act.at,
            recorded_by=act.person.id,
        )
    )
    act.session.flush()


def left_of(act: Act, budget: Budget) -> dict[str, Leftover]:
    """What is recorded of the rests of the budget's first year, by code."""
    query = select(Leftover).where(Leftover.territory_id == act.territory.id, Leftover.year == budget.first_year)
    return {one.code: one for one in act.session.scalars(query)}
