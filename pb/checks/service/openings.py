"""After the closing the commission opens cards that nobody came for, and the reserve: none of their keys voted.

Which keys voted is read from the archive's ballots, as anybody can. Whoever opens a card may type the key's
fingerprint (the first 32 hexadecimal digits or more of the SHA-256 of the public key, as the card says) or the key
itself: a card with another key than the poll's list has for it is a fault of its own.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

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
WORST_FIRST = (Outcome.VOTED, Outcome.ANOTHER_KEY, Outcome.MISSING, Outcome.UNUSED)


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


def readings(act: Act, poll: Poll) -> Sequence[OpenedCard]:
    """What was read from the opened cards, in their order; corrections beside what they correct."""
    rows = act.session.scalars(select(OpenedCard).where(OpenedCard.poll_id == poll.id)).all()
    return sorted(rows, key=lambda row: (card_numbers.order(row.card), row.reading))


def record(act: Act, cycle: Cycle, poll: Poll, *, minutes_number: str, text: str, lines: str) -> Opening:
    """A member records what the commission opened: each chosen card on a line, with what was read from it.

    `text` is empty where all cards are opened, else what was drawn: then at least as many as `sampling.size` says of
    all closed cards. What is recorded stays. Raises Forbidden, Conflict (not closed, recorded already, no cards),
    FieldRefusal (a card is missing in the lines, too many, unreadable).
    """
    person_id = rules.member(act, poll)
    act.session.get_one(Poll, poll.id, with_for_update=True)
    if get(act, poll) is not None:
        raise Conflict(_("The opened cards were recorded, and that stays. Record a correction beside it."))
    keys = closed_cards(act, poll)
    if not keys:
        raise Conflict(_("There is no card to open: all were handed over."))
    number, drawn = rules.minutes_number(minutes_number), rules.drawn_text(text)
    read = _read(lines)
    expected = chosen(act, poll, drawn, sampling.size(len(keys)))
    _compare_lines(expected, read)
    opening = Opening(poll_id=poll.id, text=drawn, minutes_number=number, recorded_by=person_id, recorded_at=act.at)
    act.session.add(opening)
    act.session.flush()
    _add(act, poll, person_id, read, {})
    data = {"poll": poll.uuid, "drawn": drawn, "minutes": number, **summary(act, poll)}
    audit.record(act, "checks.cards_opened", subject=cycle.id, data=data)
    return opening


def correct(act: Act, cycle: Cycle, poll: Poll, lines: str) -> int:
    """A member records some of the opened cards again, because a line was wrong; how many.

    Both readings stay, and so does a fault.

    Raises Forbidden, Conflict (nothing recorded, confirmed), FieldRefusal (unreadable, another card than the opened).
    """
    person_id = rules.member(act, poll)
    act.session.get_one(Poll, poll.id, with_for_update=True)
    opening = get(act, poll)
    if opening is None or opening.confirmed_at is not None:
        raise Conflict(_("A correction is recorded between the opening of the cards and its confirmation."))
    read = _read(lines)
    before = Counter(row.card for row in readings(act, poll))
    _refuse_others(before, read)
    if not read:
        raise FieldRefusal("cards", _("Write the opened cards."))
    _add(act, poll, person_id, read, before)
    data = {"poll": poll.uuid, "cards": len(read), **summary(act, poll)}
    audit.record(act, "checks.cards_corrected", subject=cycle.id, data=data)
    return len(read)


def _add(act: Act, poll: Poll, person_id: UUID, read: Mapping[str, str], before: Mapping[str, int]) -> None:
    """Keeps a reading of each card; `before` counts those that it has."""
    keys, voted = closed_cards(act, poll), voted_keys(act, poll)
    for card in sorted(read, key=card_numbers.order):
        row = OpenedCard(
            poll_id=poll.id,
            card=card,
            reading=before.get(card, 0) + 1,
            outcome=_outcome(keys[card], read[card], voted),
            typed=read[card] not in {"", NOT_THERE},
            person_id=person_id,
        )
        act.session.add(row)
    act.session.flush()


def confirm(act: Act, cycle: Cycle, poll: Poll) -> Opening:
    """A second member, who recorded nothing of it, confirms what was opened. Raises Forbidden, Conflict."""
    person_id = rules.member(act, poll)
    act.session.get_one(Poll, poll.id, with_for_update=True)
    opening = get(act, poll)
    if opening is None or opening.confirmed_at is not None:
        raise Conflict(_("There is nothing to confirm."))
    if person_id in recorders(act, poll):
        raise Forbidden(_("A second member of the commission confirms."))
    opening.confirmed_by, opening.confirmed_at = person_id, act.at
    act.session.flush()
    audit.record(act, "checks.cards_confirmed", subject=cycle.id, data={"poll": poll.uuid, **summary(act, poll)})
    return opening


def recorders(act: Act, poll: Poll) -> set[UUID]:
    """Who recorded the opened cards, or a correction."""
    opening = get(act, poll)
    return {row.person_id for row in readings(act, poll)} | ({opening.recorded_by} if opening else set())


def summary(act: Act, poll: Poll) -> dict[str, int]:
    """How many cards came out how: what is published. Of several readings of a card the worst counts."""
    worst: dict[str, Outcome] = {}
    rows = readings(act, poll)
    for row in rows:
        outcome = Outcome(row.outcome)
        worst[row.card] = min(worst.get(row.card, outcome), outcome, key=WORST_FIRST.index)
    came_out = Counter(worst.values())
    counts = {outcome.value: came_out[outcome] for outcome in Outcome}
    return {"opened": len(worst), **counts, "corrected": len({row.card for row in rows if row.reading > 1})}


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
    _refuse_others(expected, read)


def _refuse_others(expected: Iterable[str], read: dict[str, str]) -> None:
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
