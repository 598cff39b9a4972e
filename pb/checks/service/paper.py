"""The paper hand-over lists: two people count the signatures, each alone; rows, commitments and paper are compared."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cards.models import Credential, Reissue, ReserveCredential, Way
from pb.cards.service import card_events
from pb.checks.models import PaperCount, Side
from pb.checks.service import card_numbers, rules
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, Forbidden, refused_by
from pb.polls.models import Poll
from pb.roll.models import Entry


def counts(act: Act, poll: Poll) -> dict[Side, PaperCount]:
    """What was entered so far, by side."""
    query = select(PaperCount).where(PaperCount.poll_id == poll.id)
    return {Side(count.side): count for count in act.session.scalars(query)}


def side_of(act: Act, poll: Poll) -> Side | None:
    """For which side the actor counts; whoever was a clerk since the poll was prepared never counts as the second."""
    if act.person is None:
        return None
    if act.holds(Role.CLERK):
        return Side.CLERK
    return Side.SECOND if rules.allowed(act, poll, *rules.COUNTING) else None


def look_over(act: Act, cycle: Cycle, poll: Poll, *, signatures: int, text: str) -> list[str]:
    """The cards that `record` would keep. Raises as `record` does."""
    _require_side(act, poll)
    cards = card_numbers.parse(text, "cards", _known(act, cycle, poll))
    if len(cards) != signatures:
        raise FieldRefusal(
            "cards", _("The list names this many cards: %(number)s. Count the signatures again.", number=len(cards))
        )
    return cards


def faults(act: Act, cycle: Cycle, poll: Poll, text: str) -> Iterator[FieldRefusal]:
    """What is wrong with a list of cards, however many signatures were counted."""
    yield from refused_by(lambda: card_numbers.parse(text, "cards", _known(act, cycle, poll)))


def _known(act: Act, cycle: Cycle, poll: Poll) -> set[str]:
    """The cards that there can be: one of every number on the roll, and those of the reserve."""
    roll = act.session.scalars(select(Entry.number).where(Entry.cycle_id == cycle.id))
    reserve = act.session.scalars(select(ReserveCredential.number).where(ReserveCredential.poll_id == poll.id))
    return {str(number) for number in roll} | {f"R{number}" for number in reserve}


def _require_side(act: Act, poll: Poll) -> Side:
    if act.person is None or not act.holds(Role.CLERK, *rules.COUNTING):
        raise Forbidden(_("A clerk counts the signatures, and a second person who is chair, secretary or auditor."))
    side = Side.CLERK if act.holds(Role.CLERK) else Side.SECOND
    if side is Side.SECOND:
        rules.require_independent(act, poll, *rules.COUNTING)
    rules.require_links(act, poll)
    before = counts(act, poll)
    if side in before or any(count.person_id == act.person.id for count in before.values()):
        raise Conflict(_("This count was entered already."))
    return side


def record(act: Act, cycle: Cycle, poll: Poll, *, signatures: int, text: str) -> PaperCount:
    """One person enters the signatures on the paper lists: how many, and of which cards.

    Neither sees the other's before both stand. Raises Forbidden, Conflict (not closed, entered already), FieldRefusal
    (unreadable or unknown numbers, or not as many as were counted).
    """
    act.session.get_one(Poll, poll.id, with_for_update=True)
    side = _require_side(act, poll)
    cards = look_over(act, cycle, poll, signatures=signatures, text=text)
    event = audit.record(act, "checks.paper_counted", subject=cycle.id, data={"poll": poll.uuid, "side": side})
    count = PaperCount(
        poll_id=poll.id,
        side=side,
        person_id=event.actor_id,
        signatures=signatures,
        cards=cards,
        at=act.at,
        event=event.hash,
    )
    act.session.add(count)
    act.session.flush()
    return count


@dataclass(frozen=True)
class Comparison:
    """Rows, commitments and paper, card by card. Each list names cards; `lost` and `false` are commitments.

    Of the paper it is said whose count has or lacks a card: `…_clerk` and `…_second` are those of one count alone.
    """

    rows: int
    commitments: int
    paper: dict[Side, int]
    without_event: tuple[str, ...]
    without_row: tuple[str, ...]
    without_paper: tuple[str, ...]
    without_paper_clerk: tuple[str, ...]
    without_paper_second: tuple[str, ...]
    paper_without_row: tuple[str, ...]
    paper_without_row_clerk: tuple[str, ...]
    paper_without_row_second: tuple[str, ...]
    codes_without_event: tuple[str, ...]
    codes_without_row: tuple[str, ...]
    lost: tuple[str, ...]
    false: tuple[str, ...]

    def faults(self) -> dict[str, tuple[str, ...]]:
        """Everything that does not fit, by the name of its list."""
        return {name: value for name, value in vars(self).items() if isinstance(value, tuple)}

    @property
    def ok(self) -> bool:
        return not any(self.faults().values())


def compare(act: Act, poll: Poll) -> Comparison:
    """Compares one by one, after the closing: before it, the day that goes on has no batch. Paper: once both stand."""
    rows, codes = _rows(act, poll)
    opened = card_events.opened(act, poll)
    good = [event for event in opened if event.holds]
    handed, uneven = _handed(good)
    released = {_card(event) for event in good if event.way == Way.RELEASED}
    entered = counts(act, poll)
    paper = {side: set(count.cards) for side, count in entered.items()} if len(entered) == len(Side) else {}
    clerk, second = (paper[Side.CLERK], paper[Side.SECOND]) if paper else (rows, rows)

    def named(cards: set[str]) -> tuple[str, ...]:
        return tuple(sorted(cards, key=card_numbers.order))

    return Comparison(
        rows=len(rows),
        commitments=len(handed),
        paper={side: len(cards) for side, cards in paper.items()},
        without_event=named(rows - handed),
        without_row=named((handed - rows) | uneven),
        without_paper=named(rows - clerk - second),
        without_paper_clerk=named(rows & second - clerk),
        without_paper_second=named(rows & clerk - second),
        paper_without_row=named((clerk & second) - rows),
        paper_without_row_clerk=named(clerk - second - rows),
        paper_without_row_second=named(second - clerk - rows),
        codes_without_event=named(codes - released),
        codes_without_row=named(released - codes),
        lost=tuple(card_events.without_opening(act, poll)),
        false=tuple(event.commitment for event in opened if not event.holds),
    )


def _handed(events: Iterable[card_events.Opened]) -> tuple[set[str], set[str]]:
    """The cards whose marks were not undone; and those whose marks and undoings do not add up to one mark or none."""
    marks = Counter(_card(event) for event in events if event.way == Way.HANDED_OVER)
    marks.subtract(_card(event) for event in events if event.way == Way.UNDONE)
    return {card for card, number in marks.items() if number > 0}, {
        card for card, number in marks.items() if number not in {0, 1}
    }


def _card(event: card_events.Opened) -> str:
    return str(event.number) if event.reserve is None else f"R{event.reserve}"


def _rows(act: Act, poll: Poll) -> tuple[set[str], set[str]]:
    """The cards marked as handed over, and those whose code was released."""
    cards = (
        select(Entry.number, Credential.handed_over_at, Credential.released_at)
        .join(Credential, Credential.entry_id == Entry.id)
        .where(Credential.poll_id == poll.id)
    )
    handed, released = set(), set()
    for number, handed_over_at, released_at in act.session.execute(cards):
        if handed_over_at is not None:
            handed.add(str(number))
        if released_at is not None:
            released.add(str(number))
    reserve = select(Reissue.reserve).where(Reissue.poll_id == poll.id, Reissue.handed_over_at.is_not(None))
    handed |= {f"R{number}" for number in act.session.scalars(reserve)}
    return handed, released
