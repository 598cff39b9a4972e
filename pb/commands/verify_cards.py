"""What `pb verify` says of the list of cards: whether anybody but the server stands for it."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.report import Report
from pb.core.poll.card_list import (
    CardList,
    Confirmation,
    Made,
    check_confirmation,
    printed_fingerprint,
)
from pb.core.poll.published_cards import check_minuted, compare, published_cards

FINGERPRINT = re.compile(r"[0-9a-f]{64}")
MADE = {
    Made.PROGRAM: "with the offline program",
    Made.SAVED_FILE: "with the saved file, without a network",
    Made.PLATFORM_PAGE: "on a page of the platform: whoever serves the page could have made others",
}


@dataclass
class CardsReport:
    """`compared` and `confirmed` are None where nothing was given to compare with."""

    fingerprint: str
    made: Made | None
    compared: bool | None = None
    confirmed: bool | None = None
    missing: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    lines: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.compared is not False and self.confirmed is not False

    def to_value(self) -> dict[str, Any]:
        return {
            "list": self.fingerprint,
            "made": self.made and self.made.value,
            "compared": self.compared,
            "confirmed": self.confirmed,
            "missing": [*self.missing],
            "foreign": [*self.foreign],
        }


def check_cards(archive: Path, report: Report, credentials: str | None, confirmation: Path | None) -> CardsReport:
    """Compare the archive's list with the maker's file or a typed fingerprint, and check the confirmation.

    Raises OSError for a file that cannot be read.
    """
    maker = report.terms.maker if report.terms else None
    cards = CardsReport(report.credentials or "", maker.made if maker else None)
    cards.lines.append(f"List of cards: {cards.fingerprint}")
    if maker is None:
        cards.lines.append("The terms name no maker of the cards.")
    else:
        says = "The poll's terms say" if maker.made is Made.PLATFORM_PAGE else "The maker says, and nobody can prove,"
        cards.lines.append(f"{says} that the cards were made {MADE[maker.made]}.")
        if maker.list != cards.fingerprint:
            cards.compared = False
            cards.lines.append("FAILED cards: the published list is not the one of the minutes.")
    if credentials is not None:
        _compare(cards, archive, credentials)
    if confirmation is not None:
        _confirmed(cards, archive, confirmation)
    if credentials is None and not cards.confirmed:
        cards.lines.append("The list of cards is the server's word: compare it with the paper (--credentials).")
    elif credentials is None:
        cards.lines.append("The key that confirmed is the one of the terms: compare it with the signed paper.")
    return cards


def _compare(cards: CardsReport, archive: Path, credentials: str) -> None:
    typed = re.sub(r"\s", "", credentials).lower()
    if FINGERPRINT.fullmatch(typed):
        same = typed == cards.fingerprint
        cards.compared = same and cards.compared is not False
        cards.lines.append(
            "The list is the one of the paper." if same else "FAILED cards: the paper names another list."
        )
        return
    try:
        maker_file = CardList.parse(Path(credentials).read_bytes())
        published = published_cards(archive)
        differences = compare(maker_file, published)
        if not differences:
            check_minuted(maker_file, published)
    except ProtocolError as error:
        cards.compared = False
        cards.lines.append(f"FAILED {error.check.value}: {error.message}")
        return
    cards.missing, cards.foreign = differences.missing, differences.foreign
    cards.compared = not differences and cards.compared is not False
    cards.lines += described(cards.missing, cards.foreign) or ["The list is the one of the maker's file, card by card."]


def described(missing: tuple[str, ...], foreign: tuple[str, ...]) -> list[str]:
    """A line for each card that differs; none where nothing does."""
    return [
        *(f"FAILED cards: the key of card {number} is not on the published list." for number in missing),
        *(f"FAILED cards: a published key belongs to no card: {printed_fingerprint(key)}." for key in foreign),
    ]


def _confirmed(cards: CardsReport, archive: Path, confirmation: Path) -> None:
    try:
        published = published_cards(archive)
        election = published.election
        check_confirmation(
            Confirmation.parse(confirmation.read_bytes()),
            election=election.uuid,
            election_hash=election.hash,
            published=published.list,
            maker=published.maker,
        )
    except ProtocolError as error:
        cards.confirmed = False
        cards.lines.append(f"FAILED {error.check.value}: {error.message}")
        return
    cards.confirmed = True
    cards.lines.append("The maker of the cards confirmed this list, with the key that the terms name.")
