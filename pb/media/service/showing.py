"""Who may see a picture or a paper: the rooms that show them say so, each of its own."""

from collections.abc import Callable, Collection
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select

from pb.act import Act
from pb.media.models import Paper, Picture


class Seen(IntEnum):
    """By whom; what several rooms show counts by the widest."""

    NOBODY = 0
    ITS_OWN = 1
    EVERYBODY = 2


Owner = Callable[[Act, Collection[UUID]], Seen]
_owners: list[Owner] = []


class Found(NamedTuple):
    """A file that the actor may see; `paper` where it is one."""

    seen: Seen
    paper: Paper | None = None


def shows(owner: Owner) -> Owner:
    """Registers what tells of a room whether the actor may see one of these pictures or papers there."""
    _owners.append(owner)
    return owner


def find_picture(act: Act, digest: str) -> Found | None:
    """Whether a picture of this territory has a size of this digest, and the actor may see it."""
    of_digest = or_(*(column == digest for column in (Picture.small, Picture.middle, Picture.large)))
    ids = act.session.scalars(select(Picture.id).where(Picture.territory_id == act.territory.id, of_digest)).all()
    seen = _seen(act, ids)
    return Found(seen) if seen else None


def find_paper(act: Act, digest: str) -> Found | None:
    """A paper of this territory with this digest that the actor may see."""
    query = select(Paper).where(Paper.territory_id == act.territory.id, Paper.digest == digest).order_by(Paper.sent_at)
    found = [(seen, paper) for paper in act.session.scalars(query) if (seen := _seen(act, [paper.id]))]
    return Found(*max(found, key=lambda each: each[0])) if found else None


def _seen(act: Act, ids: Collection[UUID]) -> Seen:
    return max((owner(act, ids) for owner in _owners), default=Seen.NOBODY) if ids else Seen.NOBODY
