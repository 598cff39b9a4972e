"""Whether minutes say what was drawn up: their text, its digest, their latest version and the log are compared."""

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.audit import service as audit
from pb.errors import Conflict
from pb.gatherings.models import Record, Version
from pb.gatherings.service.drafting import fingerprint


def differ(act: Act, minutes: Record) -> bool:
    """Whether text, remarks, digest, latest version and the event of the drawing up are not one and the same."""
    query = select(Version).where(Version.minutes_id == minutes.id).order_by(Version.version.desc()).limit(1)
    drawn = act.session.scalars(query).first()
    events = [one for one in audit.of_subject(act, minutes.gathering_id) if one.action == f"{minutes.kind}.drawn_up"]
    told = [one for one in events if one.data.get("number") == minutes.number]
    if drawn is None or not told:
        return True
    digests = {fingerprint(minutes.body), fingerprint(drawn.body), drawn.sha256, told[-1].data.get("sha256")}
    return digests != {minutes.sha256} or minutes.body.get("remarks", "") != minutes.remarks


def refuse(act: Act, minutes: Record) -> None:
    """Raises Conflict: nobody confirms or prints a text that was not drawn up."""
    if differ(act, minutes):
        raise Conflict(
            _("These minutes do not say what was drawn up: nobody confirms or prints them. Draw them up again.")
        )


def faults(act: Act) -> list[str]:
    """The numbers of the territory's minutes that do not say what was drawn up."""
    query = select(Record).where(Record.territory_id == act.territory.id).order_by(Record.year, Record.serial)
    return [one.number for one in act.session.scalars(query) if differ(act, one)]
