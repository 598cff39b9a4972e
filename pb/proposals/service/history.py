"""What happened to a proposal, told from the audit log in the words of its readers."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString, lazy_gettext

from pb.act import Act
from pb.audit import service as audit
from pb.proposals.models import Proposal
from pb.proposals.service import outcomes, taking_away

ACTIONS: dict[str, LazyString] = {
    "proposal.submitted": lazy_gettext("The author submitted the proposal."),
    "proposal.answered": lazy_gettext("The author answered and submitted the proposal again."),
    "review.returned": lazy_gettext("The akim's office returned the proposal with a question."),
    "review.accepted": lazy_gettext("The akim's office accepted the proposal."),
    "review.refused": lazy_gettext("The akim's office refused the proposal."),
    "proposal.withdrawn": lazy_gettext("The author withdrew the proposal."),
    "proposal.attachment_removed": lazy_gettext("The akim's office took a picture or a paper away."),
    "proposal.attachment_taken_back": lazy_gettext("The author took a picture or a paper away."),
    "proposal.unanswered": lazy_gettext("The proposal was refused: the author did not answer in time."),
    "proposal.unreviewed": lazy_gettext("The proposal was refused: the office did not review the answer in time."),
    "proposal.approved": lazy_gettext("The assembly put the project to the vote."),
    "proposal.rejected": lazy_gettext("The assembly did not put the project to the vote."),
    "proposal.budgeted": lazy_gettext("The project became a line of the budget."),
    "winner.planned": lazy_gettext("What pays for the project was planned anew."),
    "winner.waits": lazy_gettext("Money was cut: the project waits, by a decision."),
    "winner.resumed": lazy_gettext("The project no longer waits for money."),
}
"""Who did it is an office, never a name."""


@dataclass(frozen=True, slots=True)
class Event:
    """One sentence of the history.

    `note` is the office's question or reason, or the author's answer, in its `language`; `ground` the reason of a
    refusal or of a removal as the list of reasons has it.
    """

    at: datetime
    text: LazyString
    note: str = ""
    language: str = ""
    ground: LazyString | None = None


def of(act: Act, proposal: Proposal) -> list[Event]:
    """The history of a proposal, oldest first."""
    rounds = outcomes.rounds(act, proposal)
    reviews, answers = iter(rounds), iter([asked.answer.text for asked in rounds if asked.answer])
    events: list[Event] = []
    for event in audit.of_subject(act, proposal.id):
        sentence = ACTIONS.get(event.action)
        if sentence is None:
            continue
        if event.action.startswith("review."):
            review = next(reviews)
            events.append(Event(event.at, sentence, review.reason, review.language, review.ground_told))
        elif event.action == "proposal.answered":
            events.append(Event(event.at, sentence, next(answers), proposal.language))
        elif event.action == "proposal.attachment_removed":
            removed = taking_away.Removed.of(event)
            events.append(Event(event.at, sentence, removed.words, removed.language, removed.why))
        else:
            events.append(Event(event.at, sentence))
    return events
