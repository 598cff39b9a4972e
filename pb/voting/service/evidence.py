"""What auditors compare: ballots with the ways in which codes came to voters, and signatures of ballots."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from pb.act import Act
from pb.audit import service as audit
from pb.cards.models import Credential, Reissue
from pb.cards.service import cards
from pb.cycles.models import Cycle
from pb.errors import NotFound
from pb.polls.models import Poll
from pb.voting.models import BallotEvidence, CastBallot


@dataclass(frozen=True)
class Reconciliation:
    """Ballots by the way their codes came to the voters; trackers of those that something is missing for.

    `without_signature` are ballots of released codes without the voter's signature, `without_card` ballots of codes
    that were neither handed over nor released: both must be empty.
    """

    numbers: cards.Numbers
    by_card: int
    from_reserve: int
    released: int
    signed: int
    without_signature: tuple[str, ...]
    without_card: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.without_signature and not self.without_card


def reconcile(act: Act, poll: Poll) -> Reconciliation:
    """Compares every ballot in the box with its card."""
    query = (
        select(CastBallot.tracker, Credential, Reissue.handed_over_at, BallotEvidence.tracker)
        .join(Credential, (Credential.poll_id == CastBallot.poll_id) & (Credential.entry_id == CastBallot.entry_id))
        .outerjoin(
            Reissue,
            (Reissue.poll_id == CastBallot.poll_id)
            & (Reissue.entry_id == CastBallot.entry_id)
            & Reissue.approved_at.is_not(None)
            & Reissue.replaced_at.is_(None),
        )
        .outerjoin(
            BallotEvidence,
            (BallotEvidence.poll_id == CastBallot.poll_id) & (BallotEvidence.tracker == CastBallot.tracker),
        )
        .where(CastBallot.poll_id == poll.id)
        .order_by(CastBallot.position)
    )
    by_card = from_reserve = released = signed = 0
    without_signature, without_card = [], []
    rows: Sequence[Any] = act.session.execute(query).all()  # what was joined from outside may be None
    for tracker, card, reserve_handed_over, evidence in rows:
        signed += evidence is not None
        if card.released_at is not None:
            released += 1
            if evidence is None:
                without_signature.append(tracker)
        elif card.withdrawn_at is not None and reserve_handed_over is not None:
            from_reserve += 1
        elif card.withdrawn_at is None and card.handed_over_at is not None:
            by_card += 1
        else:
            without_card.append(tracker)
    return Reconciliation(
        cards.numbers(act, poll),
        by_card,
        from_reserve,
        released,
        signed,
        tuple(without_signature),
        tuple(without_card),
    )


def listed(act: Act, poll: Poll) -> Sequence[tuple[int, str]]:
    """Place in the box and tracker of each ballot that was signed."""
    query = (
        select(CastBallot.position, CastBallot.tracker)
        .join(
            BallotEvidence,
            (BallotEvidence.poll_id == CastBallot.poll_id) & (BallotEvidence.tracker == CastBallot.tracker),
        )
        .where(CastBallot.poll_id == poll.id)
        .order_by(CastBallot.position)
    )
    return [(position, tracker) for position, tracker in act.session.execute(query)]


def files(act: Act, cycle: Cycle, poll: Poll, position: int | None = None) -> bytes:
    """A zip with the signed text and the CMS of one ballot, or of all; taking it is logged. Raises NotFound."""
    query = (
        select(CastBallot.position, BallotEvidence)
        .join(
            CastBallot,
            (CastBallot.poll_id == BallotEvidence.poll_id) & (CastBallot.tracker == BallotEvidence.tracker),
        )
        .where(BallotEvidence.poll_id == poll.id)
        .order_by(CastBallot.position)
    )
    if position is not None:
        query = query.where(CastBallot.position == position)
    rows = act.session.execute(query).all()
    if position is not None and not rows:
        raise NotFound
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, evidence in rows:
            # Place alone names the files: a tracker has letters that folders do not like, and stands in the text.
            archive.writestr(f"ballot-{place}.txt", evidence.statement)
            archive.writestr(f"ballot-{place}.pem", evidence.cms)
    data = {"poll": poll.uuid, "ballots": len(rows), "position": position}
    audit.record(act, "poll.evidence_read", subject=cycle.id, data=data)
    return out.getvalue()
