"""Reports on the execution of a budget: taken in by the office month by month."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import uuid4

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.service import fingerprints
from pb.budget.models import Budget, Execution, ExecutionLine
from pb.budget.service import amounts, in_force
from pb.classification import service as classification
from pb.clock import local
from pb.core.budget.amounts import STEP, thousands
from pb.core.budget.codes import Code, Part, Side
from pb.core.budget.doubts import Off, off_by_thousand
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.formats import day, numbered

MOST_NAMED = 5
AT_A_LINE: Final = _("Line %(line)s, %(cell)s: %(wrong)s")


class Paid(NamedTuple):
    """A line of a report in tiyn; a plan that the report does not name is None. `line`: where it stands in its file."""

    part: Part
    code: str
    approved: int | None
    amended: int | None
    corrected: int | None
    paid: int
    line: int = 0

    @property
    def amounts(self) -> tuple[int | None, int | None, int | None, int]:
        """The four in their order."""
        return self.approved, self.amended, self.corrected, self.paid


class Wrong(StrEnum):
    """Why a line is not taken."""

    CODE = "code"  # no code of the classification's form
    AMOUNT = "amount"
    NEGATIVE = "negative"
    TWICE = "twice"  # the same code a second time
    UNKNOWN = "unknown"  # a code that the classification does not have
    ABOVE = "above"  # counted in a line above it
    TAKEN = "taken"  # stands in a report that was taken in already


class LineFault(NamedTuple):
    """What is wrong at a line of the file, and what stands there."""

    line: int
    wrong: Wrong
    cell: str


WRONGS: Final[dict[Wrong, LazyString]] = {
    Wrong.CODE: _("the code is not one"),
    Wrong.AMOUNT: _("this is no amount in thousand tenge"),
    Wrong.NEGATIVE: _("an amount below nil"),
    Wrong.TWICE: _("this code stands in the file already, in the line in brackets"),
    Wrong.UNKNOWN: _("the classification of that year does not have this code"),
    Wrong.ABOVE: _("it is counted already in the line in brackets, which is above it"),
    Wrong.TAKEN: _("it is taken in already, with the report in brackets"),
}


def take(
    act: Act, budget: Budget, until: date | None, lines: Sequence[Paid], *, sha256: str, sure: bool = False
) -> Execution:
    """The office takes a report in: what was paid of the budget's first year until a day; a later one stands over it.

    Raises Forbidden, Conflict (no budget in force), FieldRefusal (`faults`, `faults_of_lines`): all of it or nothing.
    """
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office takes reports on the execution in."))
    if in_force(act, budget) is None:
        raise Conflict(_("No budget of this year is in force yet."))
    refuse_all(faults(act, budget, until, lines))
    refuse_all(FieldRefusal("file", told_of(fault)) for fault in faults_of_lines(act, budget, until, lines))
    if not sure and (asked := doubts(act, budget, lines, until)):
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
        "report": fingerprints.of_row(report),
        "digest": digest((line.part.value, line.code, line.amounts) for line in lines),
    }
    audit.record(act, "budget.execution_taken", subject=report.id, data=told)
    act.session.add(report)
    act.session.flush()
    act.session.add_all(
        ExecutionLine(
            execution_id=report.id,
            part=line.part.value,
            code=line.code,
            number=number,
            approved=line.approved,
            amended=line.amended,
            corrected=line.corrected,
            paid=line.paid,
        )
        for number, line in enumerate(lines, 1)
    )
    act.session.flush()
    return report


def digest(lines: Iterable[tuple[str, str, Sequence[int | None]]]) -> str:
    """SHA-256 of a report's lines, as the log keeps it: `part code approved amended corrected paid`, by code."""
    told = (
        f"{part} {code} {' '.join('-' if one is None else str(one) for one in sums)}\n" for part, code, sums in lines
    )
    return hashlib.sha256("".join(sorted(told)).encode()).hexdigest()


def faults(act: Act, budget: Budget, until: date | None, lines: Sequence[Paid]) -> Iterator[FieldRefusal]:
    """What is wrong with a report as a whole: its day is of another year or to come, it is empty, a line is missing."""
    if until is None:
        yield FieldRefusal("until", _("Write the date."))
    elif until.year != budget.first_year:
        yield FieldRefusal("until", _("This day lies in another year than the budget."))
    elif until > local(act.at).date():
        yield FieldRefusal("until", _("This day has not come yet. The latest day: today."))
    if not lines:
        yield FieldRefusal("file", _("The file has a heading and no lines below it."))
    codes = [Code.read(line.code) for line in lines]
    missing = [one.code for one in amounts.four(act, budget) if one.planned and not _reported(one.code, codes)]
    if lines and missing:
        yield FieldRefusal("file", _("A report names every line of the plan. Missing: %(codes)s", codes=_some(missing)))


def faults_of_lines(act: Act, budget: Budget, until: date | None, lines: Sequence[Paid]) -> list[LineFault]:
    """What is wrong line by line: codes unknown or counted twice, and lines that a report has brought already.

    A report that corrects another of the same day repeats its other lines: taken already are the lines of one that
    says nothing new.
    """
    found = list(_miscounted(act, budget, lines))
    earlier = [one for one in _same_before(act, budget, lines) if one.until == until] if not found else []
    return [
        LineFault(line.line, Wrong.TAKEN, f"{line.code} ({_named(one)})") for one in earlier for line in lines
    ] or found


def _miscounted(act: Act, budget: Budget, lines: Sequence[Paid]) -> Iterator[LineFault]:
    known = classification.codes(act, budget.first_year)
    bare = [(line.part, Code.read(line.code).without_subgroup()) for line in lines]
    first: dict[tuple[Part, Code], Paid] = {}
    for line, key in zip(lines, bare, strict=True):
        first.setdefault(key, line)
    for line, (part, code) in zip(lines, bare, strict=True):
        above = next((first[key] for depth in range(1, code.depth) if (key := (part, code.up(depth))) in first), None)
        if known.get(line.code) is None:
            yield LineFault(line.line, Wrong.UNKNOWN, line.code)
        elif (other := first[part, code]) is not line:
            yield LineFault(line.line, Wrong.TWICE, f"{line.code} ({other.line})")
        elif above is not None:
            yield LineFault(line.line, Wrong.ABOVE, f"{line.code} ({above.line})")


def _same_before(act: Act, budget: Budget, lines: Sequence[Paid]) -> list[Execution]:
    """The reports of the year with the very same lines, the last one first; of one day only what stands now counts."""
    query = select(Execution).where(Execution.territory_id == act.territory.id, Execution.year == budget.first_year)
    reports = act.session.scalars(query.order_by(Execution.number.desc())).all()
    standing = {report.until: report for report in reversed(reports)}
    own = {(line.part.value, line.code): line.amounts for line in lines}
    alike = [report for report in reports if report is standing[report.until] and report.lines == len(lines)]
    return [report for report in alike if _lines_of(act, report) == own]


def _lines_of(act: Act, report: Execution) -> dict[tuple[str, str], tuple[int | None, int | None, int | None, int]]:
    query = select(ExecutionLine).where(ExecutionLine.execution_id == report.id)
    return {
        (one.part, one.code): (one.approved, one.amended, one.corrected, one.paid) for one in act.session.scalars(query)
    }


def _named(report: Execution) -> str:
    return f"{numbered(report.number)}, {day(report.until)}"


def told_of(fault: LineFault) -> LazyString:
    """A fault with its line, for people."""
    return LazyString(lambda: str(AT_A_LINE) % {"line": fault.line, "cell": fault.cell, "wrong": WRONGS[fault.wrong]})


def doubts(act: Act, budget: Budget, lines: Sequence[Paid], until: date | None = None) -> list[LazyString]:
    """What is asked about: more was paid than is planned, or sums a thousand times off, less than before, other plans.

    And a report with the very lines of one of another day: perhaps its file was chosen a second time. `until`: the
    day of the report; what was paid by then is compared with the last report before it and with the first one after
    it, for such sums only grow.
    """
    four = amounts.four(act, budget)
    planned = {(one.part.value, one.code) for one in four}
    paid = amounts.rolled_up({(line.part.value, line.code): line.paid for line in lines}, planned)
    earlier = amounts.rolled_up(_paid_before(act, budget, until), planned)
    later = _paid_after(act, budget, until)
    after = amounts.rolled_up(later, planned)
    asked: list[LazyString] = [
        _("Every line stands with the same amounts in report %(report)s. Was nothing paid between?", report=_named(one))
        for one in _same_before(act, budget, lines)
    ]
    for one in four:
        key = (one.part.value, one.code)
        sum_, before = paid.get(key, 0), earlier.get(key, 0)
        told = {"code": one.code, "paid": thousands(sum_), "planned": thousands(one.planned)}
        if Code.read(one.code).side is Side.SPENDING and sum_ > one.planned:
            asked.append(_("%(code)s: %(paid)s thousand tenge paid, %(planned)s planned.", **told))
        elif off_by_thousand(sum_, [one.planned]) is Off.TOO_MUCH:
            asked.append(
                _("%(code)s: %(paid)s thousand tenge came in, %(planned)s planned. Tenge or thousands?", **told)
            )
        if off_by_thousand(sum_, [before]) is not None:
            asked.append(
                _(
                    "%(code)s: %(paid)s thousand tenge, %(before)s in the report before. Tenge or thousands?",
                    **told,
                    before=thousands(before),
                )
            )
        elif sum_ < before:
            asked.append(
                _(
                    "%(code)s: %(paid)s thousand tenge, less than the %(before)s of the report before.",
                    **told,
                    before=thousands(before),
                )
            )
        if later and sum_ > after.get(key, 0):
            asked.append(
                _(
                    "%(code)s: %(paid)s thousand tenge, more than the %(after)s of the report of a later day.",
                    **told,
                    after=thousands(after.get(key, 0)),
                )
            )
    return [*asked, *_of_plans(four, lines)]


def _paid_before(act: Act, budget: Budget, until: date | None) -> dict[tuple[str, str], int]:
    """What was paid by the last report of an earlier day."""
    query = select(Execution).where(Execution.territory_id == act.territory.id, Execution.year == budget.first_year)
    if until is None:
        return {}
    before = act.session.scalars(
        query.where(Execution.until < until).order_by(Execution.until.desc(), Execution.number.desc()).limit(1)
    ).first()
    return {key: sums[-1] for key, sums in _lines_of(act, before).items()} if before is not None else {}


def _paid_after(act: Act, budget: Budget, until: date | None) -> dict[tuple[str, str], int]:
    """What was paid by the first report of a later day; of one day the one taken last."""
    query = select(Execution).where(Execution.territory_id == act.territory.id, Execution.year == budget.first_year)
    if until is None:
        return {}
    after = act.session.scalars(
        query.where(Execution.until > until).order_by(Execution.until, Execution.number.desc()).limit(1)
    ).first()
    return {key: sums[-1] for key, sums in _lines_of(act, after).items()} if after is not None else {}


def _of_plans(four: Sequence[amounts.Four], lines: Sequence[Paid]) -> Iterator[LazyString]:
    """The plans that the file names, where they are others than ours; down to what thousands with a decimal tell."""
    for place in range(3):
        named = {(line.part.value, line.code): line.amounts[place] for line in lines}
        told = amounts.rolled_up(
            {key: sum_ for key, sum_ in named.items() if sum_ is not None}, {(one.part.value, one.code) for one in four}
        )
        for one in four:
            theirs, ours = told.get((one.part.value, one.code)), one.amounts[place] or 0
            if theirs is not None and abs(theirs - ours) >= STEP:
                yield _(
                    "%(code)s: the file names a plan of %(theirs)s thousand tenge, here it is %(ours)s.",
                    code=one.code,
                    theirs=thousands(theirs),
                    ours=thousands(ours),
                )


def _reported(code: str, codes: Sequence[Code]) -> bool:
    own = Code.read(code)
    return any(one.within(own) for one in codes)


def _some(codes: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    told = ", ".join(codes[:MOST_NAMED])
    return told if len(codes) <= MOST_NAMED else f"{told} (+{len(codes) - MOST_NAMED})"
