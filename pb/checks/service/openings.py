"""After the closing the commission opens cards that nobody came for, and the reserve: none of their keys voted.

Which keys voted is read from the archive's ballots, as anybody can. Whoever opens a card may type the key's
fingerprint (the first 32 hexadecimal digits or more of the SHA-256 of the public key, as the card says) or the key
itself: a card with another key than the poll's list has for it is a fault of its own.
"""

import json
import re
from collections.abc import Sequence
from hashlib import sha256

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select

from pb.act import Act
from pb.audit import service as audit
from pb.cards.models import Credential, Reissue, ReserveCredential
from pb.checks.models import OpenedCard, Opening, Outcome
from pb.checks.service import card_numbers, rules, sample
from pb.core.poll import sampling
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.polls.models import ArchiveRecord, Poll
from pb.roll.models import Entry
from pb.voting.models import CastBallot

LEAST_FINGERPRINT = 32
NOT_THERE = "-"


def closed_cards(act: Act, poll: Poll) -> dict[str, str]:
    """The public keys of the cards that never went out, by card: unclaimed ones of the roll, and the reserve."""
    roll = (
        select(Entry.number, Credential.public_key)
        .join(Credential, Credential.entry_id == Entry.id)
        .where(Credential.poll_id == poll.id, Credential.handed_over_at.is_(None))
        .where(Credential.released_at.is_(None), Credential.withdrawn_at.is_(None))
    )
    gone = select(Reissue.reserve).where(Reissue.poll_id == poll.id, Reissue.handed_over_at.is_not(None))
    reserve = select(ReserveCredential.number, ReserveCredential.public_key).where(
        ReserveCredential.poll_id == poll.id, ReserveCredential.number.not_in(gone)
    )
    keys = {str(number): key for number, key in act.session.execute(roll)}
    keys |= {f"R{number}": key for number, key in act.session.execute(reserve)}
    return {card: keys[card] for card in sorted(keys, key=card_numbers.order)}


def voted_keys(act: Act, poll: Poll) -> frozenset[str]:
    """The public keys with which the archive's ballots are signed."""
    query = (
        select(ArchiveRecord.data)
        .join(CastBallot, (CastBallot.poll_id == ArchiveRecord.poll_id) & (CastBallot.record == ArchiveRecord.position))
        .where(CastBallot.poll_id == poll.id)
    )
    return frozenset(json.loads(data)["credential"] for data in act.session.scalars(query))


def chosen(act: Act, poll: Poll, text: str, wanted: int) -> list[str]:
    """The cards to open: all, or `wanted` of them drawn by `text` and the committed list of participants."""
    numbers = [card_numbers.as_number(card) for card in closed_cards(act, poll)]
    if not text:
        return [card_numbers.of_number(number) for number in numbers]
    committed = sample.committed(act, poll)
    if committed is None:
        raise Conflict(_("The list of participants is not committed yet."))
    drawn = sampling.draw(numbers, wanted, sampling.seed(text, committed.commitment))
    return sorted((card_numbers.of_number(number) for number in drawn), key=card_numbers.order)


def get(act: Act, poll: Poll) -> Opening | None:
    return act.session.get(Opening, poll.id)


def opened(act: Act, poll: Poll) -> Sequence[OpenedCard]:
    """The opened cards in their order."""
    rows = act.session.scalars(select(OpenedCard).where(OpenedCard.poll_id == poll.id)).all()
    return sorted(rows, key=lambda row: card_numbers.order(row.card))


def record(act: Act, cycle: Cycle, poll: Poll, *, minutes_number: str, text: str, lines: str) -> Opening:
    """A member records what the commission opened: each chosen card on a line, with what was read from it.

    `text` is empty where all cards are opened, else what was drawn: then at least as many as `sampling.size` says of
    all closed cards. Recording again before the confirmation replaces it. Raises Forbidden, Conflict (not closed,
    confirmed, no cards), FieldRefusal (a card is missing in the lines, too many, unreadable).
    """
    person_id = rules.member(act, poll)
    act.session.get_one(Poll, poll.id, with_for_update=True)
    before = get(act, poll)
    if before is not None and before.confirmed_at is not None:
        raise Conflict(_("The opening of the cards is confirmed already."))
    keys = closed_cards(act, poll)
    if not keys:
        raise Conflict(_("There is no card to open: all were handed over."))
    number, drawn = rules.minutes_number(minutes_number), rules.drawn_text(text)
    read = _read(lines)
    expected = chosen(act, poll, drawn, sampling.size(len(keys)))
    _compare_lines(expected, read)
    if before is not None:
        act.session.execute(delete(OpenedCard).where(OpenedCard.poll_id == poll.id))
        act.session.delete(before)
        act.session.flush()
    opening = Opening(poll_id=poll.id, text=drawn, minutes_number=number, recorded_by=person_id, recorded_at=act.at)
    act.session.add(opening)
    act.session.flush()
    voted = voted_keys(act, poll)
    for card in expected:
        outcome = _outcome(keys[card], read[card], voted)
        typed = read[card] not in {"", NOT_THERE}
        act.session.add(OpenedCard(poll_id=poll.id, card=card, outcome=outcome, typed=typed))
    act.session.flush()
    data = {"poll": poll.uuid, "drawn": drawn, "minutes": number, **summary(act, poll)}
    audit.record(act, "checks.cards_opened", subject=cycle.id, data=data)
    return opening


def confirm(act: Act, cycle: Cycle, poll: Poll) -> Opening:
    """A second member confirms what was opened. Raises Forbidden, Conflict."""
    person_id = rules.member(act, poll)
    opening = get(act, poll)
    if opening is None or opening.confirmed_at is not None:
        raise Conflict(_("There is nothing to confirm."))
    if opening.recorded_by == person_id:
        raise Forbidden(_("A second member of the commission confirms."))
    opening.confirmed_by, opening.confirmed_at = person_id, act.at
    act.session.flush()
    audit.record(act, "checks.cards_confirmed", subject=cycle.id, data={"poll": poll.uuid, **summary(act, poll)})
    return opening


def summary(act: Act, poll: Poll) -> dict[str, int]:
    """How many cards came out how: what is published."""
    rows = opened(act, poll)
    return {"opened": len(rows), **{outcome.value: sum(row.outcome == outcome for row in rows) for outcome in Outcome}}


def _read(lines: str) -> dict[str, str]:
    """Each line: a card, then what was read from it. "1-40" alone stands for cards with nothing typed."""
    read: dict[str, str] = {}
    for line in filter(None, map(str.strip, lines.splitlines())):
        named, _space, typed = line.partition(" ")
        if typed and not re.fullmatch(r"-|[0-9A-Za-z+/=_-]{1,700}", typed := "".join(typed.split())):
            raise FieldRefusal("cards", _("A line cannot be read: write the card, a space, and its fingerprint."))
        for card in card_numbers.parse(named, "cards"):
            if card in read:
                raise FieldRefusal("cards", _("A card is named twice."))
            read[card] = typed
    return read


def _compare_lines(expected: Sequence[str], read: dict[str, str]) -> None:
    lacking = [card for card in expected if card not in read]
    if lacking:
        cards = ", ".join(lacking[:10])
        raise FieldRefusal(
            "cards",
            _("These cards must be opened too; write a minus behind one that is not there: %(cards)s", cards=cards),
        )
    beyond = sorted(read.keys() - set(expected), key=card_numbers.order)
    if beyond:
        raise FieldRefusal(
            "cards", _("These cards are not among those to open: %(cards)s", cards=", ".join(beyond[:10]))
        )


def _outcome(key: str, typed: str, voted: frozenset[str]) -> Outcome:
    """What a card shows: first of all whether its key voted."""
    if typed == NOT_THERE:
        return Outcome.VOTED if key in voted else Outcome.MISSING
    if key in voted or (typed and any(_reads(typed, other) for other in voted)):
        return Outcome.VOTED
    return Outcome.UNUSED if not typed or _reads(typed, key) else Outcome.ANOTHER_KEY


def _reads(typed: str, key: str) -> bool:
    """Whether what was read from a card is this key, or enough of its fingerprint."""
    fingerprint = sha256(key.encode()).hexdigest()
    return typed == key or (len(typed) >= LEAST_FINGERPRINT and fingerprint.startswith(typed.lower()))
