"""After the closing the commission opens cards that nobody came for, and the reserve: none of their keys voted.

First two members say which cards: all, or what a drawn text chooses. Then what was read is recorded by one member and
confirmed by another, who sees each line.

Which keys voted is read from the archive's ballots, as anybody can. Whoever opens a card may type the key's
fingerprint (the first 32 hexadecimal digits or more of the SHA-256 of the public key, as the card says) or the key
itself: a card with another key than the poll's list has for it is a fault of its own.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.audit import service as audit
from pb.cards.models import Credential, Reissue, ReserveCredential
from pb.checks.models import OpenedCard, Opening, Outcome
from pb.checks.service import card_lines, card_numbers, rules, sample
from pb.checks.service.drawings import Drawings
from pb.core.poll import sampling
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all, refused_by
from pb.polls.models import ArchiveRecord, Poll
from pb.polls.service import drawing
from pb.roll.models import Entry
from pb.text import one_line
from pb.voting.models import CastBallot

WORST_FIRST = (Outcome.VOTED, Outcome.ANOTHER_KEY, Outcome.MISSING, Outcome.UNUSED)
DRAWINGS = Drawings(
    Opening, rules.COMMISSION, "checks.cards_draw_confirmed", "checks.cards_draw_refused", numbers="drawn"
)
attempts, latest, get = DRAWINGS.attempts, DRAWINGS.latest, DRAWINGS.agreed
answerable, answer_choice, choice_hinders = DRAWINGS.answerable, DRAWINGS.answer, DRAWINGS.hinders


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


def choose(act: Act, cycle: Cycle, poll: Poll, *, minutes_number: str, text: str) -> Opening:
    """A member records which cards are opened, before any is read: all (no `text`), or what a drawn text chooses.

    Then as many as `sampling.size` says of all closed cards. A second member answers. Raises Forbidden, Conflict (not
    closed, recorded already, no cards, no committed list for a text), FieldRefusal.
    """
    person_id = rules.member(act, poll)
    act.session.get_one(Poll, poll.id, with_for_update=True)
    last = latest(act, poll)
    if last is not None and last.agreed is not False:
        raise Conflict(_("How cards are chosen was recorded, and that stays."))
    closed = closed_cards(act, poll)
    if not closed:
        raise Conflict(_("There is no card to open: all were handed over."))
    refuse_all(faults(minutes_number, text))
    number = rules.minutes_number(minutes_number)
    drawn = drawing.numbers("text", text) if one_line(text) else ""
    listed = sample.committed(act, poll)
    if drawn and (listed is None or act.at <= listed.at):
        raise Conflict(_("The list of participants is committed first: a text that was known before proves nothing."))
    attempt = last.attempt + 1 if last is not None else 1
    data = {"poll": poll.uuid, "drawn": drawn, "minutes": number, "attempt": attempt, "closed": len(closed)}
    event = audit.record(act, "checks.cards_drawn", subject=cycle.id, data=data)
    opening = Opening(
        poll_id=poll.id,
        attempt=attempt,
        text=drawn,
        minutes_number=number,
        recorded_by=person_id,
        recorded_at=act.at,
        event=event.hash,
    )
    act.session.add(opening)
    act.session.flush()
    return opening


def faults(minutes_number: str, text: str) -> Iterator[FieldRefusal]:
    """What is wrong with how a choice of cards is written."""
    yield from refused_by(lambda: rules.minutes_number(minutes_number))
    if one_line(text):
        yield from refused_by(lambda: drawing.numbers("text", text))


def to_open(act: Act, poll: Poll) -> list[str]:
    """The cards on whose choice two members agreed; none before."""
    opening = get(act, poll)
    return chosen(act, poll, opening.text, sampling.size(len(closed_cards(act, poll)))) if opening is not None else []


def unread(act: Act, poll: Poll) -> list[str]:
    """The cards to open of which nobody has recorded anything."""
    read = {row.card for row in readings(act, poll)}
    return [card for card in to_open(act, poll) if card not in read]


def readings(act: Act, poll: Poll) -> Sequence[OpenedCard]:
    """What was read from the opened cards, in their order; corrections beside what they correct."""
    rows = act.session.scalars(select(OpenedCard).where(OpenedCard.poll_id == poll.id)).all()
    return sorted(rows, key=lambda row: (card_numbers.order(row.card), row.reading))


def look_over(act: Act, poll: Poll, lines: str) -> dict[str, str]:
    """What `record` would keep of these lines: what was read from each card. Raises as `record` does."""
    rules.member(act, poll)
    if get(act, poll) is None:
        raise Conflict(_("First two members say which cards are opened."))
    return card_lines.read(lines, unread(act, poll), {row.card for row in readings(act, poll)})


def record(act: Act, cycle: Cycle, poll: Poll, lines: str) -> int:
    """A member records what the commission opened, in one go or several: each card on a line with what was read.

    What is recorded stays, and counts once another member confirms it. Returns how many cards. Raises Forbidden,
    Conflict (not closed, nobody agreed which cards), FieldRefusal (unreadable, not to open, recorded already).
    """
    act.session.get_one(Poll, poll.id, with_for_update=True)
    return _add(act, cycle, poll, "checks.cards_opened", look_over(act, poll, lines))


def look_over_correction(act: Act, poll: Poll, lines: str) -> dict[str, str]:
    """What `correct` would keep of these lines. Raises as `correct` does."""
    rules.member(act, poll)
    open_cards = {row.card for row in waiting(act, poll)}
    if not open_cards:
        raise Conflict(_("A correction is recorded between the opening of the cards and its confirmation."))
    return card_lines.read(lines, open_cards)


def correct(act: Act, cycle: Cycle, poll: Poll, lines: str) -> int:
    """A member records some of the opened cards again, because a line was wrong; how many.

    Both readings stay, and so does a fault.

    Raises Forbidden, Conflict (nothing recorded, confirmed), FieldRefusal (unreadable, another card than the opened).
    """
    act.session.get_one(Poll, poll.id, with_for_update=True)
    return _add(act, cycle, poll, "checks.cards_corrected", look_over_correction(act, poll, lines))


def _add(act: Act, cycle: Cycle, poll: Poll, action: str, read: Mapping[str, str]) -> int:
    """Keeps another reading of each card, on one event."""
    person_id = rules.member(act, poll)
    keys, voted, before = closed_cards(act, poll), voted_keys(act, poll), readings(act, poll)
    known = Counter(row.card for row in before)
    rows = [
        OpenedCard(
            poll_id=poll.id,
            card=card,
            reading=known[card] + 1,
            outcome=_outcome(keys.get(card, ""), read[card], voted),
            typed=read[card] not in {"", card_lines.NOT_THERE},
            person_id=person_id,
            at=act.at,
        )
        for card in sorted(read, key=card_numbers.order)
    ]
    data = {"poll": poll.uuid, "cards": len(rows), **_summary([*before, *rows])}
    event = audit.record(act, action, subject=cycle.id, data=data)
    for row in rows:
        row.event = event.hash
    act.session.add_all(rows)
    act.session.flush()
    return len(rows)


def waiting(act: Act, poll: Poll) -> list[OpenedCard]:
    """The readings that no second member has confirmed; further ones of a card go with the first."""
    return [row for row in readings(act, poll) if row.confirmed_at is None]


def confirmable(act: Act, poll: Poll) -> list[OpenedCard]:
    """The readings that the actor may confirm: of cards of which they recorded none."""
    rows = waiting(act, poll)
    own = act.person.id if act.person is not None else None
    written = {row.card for row in rows if row.person_id == own}
    return [row for row in rows if row.card not in written]


def fingerprint(rows: Sequence[OpenedCard]) -> str:
    """What a second member saw, so that nobody confirms anything else: SHA-256 of the readings."""
    text = json.dumps([[row.card, row.reading, row.outcome, row.typed] for row in rows])
    return sha256(text.encode()).hexdigest()


def confirm(act: Act, cycle: Cycle, poll: Poll, seen: str) -> int:
    """A second member, who recorded nothing of these cards, confirms what was read; how many readings.

    `seen` is the `fingerprint` of the readings that the page showed. Raises Forbidden, Conflict (nothing waits, or
    something else than what was seen).
    """
    person_id = rules.member(act, poll)
    act.session.get_one(Poll, poll.id, with_for_update=True)
    if not waiting(act, poll):
        raise Conflict(_("There is nothing to confirm."))
    rows = confirmable(act, poll)
    if not rows:
        raise Forbidden(_("A second member of the commission confirms."))
    if fingerprint(rows) != seen:
        raise Conflict(_("The lines have changed since you saw them. Look at them again."))
    data = {"poll": poll.uuid, "cards": len({row.card for row in rows}), **summary(act, poll)}
    event = audit.record(act, "checks.cards_confirmed", subject=cycle.id, data=data)
    for row in rows:
        row.confirmed_by, row.confirmed_at, row.confirmed_event = person_id, act.at, event.hash
    act.session.flush()
    return len(rows)


def summary(act: Act, poll: Poll) -> dict[str, int]:
    """How many cards came out how: what is published. Of several readings of a card the worst counts."""
    return _summary(readings(act, poll))


def _summary(rows: Sequence[OpenedCard]) -> dict[str, int]:
    worst: dict[str, Outcome] = {}
    for row in rows:
        outcome = Outcome(row.outcome)
        worst[row.card] = min(worst.get(row.card, outcome), outcome, key=WORST_FIRST.index)
    came_out = Counter(worst.values())
    counts = {outcome.value: came_out[outcome] for outcome in Outcome}
    return {"opened": len(worst), **counts, "corrected": len({row.card for row in rows if row.reading > 1})}


def _outcome(key: str, typed: str, voted: frozenset[str]) -> Outcome:
    """What a card shows: first of all whether its key voted."""
    if typed == card_lines.NOT_THERE:
        return Outcome.VOTED if key in voted else Outcome.MISSING
    if key in voted or (typed and any(_reads(typed, other) for other in voted)):
        return Outcome.VOTED
    return Outcome.UNUSED if not typed or _reads(typed, key) else Outcome.ANOTHER_KEY


def _reads(typed: str, key: str) -> bool:
    """Whether what was read from a card is this key, or enough of its fingerprint."""
    fingerprint = sha256(key.encode()).hexdigest()
    return typed == key or (len(typed) >= card_lines.LEAST_FINGERPRINT and fingerprint.startswith(typed.lower()))
