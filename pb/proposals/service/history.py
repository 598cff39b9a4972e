"""What happened to a proposal, told from the audit log in the words of its readers."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask_babel import LazyString, lazy_gettext

from pb.act import Act
from pb.audit import service as audit
from pb.proposals.models import Proposal
from pb.proposals.service import outcomes


class Words(NamedTuple):
    """What an action of the log is called, and who did it: an office, never a name."""

    text: LazyString
    who: LazyString


AUTHOR = lazy_gettext("The author")
OFFICE = lazy_gettext("The akim's office")
ASSEMBLY = lazy_gettext("The assembly")

ACTIONS: dict[str, Words] = {
    "proposal.submitted": Words(lazy_gettext("Submitted"), AUTHOR),
    "proposal.answered": Words(lazy_gettext("Answered and submitted again"), AUTHOR),
    "review.returned": Words(lazy_gettext("Returned with a question"), OFFICE),
    "review.accepted": Words(lazy_gettext("Accepted"), OFFICE),
    "review.refused": Words(lazy_gettext("Refused"), OFFICE),
    "proposal.withdrawn": Words(lazy_gettext("Withdrawn"), AUTHOR),
    "proposal.unanswered": Words(lazy_gettext("Refused: the author did not answer in time"), OFFICE),
    "proposal.unreviewed": Words(lazy_gettext("Refused: the office did not review the answer in time"), OFFICE),
    "proposal.approved": Words(lazy_gettext("Put to the vote"), ASSEMBLY),
    "proposal.rejected": Words(lazy_gettext("Not put to the vote"), ASSEMBLY),
    "proposal.budgeted": Words(lazy_gettext("Became a line of the budget"), OFFICE),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history; `note` is the office's question or reason, or the author's answer."""

    at: datetime
    text: LazyString
    who: LazyString
    note: str = ""


def of(act: Act, proposal: Proposal) -> list[Event]:
    """The history of a proposal, oldest first."""
    rounds = outcomes.rounds(act, proposal)
    reasons, answers = iter(rounds), iter([asked.answer.text for asked in rounds if asked.answer])
    events: list[Event] = []
    for event in audit.of_subject(act, proposal.id):
        words = ACTIONS.get(event.action)
        if words is None:
            continue
        note = ""
        if event.action.startswith("review."):
            note = next(reasons).reason
        elif event.action == "proposal.answered":
            note = next(answers)
        events.append(Event(event.at, words.text, words.who, note))
    return events
