"""Pictures and papers that show that a task is done: everybody sees them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select

from pb.act import Act
from pb.media.service import showing
from pb.media.service.showing import Seen
from pb.tasks.models import Step


@showing.shows
def seen(act: Act, ids: Collection[UUID]) -> Seen:
    """What a step shows."""
    shown = or_(Step.picture_id.in_(ids), Step.paper_id.in_(ids))
    found = act.session.scalars(select(Step.task_id).where(shown).limit(1)).first()
    return Seen.EVERYBODY if found is not None else Seen.NOBODY
