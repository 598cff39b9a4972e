"""What people are told of proposals: the author of each step, and whoever follows the project."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.db import by_id
from pb.errors import NotFound
from pb.formats import day, language, named
from pb.notices.models import Kind, Topic
from pb.notices.service.telling import Concerned, Named, Subject, Teller, Words, names, tells
from pb.proposals.models import Proposal, Review, State, Verdict
from pb.proposals.service import fates, history, outcomes, proposals, taking_away

SENTENCES: Mapping[str, LazyString] = history.ACTIONS | {
    "proposal.submitted": lazy_gettext("The proposal came to the akim's office."),  # its author knows who submitted it
}
WRITTEN_IN: Mapping[str, LazyString] = {
    "kk": lazy_gettext("(written in Kazakh)"),
    "ru": lazy_gettext("(written in Russian)"),
}
UNTOLD = frozenset({"proposal.attachment_taken_back"})  # its author knows, and whoever follows need not look for it


def _concerned(act: Act, event: AuditEvent) -> Concerned:
    proposal = act.session.get_one(Proposal, event.subject_id)
    return Concerned(frozenset({proposal.author_id}), frozenset({Subject(Kind.PROJECT, proposal.id)}))


def _words(act: Act, event: AuditEvent) -> Words:
    proposal = act.session.get_one(Proposal, event.subject_id)
    cycle = act.session.get_one(Cycle, proposal.cycle_id)
    rounds = outcomes.rounds(act, proposal)
    fate = fates.of_cycle(act, cycle).get(proposal.id) or fates.of_proposal(cycle, proposal, rounds)
    until = _("Last day: %(date)s", date=day(fate.until)) if fate.until else ""
    review = _review(act, event)
    asked, said = review is not None and review.verdict == Verdict.RETURN, _said(event, review)
    called = proposal.called(language())
    return Words(
        thing=named(proposal.number, called.text),
        what=str(SENTENCES[event.action]),
        url=url_for("proposals.show", cycle_id=cycle.id, proposal_id=proposal.id),
        why="" if asked else said,
        following=f"{fate.next} {until}".strip(),
        question=said if asked else "",
        own=_own(cycle, proposal, rounds, review),
        tongue=called.language,
    )


def _own(cycle: Cycle, proposal: Proposal, rounds: Sequence[Review], review: Review | None) -> str:
    """What its author is told of a question that waits for them: not that the author answers it."""
    until = rounds[-1].answer_until if rounds else None
    if proposal.state != State.RETURNED or cycle.phase == Phase.ENDED or until is None:
        return ""
    if review is rounds[-1]:
        return str(_("Answer it. Last day: %(date)s", date=day(until)))
    return str(_("Answer the question of the akim's office. Last day: %(date)s", date=day(until)))


def _review(act: Act, event: AuditEvent) -> Review | None:
    """The review of this event, with the office's question or public reason."""
    if not event.action.startswith("review."):
        return None
    query = select(Review).where(Review.proposal_id == event.subject_id, Review.at == event.at)
    return act.session.scalars(query).first()


def _said(event: AuditEvent, review: Review | None) -> str:
    """The reason of a refusal from the list, what the office wrote and in which language, why a picture was removed."""
    if event.action == "proposal.attachment_removed":
        removed = taking_away.Removed.of(event)
        return f"{removed.why}. {_marked(removed.words, removed.language)}".strip()
    if review is None:
        return ""
    return f"{review.ground_told or ''} {_marked(review.reason, review.language)}".strip()


def _marked(written: str, tongue: str) -> str:
    """What somebody wrote, with its language where the reader's is another."""
    return f"{written} {WRITTEN_IN[tongue]}" if written and tongue != language() else written


def _names(act: Act, ids: list[UUID]) -> Named:
    found = by_id(act.session, Proposal, ids).values()
    return {
        one.id: (
            named(one.number, one.called(language()).text),
            url_for("proposals.show", cycle_id=one.cycle_id, proposal_id=one.id),
        )
        for one in found
    }


def _look(act: Act, where: Mapping[str, UUID]) -> None:
    """A draft is nobody's to follow. Raises NotFound."""
    if proposals.get(act, cycles.get(act, where["cycle_id"]), where["proposal_id"]).number is None:
        raise NotFound


for _action, _sentence in SENTENCES.items():
    if _action not in UNTOLD:
        teller = Teller(Topic.PROJECT, (_sentence,), _concerned, _words, asks=_action == "review.returned")
        tells(_action, teller)
names(Kind.PROJECT, _names, _look)
