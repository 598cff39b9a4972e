"""A picture or a paper that was handed in is taken away: by its author until the review ends, by the office always.

A face, an identity card or worse is nobody's to see because a proposal is decided. The text of a proposal never goes.
While residents vote the office says in words why, and the pages of the poll and of its ballot say it too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.media.models import Paper, Picture
from pb.media.models import State as Shown
from pb.media.service import files
from pb.proposals.models import Proposal, ProposalPaper, ProposalPicture, State
from pb.proposals.service import attached, contents
from pb.proposals.service import proposals as service
from pb.text import one_line

LONGEST_WORDS: Final = 300
FEWEST_LETTERS: Final = 20
"""Of the office's own words while residents vote: what stands on a ballot goes before everybody's eyes."""


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


UNTOLD: Final = frozenset({Why.FOREIGN, Why.UNLAWFUL})
"""Nobody can see by the reason alone whether these are true: the office adds its own words."""


@dataclass(frozen=True)
class Attachment:
    """A picture or paper of a proposal and its place; `name` is what an address says of it.

    Two papers with the same pages have one digest after they were written anew, so it names none of them.
    """

    of: Picture | Paper
    place: int

    @property
    def name(self) -> str:
        return self.of.id.hex

    @property
    def paper(self) -> Paper | None:
        return self.of if isinstance(self.of, Paper) else None


def removable(act: Act, cycle: Cycle, proposal: Proposal) -> list[Attachment]:
    """The pictures and then the papers that the actor may take away; of a returned proposal those that are shown."""
    if not may_as_author(act, cycle, proposal) and not may_as_office(act, proposal):
        return []
    found = [Attachment(photo.picture, photo.place) for photo in attached.pictures(act, proposal)]
    found += [Attachment(paper, place) for place, paper in enumerate(attached.papers(act, proposal), 1)]
    return [each for each in found if each.of.state == Shown.READY]


def may_as_author(act: Act, cycle: Cycle, proposal: Proposal) -> bool:
    """Until the review ends; a draft and a returned proposal have their page of pictures."""
    if not service.is_own(act, proposal) or not act.holds(Role.RESIDENT):
        return False
    decided = proposal.state in {State.ACCEPTED, State.REFUSED}
    reviewed = cycle.phase in {Phase.PROPOSALS, Phase.REVIEW}
    return proposal.state == State.SUBMITTED or (decided and reviewed)


def may_as_office(act: Act, proposal: Proposal) -> bool:
    return act.holds(Role.OFFICE) and proposal.state != State.DRAFT


def find(act: Act, cycle: Cycle, proposal: Proposal, name: str) -> Attachment:
    """What the actor may take away. Raises NotFound, Forbidden, Conflict (the review is over)."""
    if not may_as_author(act, cycle, proposal) and not may_as_office(act, proposal):
        if service.is_own(act, proposal):
            raise Conflict(_("The review is over: ask the akim's office to take a picture or a paper away."))
        raise Forbidden(_("Only the author and the akim's office may take a picture or a paper away."))
    found = next((each for each in removable(act, cycle, proposal) if each.name == name), None)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the office takes it away: from the list, and in its own words in a language."""

    why: str
    words: str
    language: str


def faults(cycle: Cycle, reason: Reason) -> Iterator[FieldRefusal]:
    """What is wrong with the office's reason."""
    if reason.why not in {*Why}:
        yield FieldRefusal("why", _("Choose a reason."))
    words = one_line(reason.words)
    letters = sum(sign.isalpha() for sign in words)
    if len(words) > LONGEST_WORDS:
        yield FieldRefusal("words", _("Use at most 300 characters."))
    elif cycle.phase == Phase.VOTING and letters < FEWEST_LETTERS:
        yield FieldRefusal("words", _("Residents vote: write in at least 20 letters why it has to go."))
    elif reason.why in UNTOLD and not letters:
        yield FieldRefusal("words", _("Write in your own words why: this reason alone tells nobody enough."))
    if words and reason.language not in contents.LANGUAGES:
        yield FieldRefusal("language", _("Choose the language in which you write."))


def take_away(act: Act, cycle: Cycle, proposal: Proposal, name: str, reason: Reason | None = None) -> None:
    """Takes it away, with an event in the log; its bytes are swept minutes later, unless another has the same.

    What a poll's ballot shows beside a project may go too, never a word of it. Raises NotFound, Forbidden, Conflict,
    FieldRefusal (the office gives a reason).
    """
    service.lock(act, cycle, proposal)
    gone = find(act, cycle, proposal, name)
    link: ProposalPaper | ProposalPicture
    if gone.paper is not None:
        link = act.session.get_one(ProposalPaper, gone.of.id)
    else:
        link = act.session.get_one(ProposalPicture, gone.of.id)
    data = {"number": proposal.number, "place": link.place, **_described(gone.of)}
    if may_as_author(act, cycle, proposal):
        audit.record(act, "proposal.attachment_taken_back", subject=proposal.id, data=data)
    else:
        reason = reason or Reason("", "", "")
        refuse_all(faults(cycle, reason))
        data |= {"why": reason.why, "phase": cycle.phase, "reason": one_line(reason.words)}
        if data["reason"]:
            data["language"] = reason.language
        audit.record(act, "proposal.attachment_removed", subject=proposal.id, data=data)
    act.session.delete(link)
    act.session.flush()  # a trigger lets it go because the log's last event says so
    files.drop(act, gone.of)


def _described(gone: Picture | Paper) -> dict[str, Any]:
    """What the log keeps of it: who has the file at home can show by `sha256` that this was the one."""
    if isinstance(gone, Paper):
        return {"kind": "paper", "sha256": gone.sha256, "digest": gone.digest, "pages": gone.pages}
    return {"kind": "picture", "sha256": gone.sha256, "digest": gone.large}


@dataclass(frozen=True, slots=True)
class Removed:
    """What the office took off a project: `why` from the list, its own `words` in their `language`."""

    at: datetime
    number: int
    is_paper: bool
    why: LazyString
    words: str
    language: str

    @classmethod
    def of(cls, event: AuditEvent) -> "Removed":
        data: Mapping[str, Any] = event.data
        why = WHY_LABELS[Why(data["why"])]
        return cls(event.at, data["number"], data["kind"] == "paper", why, data["reason"], data.get("language", ""))


def during_the_vote(act: Act, cycle: Cycle) -> list[Removed]:
    """What the office took off the projects of a cycle while residents voted, or were about to."""
    of_cycle = select(Proposal.id).where(Proposal.cycle_id == cycle.id)
    events = audit.of_subjects(act, "proposal.attachment_removed", of_cycle)
    return [Removed.of(event) for event in events if event.data["phase"] == Phase.VOTING]
