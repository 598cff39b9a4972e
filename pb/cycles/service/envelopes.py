"""The envelope of a cycle: named sums of years, changed with a reason until the poll opens, and never after.

What voters decided on stands: money that is lacking later makes winners wait, by a decision, and changes no vote.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final, NamedTuple

from flask_babel import LazyString, force_locale
from flask_babel import gettext as _now
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cycles.models import LONGEST_NAME, LONGEST_REASON, Cycle, Envelope, EnvelopeLine
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.formats import LOCALES, money
from pb.text import one_line

MOST_LINES: Final = 6
YEARS: Final = 3
"""A budget is of three years: money of the cycle's own and of the two after it."""
HUNDRED_TENGE: Final = 100_00

Fixes = Callable[[Act, Cycle], bool]
_fixes: list[Fixes] = []


class Part(NamedTuple):
    """A part of the envelope as it is written: `amount` in tiyn."""

    name_kk: str
    name_ru: str
    year: int
    amount: int


class Change(NamedTuple):
    """A version of the envelope as a sentence of its history, with its reason in its `language`."""

    at: datetime
    text: LazyString
    note: str
    language: str


def fixes(asked: Fixes) -> Fixes:
    """Registers what fixes the envelope of a cycle for good: the room of polls knows that one was opened."""
    _fixes.append(asked)
    return asked


def fixed(act: Act, cycle: Cycle) -> bool:
    """Whether nobody changes the envelope any more: its poll was opened once, or the cycle is over."""
    return cycle.over or any(asked(act, cycle) for asked in _fixes)


def may_change(act: Act, cycle: Cycle) -> bool:
    return act.holds(Role.OFFICE) and not fixed(act, cycle)


def begin(act: Act, cycle: Cycle) -> None:
    """The first version: one line, of the local budget. The event of the cycle's opening stands at the log's end."""
    names = []
    for tongue in ("kk", "ru"):
        with force_locale(LOCALES[tongue]):
            names.append(_now("Local budget"))
    _add(act, cycle, 1, [Part(names[0], names[1], cycle.fiscal_year, cycle.envelope)], "", "kk")


def change(act: Act, cycle: Cycle, parts: Sequence[Part], *, reason: str, language: str) -> Envelope:
    """The office makes a new version of the envelope. Raises Forbidden, Conflict (it is fixed), FieldRefusal."""
    if not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office changes the envelope."))
    act.session.refresh(cycle, with_for_update=True)  # whoever opens the poll waits, and so does who opens it first
    if fixed(act, cycle):
        raise Conflict(_("The envelope is fixed since the poll was opened."))
    refuse_all(faults(act, cycle, parts, reason))
    number, before, after = len(versions(act, cycle)) + 1, cycle.envelope, sum(part.amount for part in parts)
    told = {"version": number, "before": before, "after": after}
    audit.record(act, "cycle.envelope_changed", subject=cycle.id, data=told)
    made = _add(act, cycle, number, parts, reason.strip(), language)
    cycle.envelope = after
    act.session.flush()
    return made


def faults(act: Act, cycle: Cycle, parts: Sequence[Part], reason: str) -> Iterator[FieldRefusal]:
    """What is wrong with a new version; parts at `name_kk_1`, `amount_1` and so on."""
    for place, part in enumerate(parts, 1):
        yield from _faults_of_part(cycle, part, place)
    total = sum(part.amount for part in parts)
    if not parts:
        yield FieldRefusal("name_kk_1", _("Write what the envelope is made of."))
    elif all(part.amount > 0 for part in parts) and total < (least := _least(cycle)):
        told = _("The limits of this cycle need an envelope of at least %(sum)s.", sum=money(least))
        yield FieldRefusal("amount_1", told)
    current = last(act, cycle)
    if current is not None and list(parts) == parts_of(current):
        yield FieldRefusal("amount_1", _("Nothing is changed yet."))
    if not reason.strip():
        yield FieldRefusal("reason", _("Write the reason."))
    elif len(reason.strip()) > LONGEST_REASON:
        yield FieldRefusal("reason", _("Use at most %(most)s characters.", most=LONGEST_REASON))


def versions(act: Act, cycle: Cycle) -> Sequence[Envelope]:
    """All versions, the first one first."""
    return act.session.scalars(select(Envelope).where(Envelope.cycle_id == cycle.id).order_by(Envelope.number)).all()


def last(act: Act, cycle: Cycle) -> Envelope | None:
    """The version that holds."""
    query = select(Envelope).where(Envelope.cycle_id == cycle.id).order_by(Envelope.number.desc()).limit(1)
    return act.session.scalars(query).first()


def history(every: Sequence[Envelope]) -> list[Change]:
    """The versions in sentences: who, when, why, from which sum to which. Who did it is an office, never a name."""
    told = [_("The akim's office opened the cycle with %(after)s.", after=money(every[0].total))] if every else []
    for before, after in pairwise(every):
        sums = {"before": money(before.total), "after": money(after.total)}
        told.append(
            _("The akim's office changed the envelope: %(before)s → %(after)s", **sums)
            if before.total != after.total
            else _("The akim's office changed the lines of the envelope: %(after)s together", after=sums["after"])
        )
    return [Change(one.made_at, text, one.reason, one.language) for one, text in zip(every, told, strict=True)]


def parts_of(version: Envelope) -> list[Part]:
    """Its lines, as they are written anew."""
    return [Part(line.name_kk, line.name_ru, line.year, line.amount) for line in version.lines]


def _faults_of_part(cycle: Cycle, part: Part, place: int) -> Iterator[FieldRefusal]:
    for name in ("name_kk", "name_ru"):
        written = one_line(getattr(part, name))
        if not written:
            yield FieldRefusal(f"{name}_{place}", _("Write the name in Kazakh and in Russian."))
        elif len(written) > LONGEST_NAME:
            yield FieldRefusal(f"{name}_{place}", _("Use at most %(most)s characters.", most=LONGEST_NAME))
    if not cycle.fiscal_year <= part.year < cycle.fiscal_year + YEARS:
        first, latest = cycle.fiscal_year, cycle.fiscal_year + YEARS - 1
        yield FieldRefusal(f"year_{place}", _("Choose a year from %(first)s to %(last)s.", first=first, last=latest))
    if part.amount <= 0 or part.amount % HUNDRED_TENGE:
        yield FieldRefusal(f"amount_{place}", _("Give a sum in hundreds of tenge."))


def _least(cycle: Cycle) -> int:
    """What the cycle's own limits need: of one project, of a ballot's cost, of settlements' parts."""
    return max(cycle.project_limit, cycle.cost_limit, sum(cycle.settlement_envelopes.values()))


def _add(act: Act, cycle: Cycle, number: int, parts: Sequence[Part], reason: str, language: str) -> Envelope:
    """The event comes first: triggers refuse rows that the log does not know."""
    version = Envelope(
        cycle_id=cycle.id,
        number=number,
        reason=reason,
        language=language,
        made_at=act.at,
        made_by=act.person.id if act.person is not None else None,
    )
    act.session.add(version)
    act.session.flush()
    act.session.add_all(
        EnvelopeLine(
            cycle_id=cycle.id,
            number=number,
            position=position,
            name_kk=one_line(part.name_kk),
            name_ru=one_line(part.name_ru),
            year=part.year,
            amount=part.amount,
        )
        for position, part in enumerate(parts, 1)
    )
    act.session.flush()
    return version
