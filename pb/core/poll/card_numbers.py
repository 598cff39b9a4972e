"""Which card has which key: the platform's own table, compared with the maker's.

The published list is the same whatever number stands beside which key, so a platform that exchanges two people's keys
passes every comparison of lists. Export of the platform, for the maker's program: CSV with the header "number,key",
a line for each card, of the reserve with "R" before its number. It is not published: beside the roll and the ballots
it tells who voted.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pb.core import tables
from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.messages import LARGE
from pb.core.poll.card_list import NUMBER, CardList, numbers_fingerprint, place
from pb.core.tables import TableFault

HEADER: Final = ("number", "key")


def write_numbers(cards: Iterable[tuple[str, str]]) -> str:
    """The export: numbers of cards with their public keys."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(cards)
    return out.getvalue()


def read_numbers(data: bytes) -> dict[str, str]:
    """The public keys of an export by the numbers of the cards. Raises ProtocolError (CARDS)."""
    try:
        table = tables.read(data[: LARGE + 1], may_be_empty=True)
    except TableFault as error:
        raise ProtocolError(Check.CARDS, "This is not the platform's table of numbers.") from error
    if len(data) > LARGE or table.heading != HEADER:
        raise ProtocolError(Check.CARDS, "This is not the platform's table of numbers.")
    cards: dict[str, str] = {}
    for row in (line.cells for line in table.lines):
        if len(row) != 2 or not NUMBER.fullmatch(row[0]) or not row[1] or not row[1].isascii():
            raise ProtocolError(Check.CARDS, "A line of the platform's table has no number or no key.")
        if row[0] in cards:
            raise ProtocolError(Check.CARDS, "A number stands in the platform's table twice.")
        cards[row[0]] = row[1]
    return cards


@dataclass(frozen=True, slots=True)
class Exchanged:
    """The platform has another key for card `number`: `key` is its key, the one of the maker's card `owner` or of none.

    `owner` is empty where the key is of no card; `key` where the platform does not know the card at all.
    """

    number: str
    key: str
    owner: str


def compare_numbers(cards: CardList, platform: Mapping[str, str]) -> tuple[Exchanged, ...]:
    """Each number whose key on the platform is not the one of the maker's file, in the cards' order.

    Nothing where the second fingerprint is the same. Raises ProtocolError (CARDS) where it differs and no key does.
    """
    if numbers_fingerprint(cards.election, cards.salt, platform) == cards.numbers:
        return ()
    owners = {key: number for number, key in cards.all.items()}
    numbers = sorted(cards.all.keys() | platform.keys(), key=place)
    found = tuple(
        Exchanged(number, key, owners.get(key, ""))
        for number in numbers
        if (key := platform.get(number, "")) != cards.all.get(number)
    )
    if not found:
        raise ProtocolError(Check.CARDS, "The numbers have another fingerprint than the maker's file.")
    return found
