"""Where a poll stands: read by every verb, changed by none here."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb import clock
from pb.act import Act, Role
from pb.clock import local
from pb.core.belenios.groups import Group, group_named
from pb.core.belenios.messages import Election
from pb.core.poll.terms import PollTerms
from pb.cycles import service as cycles
from pb.cycles.models import DECIDERS, NOW, BallotKind, Cycle, Phase
from pb.cycles.service import envelopes
from pb.errors import Conflict, Forbidden, NotFound
from pb.identity.service import holdings
from pb.polls.models import Poll, State
from pb.territory.models import Territory

STATE_LABELS: dict[State, LazyString] = {
    State.PREPARING: lazy_gettext("In preparation"),
    State.OPEN: lazy_gettext("Voting is open"),
    State.CLOSED: lazy_gettext("Voting has ended, the ballots are being added up"),
    State.DECRYPTING: lazy_gettext("The trustees decrypt"),
    State.COMPLETE: lazy_gettext("The result is published"),
    State.UNDER_MINIMUM: lazy_gettext("Too few ballots: nothing is decrypted"),
    State.ANNULLED: lazy_gettext("Annulled"),
}
WHOLE_LABELS: dict[str, LazyString] = {
    State.CLOSED: lazy_gettext("Voting has ended, the ballots are made ready for shuffling"),
    State.DECRYPTING: lazy_gettext("The trustees shuffle and decrypt the ballots"),
}
"""Where ballots are decrypted as a whole, nothing is added up before."""

STATE_TAGS: dict[State, str] = {
    State.PREPARING: "grey",
    State.OPEN: "sky",
    State.CLOSED: "amber",
    State.DECRYPTING: "amber",
    State.COMPLETE: "green",
    State.UNDER_MINIMUM: "red",
    State.ANNULLED: "red",
}
ENDED_WITHOUT_RESULT = frozenset({State.UNDER_MINIMUM, State.ANNULLED})


def current(act: Act, cycle: Cycle) -> Poll | None:
    """The cycle's latest poll: a repeated one after an annulled one."""
    query = select(Poll).where(Poll.cycle_id == cycle.id).order_by(Poll.attempt.desc())
    return act.session.scalars(query).first()


@envelopes.fixes
def opened(act: Act, cycle: Cycle) -> bool:
    """Whether a poll of the cycle was opened once, annulled or not: what voters were told of money stands."""
    query = select(Poll.id).where(Poll.cycle_id == cycle.id, Poll.election_json.is_not(None))
    return act.session.scalars(query.limit(1)).first() is not None


def as_seen(poll: Poll, at: datetime) -> State:
    """Where the poll stands at a moment: the second its voting ends it is closed, whoever has counted it by then."""
    return State.CLOSED if poll.state == State.OPEN and not is_open(poll, at) else State(poll.state)


def label(poll: Poll, at: datetime) -> LazyString:
    """Where the poll stands at a moment, in words."""
    terms, seen = terms_of(poll), as_seen(poll, at)
    labels = WHOLE_LABELS if terms is not None and terms.ballot is not None else {}
    return labels.get(seen) or STATE_LABELS[seen]


def tag(poll: Poll, at: datetime) -> str:
    """The kind of mark that its label has at a moment."""
    return STATE_TAGS[as_seen(poll, at)]


def seen_in(act: Act, cycle: Cycle) -> State | None:
    """Where the poll of a cycle in the phase of the vote stands at this moment; None in the other phases."""
    return seen_of(cycle, current(act, cycle), act.at) if cycle.phase == Phase.VOTING else None


def seen_of(cycle: Cycle, poll: Poll | None, at: datetime) -> State | None:
    """The same of the cycle's latest poll, where somebody has read it already."""
    if cycle.phase != Phase.VOTING:
        return None
    return as_seen(poll, at) if poll is not None else State.PREPARING


def in_short(seen: State | None) -> LazyString | None:
    """What stands in the place of "residents vote" while they cannot; None while voting is open, and in other phases.

    `seen` is where the poll stands at the moment.
    """
    if seen is None or seen == State.OPEN:
        return None
    if seen == State.PREPARING:
        return lazy_gettext("The vote is being prepared")
    if seen in ENDED_WITHOUT_RESULT:
        return lazy_gettext("The vote ended without a result")
    return lazy_gettext("Voting has ended, the result is being counted")


def beside_step(seen: State | None) -> LazyString:
    """What is said after the name of the step in which the cycle is."""
    if seen is None or seen == State.OPEN:
        return lazy_gettext("now")
    if seen == State.PREPARING:
        return lazy_gettext("being prepared")
    if seen in ENDED_WITHOUT_RESULT:
        return lazy_gettext("ended without a result")
    return lazy_gettext("voting has ended, the result is being counted")


def who(seen: State | None, phase: Phase) -> LazyString:
    """Who decides in a phase: residents vote while voting goes on, not before it began nor after it ended."""
    return in_short(seen) or DECIDERS[phase]


def now(act: Act, cycle: Cycle) -> LazyString:
    """What happens in the cycle at this moment; a vote is prepared, goes on, or has ended."""
    seen = seen_in(act, cycle)
    if seen is None or seen == State.OPEN:
        return NOW[Phase(cycle.phase)]
    if seen == State.PREPARING:
        return lazy_gettext("The vote is being prepared: roll, cards and keys are made. Nobody can vote yet.")
    if seen in ENDED_WITHOUT_RESULT:
        return lazy_gettext("The vote ended without a result.")
    return lazy_gettext("Voting has ended, the result is being counted.")


def require(act: Act, cycle: Cycle) -> Poll:
    """The cycle's latest poll. Raises NotFound before there is one."""
    poll = current(act, cycle)
    if poll is None:
        raise NotFound
    return poll


def attempts(act: Act, cycle: Cycle) -> Sequence[Poll]:
    """All polls of the cycle, the annulled ones too."""
    return act.session.scalars(select(Poll).where(Poll.cycle_id == cycle.id).order_by(Poll.attempt)).all()


@holdings.during_a_poll
def under_way_since(session: Session, territories: Any) -> date | None:
    """The day on which the earliest poll there that has not ended was put in preparation; None when none is under way.

    `territories` are ids, or what selects them: a raion asks for its okrugs with one query.
    """
    ended = (State.COMPLETE, *ENDED_WITHOUT_RESULT)
    query = select(func.min(Poll.prepared_at)).join(Cycle, Cycle.id == Poll.cycle_id)
    moment = session.scalar(query.where(Cycle.territory_id.in_(territories), Poll.state.not_in(ended)))
    return local(moment).date() if moment is not None else None


def open_in(session: Session, territory_ids: Collection[UUID], at: datetime) -> frozenset[UUID]:
    """Those of the territories where residents can vote at this moment."""
    query = select(Cycle.territory_id).join(Poll, Poll.cycle_id == Cycle.id)
    query = query.where(Cycle.territory_id.in_(territory_ids), Poll.state == State.OPEN, Poll.closes_at > at)
    return frozenset(session.scalars(query))


@lru_cache(maxsize=64)
def election_of(election_json: str) -> Election:
    """The parsed election: parsing checks memberships and builds tables, worth doing once per process."""
    return Election.parse(election_json)


def terms_of(poll: Poll) -> PollTerms | None:
    """What the poll committed to, read from the stored election.json; None before opening."""
    return PollTerms.of(election_of(poll.election_json)) if poll.election_json else None


def decrypts_ballots(cycle: Cycle, poll: Poll) -> bool:
    """Whether shuffled whole ballots are decrypted, and not the sum alone; before the opening as the cycle says."""
    if poll.election_json is None:
        return cycle.ballot_kind != BallotKind.TOTALS
    return bool(election_of(poll.election_json).whole)


def is_open(poll: Poll, at: datetime) -> bool:
    """Open and not past the closing time that election.json names."""
    return poll.state == State.OPEN and poll.closes_at is not None and at < poll.closes_at


def require_preparing(act: Act, cycle: Cycle, poll: Poll, *roles: Role) -> None:
    """Raises OutOfPhase, Forbidden (none of the roles), Conflict (opened).

    Locks poll and cycle: of two trustees' keys at once the second sees the first, and nothing slips in while the poll
    is opened, neither a card nor (the roll's verbs lock the cycle) a voter.
    """
    act.session.refresh(poll, with_for_update=True)
    act.session.refresh(cycle, with_for_update=True)
    cycles.require(act, cycle, Phase.VOTING)
    if act.person is None or not act.holds(*roles):
        raise Forbidden(lazy_gettext("Your role does not allow this."))
    if poll.state != State.PREPARING:
        raise Conflict(lazy_gettext("The poll was opened: nothing of its preparation changes any more."))


def group_of(poll: Poll) -> Group:
    """The group that the poll computes in: its cards, its trustees' keys and its ballots."""
    return group_named(poll.group_name)


def hour_of(at: datetime) -> datetime:
    """The moment cut to the full hour: all that is kept of when somebody voted."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def of_platform(session: Session, poll_id: UUID) -> tuple[Act, Cycle, Poll]:
    """The act of the platform itself: nobody signed in, on the poll's okrug."""
    poll = session.get_one(Poll, poll_id)
    cycle = session.get_one(Cycle, poll.cycle_id)
    territory = session.get_one(Territory, cycle.territory_id)
    return Act(session, territory, None, frozenset(), clock.now()), cycle, poll


def of_cycle(act: Act, cycle_id: UUID) -> tuple[Cycle, Poll]:
    """The cycle of an address and its latest poll. Raises NotFound."""
    cycle = cycles.get(act, cycle_id)
    return cycle, require(act, cycle)
