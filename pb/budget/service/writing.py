"""The lines of a version: written, taken out and judged while nobody has been asked about them yet."""

from collections.abc import Iterable, Iterator, Sequence
from statistics import median_low
from typing import Final

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select

from pb.act import Act
from pb.budget import service
from pb.budget.models import Line, Version
from pb.budget.service import Sum
from pb.classification import service as classification
from pb.core.budget.codes import NEW_INITIATIVES, Code, CodeFault, Part, part_of
from pb.core.budget.doubts import off_by_thousand
from pb.errors import Conflict, FieldRefusal, NotFound, refuse_all

LARGEST: Final = 10**16  # tiyn: a hundred trillion tenge, more than the country's whole budget
SPENT_AS: Final = (Part.SPENDING, Part.CREDITS, Part.ASSETS_BOUGHT)
NOT_IN_THE_FIRST_YEAR: Final = _(
    "New initiatives are one programme in the second and third year alone: in the first each has its own."
)


def set_line(act: Act, version: Version, line: Sum) -> None:
    """The office writes a line, or changes its amount. Raises Forbidden, Conflict, FieldRefusal (`faults_of_line`)."""
    require_writing(act, version)
    refuse_all(faults_of_line(act, version, line))
    found = act.session.get(Line, (version.id, line.year, line.part.value, line.code))
    told = {"year": line.year, "part": line.part.value, "code": line.code, "amount": line.amount}
    service.log(act, "budget.line_written", version, told)
    if found is None:
        act.session.add(Line(version_id=version.id, **{**told, "part": line.part.value}))
    else:
        found.amount = line.amount
    act.session.flush()


def remove_line(act: Act, version: Version, year: int, part: Part, code: str) -> None:
    """The office takes a line out. Raises Forbidden, Conflict, NotFound."""
    require_writing(act, version)
    found = act.session.get(Line, (version.id, year, part.value, code))
    if found is None:
        raise NotFound
    service.log(act, "budget.line_removed", version, {"year": year, "part": part.value, "code": code})
    act.session.delete(found)
    act.session.flush()


def replace_lines(act: Act, version: Version, sums: Sequence[Sum], *, sha256: str) -> None:
    """All lines of the years that `sums` name, as a file has them; `sha256` is the file's digest.

    Raises Forbidden, Conflict, FieldRefusal (the first line that is at fault).
    """
    require_writing(act, version)
    refuse_all(fault for line in sums for fault in faults_of_line(act, version, line, ()))
    years = sorted({line.year for line in sums})
    kept = sum(line.year not in years for line in service.lines(act, version))
    # Two events: what lets lines go lets none in, and so many as the second one says enter, no more.
    service.log(act, "budget.lines_cleared", version, {"years": years})
    act.session.execute(delete(Line).where(Line.version_id == version.id, Line.year.in_(years)))
    told = {"years": years, "lines": len(sums), "whole": kept + len(sums), "sha256": sha256}
    service.log(act, "budget.lines_imported", version, told)
    act.session.add_all(Line(version_id=version.id, **{**line._asdict(), "part": line.part.value}) for line in sums)
    act.session.flush()


def faults_of_line(
    act: Act, version: Version, line: Sum, beside: Iterable[Line | Sum] | None = None
) -> Iterator[FieldRefusal]:
    """What is wrong with a line: the year is none of the three, the code is unknown or of another part, the amount.

    `beside` are the other lines of the version and year, by default those that it has: none may hold this one's sum.
    """
    years = version.budget.years
    year = line.year if line.year in years else years[0]  # no database takes every number that can be typed
    if year != line.year:
        told = _("The budget is of the years %(first)s to %(last)s.", first=years[0], last=years[-1])
        yield FieldRefusal("year", told)
    beside = service.lines(act, version, year) if beside is None else beside
    try:
        code = Code.read(line.code)
    except CodeFault:
        yield FieldRefusal("code", _("This is no code of the classification."))
        return
    if classification.codes(act, year).get(line.code) is None:
        yield FieldRefusal("code", _("The classification of that year does not have this code."))
    if is_too_early(code, year, years[0]):
        yield FieldRefusal("code", NOT_IN_THE_FIRST_YEAR)
    fits = part_of(code)
    if line.part != fits and not (fits is Part.SPENDING and line.part in SPENT_AS):
        yield FieldRefusal("part", _("This code belongs to another part of the budget."))
    if not 0 <= line.amount <= LARGEST:
        yield FieldRefusal("amount", _("The amount is out of bounds."))
    if any(over_or_under(code, Code.read(other.code)) for other in beside if other.part == line.part):
        yield FieldRefusal("code", _("A line above or below this code stands already: its amount would count twice."))


def is_too_early(code: Code, year: int, first_year: int) -> bool:
    """Whether new initiatives stand in the first year, in which each has its own programme (article 89 p. 3)."""
    return code.programme == NEW_INITIATIVES and year == first_year


def doubt_of_line(act: Act, version: Version, line: Sum) -> int | None:
    """What the line has elsewhere, in tiyn, where the new sum is about a thousand times off, else None.

    Elsewhere: in the other years of the version, in what it changes, and in the budget before it.
    """
    before = service.find(act, version.budget.first_year - 1)
    wanted = {
        version.id,
        version.basis_id,
        getattr(service.in_force(act, before) if before is not None else None, "id", None),
    }
    query = select(Line.amount).where(
        Line.version_id.in_([one for one in wanted if one is not None]), Line.code == line.code, Line.part == line.part
    )
    query = query.where((Line.version_id != version.id) | (Line.year != line.year))
    history = list(act.session.scalars(query))
    return median_low([one for one in history if one]) if off_by_thousand(line.amount, history) is not None else None


def over_or_under(one: Code, other: Code) -> bool:
    """Whether an amount of one code would be counted in the other's, or is written for the same line otherwise."""
    return one != other and (one.within(other) or other.within(one))


def require_writing(act: Act, version: Version) -> None:
    """Raises Forbidden, Conflict (its lines stand)."""
    service.require_office(act)
    act.session.refresh(version, with_for_update=True)
    if not service.standing(act, version).being_written:
        raise Conflict(_("The lines of this version stand: make a new version to change them."))
