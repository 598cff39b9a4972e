"""How cards are named on paper: "12" is the card of number 12 on the roll, "R3" is card 3 of the reserve."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from pb.errors import FieldRefusal

RANGE = re.compile(r"([Rr]?)([1-9][0-9]{0,6})(?:-[Rr]?([1-9][0-9]{0,6}))?")
MOST_CARDS = 60_000
MOST_TOLD = 20


def order(card: str) -> tuple[bool, int]:
    """Sorts cards of the roll before those of the reserve, each by number."""
    return card.startswith("R"), int(card.removeprefix("R"))


def as_number(card: str) -> int:
    """The card for a drawing: its number, below zero for the reserve."""
    return -int(card[1:]) if card.startswith("R") else int(card)


def of_number(number: int) -> str:
    return f"R{-number}" if number < 0 else str(number)


def expand(part: str) -> list[str]:
    """The cards of "12", "R3" or "1-40"; none where it cannot be read."""
    found = RANGE.fullmatch(part)
    if found is None:
        return []
    reserve, first, last = found[1].upper(), int(found[2]), int(found[3] or found[2])
    if last < first or last - first > MOST_CARDS:
        return []
    return [f"{reserve}{number}" for number in range(first, last + 1)]


def compact(cards: Iterable[str]) -> str:
    """Cards as people write them: "1-40, 42, R1"."""
    runs: list[list[int]] = []
    for number in sorted((as_number(card) for card in cards), key=lambda number: (number < 0, abs(number))):
        if runs and (number < 0) == (runs[-1][-1] < 0) and abs(number) == abs(runs[-1][-1]) + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    ends = [(of_number(run[0]), of_number(run[-1])) for run in runs]
    return ", ".join(first if first == last else f"{first}-{last}" for first, last in ends)


def parse(text: str, field: str, known: Collection[str]) -> list[str]:
    """The cards of a list as people write it: "1-40, 42 R1-R3", sorted.

    Raises FieldRefusal at `field` with all that is wrong: parts that cannot be read, cards that are named twice or that
    are not `known`.
    """
    cards: set[str] = set()
    unreadable, twice, unknown = [], set(), set()
    for part in filter(None, re.split(r"[\s,;]+", re.sub(r"\s*[-–]\s*", "-", text.strip()))):
        named = expand(part)
        if not named:
            unreadable.append(part[:40])
        twice |= cards.intersection(named)
        unknown |= set(named).difference(known)
        cards |= set(named)
        if len(cards) > MOST_CARDS:
            raise FieldRefusal(field, _("These are too many cards."))
    wrong = []
    if unreadable:
        parts = ", ".join(unreadable[:MOST_TOLD])
        wrong.append(_("This cannot be read: %(parts)s. Write the numbers like this: 1-40, 42, R1", parts=parts))
    if twice:
        wrong.append(_("Named twice: %(cards)s.", cards=compact(twice)))
    if unknown:
        wrong.append(_("There are no cards of these numbers: %(cards)s.", cards=compact(unknown)))
    refuse(field, wrong)
    return sorted(cards, key=order)


def refuse(field: str, wrong: Sequence[Any]) -> None:
    """Raises FieldRefusal with everything that is wrong at once, if anything is."""
    if not wrong:
        return
    told = [str(text) for text in wrong[:MOST_TOLD]]
    if len(wrong) > MOST_TOLD:
        told.append(str(_("Further lines have faults too: %(number)s.", number=len(wrong) - MOST_TOLD)))
    raise FieldRefusal(field, *told)
