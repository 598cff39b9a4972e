"""Reports of visits: written, corrected until somebody signs, signed by the auditor or by the commission's members."""

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.service import fingerprints
from pb.clock import local
from pb.commission import service as commission
from pb.commission.models import Commission, MonitoringReport
from pb.commission.service import seating
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.gatherings.models import Member
from pb.gatherings.service import known, members
from pb.identity.service import holdings
from pb.inspections.models import (
    LONGEST_TEXT,
    LONGEST_WORDS,
    MOST_RECOMMENDATIONS,
    Body,
    Inspection,
    InspectionSignature,
    Recommendation,
)
from pb.media.service import files, showing
from pb.media.service.files import Received
from pb.media.service.showing import Seen
from pb.proposals.service import contents

RECORDING: Final = (Role.DEPUTY, Role.AUDITOR)
"""Who records that members signed on paper: nobody of the assembly or the office, whose work it is about.

Nor whoever sits in that commission, or is of one body with the writer: else one person writes a report and says alone
who signed it.
"""
SCANS_FOR: Final = (Role.OFFICE, Role.AKIM, Role.CHAIR, Role.SECRETARY, Role.DEPUTY, Role.AUDITOR)
FIRST_YEAR: Final = commission.FIRST_YEAR
LONGEST_AGO: Final = 3  # years
LAST_TERM_DAYS: Final = 366 * 3


@dataclass(frozen=True, slots=True)
class Advice:
    """What is recommended, to be answered until a day."""

    words: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Visit:
    """A report as it is written: of a project, or of the whole budget of a year; `monitoring_id` it belongs to."""

    year: int | None
    proposal_id: UUID | None
    visited_on: date | None
    findings: str
    recommendations: Sequence[Advice]
    language: str
    monitoring_id: UUID | None = None


def body_of(act: Act) -> Body | None:
    """For whom the actor writes: the auditor, or the commission in which the actor sits."""
    if act.person is not None and act.holds(Role.AUDITOR):
        return Body.AUDITOR
    now = seating.current(act)
    return Body.COMMISSION if now is not None and commission.own_seat(act, now) is not None else None


def may_write(act: Act) -> bool:
    return body_of(act) is not None


def require_writing(act: Act) -> Body:
    """For whom the actor writes. Raises Forbidden."""
    body = body_of(act)
    if body is None:
        raise Forbidden(_("The auditor or a member of the commission of the community writes of a visit."))
    return body


def write(act: Act, visit: Visit) -> Inspection:
    """A new report. Raises Forbidden, FieldRefusal (`faults`)."""
    body = require_writing(act)
    refuse_all(faults(act, visit))
    audit.take_turn(act)
    taken = select(func.max(Inspection.number)).where(Inspection.territory_id == act.territory.id)
    now = seating.current(act) if body is Body.COMMISSION else None
    report = Inspection(
        id=uuid4(),
        territory_id=act.territory.id,
        number=(act.session.scalar(taken) or 0) + 1,
        body=body,
        commission_id=now.id if now is not None else None,
        written_at=act.at,
        written_by=_person(act),
    )
    audit.record(act, "inspection.written", subject=report.id, data={"number": report.number, "body": report.body})
    _fill(report, visit)
    act.session.add(report)
    act.session.flush()
    _put_recommendations(act, report, visit)
    return report


def may_correct(act: Act, report: Inspection) -> bool:
    """Whoever writes for the same body, while nobody has signed."""
    return body_of(act) == report.body and not report.signatures


def require_correcting(act: Act, report: Inspection) -> None:
    """Raises Forbidden, Conflict (somebody has signed)."""
    if require_writing(act) != report.body:
        raise Forbidden(_("Another body wrote this report."))
    if report.signatures:
        raise Conflict(_("This report is signed: it is not changed any more."))


def correct(act: Act, report: Inspection, visit: Visit) -> None:
    """Writes it anew, while nobody has signed it. Raises Forbidden, Conflict, FieldRefusal (`faults`)."""
    act.session.refresh(report, with_for_update=True)
    require_correcting(act, report)
    refuse_all(faults(act, visit))
    audit.record(act, "inspection.corrected", subject=report.id, data={"number": report.number})
    _fill(report, visit)
    act.session.execute(delete(Recommendation).where(Recommendation.inspection_id == report.id))
    act.session.flush()
    _put_recommendations(act, report, visit)


def faults(act: Act, visit: Visit) -> Iterator[FieldRefusal]:
    """What `write` and `correct` would refuse; recommendations at `words_1`, `until_1` and so on."""
    today = local(act.at).date()
    if visit.proposal_id is None and (visit.year is None or not FIRST_YEAR <= visit.year <= today.year + 1):
        yield FieldRefusal("year", _("Write the year of the budget."))
    if visit.visited_on is None:
        yield FieldRefusal("visited_on", _("Write the date."))
    elif visit.visited_on > today:
        yield FieldRefusal("visited_on", _("This day is still to come."))
    elif visit.visited_on.year < today.year - LONGEST_AGO:
        yield FieldRefusal("visited_on", _("This day is too long ago: check the year."))
    if not visit.findings.strip():
        yield FieldRefusal("findings", _("Write what was found."))
    elif len(visit.findings.strip()) > LONGEST_TEXT:
        yield FieldRefusal("findings", _("Use at most %(max)d characters.", max=LONGEST_TEXT))
    if visit.language not in contents.LANGUAGES:
        yield FieldRefusal("language", _("Choose the language in which you write."))
    yield from _faults_of_recommendations(visit.recommendations, today)


def _faults_of_recommendations(some: Sequence[Advice], today: date) -> Iterator[FieldRefusal]:
    if len(some) > MOST_RECOMMENDATIONS:
        yield FieldRefusal("words_1", _("At most %(number)s recommendations.", number=MOST_RECOMMENDATIONS))
    for place, one in enumerate(some, 1):
        if not one.words.strip():
            yield FieldRefusal(f"words_{place}", _("Write what is recommended."))
        elif len(one.words.strip()) > LONGEST_WORDS:
            yield FieldRefusal(f"words_{place}", _("Use at most %(max)d characters.", max=LONGEST_WORDS))
        if one.until is None:
            yield FieldRefusal(f"until_{place}", _("Write until which day it is to be answered."))
        elif not 0 <= (one.until - today).days <= LAST_TERM_DAYS:
            yield FieldRefusal(f"until_{place}", _("Write a day from today on, within three years."))


def get(act: Act, report_id: UUID) -> Inspection:
    """Raises NotFound."""
    report = act.session.get(Inspection, report_id)
    if report is None or report.territory_id != act.territory.id:
        raise NotFound
    return report


def monitoring(act: Act) -> list[MonitoringReport]:
    """The commission's reports that a visit may belong to, the latest first."""
    query = select(MonitoringReport).where(MonitoringReport.territory_id == act.territory.id)
    return list(act.session.scalars(query.order_by(MonitoringReport.number.desc())))


def digest(report: Inspection) -> str:
    """SHA-256 (hexadecimal) of all that the report says, as JSON with sorted names: what is signed."""
    said = {name: getattr(report, name) for name in ("number", "body", "year", "findings", "language")}
    said["project"] = str(report.proposal_id) if report.proposal_id else None
    said["monitoring"] = str(report.monitoring_id) if report.monitoring_id else None
    said["visited_on"] = report.visited_on.isoformat()
    said["recommendations"] = [[one.words, one.until.isoformat()] for one in report.recommendations]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def commission_of(act: Act, report: Inspection) -> Commission | None:
    return seating.get(act, report.commission_id) if report.commission_id is not None else None


def unsigned(act: Act, report: Inspection) -> list[Member]:
    """The members of its commission who have not signed it; nobody of a report of the auditor."""
    seats = commission_of(act, report)
    signed = {signature.member_id for signature in report.signatures}
    return [member for member in seating.members_of(seats) if member.id not in signed] if seats else []


def needed(act: Act, report: Inspection) -> int:
    """How many signatures make it whole: more than half of the commission, or the auditor's."""
    seats = commission_of(act, report)
    return len(seats.seats) // 2 + 1 if seats is not None else 1


def is_signed(act: Act, report: Inspection) -> bool:
    return len(report.signatures) >= needed(act, report)


def may_sign(act: Act, report: Inspection) -> bool:
    """Whether the actor signs it now: a member who has not, or an auditor while none has."""
    seats = commission_of(act, report)
    if seats is None:
        return act.person is not None and act.holds(Role.AUDITOR) and not report.signatures
    own = commission.own_seat(act, seats)
    return own is not None and own.id not in {signature.member_id for signature in report.signatures}


def sign(act: Act, report: Inspection, seen: str) -> None:
    """Signs what the actor saw: `seen` is its digest. Raises Forbidden, Conflict (signed, or changed since)."""
    act.session.refresh(report, with_for_update=True)
    seats = commission_of(act, report)
    own = commission.own_seat(act, seats) if seats is not None else None
    if own is None and (seats is not None or not act.holds(Role.AUDITOR)):
        raise Forbidden(_("The auditor, or members of the commission, sign their report, each with the own account."))
    if not may_sign(act, report) or seen != digest(report):
        raise Conflict(_("You have signed this report, or it was corrected meanwhile: read it again."))
    _sign(act, report, own.id if own is not None else None)


def may_record_paper(act: Act, report: Inspection) -> bool:
    """Whether the actor may record who signed on paper: of the commission another body, the auditor by themselves."""
    if report.body == Body.AUDITOR:
        return may_sign(act, report)
    return act.person is not None and act.holds(*RECORDING) and bool(unsigned(act, report)) and not _party(act, report)


def require_recording_paper(act: Act, report: Inspection) -> None:
    """Raises Forbidden, Conflict (all have signed)."""
    allowed = (Role.AUDITOR,) if report.body == Body.AUDITOR else RECORDING
    if act.person is None or not act.holds(*allowed):
        raise Forbidden(
            _("A deputy or the auditor records who of the commission signed on paper; the auditor alone their own.")
        )
    if (refused := _party(act, report)) is not None:
        raise Forbidden(refused)
    if not may_record_paper(act, report):
        raise Conflict(_("All have signed this report."))


def _party(act: Act, report: Inspection) -> LazyString | None:
    """Why the actor says of nobody else that they signed it; None where they may."""
    seats = commission_of(act, report)
    if seats is None:
        return None
    if commission.own_seat(act, seats) is not None:
        return _("You sit in this commission. Somebody who does not records who signed on paper.")
    if holdings.of_one_body(act, report.written_by):
        return _("Who wrote this report works for the same body as you. Somebody of another records the signatures.")
    return None


def sign_on_paper(act: Act, report: Inspection, who: frozenset[UUID], on: date | None, scan: Received) -> None:
    """Who signed on paper, when, and the scan. Raises Forbidden, Conflict, FieldRefusal (`faults_of_paper`)."""
    act.session.refresh(report, with_for_update=True)
    require_recording_paper(act, report)
    refuse_all(faults_of_paper(act, report, who, on))
    known.refuse(act, scan.sha256)
    paper = files.add_paper(act, _person(act), scan)
    signers: list[UUID | None] = [*sorted(who)] if report.body == Body.COMMISSION else [None]
    for member_id in signers:
        _sign(act, report, member_id, on, paper.id, scan.sha256)


def faults_of_paper(act: Act, report: Inspection, who: frozenset[UUID], on: date | None) -> Iterator[FieldRefusal]:
    """What `sign_on_paper` would refuse."""
    left = {member.id for member in unsigned(act, report)}
    if report.body == Body.COMMISSION and (not who or not who <= left):
        yield FieldRefusal("members", _("Choose who signed on this paper."))
    if on is None:
        yield FieldRefusal("signed_on", _("Write the date."))
    elif not report.visited_on <= on <= local(act.at).date():
        yield FieldRefusal("signed_on", _("It was signed after the visit, and not after today."))


def _sign(
    act: Act,
    report: Inspection,
    member_id: UUID | None,
    signed_on: date | None = None,
    paper_id: UUID | None = None,
    scan: str = "",
) -> None:
    text, number = digest(report), len(report.signatures) + 1
    row = InspectionSignature(inspection_id=report.id, number=number, member_id=member_id, at=act.at, sha256=text)
    row.by_id, row.signed_on, row.paper_id = _person(act), signed_on, paper_id
    data = {"number": report.number, "signature": number, "sha256": text, "digest": fingerprints.of_row(row)}
    audit.record(act, "inspection.signed", subject=report.id, data={**data, **({"scan": scan} if scan else {})})
    act.session.add(row)
    act.session.flush()
    act.session.expire(report, ["signatures"])


def _fill(report: Inspection, visit: Visit) -> None:
    report.proposal_id, report.monitoring_id = visit.proposal_id, visit.monitoring_id
    report.year = visit.year or report.written_at.year
    if visit.visited_on is not None:
        report.visited_on = visit.visited_on
    report.findings, report.language = visit.findings.strip(), visit.language


def _put_recommendations(act: Act, report: Inspection, visit: Visit) -> None:
    for position, one in enumerate(visit.recommendations, 1):
        row = Recommendation(inspection_id=report.id, position=position, words=one.words.strip(), until=one.until)
        act.session.add(row)
    act.session.flush()
    act.session.expire(report, ["recommendations"])


def _person(act: Act) -> UUID:
    if act.person is None:
        raise Forbidden(_("Your role does not allow this."))
    return act.person.id


@showing.shows
def seen(act: Act, ids: Collection[UUID]) -> Seen:
    """Scans with handwritten signatures: who works here and members see them, others the digest."""
    found = act.session.scalars(
        select(InspectionSignature.inspection_id).where(InspectionSignature.paper_id.in_(ids)).limit(1)
    ).first()
    allowed = found is not None and (act.holds(*SCANS_FOR) or members.own(act) is not None)
    return Seen.ITS_OWN if allowed else Seen.NOBODY
