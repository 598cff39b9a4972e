"""The pictures and papers of proposals: which there are, and who may see them."""

from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select

from pb.act import Act
from pb.cycles.models import Cycle
from pb.errors import Conflict
from pb.media.models import Paper, Picture
from pb.media.models import State as Drawn
from pb.media.service import files, showing, uploads
from pb.media.service.drawing import Fault
from pb.media.service.files import FAULTS, PAPER_FAULTS
from pb.media.service.reading import PaperFault
from pb.media.service.showing import Seen
from pb.proposals.models import Proposal, ProposalPaper, ProposalPicture, State


class Photo(NamedTuple):
    """A picture with what it shows in words, in the language of its proposal, and its place: 1 leads."""

    picture: Picture
    alt: str
    place: int
    language: str

    @property
    def ready(self) -> bool:
        return self.picture.state == Drawn.READY


def pictures(act: Act, proposal: Proposal) -> list[Photo]:
    """The pictures of a proposal in their order; those too that are not drawn yet, or could not be."""
    query = (
        select(Picture, ProposalPicture.alt, ProposalPicture.place)
        .join(ProposalPicture, ProposalPicture.picture_id == Picture.id)
        .where(ProposalPicture.proposal_id == proposal.id)
        .order_by(ProposalPicture.place)
    )
    return [Photo(*row, proposal.language) for row in act.session.execute(query)]


def has(act: Act, proposal: Proposal, sha256: str) -> bool:
    """Whether it has a picture of this very file."""
    return any(photo.picture.sha256 == sha256 for photo in pictures(act, proposal))


def papers(act: Act, proposal: Proposal) -> list[Paper]:
    """The papers of a proposal in the order in which they came; those too that are not read yet, or could not be."""
    query = select(Paper).join(ProposalPaper, ProposalPaper.paper_id == Paper.id)
    return [*act.session.scalars(query.where(ProposalPaper.proposal_id == proposal.id).order_by(ProposalPaper.place))]


class Unready(NamedTuple):
    """A picture or paper that nobody could see yet; `fault` says why it never will be, nothing while it waits."""

    name: LazyString | str
    fault: LazyString | str


class NotReady(Conflict):
    """A proposal is not handed in while one of its pictures or papers waits, or was refused: it would go unseen."""


def unready(act: Act, proposal: Proposal) -> list[Unready]:
    """What is still being looked at, and what was refused: their author waits, removes it or sends another."""
    shown = [(photo.picture, _("Photo %(number)s", number=photo.place)) for photo in pictures(act, proposal)]
    found = [
        Unready(name, FAULTS[Fault(one.fault)] if one.fault else "") for one, name in shown if one.state != Drawn.READY
    ]
    read = [paper for paper in papers(act, proposal) if not paper.ready]
    return found + [Unready(one.name, PAPER_FAULTS[PaperFault(one.fault)] if one.fault else "") for one in read]


def require_ready(act: Act, proposal: Proposal) -> None:
    """Raises NotReady."""
    if unready(act, proposal):
        raise NotReady(
            _("Not submitted yet: a picture or a paper is still being looked at, or was refused. See which, below.")
        )


def leading(act: Act, proposal_ids: Iterable[UUID]) -> dict[UUID, Photo]:
    """The first picture that is drawn, of each of these proposals that has one."""
    ids = [*proposal_ids]
    query = (
        select(ProposalPicture.proposal_id, Picture, ProposalPicture.alt, ProposalPicture.place, Proposal.language)
        .join(Picture, Picture.id == ProposalPicture.picture_id)
        .join(Proposal, Proposal.id == ProposalPicture.proposal_id)
        .where(ProposalPicture.proposal_id.in_(ids), Picture.state == Drawn.READY)
        .order_by(ProposalPicture.place.desc())
    )
    rows = act.session.execute(query) if ids else ()
    return {row[0]: Photo(*row[1:]) for row in rows}


def of_ballot(act: Act, cycle: Cycle) -> dict[int, Photo]:
    """The leading pictures of the accepted projects, by their numbers."""
    query = select(Proposal.id, Proposal.number)
    accepted = query.where(Proposal.cycle_id == cycle.id, Proposal.state == State.ACCEPTED)
    numbers = {row[0]: row[1] for row in act.session.execute(accepted)}
    found = leading(act, numbers).items()
    return {number: photo for proposal_id, photo in found if (number := numbers[proposal_id]) is not None}


def drop_all(act: Act, proposal: Proposal) -> None:
    """They go with their draft, or with a proposal that is withdrawn."""
    uploads.end_of(act, proposal.id)
    gone: list[Picture | Paper] = [photo.picture for photo in pictures(act, proposal)]
    gone += papers(act, proposal)
    for links in (ProposalPicture, ProposalPaper):
        act.session.execute(delete(links).where(links.proposal_id == proposal.id))
    for each in gone:
        files.drop(act, each)


@showing.shows
def seen(act: Act, ids: Collection[UUID]) -> Seen:
    """What was handed in everybody sees, a draft its author alone."""
    query = select(Proposal.state, Proposal.author_id)
    of_pictures = query.join(ProposalPicture).where(ProposalPicture.picture_id.in_(ids))
    of_papers = query.join(ProposalPaper).where(ProposalPaper.paper_id.in_(ids))
    rows = [*act.session.execute(of_pictures), *act.session.execute(of_papers)]
    if any(state != State.DRAFT for state, _author in rows):
        return Seen.EVERYBODY
    own = act.person is not None and any(author == act.person.id for _state, author in rows)
    return Seen.ITS_OWN if own else Seen.NOBODY
