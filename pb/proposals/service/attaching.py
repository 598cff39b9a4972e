"""What an author does with the pictures and papers of a proposal, until it is handed in."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import delete

from pb.act import Act
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, NotFound, OutOfPhase, refuse_all
from pb.media.models import Paper
from pb.media.service import files
from pb.media.service.files import Received
from pb.proposals.models import LONGEST_ALT, MOST_ATTACHED, Proposal, ProposalPaper, ProposalPicture, State
from pb.proposals.service import attached
from pb.proposals.service import proposals as service
from pb.proposals.service.attached import Photo
from pb.text import one_line

FULL = _("A project has five pictures at most. Remove one first.")
FULL_OF_PAPERS = _("A project has five papers at most. Remove one first.")


def may_attach(act: Act, cycle: Cycle, proposal: Proposal) -> bool:
    """A draft while ideas are taken, a returned proposal while its question can be answered; its author alone."""
    if not service.is_own(act, proposal):
        return False
    if proposal.state == State.DRAFT:
        return cycles.takes_ideas(act, cycle)
    return service.answerable(act, cycle, proposal)


def require(act: Act, cycle: Cycle, proposal: Proposal) -> None:
    """Raises Conflict where the proposal was handed in, OutOfPhase where its time is over."""
    if may_attach(act, cycle, proposal):
        return
    if proposal.state not in {State.DRAFT, State.RETURNED}:
        raise Conflict(_("This proposal was submitted: its pictures and papers stay as they are."))
    raise OutOfPhase(cycle)


def add(act: Act, cycle: Cycle, proposal: Proposal, received: Received) -> bool:
    """Adds a file at the end; False for one that stands there already: nothing is added twice.

    Raises Conflict, OutOfPhase, FieldRefusal (there are five already).
    """
    service.lock(act, cycle, proposal)
    require(act, cycle, proposal)
    author = service.author(act, proposal)
    if received.is_paper:
        there = attached.papers(act, proposal)
        if any(paper.sha256 == received.sha256 for paper in there):
            return False
        if len(there) >= MOST_ATTACHED:
            raise FieldRefusal("papers", FULL_OF_PAPERS)
        _arrange_papers(act, proposal, there)
        paper = files.add_paper(act, author, received)
        act.session.add(ProposalPaper(paper_id=paper.id, proposal_id=proposal.id, place=len(there) + 1))
    else:
        photos = attached.pictures(act, proposal)
        if attached.has(act, proposal, received.sha256):
            return False
        if len(photos) >= MOST_ATTACHED:
            raise FieldRefusal("pictures", FULL)
        _arrange(act, proposal, photos)  # one may have been taken away
        picture = files.add_picture(act, author, received)
        link = ProposalPicture(picture_id=picture.id, proposal_id=proposal.id, place=len(photos) + 1, alt="")
        act.session.add(link)
    act.session.flush()
    return True


def alt_faults(alts: Sequence[str]) -> Iterator[FieldRefusal]:
    """What is wrong with what the pictures show, in words; fields are called by the place."""
    for place, alt in enumerate(alts, 1):
        if len(one_line(alt)) > LONGEST_ALT:
            yield FieldRefusal(f"alt_{place}", _("Use at most 200 characters."))


def describe(act: Act, cycle: Cycle, proposal: Proposal, shown: Sequence[UUID], alts: Sequence[str]) -> None:
    """Keeps in words what the pictures show that were `shown`, in their order.

    Raises Conflict (there are others now), OutOfPhase, FieldRefusal.
    """
    service.lock(act, cycle, proposal)
    require(act, cycle, proposal)
    photos = attached.pictures(act, proposal)
    if [photo.picture.id for photo in photos[: len(shown)]] != [*shown]:
        raise Conflict(
            _("The pictures were changed in another tab or on another device. Look at them as they are now.")
        )
    refuse_all(alt_faults(alts))
    for picture_id, alt in zip(shown, alts, strict=True):
        act.session.get_one(ProposalPicture, picture_id).alt = one_line(alt)
    act.session.flush()


def move_up(act: Act, cycle: Cycle, proposal: Proposal, picture_id: UUID) -> None:
    """Changes places with the picture before it; the first stays. Raises Conflict, OutOfPhase, NotFound."""
    photos = _locked(act, cycle, proposal)
    place = _place_of(photos, picture_id)
    if place == 1:
        return
    photos[place - 2], photos[place - 1] = photos[place - 1], photos[place - 2]
    _arrange(act, proposal, photos)


def remove_picture(act: Act, cycle: Cycle, proposal: Proposal, picture_id: UUID) -> None:
    """Takes a picture away; the others close up. Raises Conflict, OutOfPhase, NotFound."""
    photos = _locked(act, cycle, proposal)
    gone = photos.pop(_place_of(photos, picture_id) - 1)
    _arrange(act, proposal, photos)
    files.drop(act, gone.picture)


def remove_paper(act: Act, cycle: Cycle, proposal: Proposal, paper_id: UUID) -> None:
    """Takes a paper away; the others close up. Raises Conflict, OutOfPhase, NotFound."""
    _locked(act, cycle, proposal)
    papers = attached.papers(act, proposal)
    gone = next((paper for paper in papers if paper.id == paper_id), None)
    if gone is None:
        raise NotFound
    _arrange_papers(act, proposal, [each for each in papers if each is not gone])
    files.drop(act, gone)


def _locked(act: Act, cycle: Cycle, proposal: Proposal) -> list[Photo]:
    service.lock(act, cycle, proposal)
    require(act, cycle, proposal)
    return attached.pictures(act, proposal)


def _place_of(photos: Sequence[Photo], picture_id: UUID) -> int:
    place = next((place for place, photo in enumerate(photos, 1) if photo.picture.id == picture_id), None)
    if place is None:
        raise NotFound
    return place


def _arrange(act: Act, proposal: Proposal, photos: Sequence[Photo]) -> None:
    """In this order, whatever stood before: two of them never have one place meanwhile."""
    act.session.execute(delete(ProposalPicture).where(ProposalPicture.proposal_id == proposal.id))
    for place, photo in enumerate(photos, 1):
        link = ProposalPicture(picture_id=photo.picture.id, proposal_id=proposal.id, place=place, alt=photo.alt)
        act.session.add(link)
    act.session.flush()


def _arrange_papers(act: Act, proposal: Proposal, papers: Sequence[Paper]) -> None:
    act.session.execute(delete(ProposalPaper).where(ProposalPaper.proposal_id == proposal.id))
    for place, paper in enumerate(papers, 1):
        act.session.add(ProposalPaper(paper_id=paper.id, proposal_id=proposal.id, place=place))
    act.session.flush()
