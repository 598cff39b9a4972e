"""A picture or a paper that was handed in is taken away: by its author until the review ends, by the office always.

A face, an identity card or worse is nobody's to see because a proposal is decided. The text of a proposal never goes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound
from pb.media.models import Paper, Picture
from pb.media.models import State as Shown
from pb.media.service import files
from pb.media.service.drawing import Fault
from pb.media.service.files import FAULTS, PAPER_FAULTS
from pb.media.service.reading import PaperFault
from pb.proposals.models import Proposal, ProposalPaper, ProposalPicture, State
from pb.proposals.service import attached
from pb.proposals.service import proposals as service
from pb.text import one_line

LONGEST_WORDS: Final = 300


class Why(StrEnum):
    """Why the office takes it away."""

    PERSON = "person"
    PERSONAL = "personal"
    FOREIGN = "foreign"
    UNLAWFUL = "unlawful"


WHY_LABELS: dict[Why, LazyString] = {
    Why.PERSON: _("It shows a person who did not agree"),
    Why.PERSONAL: _("It shows personal data: a document, a number, an address"),
    Why.FOREIGN: _("It has nothing to do with this project"),
    Why.UNLAWFUL: _("It is against the law"),
}


@dataclass(frozen=True)
class Attachment:
    """A picture or paper of a proposal and its name: `digest` is that of what is shown, or else of what was sent."""

    of: Picture | Paper
    place: int

    @property
    def digest(self) -> str:
        shown = self.of.digest if isinstance(self.of, Paper) else self.of.large
        return shown or self.of.sha256

    @property
    def paper(self) -> Paper | None:
        return self.of if isinstance(self.of, Paper) else None

    @property
    def fault(self) -> LazyString | str:
        """Why it is not shown, in words; nothing where it is."""
        if not self.of.fault:
            return ""
        return PAPER_FAULTS[PaperFault(self.of.fault)] if self.paper else FAULTS[Fault(self.of.fault)]


def removable(act: Act, cycle: Cycle, proposal: Proposal) -> list[Attachment]:
    """The pictures and then the papers that the actor may take away; what is not shown its author alone knows of."""
    if not may_as_author(act, cycle, proposal) and not may_as_office(act, proposal):
        return []
    found = [Attachment(photo.picture, photo.place) for photo in attached.pictures(act, proposal)]
    found += [Attachment(paper, place) for place, paper in enumerate(attached.papers(act, proposal), 1)]
    return [each for each in found if each.of.state == Shown.READY or service.is_own(act, proposal)]


def may_as_author(act: Act, cycle: Cycle, proposal: Proposal) -> bool:
    """Until the review ends; a draft and a returned proposal have their page of pictures."""
    if not service.is_own(act, proposal) or not act.holds(Role.RESIDENT):
        return False
    decided = proposal.state in {State.ACCEPTED, State.REFUSED}
    reviewed = cycle.phase in {Phase.PROPOSALS, Phase.REVIEW}
    return proposal.state == State.SUBMITTED or (decided and reviewed)


def may_as_office(act: Act, proposal: Proposal) -> bool:
    return act.holds(Role.OFFICE) and proposal.state != State.DRAFT


def find(act: Act, cycle: Cycle, proposal: Proposal, digest: str) -> Attachment:
    """What the actor may take away. Raises NotFound, Forbidden, Conflict (the review is over)."""
    if not may_as_author(act, cycle, proposal) and not may_as_office(act, proposal):
        if service.is_own(act, proposal):
            raise Conflict(_("The review is over: ask the akim's office to take a picture or a paper away."))
        raise Forbidden(_("Only the author and the akim's office may take a picture or a paper away."))
    found = next((each for each in removable(act, cycle, proposal) if each.digest == digest), None)
    if found is None:
        raise NotFound
    return found


def faults(why: str, words: str) -> Iterator[FieldRefusal]:
    """What is wrong with the office's reason."""
    if why not in {*Why}:
        yield FieldRefusal("why", _("Choose a reason."))
    if len(one_line(words)) > LONGEST_WORDS:
        yield FieldRefusal("words", _("Use at most 300 characters."))


def take_away(act: Act, cycle: Cycle, proposal: Proposal, digest: str, why: str = "", words: str = "") -> None:
    """Takes it away, with an event in the log; its bytes are swept minutes later, unless another has the same.

    What a poll's ballot shows beside a project may go too, never a word of it. Raises NotFound, Forbidden, Conflict,
    FieldRefusal (the office gives a reason).
    """
    service.lock(act, cycle, proposal)
    gone = find(act, cycle, proposal, digest)
    data: dict[str, Any] = {"number": proposal.number, "digest": gone.digest}
    if may_as_author(act, cycle, proposal):
        audit.record(act, "proposal.attachment_taken_back", subject=proposal.id, data=data)
    else:
        for fault in faults(why, words):
            raise fault
        data |= {"why": why, "reason": one_line(words)}
        audit.record(act, "proposal.attachment_removed", subject=proposal.id, data=data)
    link = ProposalPaper if gone.paper is not None else ProposalPicture
    act.session.delete(act.session.get_one(link, gone.of.id))
    act.session.flush()  # a trigger lets it go because the log's last event says so
    files.drop(act, gone.of)


def said(data: Mapping[str, Any]) -> str:
    """The office's reason, as its event keeps it."""
    why = str(WHY_LABELS[Why(data["why"])])
    return f"{why}. {data['reason']}" if data.get("reason") else f"{why}."
