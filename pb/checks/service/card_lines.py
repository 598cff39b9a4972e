"""The lines in which a member writes what was read from opened cards."""

import re
from collections.abc import Collection, Iterator

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.checks.service import card_numbers
from pb.core.poll.card_key import plain
from pb.errors import FieldRefusal

LEAST_FINGERPRINT = 32
NOT_THERE = "-"
# A fingerprint of the key, or the key itself: 64 hexadecimal digits, or a number of many decimal ones.
READ = re.compile(r"[0-9A-Fa-f]{32,64}|[0-9]{65,700}")


def read(lines: str, expected: Collection[str], recorded: Collection[str] = ()) -> dict[str, str]:
    """What was read from each card: empty where it is looked up by its number alone, "-" for one that is not there.

    Each line is a card and what was read; "1-40" alone stands for cards with nothing typed. `expected` are the cards
    that belong here, `recorded` those that were written before. Raises FieldRefusal("cards") with everything that is
    wrong, line by line.
    """
    found: dict[str, str] = {}
    wrong: list[LazyString] = []
    for number, line in enumerate(lines.splitlines(), 1):
        if line.strip():
            wrong += _faults(found, expected, recorded, number, line)
    card_numbers.refuse("cards", wrong)
    if not found:
        raise FieldRefusal("cards", _("Write the opened cards."))
    return found


def _faults(
    found: dict[str, str], expected: Collection[str], recorded: Collection[str], number: int, line: str
) -> Iterator[LazyString]:
    """Takes a line in, and tells what is wrong with it."""
    named, *parts = line.split()
    typed = "".join(parts)
    typed = typed if typed == NOT_THERE else plain(typed)
    cards = card_numbers.expand(named)
    if not cards:
        yield _("Line %(line)s: write the number of a card first, for example 12 or R3.", line=number)
        return
    if typed and typed != NOT_THERE and not READ.fullmatch(typed):
        yield _(
            "Line %(line)s: behind the number stands a fingerprint of 32 to 64 digits 0–9 and letters a–f, a minus, or "
            "nothing.",
            line=number,
        )
    if typed and len(cards) > 1:
        yield _("Line %(line)s: a fingerprint belongs to one card alone.", line=number)
    for told, those in (
        (_("Line %(line)s: named twice: %(cards)s."), [card for card in cards if card in found]),
        (_("Line %(line)s: recorded already: %(cards)s."), [card for card in cards if card in recorded]),
        (
            _("Line %(line)s: not among the cards to open: %(cards)s."),
            [card for card in cards if card not in expected and card not in recorded],
        ),
    ):
        if those:
            yield told % {"line": number, "cards": card_numbers.compact(those)}
    found.update(dict.fromkeys(cards, typed))
