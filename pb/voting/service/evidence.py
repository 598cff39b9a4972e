"""What auditors compare: ballots with the ways in which codes came to voters, and signatures of ballots."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from pb.act import Act
from pb.audit import service as audit
from pb.cards.models import Credential, Reissue, ReserveCredential
from pb.cards.service import cards
from pb.cycles.models import Cycle
from pb.errors import NotFound
from pb.polls.models import Participation, Poll
from pb.roll.models import Entry
from pb.voting.models import BallotEvidence, CastBallot
from pb.voting.service import ballot_box, judging


@dataclass(frozen=True)
class Reconciliation:
    """Ballots by the way their codes came to the voters; trackers of those that something is missing for.

    `without_signature` are ballots of released codes without the voter's signature, `without_card` ballots of codes
    that were neither handed over nor released, `other_key` ballots that the key of another card signed than that of
    the entry under which they are recorded, `false_signatures` what claims to be a voter's signature and is none.
    `unpaired` names who took part without a ballot, and ballots of the archive that are recorded under nobody. All of
    them must be empty.
    """

    numbers: cards.Numbers
    by_card: int
    from_reserve: int
    released: int
    signed: int
    without_signature: tuple[str, ...]
    without_card: tuple[str, ...]
    other_key: tuple[str, ...]
    false_signatures: tuple[str, ...]
    unpaired: tuple[str, ...]

    @property
    def ok(self) -> bool:
        wrong = (self.without_signature, self.without_card, self.other_key, self.false_signatures, self.unpaired)
        return not any(wrong)


def reconcile(act: Act, poll: Poll) -> Reconciliation:
    """Compares every ballot in the box with its card, and with the archive's own record of it."""
    signed, false = judging.signed(act, poll), judging.false(act, poll)
    # Where nobody could tell whether a certificate was revoked there still is a signature.
    claimed = {claim.tracker for claim in judging.claims(act.session, poll)} - false.keys()
    in_archive = ballot_box.in_archive(act, poll)
    by_card = from_reserve = released = 0
    without_signature, without_card, other_key = [], [], []
    for ballot, card, reissue, reserve_key in _with_cards(act, poll):
        tracker = ballot.tracker
        from_archive = in_archive.get(ballot.record)
        own_key = reserve_key if card is None or card.withdrawn_at is not None else card.public_key
        if from_archive is None or own_key is None or from_archive != (tracker, own_key):
            other_key.append(tracker)
        if card is not None and card.released_at is not None:
            released += 1
            if tracker not in claimed:
                without_signature.append(tracker)
        elif card is not None and card.withdrawn_at is not None and reissue is not None and reissue.handed_over_at:
            from_reserve += 1
        elif card is not None and card.withdrawn_at is None and card.handed_over_at is not None:
            by_card += 1
        else:
            without_card.append(tracker)
    return Reconciliation(
        cards.numbers(act, poll),
        by_card,
        from_reserve,
        released,
        len(signed),
        tuple(without_signature),
        tuple(without_card),
        tuple(other_key),
        tuple(sorted(false)),
        tuple(_unpaired(act, poll, in_archive.keys())),
    )


def _with_cards(act: Act, poll: Poll) -> Sequence[Any]:
    """Each ballot in the box with its entry's card, the re-issue in force and that card of the reserve, or None."""
    query = (
        select(CastBallot, Credential, Reissue, ReserveCredential.public_key)
        .outerjoin(
            Credential, (Credential.poll_id == CastBallot.poll_id) & (Credential.entry_id == CastBallot.entry_id)
        )
        .outerjoin(
            Reissue,
            (Reissue.poll_id == CastBallot.poll_id)
            & (Reissue.entry_id == CastBallot.entry_id)
            & Reissue.approved_at.is_not(None)
            & Reissue.replaced_at.is_(None),
        )
        .outerjoin(
            ReserveCredential,
            (ReserveCredential.poll_id == Reissue.poll_id) & (ReserveCredential.number == Reissue.reserve),
        )
        .where(CastBallot.poll_id == poll.id)
        .order_by(CastBallot.position)
    )
    return act.session.execute(query).all()


def _unpaired(act: Act, poll: Poll, records: Iterable[int]) -> list[str]:
    """What stands on one side alone: "participation 12" is of number 12 on the roll, "ballot 3" is third in the box.

    "record 17" is a ballot of the archive that is not in the box.
    """
    of_poll = Participation.poll_id == poll.id
    took_part = set(act.session.scalars(select(Participation.entry_id).where(of_poll)))
    box = act.session.execute(
        select(CastBallot.position, CastBallot.entry_id, CastBallot.record).where(CastBallot.poll_id == poll.id)
    ).all()
    alone = took_part - {entry_id for _position, entry_id, _record in box}
    numbers = act.session.scalars(
        select(Entry.number).join(Participation, Participation.entry_id == Entry.id).where(of_poll)
        .where(Entry.id.in_(alone))
    )  # fmt: skip
    unpaired = [f"participation {number}" for number in sorted(numbers)]
    unpaired += [f"ballot {position}" for position, entry_id, _record in sorted(box) if entry_id not in took_part]
    in_box = {record for _position, _entry_id, record in box}
    return unpaired + [f"record {record}" for record in sorted(set(records) - in_box)]


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
