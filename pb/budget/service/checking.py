"""What keeps a version from going to the assembly: a year without lines, sums that do not add up, moves too large."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.budget import service
from pb.budget.models import Kind, Line, Move, Version
from pb.budget.service import amounts, writing
from pb.classification import service as classification
from pb.core.budget import corrections
from pb.core.budget.amounts import exact_thousands
from pb.core.budget.codes import ANY_SUBGROUP, Code
from pb.core.budget.corrections import PROGRAMME_DEPTH, Wrong
from pb.territory import service as territories

MOVED_TOO_FAR: dict[Wrong, LazyString] = {
    Wrong.RECEIPTS: _("%(code)s: a correction changes no receipts. The maslikhat amends them."),
    Wrong.TOTAL: _("The spending of %(year)s is another than the maslikhat decided: a correction only moves it."),
    Wrong.TARGETED: _("%(code)s: what the raion transferred for a purpose is never moved."),
    Wrong.NEW: _("%(code)s: this programme is not in the budget. The maslikhat amends it."),
    Wrong.TOO_MUCH: _("%(code)s: at most %(most)s thousand tenge may leave this programme."),
}

MORE_THAN_A_QUARTER: Final = _("%(code)s: at most a quarter of the draft, %(most)s thousand tenge; here %(amount)s.")


class Fault(NamedTuple):
    """One thing that is wrong, of one year."""

    year: int
    told: LazyString


Check = Callable[[Act, Version], Iterable[Fault]]
_checks: list[Check] = []


def checks(check: Check) -> Check:
    """Registers a check of a room above: the room of winners knows what residents decided."""
    _checks.append(check)
    return check


def faults(act: Act, version: Version) -> list[Fault]:
    """All that is wrong with the lines of a version, year by year."""
    every, first = service.lines(act, version), version.budget.first_year
    by_year = {year: [line for line in every if line.year == year] for year in version.years}
    found = [fault for year, some in by_year.items() for fault in _of_year(act, year, some)]
    if any(writing.is_too_early(Code.read(line.code), line.year, first) for line in every):
        found.append(Fault(first, writing.NOT_IN_THE_FIRST_YEAR))  # of the second year of the budget before
    if version.kind in service.CHANGING and service.year_is_over(act, version.budget):
        found.append(Fault(first, service.YEAR_OVER))
    if version.kind == Kind.CORRECTION and version.basis_id is not None:
        found += _of_correction(act, version, every)
    if version.kind == Kind.DRAFT and version.basis_id is not None and _unchanged(act, version, every):
        year = version.years[0]
        found.append(Fault(year, _("Nothing is changed yet since the version before it, which was not accepted.")))
    if version.kind == Kind.QUARTER:
        found += _of_quarter(act, version, every)
    elif (
        version.kind != Kind.PAPER
    ):  # decided before they were; a quarter of the draft: what residents decided stands in the whole
        found += [fault for check in _checks for fault in check(act, version)]
    return found


def _of_quarter(act: Act, version: Version, every: Sequence[Line]) -> Iterator[Fault]:
    """The akim's plan: line by line at most a quarter of the draft (article 91 p. 4), of a quarter that is not over."""
    year = version.budget.first_year
    if service.quarter_is_over(act, version.budget):
        yield Fault(year, service.QUARTER_OVER)
    draft = act.session.get(Version, version.basis_id) if version.basis_id is not None else None
    whole = {(line.part, line.code): line.amount for line in service.lines(act, draft, year)} if draft else {}
    for line in every:
        most = whole.get((line.part, line.code), 0) // 4
        if line.amount > most:
            told = {"code": line.code, "most": exact_thousands(most), "amount": exact_thousands(line.amount)}
            yield Fault(year, _said(MORE_THAN_A_QUARTER, told))


def _unchanged(act: Act, version: Version, every: Sequence[Line]) -> bool:
    """Whether it has the lines of the version before it, which the assembly declined or the maslikhat returned."""
    before = act.session.get_one(Version, version.basis_id)
    refused = service.standing(act, before).move in {Move.DECLINED, Move.RETURNED}
    return refused and not amounts.changes(service.lines(act, before), every)


def _of_year(act: Act, year: int, lines: Sequence[Line]) -> Iterator[Fault]:
    if not lines:
        yield Fault(year, _("%(year)s: no lines are written.", year=year))
        return
    known = classification.codes(act, year)
    for line in lines:
        if known.get(line.code) is None:
            yield Fault(year, _("%(year)s: the classification has no code %(code)s.", year=year, code=line.code))
    yield from _counted_twice(year, lines)
    statement = service.statement(lines)
    if statement.revenue == 0:
        yield Fault(year, _("%(year)s: no revenue is written.", year=year))
    if statement.expenditure == 0:
        yield Fault(year, _("%(year)s: no spending is written.", year=year))
    if statement.difference > 0:
        over = exact_thousands(statement.difference)
        yield Fault(
            year,
            _(
                "%(year)s: line 6, financing, is %(over)s thousand tenge more than the deficit of line 5.",
                year=year,
                over=over,
            ),
        )
    elif statement.difference < 0:
        missing = exact_thousands(-statement.difference)
        yield Fault(
            year,
            _(
                "%(year)s: line 6, financing, is %(missing)s thousand tenge less than the deficit of line 5.",
                year=year,
                missing=missing,
            ),
        )


def _counted_twice(year: int, lines: Sequence[Line]) -> Iterator[Fault]:
    """Lines above others, or written with their subgroup and without it: their sums would stand in the total twice."""
    bare = {line.code: Code.read(line.code).without_subgroup() for line in lines}
    written: dict[tuple[str, str], str] = {}
    for line in lines:
        first = written.setdefault((line.part, bare[line.code].text), line.code)
        if first != line.code and ANY_SUBGROUP in {Code.read(first).subgroup, Code.read(line.code).subgroup}:
            yield Fault(
                year, _("%(year)s: %(code)s and %(other)s are one line.", year=year, code=first, other=line.code)
            )
    yield from _named_otherwise(year, lines)
    for line in lines:
        own = bare[line.code]
        above = (written.get((line.part, own.up(depth).text)) for depth in range(1, own.depth))
        if (over := next((code for code in above if code), None)) is not None:
            yield Fault(
                year, _("%(year)s: %(code)s is counted in %(other)s already.", year=year, code=line.code, other=over)
            )


def _named_otherwise(year: int, lines: Sequence[Line]) -> Iterator[Fault]:
    """A programme with its subgroup in one line and without it in another: annexes would print it twice."""
    first: dict[tuple[str, Code], Code] = {}
    for line in lines:
        code = Code.read(line.code)
        if code.depth < PROGRAMME_DEPTH:
            continue
        own = code.up(PROGRAMME_DEPTH)
        other = first.setdefault((line.part, own.without_subgroup()), own)
        if own != other and ANY_SUBGROUP in {own.subgroup, other.subgroup}:
            told = {"code": own.text, "other": other.text}
            yield Fault(
                year, _("%(year)s: %(code)s and %(other)s are one programme: write both alike.", year=year, **told)
            )


def _of_correction(act: Act, version: Version, every: Sequence[Line]) -> Iterator[Fault]:
    """What a correction may not move, compared with what the maslikhat decided last (article 98 p. 4)."""
    first = version.budget.first_year
    decided = amounts.adopted(act, version.budget).amended
    before = service.lines(act, decided) if decided is not None else []
    percent = territories.setting(act, "correction_percent")
    for fault in corrections.faults(_by_code(before, first), _by_code(every, first), percent=percent):
        told: dict[str, str | int] = {
            "code": fault.code.text if fault.code else "",
            "year": first,
            "most": exact_thousands(fault.most),
        }
        yield Fault(first, _said(MOVED_TOO_FAR[fault.wrong], told))
    if not amounts.changes(before, every):
        yield Fault(first, _("Nothing is changed yet."))
    for year in version.budget.years[1:]:
        if _by_code(before, year) != _by_code(every, year):
            yield Fault(year, _("%(year)s: a correction moves spending of the first year alone.", year=year))


def _by_code(lines: Sequence[Line], year: int) -> dict[Code, int]:
    return {Code.read(line.code): line.amount for line in lines if line.year == year}


def _said(sentence: LazyString, values: Mapping[str, str | int]) -> LazyString:
    """The sentence with its values, in the language of whoever reads it."""
    return LazyString(lambda: str(sentence) % values)
