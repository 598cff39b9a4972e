"""How cards are named on paper: "12" is the card of number 12 on the roll, "R3" is card 3 of the reserve."""

import re

from flask_babel import lazy_gettext as _

from pb.errors import FieldRefusal

RANGE = re.compile(r"([Rr]?)([1-9][0-9]{0,6})(?:-[Rr]?([1-9][0-9]{0,6}))?")
MOST_CARDS = 60_000


def order(card: str) -> tuple[bool, int]:
    """Sorts cards of the roll before those of the reserve, each by number."""
    return card.startswith("R"), int(card.removeprefix("R"))


def as_number(card: str) -> int:
    """The card for a drawing: its number, below zero for the reserve."""
    return -int(card[1:]) if card.startswith("R") else int(card)


def of_number(number: int) -> str:
    return f"R{-number}" if number < 0 else str(number)


def parse(text: str, field: str) -> list[str]:
    """The cards of a list as people write it: "1-40, 42 R1-R3", sorted. Raises FieldRefusal at `field`."""
    cards: set[str] = set()
    for part in re.split(r"[\s,;]+", re.sub(r"\s*[-–]\s*", "-", text.strip())):
        if not part:
            continue
        found = RANGE.fullmatch(part)
        if found is None:
            raise _unreadable(field)
        reserve, first, last = found[1].upper(), int(found[2]), int(found[3] or found[2])
        if last < first or last - first > MOST_CARDS:
            raise _unreadable(field)
        named = {f"{reserve}{number}" for number in range(first, last + 1)}
        if named & cards:
            raise FieldRefusal(field, _("A card is named twice."))
        cards |= named
        if len(cards) > MOST_CARDS:
            raise _unreadable(field)
    return sorted(cards, key=order)


def _unreadable(field: str) -> FieldRefusal:
    return FieldRefusal(field, _("Write the numbers like this: 1-40, 42, R1"))
