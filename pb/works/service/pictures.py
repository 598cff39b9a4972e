"""Pictures of the place before, during and after the works: everybody sees them."""

from collections.abc import Collection
from typing import Final, NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select

from pb.act import Act
from pb.audit import service as audit
from pb.cycles.models import Cycle
from pb.errors import FieldRefusal, NotFound, refuse_all
from pb.media.models import Picture
from pb.media.service import files, showing
from pb.media.service.files import Received
from pb.media.service.showing import Seen
from pb.proposals.models import Proposal
from pb.proposals.service import contents
from pb.text import one_line
from pb.works.models import LONGEST_NAME, MOST_PICTURES, Stage, WorkPicture
from pb.works.service import require_writing

CHOOSE: Final = _("Choose a photo.")


class Photo(NamedTuple):
    """A picture with what it shows and when it was taken."""

    shown: WorkPicture
    picture: Picture


def of(act: Act, proposal: Proposal) -> list[Photo]:
    """All pictures of a project in the order in which they came; those too that are not drawn yet."""
    query = (
        select(WorkPicture, Picture)
        .join(Picture, Picture.id == WorkPicture.picture_id)
        .where(WorkPicture.proposal_id == proposal.id)
        .order_by(WorkPicture.number)
    )
    return [Photo(shown, picture) for shown, picture in act.session.execute(query)]


def add(act: Act, cycle: Cycle, proposal: Proposal, file: Received, stage: str, alt: str, language: str) -> WorkPicture:
    """The office adds a photo. Raises OutOfPhase, Forbidden, FieldRefusal (`faults`)."""
    person = require_writing(act, cycle)
    audit.take_turn(act)
    refuse_all(faults(act, proposal, stage, alt, language))
    taken = select(func.max(WorkPicture.number)).where(WorkPicture.proposal_id == proposal.id)
    picture = files.add_picture(act, person, file)
    row = WorkPicture(
        picture_id=picture.id,
        proposal_id=proposal.id,
        number=(act.session.scalar(taken) or 0) + 1,
        stage=stage,
        alt=one_line(alt),
        language=language,
        at=act.at,
        by_id=person,
    )
    data = {"picture": row.number, "stage": stage, "sha256": picture.sha256}
    audit.record(act, "work.picture_added", subject=proposal.id, data=data)
    act.session.add(row)
    act.session.flush()
    return row


def faults(act: Act, proposal: Proposal, stage: str, alt: str, language: str) -> list[FieldRefusal]:
    """What `add` would refuse."""
    wrong = []
    if stage not in list(Stage):
        wrong.append(FieldRefusal("stage", _("Choose when the photo was taken.")))
    if not one_line(alt):
        wrong.append(FieldRefusal("alt", _("Say in words what the photo shows, for who cannot see it.")))
    elif len(one_line(alt)) > LONGEST_NAME:
        wrong.append(FieldRefusal("alt", _("Use at most %(max)d characters.", max=LONGEST_NAME)))
    if language not in contents.LANGUAGES:
        wrong.append(FieldRefusal("language", _("Choose the language in which you write.")))
    if len(of(act, proposal)) >= MOST_PICTURES:
        wrong.append(FieldRefusal("photo", _("There are %(number)s photos already: remove one.", number=MOST_PICTURES)))
    return wrong


def get(act: Act, proposal: Proposal, number: int) -> Photo:
    """Raises NotFound."""
    found = next((photo for photo in of(act, proposal) if photo.shown.number == number), None)
    if found is None:
        raise NotFound
    return found


def remove(act: Act, cycle: Cycle, proposal: Proposal, number: int) -> None:
    """The office takes a photo away, as of somebody who was not asked; the log keeps its digest.

    Raises OutOfPhase, Forbidden, NotFound.
    """
    require_writing(act, cycle)
    shown, picture = get(act, proposal, number)
    data = {"picture": number, "stage": shown.stage, "sha256": picture.sha256}
    audit.record(act, "work.picture_removed", subject=proposal.id, data=data)
    act.session.execute(delete(WorkPicture).where(WorkPicture.picture_id == picture.id))
    files.drop(act, picture)


@showing.shows
def seen(act: Act, ids: Collection[UUID]) -> Seen:
    found = act.session.scalars(select(WorkPicture.picture_id).where(WorkPicture.picture_id.in_(ids)).limit(1)).first()
    return Seen.EVERYBODY if found is not None else Seen.NOBODY
