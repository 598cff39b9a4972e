"""Signatures of ballots verified anew where the adoption is asked: a verdict in a table is not believed by itself.

Whoever has the database can write a verdict, and an event for it. So this process verifies each signature that is said
to hold by its own trust, and remembers what it saw in its memory alone, by the bytes that it verified.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from pb.act import Act
from pb.core.eds import EDSError
from pb.cycles.models import Cycle
from pb.identity.service.signatures import Standing, installed_trust
from pb.keyring import Keys
from pb.polls.models import Poll
from pb.roll.service import entries
from pb.settings import Settings
from pb.voting.service import judging

Key = tuple[str, str, str, UUID | None, datetime | None, datetime]
_installations: WeakKeyDictionary[Engine, Settings] = WeakKeyDictionary()
_verified: WeakKeyDictionary[Engine, dict[Key, Standing]] = WeakKeyDictionary()


def set_up(engine: Engine, settings: Settings) -> None:
    """Says by which settings (trust, keys) signatures in this database are verified."""
    _installations[engine] = settings
    _verified[engine] = {}


def able(act: Act, poll: Poll) -> bool:
    """Whether this process can verify what is said to hold; true where nothing is."""
    judged, settings = judging.of_poll(act, poll), _installations.get(_engine(act))
    if judged is None or not judging.signed(act, poll):
        return True
    try:
        return settings is not None and installed_trust(settings) is not None
    except (EDSError, OSError):
        return False


def false(act: Act, poll: Poll) -> list[str]:
    """Trackers whose signature is said to hold, and does not by this process's own verification.

    None before the judgement, nor in a process that verifies nothing (`able`).
    """
    judged, settings = judging.of_poll(act, poll), _installations.get(_engine(act))
    if judged is None or settings is None:
        return []
    said = judging.signed(act, poll)
    claims = [claim for claim in judging.claims(act.session, poll) if claim.tracker in said]
    return sorted(claim.tracker for claim in _not_holding(act, poll, claims, judged.at, settings))


def _not_holding(
    act: Act, poll: Poll, claims: Iterable[judging.Claim], at: datetime, settings: Settings
) -> Iterable[judging.Claim]:
    known = _verified[_engine(act)]
    for claim in claims:
        key = (poll.uuid, claim.tracker, claim.digest, claim.entry_id, claim.hour, at)
        if key not in known:
            known[key] = _judge(act, poll, claim, at, settings)
        if known[key] is Standing.FALSE:
            yield claim


def _judge(act: Act, poll: Poll, claim: judging.Claim, at: datetime, settings: Settings) -> Standing:
    """What the signature is at the moment of its verdict, by lists of that day or, where they are gone, of today.

    A certificate that ran out since makes no signature false: then it is unknown.
    """
    found = judging.judge(settings, poll.uuid, claim, at)
    if found.standing is Standing.UNKNOWN:
        today = judging.judge(settings, poll.uuid, claim, act.at)
        found = today if today.standing is Standing.HOLDS else found
    if found.standing is not Standing.HOLDS or found.iin is None:
        return found.standing
    keys = Keys(settings.iin_pepper, settings.seal_key)
    entry = entries.find_ever(act, act.session.get_one(Cycle, poll.cycle_id), found.iin, keys)
    return Standing.HOLDS if entry is not None and entry.id == claim.entry_id else Standing.FALSE


def _engine(act: Act) -> Engine:
    bind = act.session.get_bind()
    return bind if isinstance(bind, Engine) else bind.engine
