"""Why a card was withdrawn or re-issued, or its mark undone: people write names there.

The log, which is for ever, has a commitment.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from pb.act import Act
from pb.audit import service as audit
from pb.cards.models import CardWithdrawal, HandOverUndoing, Reissue
from pb.cards.service.card_events import SALT_BYTES
from pb.core.poll.sampling import commitment
from pb.cycles.models import Cycle
from pb.polls.models import Poll


def commit(poll: Poll, reason: str) -> tuple[bytes, str]:
    """A fresh salt, and what the log holds of a reason.

    HMAC-SHA-256 under the salt over the JSON array [poll, reason] without spaces. Reason and salt go with the poll's
    links.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    return salt, _commitment(poll, reason, salt)


def propose(act: Act, cycle: Cycle, poll: Poll, action: str, named: str, entry_id: UUID, reason: str) -> dict[str, Any]:
    """Records that somebody proposes something about the card of an entry, for a reason; the row's columns of it.

    The event, of `action`, has the proposal's id, called `named`.
    """
    salt, committed = commit(poll, reason)
    proposal_id = uuid4()
    data = {"poll": poll.uuid, named: str(proposal_id), "reason_commitment": committed}
    event = audit.record(act, action, subject=cycle.id, data=data)
    return {
        "id": proposal_id,
        "poll_id": poll.id,
        "entry_id": entry_id,
        "reason": reason,
        "salt": salt,
        "proposed_at": act.at,
        "proposed_by": event.actor_id,
        "proposed_event": event.hash,
    }


def _commitment(poll: Poll, reason: str, salt: bytes) -> str:
    return commitment(json.dumps([poll.uuid, reason], ensure_ascii=False, separators=(",", ":")), salt)


@dataclass(frozen=True)
class Opened:
    """A reason with what opens its commitment in the log."""

    reason: str
    salt: str
    commitment: str


def of_poll(act: Act, poll: Poll) -> list[Opened]:
    """All reasons that are still kept, by commitment."""
    opened = []
    for table in (CardWithdrawal, HandOverUndoing, Reissue):
        rows = act.session.execute(select(table.reason, table.salt).where(table.poll_id == poll.id))
        opened += [Opened(reason, salt.hex(), _commitment(poll, reason, salt)) for reason, salt in rows if salt]
    return sorted(opened, key=lambda reason: reason.commitment)
