"""A report that members signed on paper: one person brings the scan, another of another body compares and confirms it.

Until then their signatures count for nothing. Whoever is of the commission, or compares, lets go of a scan that waits:
a member who signed nothing can say so, and sign by the own press. The log keeps the digest of each.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.commission.models import MonitoringReport, ReportSignature
from pb.commission.service import digest, may_write, own_seat, seating, unsigned
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.gatherings.models import Member
from pb.gatherings.service import known, members
from pb.identity.service import holdings
from pb.media.models import Paper
from pb.media.service import files, showing
from pb.media.service.files import Received
from pb.media.service.showing import Seen

CONFIRMING: Final = (Role.DEPUTY, Role.AUDITOR)
"""Who compares a scan, as in pb/freezes/commission.py: the report is about the akim's budget, for the assembly."""
SEES: Final = (Role.CHAIR, Role.SECRETARY, *CONFIRMING)


def may_bring(act: Act, report: MonitoringReport) -> bool:
    """Whether the actor may bring a scan now."""
    return may_write(act) and waiting(report) == [] and bool(_without(act, report))


def require_bringing(act: Act, report: MonitoringReport) -> None:
    """Raises Forbidden, Conflict (a scan waits; all have signed)."""
    if not may_write(act):
        raise Forbidden(
            _("A member of the commission or the secretary of the assembly brings what was signed on paper.")
        )
    if waiting(report):
        raise Conflict(_("A scan of this report waits: another person compares and confirms it."))
    if not _without(act, report):
        raise Conflict(_("All members have signed this report."))


def bring(act: Act, report: MonitoringReport, who: frozenset[UUID], on: date | None, scan: Received) -> None:
    """Who signed on paper, when, and the scan; they count once another person has confirmed it.

    Raises Forbidden, Conflict, FieldRefusal (`faults`, and a file that stands here already).
    """
    act.session.refresh(report, with_for_update=True)
    require_bringing(act, report)
    refuse_all(faults(act, report, who, on))
    known.refuse(act, scan.sha256)
    if act.person is None:
        raise Forbidden(_("Your role does not allow this."))
    paper, text = files.add_paper(act, act.person.id, scan), digest(report)
    for member in _without(act, report):
        if member.id in who:
            told = {"number": report.number, "member": member.number, "sha256": text, "scan": scan.sha256}
            audit.record(act, "commission.paper_brought", subject=report.id, data=told)
            row = ReportSignature(report_id=report.id, member_id=member.id, at=act.at, by_id=act.person.id, sha256=text)
            row.signed_on, row.paper_id = on, paper.id
            act.session.add(row)
            act.session.flush()
    act.session.expire(report, ["signatures"])


def faults(act: Act, report: MonitoringReport, who: frozenset[UUID], on: date | None) -> Iterator[FieldRefusal]:
    """What `bring` would refuse but for the file."""
    if not who or not who <= {member.id for member in _without(act, report)}:
        yield FieldRefusal("members", _("Choose who signed on this paper."))
    if on is None:
        yield FieldRefusal("signed_on", _("Write the date."))
    elif not local(report.written_at).date() <= on <= local(act.at).date():
        yield FieldRefusal("signed_on", _("They signed after the report was written, and not after today."))


def waiting(report: MonitoringReport) -> list[ReportSignature]:
    """The signatures on the scan that waits."""
    return [row for row in report.signatures if not row.counts]


def may_confirm(act: Act, report: MonitoringReport) -> bool:
    """Whether the actor may confirm the scan that waits."""
    rows = waiting(report)
    return bool(rows) and act.holds(*CONFIRMING) and _refused(act, rows) is None


def confirm(act: Act, report: MonitoringReport, sha256: str) -> None:
    """The scan of this digest is of this report, signed by hand by those who are named: now they have signed.

    Raises Forbidden (another role, or too new in it; who brought the scan or is of the same body; who is named on it),
    Conflict (none waits, it is another one, or not readable yet).
    """
    act.session.refresh(report, with_for_update=True)
    holdings.require_cooled(act, *CONFIRMING)
    rows = waiting(report)
    if not rows or act.person is None:
        raise Conflict(_("There is no scan that waits for confirmation."))
    if (refused := _refused(act, rows)) is not None:
        raise Forbidden(refused)
    scan = scan_of(act, rows)
    if scan.sha256 != sha256:
        raise Conflict(_("Another scan was brought in between. Look at it first."))
    if not scan.ready:
        raise Conflict(_("The scan cannot be read yet. Try again in a minute, or bring another one."))
    told = {"number": report.number, "scan": sha256, "as": next(role for role in CONFIRMING if act.holds(role))}
    audit.record(act, "commission.paper_confirmed", subject=report.id, data=told)
    for row in rows:
        row.confirmed_at, row.confirmed_by = act.at, act.person.id
    act.session.flush()


def may_let_go(act: Act, report: MonitoringReport) -> bool:
    """Whether the actor may let go of the scan that waits."""
    own = own_seat(act, seating.get(act, report.commission_id)) is not None
    return act.person is not None and waiting(report) != [] and (own or act.holds(Role.SECRETARY, *CONFIRMING))


def let_go(act: Act, report: MonitoringReport) -> None:
    """The scan that waits goes, with what it said of members. Raises Forbidden, Conflict (none waits)."""
    act.session.refresh(report, with_for_update=True)
    rows = waiting(report)
    if not rows:
        raise Conflict(_("There is no scan that waits for confirmation."))
    if not may_let_go(act, report):
        raise Forbidden(_("Your role does not allow this."))
    scan = scan_of(act, rows)
    told = {"number": report.number, "scan": scan.sha256}
    audit.record(act, "commission.paper_let_go", subject=report.id, data=told)
    for row in rows:
        act.session.delete(row)
    act.session.flush()
    act.session.expire(report, ["signatures"])
    files.drop(act, scan)


def scan_of(act: Act, rows: Sequence[ReportSignature]) -> Paper:
    """The one scan of signatures that wait together."""
    return act.session.get_one(Paper, rows[0].paper_id)


@showing.shows
def seen(act: Act, ids: Collection[UUID]) -> Seen:
    """Handwritten signatures: the assembly, who compares and the commission's members see them, others the digest."""
    query = select(ReportSignature.report_id).where(ReportSignature.paper_id.in_(ids)).limit(1)
    found = act.session.scalars(query).first()
    allowed = found is not None and (act.holds(*SEES) or members.own(act) is not None)
    return Seen.ITS_OWN if allowed else Seen.NOBODY


def _without(act: Act, report: MonitoringReport) -> list[Member]:
    """The members of its commission who have signed neither by a press nor on a paper."""
    named = {row.member_id for row in report.signatures}
    return [member for member in unsigned(report, seating.get(act, report.commission_id)) if member.id not in named]


def _refused(act: Act, rows: Sequence[ReportSignature]) -> LazyString | None:
    """Why the actor, who has the role, vouches for no such scan; None where they may."""
    brought_by = rows[0].by_id
    if act.person is None or act.person.id == brought_by:
        return _("You brought this scan. Another person confirms it.")
    if any(act.person.id == row.member.person_id or act.person.name == row.member.name for row in rows):
        return _("You are named on this paper. Another person confirms it.")
    if holdings.of_one_body(act, brought_by):
        return _("Who brought this scan works for the same body as you. Another person confirms it.")
    return None
