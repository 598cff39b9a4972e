"""What is told of a quarter beside its meetings: plans, appeals over the network, receptions; the table of appeals."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act
from pb.audit import service as audit
from pb.clock import local
from pb.errors import FieldRefusal, NotFound, refuse_all
from pb.formats import number
from pb.reports.models import AppealsTable, MeetingVersion, QuarterFigures, ReportedMeeting
from pb.reports.service.checking import Counts, adds_up, reason_of, require_office, without_zeros
from pb.reports.service.quarters import Quarter
from pb.text import one_line

Row = TypeVar("Row", QuarterFigures, AppealsTable)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one quarter alone. `planned` counts meetings by the akim's level, `planned_report` those that are reports."""

    planned: Counts = field(default_factory=dict)
    planned_report: int = 0
    appeals: int = 0
    receptions: int = 0
    received: int = 0


@dataclass(frozen=True, slots=True)
class Appeals:
    """The table as its register has it: what became of them, and their topics by line of the official list."""

    received: int = 0
    considered: int = 0
    forwarded: int = 0
    satisfied: int = 0
    refused: int = 0
    explained: int = 0
    terminated: int = 0
    reexamined: int = 0
    topics: Counts = field(default_factory=dict)


def record_figures(act: Act, quarter: Quarter, figures: Figures, reason: str = "") -> QuarterFigures:
    """The first version, or a correction with its reason. Raises Forbidden, NotFound (not begun), FieldRefusal."""
    _require(act, quarter)
    refuse_all(faults_of_figures(act, quarter, figures, reason))
    return _record(act, quarter, QuarterFigures, "report.quarter_recorded", asdict(figures), reason)


def record_appeals(act: Act, quarter: Quarter, appeals: Appeals, reason: str = "") -> AppealsTable:
    """The same of the table of appeals."""
    _require(act, quarter)
    refuse_all(faults_of_appeals(act, quarter, appeals, reason))
    return _record(act, quarter, AppealsTable, "report.appeals_recorded", asdict(appeals), reason)


def faults_of_figures(act: Act, quarter: Quarter, figures: Figures, reason: str) -> Iterator[FieldRefusal]:
    """What is wrong with the figures of a quarter, all of it."""
    planned = sum(figures.planned.values())
    if figures.planned_report > planned:
        told = _("More report meetings than meetings are planned: %(all)s in all.", all=number(planned))
        yield FieldRefusal("planned_report", told)
    if figures.received and not figures.receptions:
        yield FieldRefusal("receptions", _("Citizens were received, and there was no reception."))
    yield from reason_of(reason, corrects=bool(versions(act, quarter, QuarterFigures)))


def faults_of_appeals(act: Act, quarter: Quarter, appeals: Appeals, reason: str) -> Iterator[FieldRefusal]:
    """What does not add up in the table of appeals, all of it."""
    outcomes = (appeals.satisfied, appeals.refused, appeals.explained, appeals.terminated)
    yield from adds_up("considered", outcomes, appeals.considered)
    left = appeals.considered + appeals.forwarded
    if left > appeals.received:
        told = _(
            "Considered and forwarded add up to %(sum)s, and only %(total)s were received.",
            sum=number(left),
            total=number(appeals.received),
        )
        yield FieldRefusal("received", told)
    if appeals.reexamined > appeals.considered:
        yield FieldRefusal("reexamined", _("More were re-examined than considered."))
    yield from adds_up("topics", appeals.topics.values(), appeals.received)
    yield from reason_of(reason, corrects=bool(versions(act, quarter, AppealsTable)))


def versions(act: Act, quarter: Quarter, model: type[Row]) -> Sequence[Row]:
    """All that was ever told of a quarter, the latest first."""
    query = select(model).where(
        model.territory_id == act.territory.id, model.year == quarter.year, model.quarter == quarter.number
    )
    return act.session.scalars(query.order_by(model.version.desc())).all()


def of_year(act: Act, year: int) -> dict[int, QuarterFigures]:
    """What holds of a year, by the number of the quarter."""
    query = select(QuarterFigures).where(QuarterFigures.territory_id == act.territory.id, QuarterFigures.year == year)
    return {row.quarter: row for row in act.session.scalars(query.order_by(QuarterFigures.version))}


def first_year(act: Act) -> int | None:
    """The earliest year of which something was entered."""
    held = (
        select(func.min(MeetingVersion.held_on))
        .join(ReportedMeeting, ReportedMeeting.id == MeetingVersion.meeting_id)
        .where(ReportedMeeting.territory_id == act.territory.id)
    )
    earliest = act.session.scalar(held)
    years = [earliest.year] if earliest else []
    for model in (QuarterFigures, AppealsTable):
        year = act.session.scalar(select(func.min(model.year)).where(model.territory_id == act.territory.id))
        years += [year] if year else []
    return min(years, default=None)


def begun(act: Act, quarter: Quarter) -> bool:
    """Whether there is something to tell of a quarter."""
    return quarter.first <= local(act.at).date()


def _require(act: Act, quarter: Quarter) -> None:
    require_office(act)
    if not begun(act, quarter):
        raise NotFound


def _record(act: Act, quarter: Quarter, model: type[Row], action: str, told: dict[str, Any], reason: str) -> Row:
    version = len(versions(act, quarter, model)) + 1
    told = {name: without_zeros(value) if isinstance(value, dict) else value for name, value in told.items()}
    why = one_line(reason) if version > 1 else ""
    data = {"year": quarter.year, "quarter": quarter.number, "version": version, "reason": why}
    event = audit.record(act, action, subject=act.territory.id, data=data)
    row = model(
        territory_id=act.territory.id,
        year=quarter.year,
        quarter=quarter.number,
        version=version,
        reason=why,
        recorded_at=act.at,
        event=event.hash,
        **told,
    )
    act.session.add(row)
    act.session.flush()
    return row
