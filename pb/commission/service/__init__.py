"""The commission's reports: written, corrected until somebody signs, signed by its members one by one."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.commission.models import (
    LONGEST_NAME,
    LONGEST_TEXT,
    LONGEST_WORDS,
    MOST_LINES,
    Commission,
    MonitoringReport,
    ReportLine,
    ReportSignature,
)
from pb.commission.service import seating
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.gatherings.models import Member
from pb.gatherings.service import members
from pb.proposals.service import contents
from pb.tasks.service import basis as bases
from pb.tasks.service.basis import Basis
from pb.text import one_line

FIRST_YEAR: Final = 2018
"""From then on a village has a budget of its own."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A programme or a line of the budget as the commission compared it; sums in tiyn."""

    name: str
    planned_words: str = ""
    reached_words: str = ""
    planned: int | None = None
    reached: int | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """A report as it is written: of which half of which year, or, without a half, an extra one with its basis."""

    year: int | None
    half: int | None
    lines: Sequence[Compared]
    findings: str
    proposals: str
    language: str
    basis: Basis | None = None


def may_write(act: Act) -> bool:
    """Whether the actor may write a report: a member of the commission, or the assembly's secretary."""
    commission = seating.current(act)
    if act.person is None or commission is None:
        return False
    return act.holds(Role.SECRETARY) or own_seat(act, commission) is not None


def own_seat(act: Act, commission: Commission) -> Member | None:
    """The member of this commission whose account the actor has."""
    own = members.own(act)
    return own if own is not None and own.id in {seat.member_id for seat in commission.seats} else None


def require_writing(act: Act) -> Commission:
    """The commission of today, for which the actor may write. Raises Conflict (there is none), Forbidden."""
    commission = seating.current(act)
    if commission is None:
        raise Conflict(_("There is no commission today: the assembly forms it, and two people record it."))
    if not may_write(act):
        raise Forbidden(_("A member of the commission or the secretary of the assembly writes its report."))
    return commission


def write(act: Act, found: Findings) -> MonitoringReport:
    """A new report. Raises Forbidden, Conflict (no commission), FieldRefusal (`faults`)."""
    commission = require_writing(act)
    refuse_all(faults(act, found))
    taken = select(func.max(MonitoringReport.number)).where(MonitoringReport.territory_id == act.territory.id)
    report = MonitoringReport(
        id=uuid4(),
        territory_id=act.territory.id,
        number=(act.session.scalar(taken) or 0) + 1,
        commission_id=commission.id,
        written_at=act.at,
        written_by=_person(act),
    )
    audit.record(act, "commission.report_written", subject=report.id, data={"number": report.number})
    _fill(report, found)
    act.session.add(report)
    act.session.flush()
    _put_lines(act, report, found)
    return report


def require_correcting(act: Act, report: MonitoringReport) -> None:
    """Raises Conflict (somebody has signed it, or there is no commission), Forbidden."""
    require_writing(act)
    if report.signatures:
        raise Conflict(_("A member has signed this report, or a scan of it waits: it is not changed any more."))


def correct(act: Act, report: MonitoringReport, found: Findings) -> None:
    """Writes it anew, while nobody has signed it. Raises what `write` does, Conflict (somebody has)."""
    act.session.refresh(report, with_for_update=True)
    require_correcting(act, report)
    refuse_all(faults(act, found, report))
    audit.record(act, "commission.report_corrected", subject=report.id, data={"number": report.number})
    _fill(report, found)
    for line in list(report.lines):
        act.session.delete(line)
    act.session.flush()
    act.session.expire(report, ["lines"])
    _put_lines(act, report, found)


def faults(act: Act, found: Findings, report: MonitoringReport | None = None) -> Iterator[FieldRefusal]:
    """What `write` and `correct` would refuse; lines at `name_of_1` and so on."""
    yield from _faults_of_half(act, found, report)
    yield from _faults_of_lines(found.lines)
    if not found.findings.strip():
        yield FieldRefusal("findings", _("Write what the commission found."))
    for field in ("findings", "proposals"):
        if len(getattr(found, field).strip()) > LONGEST_TEXT:
            yield FieldRefusal(field, _("Use at most %(max)d characters.", max=LONGEST_TEXT))
    if found.language not in contents.LANGUAGES:
        yield FieldRefusal("language", _("Choose the language in which you write."))


def _faults_of_half(act: Act, found: Findings, report: MonitoringReport | None) -> Iterator[FieldRefusal]:
    today = local(act.at).date()
    if found.half is None:
        yield from bases.faults(act, found.basis or Basis())
    elif found.half not in {1, 2} or found.year is None or not FIRST_YEAR <= found.year <= today.year:
        yield FieldRefusal("half", _("Choose the half-year."))
    elif ends(found.year, found.half) >= today:
        yield FieldRefusal("half", _("This half-year has not ended yet."))
    elif (formed := seating.current(act)) is not None and ends(found.year, found.half) < formed.term_from:
        yield FieldRefusal("half", _("The commission was not formed yet in that half-year."))
    elif (other := of_half(act, found.year, found.half)) is not None and (report is None or other.id != report.id):
        yield FieldRefusal("half", _("There is a report of this half-year already: № %(number)s.", number=other.number))


def _faults_of_lines(lines: Sequence[Compared]) -> Iterator[FieldRefusal]:
    if not lines:
        yield FieldRefusal("name_of_1", _("Compare at least one programme or line of the budget."))
    elif len(lines) > MOST_LINES:
        yield FieldRefusal("name_of_1", _("At most %(number)s lines.", number=MOST_LINES))
    for place, line in enumerate(lines, 1):
        longest = max(len(one_line(words)) for words in (line.planned_words, line.reached_words))
        if not one_line(line.name):
            yield FieldRefusal(f"name_of_{place}", _("Name the programme or the line of the budget."))
        elif len(one_line(line.name)) > LONGEST_NAME or longest > LONGEST_WORDS:
            yield FieldRefusal(f"name_of_{place}", _("Use at most %(max)d characters.", max=LONGEST_NAME))


def ends(year: int, half: int) -> date:
    """The last day of a half-year."""
    return date(year, 6, 30) if half == 1 else date(year, 12, 31)


def get(act: Act, report_id: UUID) -> MonitoringReport:
    """Raises NotFound."""
    report = act.session.get(MonitoringReport, report_id)
    if report is None or report.territory_id != act.territory.id:
        raise NotFound
    return report


def of_half(act: Act, year: int, half: int) -> MonitoringReport | None:
    query = select(MonitoringReport).where(
        MonitoringReport.territory_id == act.territory.id, MonitoringReport.year == year, MonitoringReport.half == half
    )
    return act.session.scalars(query).one_or_none()


def digest(report: MonitoringReport) -> str:
    """SHA-256 (hexadecimal) of all that the report says, as JSON with sorted names: what members sign."""
    said = {name: getattr(report, name) for name in ("number", "year", "half", "findings", "proposals", "language")}
    columns = ("name", "planned_words", "reached_words", "planned", "reached")
    said["lines"] = [{name: getattr(line, name) for name in columns} for line in report.lines]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def unsigned(report: MonitoringReport, commission: Commission) -> list[Member]:
    """The members of its commission who have not signed it: a scan that waits says nothing yet."""
    signed = {signature.member_id for signature in report.signatures if signature.counts}
    return [member for member in seating.members_of(commission) if member.id not in signed]


def may_sign(act: Act, report: MonitoringReport) -> bool:
    """Whether the actor is a member of the commission who has not signed yet."""
    own = own_seat(act, seating.get(act, report.commission_id))
    return own is not None and own.id not in {signature.member_id for signature in report.signatures}


def sign(act: Act, report: MonitoringReport, seen: str) -> None:
    """A member signs what they saw: `seen` is its digest. Raises Forbidden, Conflict (signed, or changed since)."""
    act.session.refresh(report, with_for_update=True)
    own = own_seat(act, seating.get(act, report.commission_id))
    if own is None:
        raise Forbidden(_("Members of the commission sign its report, each with the own account."))
    if not may_sign(act, report) or seen != digest(report):
        raise Conflict(_("You have signed this report, or it was corrected meanwhile: read it again."))
    member, text = act.session.get_one(Member, own.id), digest(report)
    told = {"number": report.number, "member": member.number, "sha256": text}
    audit.record(act, "commission.report_signed", subject=report.id, data=told)
    act.session.add(ReportSignature(report_id=report.id, member_id=own.id, at=act.at, by_id=_person(act), sha256=text))
    act.session.flush()
    act.session.expire(report, ["signatures"])


def _fill(report: MonitoringReport, found: Findings) -> None:
    report.half = found.half
    report.year = found.year if found.half is not None and found.year is not None else report.written_at.year
    rests = (found.basis or Basis()) if found.half is None else Basis()
    report.question_id, report.minutes_on = rests.question_id, rests.minutes_on
    report.minutes_number = one_line(rests.minutes_number)
    report.findings, report.proposals = found.findings.strip(), found.proposals.strip()
    report.language = found.language


def _put_lines(act: Act, report: MonitoringReport, found: Findings) -> None:
    for position, line in enumerate(found.lines, 1):
        words = {"planned_words": one_line(line.planned_words), "reached_words": one_line(line.reached_words)}
        sums = {"planned": line.planned, "reached": line.reached}
        act.session.add(ReportLine(report_id=report.id, position=position, name=one_line(line.name), **words, **sums))
    act.session.flush()
    act.session.expire(report, ["lines"])


def _person(act: Act) -> UUID:
    if act.person is None:
        raise Forbidden(_("Your role does not allow this."))
    return act.person.id
