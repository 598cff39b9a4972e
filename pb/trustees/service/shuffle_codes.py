"""One-time codes with which a trustee's program hands in a shuffle: no password and no cookie leaves the browser.

A code is for one trustee of one poll and one shuffle. Asking again replaces it; only its SHA-256 is kept.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.audit import service as audit
from pb.clock import local
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.credentials import generate_code, group_symbols, normalise_code
from pb.cycles.models import Cycle
from pb.errors import Conflict, Forbidden
from pb.identity.models import Person
from pb.identity.service import reach
from pb.polls.models import Poll, State
from pb.trustees.models import PollShuffle, ShuffleCode
from pb.trustees.service import decrypting

LIFE = timedelta(hours=24)


class Standing(StrEnum):
    """What the program that holds a code does next."""

    WANTED = "wanted"
    CHECKING = "checking"
    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True)
class Shown:
    """A new code (115 random bits and a check symbol), as its trustee reads it once."""

    code: str
    expires_at: datetime


def make(act: Act, cycle: Cycle, poll: Poll) -> Shown:
    """A new code of the actor, in place of an earlier one. Raises Forbidden, Conflict (no shuffle of theirs wanted)."""
    act.session.refresh(poll, with_for_update=True)
    place = decrypting.shuffler(act, poll)
    code = generate_code()
    row = act.session.get(ShuffleCode, (poll.id, place.person_id))
    if row is None:
        row = ShuffleCode(poll_id=poll.id, person_id=place.person_id)
        act.session.add(row)
    row.digest, row.expires_at, row.shuffle_id = _digest(code), act.at + LIFE, None
    act.session.flush()
    data = {"poll": poll.uuid, "trustee": place.position}
    audit.record(act, "poll.shuffle_code", subject=cycle.id, data=data)
    return Shown(group_symbols(code), row.expires_at)


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()


def find(act: Act, poll: Poll, typed: str) -> tuple[Act, ShuffleCode]:
    """The act of the trustee whose code this is, in place of `act`, whoever else is signed in. Raises Forbidden."""
    try:
        digest = _digest(normalise_code(typed))
    except ProtocolError:
        digest = ""
    row = act.session.scalars(
        select(ShuffleCode).where(ShuffleCode.poll_id == poll.id, ShuffleCode.digest == digest)
    ).one_or_none()
    if row is None:
        raise Forbidden(_("This code is not of this poll, or a newer one has taken its place."))
    if row.expires_at <= act.at:
        raise Forbidden(_("This code has expired. Ask for a new one on your trustee's page."))
    person = act.session.get_one(Person, row.person_id)
    roles = reach.roles_of(act.session, person.id, act.territory.id, local(act.at).date())
    return replace(act, person=person, roles=roles), row


def standing(act: Act, poll: Poll, code: ShuffleCode) -> Standing:
    """What came of the code's shuffle, or that one is wanted. Raises Forbidden, Conflict (no shuffle is wanted now)."""
    if code.shuffle_id is None:
        decrypting.shuffler(act, poll)
        return Standing.WANTED
    verdict = act.session.get_one(PollShuffle, code.shuffle_id).verdict
    if verdict is not None:
        return Standing.RIGHT if verdict else Standing.WRONG
    if poll.state != State.DECRYPTING:
        raise Conflict(_("There is nothing to shuffle now."))
    return Standing.CHECKING


def use(act: Act, cycle: Cycle, poll: Poll, code: ShuffleCode, text: str) -> PollShuffle:
    """Hands a shuffle in with a code, which is used up by that. Raises as `hand_in_shuffle`, and Conflict (used)."""
    if code.shuffle_id is not None:
        raise Conflict(_("This code was used already. Ask for a new one on your trustee's page."))
    row = decrypting.hand_in_shuffle(act, cycle, poll, text)
    code.shuffle_id = row.id
    act.session.flush()
    return row
