"""What an amendment or a correction changes, line by line, and the decision of an amendment: it rewrites that alone.

Words of decisions: «внести … следующие изменения: … изложить в новой редакции». What the akim corrected in between is
in the lines of an amendment too, so it is compared with what the maslikhat decided last, and the akim's moves stand
apart (Budget Code, articles 94 and 98).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from pb.act import Act
from pb.budget import service
from pb.budget.models import Decision, Kind, Line, Version
from pb.budget.service import amounts, decisions, wording
from pb.budget.service.amounts import Change
from pb.budget.service.wording import OPEN, of_year, paragraph
from pb.classification import service as classification
from pb.core.budget.amounts import thousands
from pb.core.budget.annex_words import annexes_read
from pb.core.budget.codes import Part
from pb.core.budget.statement import LINES, Statement, Total
from pb.documents.service.sheets import Block, BlockKind
from pb.formats import day, numbered


class Compared(NamedTuple):
    """What a version changes in another one; `corrected`: what the akim made of that in between, if anything."""

    before: Version
    corrected: Version | None
    changes: list[Change]


def compared(act: Act, version: Version) -> Compared | None:
    """An amendment beside what the maslikhat decided last, any other version beside its basis; None: it has none."""
    basis = act.session.get(Version, version.basis_id) if version.basis_id is not None else None
    if basis is None:
        return None
    decided = basis
    while version.kind == Kind.AMENDMENT and decided.kind == Kind.CORRECTION:
        decided = act.session.get_one(Version, decided.basis_id)
    corrected = basis if decided is not basis else None
    between = service.lines(act, corrected) if corrected is not None else None
    changes = amounts.changes(service.lines(act, decided), service.lines(act, version), between)
    return Compared(decided, corrected, changes)


def comparison(act: Act, version: Version, language: str) -> list[Block]:
    """What an amendment or a correction changes in what was decided: line by line and as a whole."""
    found = compared(act, version)
    moved = found is not None and found.corrected is not None
    rows = []
    for one in found.changes if found is not None else ():
        name = classification.codes(act, one.year).whole_name(one.code, language)
        cells = [thousands(one.before or 0), thousands(one.after or 0), thousands(one.difference)]
        if moved:
            cells.insert(1, thousands(one.moved))
        rows.append([str(one.year), one.code, name, *cells])
    sums = [_("Before, thousand tenge"), _("After, thousand tenge"), _("Difference")]
    if moved:
        sums.insert(1, _("Moved by the akim"))
    return [
        *(paragraph(f"{label}: {which}") for label, which in changed_decisions(act, version, language)),
        paragraph(
            _("Reason: %(reason)s", reason=version.reason) if version.reason else OPEN, is_open=not version.reason
        ),
        Block(
            BlockKind.TABLE,
            columns=[_("Year"), _("Code"), _("Name in the classification"), *sums],
            rows=rows,
            amounts=len(sums),
        ),
    ]


def changed_decisions(act: Act, version: Version, language: str) -> list[tuple[str, str]]:
    """Number and date of the decision that a version changes, and of those that changed it last, each labelled."""
    changed = decisions.changed_by(act, version)
    if changed is None:
        return []
    found = [(_("Decision that it changes"), _called(changed.decision, language))]
    if changed.last is not None and changed.several:
        found.append((_("Changed last by"), _called(changed.last, language)))
    if changed.corrected is not None:
        found.append((_("Corrected last by the akim's decision"), _called(changed.corrected, language)))
    return found


def _called(decision: Decision, language: str) -> str:
    return f"{numbered(decision.reference)}, {day(decision.decided_on, language)}"


def decision(act: Act, version: Version, language: str) -> Iterator[Block]:
    """The points of an amendment: the subpoints, the point on transfers and the annexes that differ, and no other."""
    first = version.budget.first_year
    after = service.lines(act, version)
    found = compared(act, version)
    before = service.lines(act, found.before) if found is not None else []
    years = sorted({change.year for change in amounts.changes(before, after)})
    yield paragraph(_changes_of(act, version, language))
    yield from _subpoints(of_year(before, first), of_year(after, first), language)
    if wording.transfers(of_year(before, first)) != wording.transfers(of_year(after, first)):
        yield paragraph(_("point 2 reads anew:"))
        yield from wording.second_point(of_year(after, first))
    if years:
        yield paragraph(annexes_read([year - first + 1 for year in years], language))
    else:
        yield paragraph(OPEN, is_open=True)
    yield paragraph(_("2. This decision enters into force on 1 January of %(year)s.", year=first))
    for number, year in enumerate(years, 1):
        yield from wording.annex(act, of_year(after, year), year, number, language)


def _subpoints(before: Sequence[Line], after: Sequence[Line], language: str) -> Iterator[Block]:
    """The subpoints of the first point in which an amount differs, each as it reads from now on."""
    old, new = service.statement(before), service.statement(after)
    differing = [line for line, parts in LINES if _differs(old, new, line, parts)]
    if not differing:
        return
    numbers = ", ".join(f"{number})" for number, (line, _parts) in enumerate(LINES, 1) if line in differing)
    yield paragraph(
        ngettext(
            "subpoint %(numbers)s of point 1 reads anew:",
            "subpoints %(numbers)s of point 1 read anew:",
            len(differing),
            numbers=numbers,
        )
    )
    yield from wording.six_lines(new, language, differing)


def _differs(old: Statement, new: Statement, line: Part | Total, parts: Sequence[Part]) -> bool:
    return old[line] != new[line] or any(old[part] != new[part] for part in parts)


def _changes_of(act: Act, version: Version, language: str) -> str:
    """Which decision an amendment changes, by date, number and title.

    The title of a decision on many okrugs is its own: it is left open, as is what is not known.
    """
    changed = decisions.changed_by(act, version)
    alone = decisions.adopted_by(act, changed.decision) if changed is not None else []
    told: str = _(
        "1. To make these changes in the decision of the maslikhat %(open)s of %(date)s %(number)s “%(title)s”:",
        **wording.changed_decision(act, version, language),
        title=wording.title(act, alone[0][1], language) if len(alone) == 1 else OPEN,
    )
    return told
