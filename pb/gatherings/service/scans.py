"""Minutes that were printed, signed by hand and scanned: where chair or secretary has no account, or prefers paper.

One person brings the scan. Another compares it with the file that was printed and confirms it: then the minutes are
confirmed. Drawing up again, or another scan, takes the place of one that waits; the log keeps the digest of each.
"""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.errors import Conflict, Forbidden
from pb.gatherings.models import CONFIRMED, Gathering, Minutes
from pb.gatherings.service import meetings, officers
from pb.gatherings.service.minutes import paper_of, refuse_unchecked, settle, waiting
from pb.identity.service import holdings
from pb.media.models import Paper as Scan
from pb.media.service import files, showing
from pb.media.service.files import Received
from pb.media.service.showing import Seen

SECOND: Final = (Role.CHAIR, Role.SECRETARY, Role.DEPUTY, Role.AUDITOR)
"""Who compares a scan, as in pb/freezes/gatherings.py."""
SECOND_IN_A_CYCLE: Final = (Role.DEPUTY, Role.AUDITOR)
"""On a cycle's meetings money rests: nobody of the akim's side or the assembly vouches for their paper."""


def of(act: Act, minutes: Minutes) -> Scan | None:
    """The scan that waits or that confirmed the minutes."""
    return act.session.get_one(Scan, minutes.scan_id) if minutes.scan_id is not None else None


def may_bring(act: Act, gathering: Gathering) -> bool:
    """Whether the actor may bring a scan now."""
    minutes = meetings.minutes_of(act, gathering)
    return _brings(act, gathering) and minutes is not None and not minutes.confirmed and _open(act, gathering, minutes)


def require_bringing(act: Act, gathering: Gathering) -> None:
    """Raises OutOfPhase, Forbidden, Conflict (nothing waits for signatures; the PDF is not made yet)."""
    meetings.require_phase(act, gathering)
    if not _brings(act, gathering):
        raise Forbidden(_("Who keeps the record of the meeting, or the akim's office, brings the scan."))
    minutes = meetings.minutes_of(act, gathering)
    if minutes is None or minutes.confirmed:
        raise Conflict(_("There are no minutes that wait for confirmation."))
    if paper_of(act, minutes) is None:
        raise Conflict(_("The file is being made. It takes a few seconds."))


def bring(act: Act, gathering: Gathering, received: Received) -> Minutes:
    """Takes in the scan of the printed minutes with both signatures. Raises as `require_bringing`."""
    require_bringing(act, gathering)
    minutes = waiting(act, gathering)
    if act.person is None:
        raise Forbidden(_("Your role does not allow this."))
    before = of(act, minutes)
    scan = files.add_paper(act, act.person.id, received)
    audit.record(act, "minutes.scan_taken", subject=gathering.id, data=_told(minutes, scan))
    minutes.scan_id, minutes.scan_by_id, minutes.scan_at = scan.id, act.person.id, act.at
    act.session.flush()
    if before is not None:
        files.drop(act, before)
    return minutes


def may_confirm(act: Act, gathering: Gathering) -> bool:
    """Whether the actor may confirm the scan that waits, as somebody else than who brought it."""
    minutes = meetings.minutes_of(act, gathering)
    if minutes is None or minutes.confirmed or minutes.scan_id is None or not _open(act, gathering, minutes):
        return False
    return act.person is not None and act.person.id != minutes.scan_by_id and act.holds(*second(gathering))


def confirm(act: Act, gathering: Gathering, digest: str) -> Minutes:
    """The scan of this digest shows the file that was printed, signed by chair and secretary: the minutes are final.

    Raises OutOfPhase, Forbidden (another role, or too new in it; who brought the scan; of a cycle, somebody of the
    same body), Conflict (no scan waits, it is another one or not readable yet, or what the adoption waits for).
    """
    meetings.require_phase(act, gathering)
    holdings.require_cooled(act, *second(gathering))
    minutes = waiting(act, gathering)
    scan = of(act, minutes)
    if scan is None or minutes.scan_by_id is None or act.person is None:
        raise Conflict(_("There is no scan that waits for confirmation."))
    if act.person.id == minutes.scan_by_id:
        raise Forbidden(_("You brought this scan. Another person confirms it."))
    if gathering.cycle_id is not None and holdings.of_one_body(act, minutes.scan_by_id):
        raise Forbidden(_("Who brought this scan works for the same body as you. Another person confirms it."))
    if scan.sha256 != digest:
        raise Conflict(_("Another scan was brought in between. Look at it first."))
    if not scan.ready:
        raise Conflict(_("The scan cannot be read yet. Try again in a minute, or bring another one."))
    refuse_unchecked(act, gathering)
    told = {**_told(minutes, scan), "file": scan.digest}
    audit.record(act, "minutes.scan_confirmed", subject=gathering.id, data=told)
    minutes.scan_confirmed_at, minutes.scan_confirmed_by_id = act.at, act.person.id
    act.session.flush()
    settle(act, gathering)
    return minutes


def to_confirm(act: Act) -> list[Gathering]:
    """The meetings of the territory whose scan the actor may confirm."""
    query = select(Gathering).join(Minutes, Minutes.gathering_id == Gathering.id)
    waits = (Gathering.territory_id == act.territory.id, Minutes.scan_id.is_not(None), ~CONFIRMED)
    return [one for one in act.session.scalars(query.where(*waits)) if may_confirm(act, one)]


def second(gathering: Gathering) -> tuple[Role, ...]:
    """The roles whose holders confirm a scan of this meeting's minutes."""
    return SECOND if gathering.cycle_id is None else SECOND_IN_A_CYCLE


@showing.shows
def seen(act: Act, ids: Collection[UUID]) -> Seen:
    """Handwritten signatures: who works here and who brought the scan see them, others the digest."""
    shown = select(Minutes.id).where(Minutes.scan_id.in_(ids))
    if act.person is None:
        return Seen.NOBODY
    if not act.holds(*SECOND, *officers.OPENERS):
        shown = shown.where(Minutes.scan_by_id == act.person.id)
    return Seen.ITS_OWN if act.session.scalars(shown.limit(1)).first() is not None else Seen.NOBODY


def _brings(act: Act, gathering: Gathering) -> bool:
    return act.person is not None and (officers.keeps_record(act, gathering) or act.holds(*officers.OPENERS))


def _open(act: Act, gathering: Gathering, minutes: Minutes) -> bool:
    return meetings.in_its_phase(act, gathering) and paper_of(act, minutes) is not None


def _told(minutes: Minutes, scan: Scan) -> dict[str, str]:
    return {"sha256": minutes.sha256, "scan": scan.sha256}
