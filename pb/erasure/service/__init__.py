"""What is kept about people, until when, and its end: first what joins voters to ballots, later the IINs of the roll.

Afterwards an archive, its signatures, the result, the turnout and the list of those who took part stand as before, and
everybody can verify them; nobody can tell any more which ballot was whose, nor whose IIN stood on the roll.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.audit import service as audit
from pb.checks.service import erasing as checks
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.errors import Conflict
from pb.identity.service import passing
from pb.polls.models import Poll, State
from pb.polls.service import state
from pb.roll.service import erasing as numbers
from pb.voting.service import erasing as links
from pb.voting.service import term

LINKS_ERASED, NUMBERS_ERASED, REWRITTEN = "poll.links_erased", "roll.numbers_erased", "files.rewritten"
# What is written anew after an erasure, so that files keep nothing of it either.
TABLES = (
    "ballot_evidence",
    "card_withdrawals",
    "card_events",
    "cast_ballots",
    "contacts",
    "credentials",
    "evidence_judgements",
    "fault_explanations",
    "hand_over_undoings",
    "notice_sendings",
    "notices",
    "objections",
    "opened_cards",
    "paper_counts",
    "participant_lists",
    "participations",
    "reissues",
    "reminders",
    "roll_commitments",
    "roll_confirmations",
    "roll_corrections",
    "roll_entries",
    "roll_imports",
    "roll_requests",
    "sample_answers",
    "sealed_codes",
    *passing.TABLES,
)


class What(StrEnum):
    """What is to be erased."""

    LINKS = "links"
    NUMBERS = "numbers"


@dataclass(frozen=True)
class Kept:
    """Something that is kept about people. `due`: the first day on which it is to be erased; None while none is set.

    `waits`: an objection is open, so that nothing is erased although the day has come. `adopted`: the term counts from
    the end of the vote's matter; else from the longest that a result waits for its adoption.
    """

    what: What
    cycle: Cycle
    poll: Poll | None
    due: date | None
    waits: bool = False
    adopted: bool = True

    def is_due(self, today: date) -> bool:
        return self.due is not None and self.due <= today and not self.waits


def kept(act: Act) -> Iterator[Kept]:
    """All that is still kept in the act's territory, cycle by cycle."""
    for cycle in cycles.all_of(act):
        yield from of_cycle(act, cycle)


def of_cycle(act: Act, cycle: Cycle) -> Iterator[Kept]:
    """What is still kept of one cycle; a poll's links before its roll's IINs."""
    polls = state.attempts(act, cycle)
    waiting = [poll for poll in polls if links.erasure_of(act, poll) is None]
    for poll in waiting:
        waits = links.objections_wait(act, poll)
        adopted = term.ended_on(act, cycle, poll) is not None
        yield Kept(What.LINKS, cycle, poll, term.over_on(act, cycle, poll), waits=waits, adopted=adopted)
    if numbers.erasure_of(act, cycle) is None and (polls or numbers.kept(act, cycle)):
        due = _numbers_due(act, cycle, polls[-1] if polls else None)
        yield Kept(What.NUMBERS, cycle, None, due, waits=bool(waiting))


def erase(act: Act, due: Kept) -> None:
    """Erases it, with its event in the log. Raises Conflict (not due, or an objection is open)."""
    if not due.is_due(local(act.at).date()):
        raise Conflict(_("The term for this is not over, or an objection waits for its answer."))
    if due.poll is None:
        event = audit.record(act, "roll.numbers_erased", subject=due.cycle.id)
        numbers.erase(act, due.cycle, event.hash)
        return
    passing.sweep(act.session, act.at)
    act.session.refresh(due.poll, with_for_update=True)
    figures = links.figures(act, due.poll) | {"checks": checks.figures(act, due.poll)}
    data = {"poll": due.poll.uuid, "figures": figures}
    event = audit.record(act, "poll.links_erased", subject=due.cycle.id, data=data)
    links.erase(act, due.poll, event.hash, figures)
    checks.erase(act, due.poll)


def owed(act: Act) -> int | None:
    """The place in the log of the last erasure after which the files were not written anew; None where none is owed.

    The log itself remembers it: whoever runs the next erasure, on whatever machine, finds it.
    """
    erased = audit.latest(act, LINKS_ERASED, NUMBERS_ERASED)
    rewritten = audit.latest(act, REWRITTEN)
    if erased is None or (rewritten is not None and rewritten.data["until"] >= erased.position):
        return None
    return erased.position


def rewritten(act: Act, until: int) -> None:
    """Records that the files were written anew after the erasure that stands at place `until` of the log."""
    audit.record(act, "files.rewritten", subject=act.territory.id, data={"until": until})


def _numbers_due(act: Act, cycle: Cycle, last: Poll | None) -> date | None:
    """From the adoption of the last poll's result, or from the day on which nobody adopts it or repeats the vote.

    Of a cycle that never had a poll: from the last day of its plan.
    The same stands in the rules of the database (pb/freezes/roll.py).
    """
    if last is None:
        return term.after(cycle.budget_until, cycle.iin_days)
    adopted = term.ended_on(act, cycle, last) if last.state == State.COMPLETE else None
    begins = adopted or term.unadopted_on(act, cycle, last)
    return term.after(begins, cycle.iin_days) if begins is not None else None
