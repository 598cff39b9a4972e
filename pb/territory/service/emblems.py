"""The emblem of a territory, for the heading of its pages: drawn anew of what the office hands in, and kept."""

from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb.act import Act, Role
from pb.audit import service as audit
from pb.core.pictures import NoPicture, PictureFault, Square, squared
from pb.errors import FieldRefusal, Forbidden
from pb.territory.models import Emblem

MOST_IN_A_DAY: Final = 10
FAULTS: Final[dict[PictureFault, LazyString]] = {
    PictureFault.LARGE: _("The file is larger than 512 kB. Save the picture smaller."),
    PictureFault.KIND: _("This is neither a PNG nor a JPEG picture. Save it as one of these."),
    PictureFault.MORE: _("The file holds something behind the picture. Open it in a drawing program and save it anew."),
    PictureFault.PARTS: _("The picture is made of too many parts. Open it in a drawing program and save it anew."),
    PictureFault.PIXELS: _("The picture has too many pixels: 2048 by 2048 are the most. Save it smaller."),
    PictureFault.DAMAGED: _("The picture cannot be read to its end. Open it in a drawing program and save it anew."),
}


def drawn(data: bytes) -> Square:
    """The emblem of a file that was handed in, before any lock is held. Raises FieldRefusal("file")."""
    try:
        return squared(data)
    except NoPicture as refused:
        raise FieldRefusal("file", FAULTS[refused.fault]) from refused


def record(act: Act, png: Square) -> Emblem:
    """The akim's office gives its territory an emblem; earlier ones stay. Raises Forbidden, FieldRefusal("file")."""
    if not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office chooses the emblem."))
    since = act.at - timedelta(days=1)
    query = select(func.count()).where(Emblem.territory_id == act.territory.id, Emblem.recorded_at > since)
    if (act.session.scalar(query) or 0) >= MOST_IN_A_DAY:
        raise FieldRefusal("file", _("The emblem was changed ten times in a day. Go on tomorrow."))
    digest = sha256(png).hexdigest()
    event = audit.record(act, "territory.emblem", subject=act.territory.id, data={"sha256": digest})
    emblem = Emblem(territory_id=act.territory.id, recorded_at=act.at, digest=digest, png=png, event=event.hash)
    act.session.add(emblem)
    act.session.flush()
    return emblem


def digest_of(session: Session, territory_id: UUID) -> str | None:
    """By which the present emblem of a territory is found; None where it has none."""
    query = select(Emblem.digest).where(Emblem.territory_id == territory_id)
    return session.scalars(query.order_by(Emblem.recorded_at.desc()).limit(1)).first()


def find(session: Session, territory_id: UUID, digest: str) -> bytes | None:
    """An emblem that the territory has or had; None for any other."""
    query = select(Emblem.png).where(Emblem.territory_id == territory_id, Emblem.digest == digest)
    return session.scalars(query.limit(1)).first()
