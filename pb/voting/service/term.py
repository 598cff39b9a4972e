"""Until when one may object to a poll; from then on what joins voters to their ballots is to be erased.

The terms are those that held when the cycle was opened: a setting that is changed later lengthens none. The same days
stand in the rules of the database (pb/freezes/links.py).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from pb.act import Act
from pb.audit import service as audit
from pb.clock import local
from pb.cycles.models import Cycle, Phase
from pb.gatherings.models import Matter
from pb.gatherings.service import meetings
from pb.polls.models import Poll, State
from pb.polls.service import state

WAITS_FOR_ADOPTION = frozenset({State.CLOSED, State.DECRYPTING, State.COMPLETE})


@dataclass(frozen=True)
class Term:
    """The first and the last day on which one may object to a poll.

    `last` is None while the poll is prepared or open. `settled`: the akim agreed to the adoption or the poll ended
    without a result, so that the day moves no more. `days` from that day on. `planned`: the last day if the akim agrees
    on the cycle's last day for the result; None once that has passed. `unadopted`: the last day if nobody adopts it.
    """

    first: date
    last: date | None
    settled: bool
    days: int
    planned: date | None
    unadopted: date

    def is_over(self, today: date) -> bool:
        return self.last is not None and self.last < today


def of_poll(act: Act, cycle: Cycle, poll: Poll) -> Term:
    """The term for objections as it stands on the day of the act."""
    over, today, adopts_by = over_on(act, cycle, poll), local(act.at).date(), cycle.until(Phase.RESULT)
    closed = local(poll.closes_at).date() if poll.closes_at is not None else cycle.voting_until
    return Term(
        first=local(poll.prepared_at).date(),
        last=over - timedelta(days=1) if over is not None else None,
        settled=ended_on(act, cycle, poll) is not None,
        days=cycle.objection_days,
        planned=_last_of(adopts_by, cycle.objection_days) if adopts_by is not None and adopts_by >= today else None,
        unadopted=_last_of(closed, cycle.unadopted_days),
    )


def over_on(act: Act, cycle: Cycle, poll: Poll) -> date | None:
    """The first day on which nobody may object any more; None while the poll is prepared or open.

    The term counts from the akim's agreement to the adoption, or from the end of a poll without a result. A poll whose
    result nobody adopts has a longest term, which counts from its closing time.
    """
    ended = ended_on(act, cycle, poll)
    return after(ended, cycle.objection_days) if ended is not None else unadopted_on(act, cycle, poll)


def ended_on(act: Act, cycle: Cycle, poll: Poll) -> date | None:
    """The day on which the adoption of the result was approved, or on which the poll ended without one."""
    if poll.state in state.ENDED_WITHOUT_RESULT:
        return _ended_without_result(act, poll)
    if poll.state != State.COMPLETE:
        return None
    adopted = meetings.adopted(act, cycle)
    if adopted is None:
        return None
    point = next(one for one in adopted.gathering.questions if one.matter == Matter.ADOPTION)
    since = meetings.in_force_since(act, adopted, point)
    return local(since).date() if since is not None else None


def unadopted_on(act: Act, cycle: Cycle, poll: Poll) -> date | None:
    """The day from which a result that is not adopted counts as given up; None while the poll is prepared or open.

    After a poll without a result it is the day until which the vote may be repeated.
    """
    if poll.state in state.ENDED_WITHOUT_RESULT:
        return after(_ended_without_result(act, poll), cycle.unadopted_days)
    if poll.state not in WAITS_FOR_ADOPTION or poll.closes_at is None:
        return None
    return after(local(poll.closes_at).date(), cycle.unadopted_days)


def after(day: date, days: int) -> date:
    """The day that lies so many days after another one."""
    return day + timedelta(days=days)


def _last_of(first: date, days: int) -> date:
    return after(first, days) - timedelta(days=1)


def _ended_without_result(act: Act, poll: Poll) -> date:
    annulled = [event.at for event in audit.of_subject(act, poll.cycle_id) if event.action == "poll.annulled"]
    return local(max([poll.closes_at or poll.prepared_at, *(annulled if poll.state == State.ANNULLED else ())])).date()
