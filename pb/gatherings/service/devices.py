"""One device writes a meeting's record, others read: two tablets never overwrite each other's entries.

Who writes first takes the record; a press on another device hands it over, and after a while at rest it is free.
"""

from datetime import timedelta
from typing import Final

from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.audit import service as audit
from pb.errors import Conflict, Forbidden
from pb.formats import hour
from pb.gatherings.models import Gathering, WritingDevice
from pb.gatherings.service import officers

RESTS: Final = timedelta(minutes=10)
"""A device that wrote nothing for so long has put the record down."""


class AnotherDevice(Conflict):
    """Another device writes the record: what this one sent waits until it has taken the record over."""

    status = 423


def of_another(act: Act, gathering: Gathering, device: str) -> WritingDevice | None:
    """Another device that writes this record now, if one does."""
    row = act.session.get(WritingDevice, gathering.id)
    return row if row is not None and row.device != device and act.at - row.at < RESTS else None


def write(act: Act, gathering: Gathering, device: str) -> None:
    """An entry of this device: it takes the record, or goes on with it. Raises Conflict (another writes)."""
    act.session.refresh(gathering, with_for_update=True)  # of two devices at once the second sees the first
    other = of_another(act, gathering, device)
    if other is not None:
        raise AnotherDevice(
            _(
                "Another device writes the record of this meeting, since %(hour)s. Nothing is lost: press “Write on "
                "this device”, and send it again.",
                hour=hour(other.at),
            )
        )
    _take(act, gathering, device)


def take_over(act: Act, gathering: Gathering, device: str) -> None:
    """Hands the record to this device, whichever wrote it before. Raises Forbidden (not who keeps the record)."""
    if not officers.keeps_record(act, gathering):
        raise Forbidden(_("Only who keeps the record of the meeting does this."))
    act.session.refresh(gathering, with_for_update=True)
    _take(act, gathering, device)


def _take(act: Act, gathering: Gathering, device: str) -> None:
    if act.person is None:
        raise Forbidden(_("Only who keeps the record of the meeting does this."))
    row = act.session.get(WritingDevice, gathering.id)
    if row is None or row.device != device:
        audit.record(act, "gathering.device_taken", subject=gathering.id)
    act.session.merge(WritingDevice(gathering_id=gathering.id, device=device, person_id=act.person.id, at=act.at))
    act.session.flush()
