"""What is left of a line when the year ends: it lapses, goes back to the raion, or carries over.

What was recorded stays; where a corrected report changes the rest, the office records it anew with a reason. Only what
the raion and those above it transferred for a purpose goes back (the subprogrammes of `corrections.TARGETED`): what the
local budget paid, subprogramme 015, is the okrug's own.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.service import fingerprints
from pb.budget import service
from pb.budget.models import LONGEST_WORDS, Budget, Leftover
from pb.budget.service import amounts
from pb.clock import local
from pb.core.budget.amounts import exact_thousands
from pb.core.budget.codes import Code, Side
from pb.core.budget.corrections import TARGETED
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all


class Left(NamedTuple):
    """What became of the rest of a line, in tiyn."""

    code: str
    lapsed: int
    returned: int
    carried: int


class Rest(NamedTuple):
    """A line of which something is left by the last report, in tiyn, or was recorded; the last record stands last."""

    code: str
    left: int
    records: Sequence[Leftover]

    @property
    def recorded(self) -> Leftover | None:
        """What holds."""
        return self.records[-1] if self.records else None

    @property
    def outdated(self) -> bool:
        """Whether a report has changed the rest since it was recorded."""
        return self.recorded is not None and self.recorded.whole != self.left

    @property
    def open(self) -> bool:
        """Whether nobody has said yet what became of it."""
        return self.recorded is None


def of_budget(act: Act, budget: Budget) -> list[Rest]:
    """The rests of the budget's first year, in the order of their codes."""
    query = select(Leftover).where(Leftover.territory_id == act.territory.id, Leftover.year == budget.first_year)
    records: dict[str, list[Leftover]] = {}
    for one in act.session.scalars(query.order_by(Leftover.number)):
        records.setdefault(one.code, []).append(one)
    left = _unpaid(act, budget)
    return [Rest(code, left.get(code, 0), records.get(code, [])) for code in sorted({*left, *records})]


def of_last_years(act: Act) -> Iterator[tuple[Budget, list[Rest]]]:
    """The rests of last year, and of every year before it of which some were recorded."""
    last = local(act.at).year - 1
    recorded = select(Leftover.year).where(Leftover.territory_id == act.territory.id, Leftover.year < last).distinct()
    for year in (last, *act.session.scalars(recorded.order_by(Leftover.year.desc()))):
        budget = service.find(act, year)
        if budget is not None and (found := of_budget(act, budget)):
            yield budget, found


def may_return(code: str) -> bool:
    """Whether what is left of a line may go back: it came for a purpose, or the line does not say from where."""
    return Code.read(code).subprogramme in {*TARGETED, ""}


def record(act: Act, budget: Budget, left: Left, *, reason: str = "", language: str = "kk") -> Leftover:
    """The office says what became of a line's rest once the year is over; anew with a reason, where that changed.

    Raises Forbidden, Conflict (the year goes on), FieldRefusal (`faults`).
    """
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office says what became of the rest."))
    if local(act.at).year <= budget.first_year:
        raise Conflict(_("The year is not over yet."))
    audit.take_turn(act)
    rest = next((one for one in of_budget(act, budget) if one.code == left.code), None)
    if rest is None:
        raise FieldRefusal("code", _("Nothing is left of this line."))
    refuse_all(faults(rest, left, reason))
    number = len(rest.records) + 1
    told: dict[str, str | int] = {"year": budget.first_year, "version": number, **left._asdict()}
    if reason.strip():
        told["reason"] = reason.strip()
    made = Leftover(
        territory_id=act.territory.id,
        year=budget.first_year,
        number=number,
        **left._asdict(),
        reason=reason.strip(),
        language=language,
        recorded_at=act.at,
        recorded_by=act.person.id,
    )
    told["digest"] = fingerprints.of_row(made)
    audit.record(act, "budget.leftover_recorded", subject=budget.id, data=told)
    act.session.add(made)
    act.session.flush()
    return made


def faults(rest: Rest, left: Left, reason: str) -> Iterator[FieldRefusal]:
    """What is wrong with what is said: the three sums are another rest, own money goes back, a change has no reason."""
    sums = (left.lapsed, left.returned, left.carried)
    if min(sums) < 0 or sum(sums) != rest.left:
        yield FieldRefusal(
            "lapsed",
            _("The three sums make up what is left: %(rest)s thousand tenge.", rest=exact_thousands(rest.left)),
        )
    if left.returned and not may_return(left.code):
        yield FieldRefusal(
            "returned", _("Only what was transferred for a purpose goes back to the raion; this line is own money.")
        )
    if (before := rest.recorded) is None:
        return
    if sums == (before.lapsed, before.returned, before.carried):
        yield FieldRefusal("lapsed", _("This is recorded already."))
    if not reason.strip():
        yield FieldRefusal("reason", _("Write why it is recorded anew: what was recorded stays beside it."))
    elif len(reason.strip()) > LONGEST_WORDS:
        yield FieldRefusal("reason", _("Use at most %(most)s characters.", most=LONGEST_WORDS))


def _unpaid(act: Act, budget: Budget) -> dict[str, int]:
    """What of each line of spending was planned and not paid by the last report, in tiyn; what was overspent is not."""
    last = amounts.last_report(act, budget.first_year)
    if last is None or last.until != date(budget.first_year, 12, 31):  # what is paid later in December is no rest
        return {}
    return {
        one.code: one.planned - (one.paid or 0)
        for one in amounts.four(act, budget)
        if Code.read(one.code).side is Side.SPENDING and one.planned > (one.paid or 0)
    }
