"""Minutes that were printed, signed by hand and scanned: where chair or secretary has no account, or prefers paper.

One person brings the scan. Another, of another body and none of those who stand in the minutes, compares it with the
file that was printed and confirms it: then the minutes are confirmed. Drawing up again or another scan takes the place
of one that waits, and so does the press of chair and secretary; the log keeps the digest of each.
A `correction` of minutes is signed on paper in the same way.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.db import by_id
from pb.errors import Conflict, Forbidden
from pb.gatherings.models import CONFIRMED, Correction, Gathering, Minutes, Record
from pb.gatherings.service import known, meetings, officers
from pb.gatherings.service.minutes import paper_of, refuse_unchecked, settle, versions, waiting
from pb.identity.models import Person
from pb.identity.service import holdings
from pb.media.models import Paper as Scan
from pb.media.service import files, showing
from pb.media.service.files import Received
from pb.media.service.showing import Seen

SECOND: Final = (Role.CHAIR, Role.SECRETARY, Role.DEPUTY, Role.AUDITOR)
"""Who compares a scan, as in pb/freezes/gatherings.py."""
OUTSIDERS: Final = (Role.DEPUTY, Role.AUDITOR)
"""Where a standing chair and secretary sign, or money rests on a cycle's meeting, the assembly vouches for no paper."""


class Hand(NamedTuple):
    """Who did something about a scan, in which role, and when."""

    name: str
    role: Role
    at: datetime


def of(act: Act, minutes: Record) -> Scan | None:
    """The scan that waits or that confirmed the minutes."""
    return act.session.get_one(Scan, minutes.scan_id) if minutes.scan_id is not None else None


def may_bring(act: Act, gathering: Gathering, correction: Correction | None = None) -> bool:
    """Whether the actor may bring a scan now."""
    minutes = correction or meetings.minutes_of(act, gathering)
    return _brings(act, gathering) and minutes is not None and minutes.waits and _open(act, gathering, minutes)


def require_bringing(act: Act, gathering: Gathering, correction: Correction | None = None) -> None:
    """Raises OutOfPhase, Forbidden, Conflict (nothing waits for signatures; the PDF is not made yet)."""
    if correction is None:
        meetings.require_phase(act, gathering)
    if not _brings(act, gathering):
        raise Forbidden(_("Who keeps the record of the meeting, or the akim's office, brings the scan."))
    minutes = correction or meetings.minutes_of(act, gathering)
    if minutes is None or not minutes.waits:
        raise Conflict(_("There are no minutes that wait for confirmation."))
    if paper_of(act, minutes) is None:
        raise Conflict(_("The file is being made. It takes a few seconds."))


def bring(act: Act, gathering: Gathering, received: Received, correction: Correction | None = None) -> Record:
    """Takes in the scan of the printed minutes with both signatures.

    Raises as `require_bringing`, FieldRefusal (a file that stands here already: nobody signed it by hand).
    """
    require_bringing(act, gathering, correction)
    known.refuse(act, received.sha256)
    minutes = waiting(act, gathering, correction)
    if act.person is None:
        raise Forbidden(_("Your role does not allow this."))
    before = of(act, minutes)
    scan = files.add_paper(act, act.person.id, received)
    told = {**_told(minutes, scan), "as": _brings_as(act, gathering)}
    audit.record(act, f"{minutes.kind}.scan_taken", subject=gathering.id, data=told)
    minutes.scan_id, minutes.scan_by_id, minutes.scan_at = scan.id, act.person.id, act.at
    act.session.flush()
    if before is not None:
        files.drop(act, before)
    return minutes


def may_confirm(act: Act, gathering: Gathering, correction: Correction | None = None) -> bool:
    """Whether the actor may confirm the scan that waits, as somebody else than who brought it."""
    minutes = correction or meetings.minutes_of(act, gathering)
    if minutes is None or not minutes.waits or minutes.scan_id is None or not _open(act, gathering, minutes):
        return False
    return act.holds(*second(gathering)) and _refused(act, gathering, minutes) is None


def confirm(act: Act, gathering: Gathering, digest: str, correction: Correction | None = None) -> Record:
    """The scan of this digest shows the file that was printed, signed by chair and secretary: the minutes are final.

    Raises OutOfPhase, Forbidden (another role, or too new in it; who brought the scan or is of the same body; who
    stands in the minutes), Conflict (no scan waits, it is another one or not readable yet, or what the adoption waits
    for).
    """
    if correction is None:
        meetings.require_phase(act, gathering)
    holdings.require_cooled(act, *second(gathering))
    minutes = waiting(act, gathering, correction)
    scan = of(act, minutes)
    if scan is None or minutes.scan_by_id is None or act.person is None:
        raise Conflict(_("There is no scan that waits for confirmation."))
    if (refused := _refused(act, gathering, minutes)) is not None:
        raise Forbidden(refused)
    if scan.sha256 != digest:
        raise Conflict(_("Another scan was brought in between. Look at it first."))
    if not scan.ready:
        raise Conflict(_("The scan cannot be read yet. Try again in a minute, or bring another one."))
    if correction is None:
        refuse_unchecked(act, gathering)
    role = next(role for role in second(gathering) if act.holds(role))
    told = {**_told(minutes, scan), "file": scan.digest, "as": role}
    audit.record(act, f"{minutes.kind}.scan_confirmed", subject=gathering.id, data=told)
    minutes.scan_confirmed_at, minutes.scan_confirmed_by_id = act.at, act.person.id
    act.session.flush()
    settle(act, minutes)
    return minutes


def to_confirm(act: Act) -> list[Gathering]:
    """The meetings of the territory whose scan the actor may confirm."""
    query = select(Gathering).join(Minutes, Minutes.gathering_id == Gathering.id)
    waits = (Gathering.territory_id == act.territory.id, Minutes.scan_id.is_not(None), ~CONFIRMED)
    return [one for one in act.session.scalars(query.where(*waits)) if may_confirm(act, one)]


def corrections_to_confirm(act: Act) -> list[Correction]:
    """The corrections of minutes of the territory whose scan the actor may confirm."""
    waits = (Correction.territory_id == act.territory.id, Correction.scan_id.is_not(None), ~CONFIRMED)
    rows = act.session.scalars(select(Correction).where(*waits)).all()
    return [one for one in rows if may_confirm(act, one.gathering, one)]


def second(gathering: Gathering) -> tuple[Role, ...]:
    """The roles whose holders confirm a scan of this meeting's minutes."""
    return OUTSIDERS if gathering.cycle_id is not None or gathering.standing_officers else SECOND


def hands(act: Act, minutes: Record) -> list[Hand]:
    """Who brought the scan of these minutes, and after them who confirmed it, as the log tells."""
    deeds = {
        f"{minutes.kind}.scan_taken": minutes.scan_at,
        f"{minutes.kind}.scan_confirmed": minutes.scan_confirmed_at,
    }
    told = [one for one in audit.of_subject(act, minutes.gathering_id) if one.at == deeds.get(one.action)]
    people = by_id(act.session, Person, {one.actor_id for one in told if one.actor_id is not None})
    return [Hand(people[one.actor_id].name, Role(one.data["as"]), one.at) for one in told if one.actor_id in people]


@showing.shows
def seen(act: Act, ids: Collection[UUID]) -> Seen:
    """Handwritten signatures: who works here and who brought the scan see them, others the digest."""
    shown = select(Record.id).where(Record.scan_id.in_(ids))
    if act.person is None:
        return Seen.NOBODY
    if not act.holds(*SECOND, *officers.OPENERS):
        shown = shown.where(Record.scan_by_id == act.person.id)
    return Seen.ITS_OWN if act.session.scalars(shown.limit(1)).first() is not None else Seen.NOBODY


def _brings(act: Act, gathering: Gathering) -> bool:
    return act.person is not None and (officers.keeps_record(act, gathering) or act.holds(*officers.OPENERS))


def _brings_as(act: Act, gathering: Gathering) -> Role:
    """As whom the actor brings a scan: who opened the meeting, unless by a role of the assembly, is the akim's side."""
    if officers.is_secretary(act, gathering):
        return Role.SECRETARY
    held = (role for role in (Role.AKIM, Role.OFFICE, *officers.OPENERS_OF_SITTINGS) if act.holds(role))
    return next(held, Role.OFFICE)


def _refused(act: Act, gathering: Gathering, minutes: Record) -> LazyString | None:
    """Why the actor, who has the role, vouches for no scan of these minutes; None where they may."""
    if act.person is None or minutes.scan_by_id is None or act.person.id == minutes.scan_by_id:
        return _("You brought this scan. Another person confirms it.")
    wrote = {version.by_id for version in versions(act, minutes)} | {gathering.opened_by_id}
    if act.person.id in wrote or officers.stands_in(act, gathering):
        return _("You stand in these minutes, or wrote them. Another person confirms the scan.")
    if holdings.of_one_body(act, minutes.scan_by_id):
        return _("Who brought this scan works for the same body as you. Another person confirms it.")
    return None


def _open(act: Act, gathering: Gathering, minutes: Record) -> bool:
    in_its_phase = isinstance(minutes, Correction) or meetings.in_its_phase(act, gathering)
    return in_its_phase and paper_of(act, minutes) is not None


def _told(minutes: Record, scan: Scan) -> dict[str, str]:
    return {"sha256": minutes.sha256, "scan": scan.sha256}
