"""The end of what joins voters to their ballots, once objections can no longer be made."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, select, update

from pb.act import Act
from pb.cards.service import erasing as cards
from pb.polls.models import LinksErasure, Participation, Poll
from pb.voting.models import BallotEvidence, CastBallot, EvidenceJudgement, Objection
from pb.voting.service import evidence


def erasure_of(act: Act, poll: Poll) -> LinksErasure | None:
    """The erasure of this poll's links, once it was done."""
    return act.session.get(LinksErasure, poll.id)


def objections_wait(act: Act, poll: Poll) -> bool:
    """Whether an objection to this poll was not answered yet: until then nothing is erased."""
    query = select(Objection.id).where(Objection.poll_id == poll.id, Objection.answered_at.is_(None))
    return act.session.scalars(query.limit(1)).first() is not None


def figures(act: Act, poll: Poll) -> dict[str, Any]:
    """What the links tell now and nobody can count any more afterwards: the reconciliation, without trackers."""
    counted = asdict(evidence.reconcile(act, poll))
    return {name: len(value) if isinstance(value, tuple) else value for name, value in counted.items()}


def erase(act: Act, poll: Poll, event: str, counted: dict[str, Any]) -> None:
    """Cuts voters from ballots: evidence, cards, re-issues, the texts of objections, the hour of taking part.

    Who took part stays, in an order that tells nothing; the archive stays whole. `event` is the hash of the log's last
    event, which says so: triggers refuse an erasure without one.
    """
    act.session.add(LinksErasure(poll_id=poll.id, at=act.at, event=event, figures=counted))
    act.session.flush()
    act.session.execute(delete(BallotEvidence).where(BallotEvidence.poll_id == poll.id))
    act.session.execute(delete(EvidenceJudgement).where(EvidenceJudgement.poll_id == poll.id))
    act.session.execute(update(CastBallot).where(CastBallot.poll_id == poll.id).values(entry_id=None))
    act.session.execute(update(Objection).where(Objection.poll_id == poll.id).values(text="", contact=""))
    cards.erase(act, poll)
    # By the identifier of the entry, one by one: the order that a database keeps of its rows tells nothing then.
    query = select(Participation).where(Participation.poll_id == poll.id).order_by(Participation.entry_id)
    for participation in act.session.scalars(query).all():
        participation.hour = None
        act.session.flush()
    act.session.expire_all()
