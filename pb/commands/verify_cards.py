"""What `pb verify` says of the list of cards: whether anybody but the server stands for it."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pb.commands import maker_file
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.report import Report
from pb.core.eds import EDSError, verify_cms
from pb.core.poll.card_confirmation import Confirmation, check_confirmation, with_cms
from pb.core.poll.card_list import Made, printed_fingerprint
from pb.core.poll.published_cards import check_minuted, compare, published_cards
from pb.identity.service.eds_files import load_revocations, load_trust

FINGERPRINT = re.compile(r"[0-9a-f]{64}")
MADE = {
    Made.PROGRAM: "with the offline program",
    Made.SAVED_FILE: "with the saved file, without a network",
    Made.PLATFORM_PAGE: "on a page of the platform: whoever serves the page could have made others",
}


def fault_of(credentials: str) -> str | None:
    """What is wrong with what was given to compare with, before anything is verified; None where nothing is."""
    if FINGERPRINT.fullmatch(_typed(credentials)) or Path(credentials).is_file():
        return None
    return (
        f"--credentials: “{credentials}” is neither a file nor a fingerprint. Give the maker's file (maker.json) or "
        "the list's fingerprint from the signed paper: 64 digits and letters from a to f."
    )


def _typed(credentials: str) -> str:
    return re.sub(r"[\s-]", "", credentials).lower()


@dataclass(frozen=True, slots=True)
class MakersWord:
    """What was given to compare with: the maker's file or a typed fingerprint, and the confirmation.

    Where an EDS signed it, the CMS with the folders of trusted certificates and revocation lists.
    """

    credentials: str | None = None
    confirmation: Path | None = None
    cms: Path | None = None
    trust: Path | None = None
    crl: Path | None = None


@dataclass
class CardsReport:
    """`compared` and `confirmed` are None where nothing was given to compare with.

    `numbers_compared` is what the confirmation says; `certificate` the SHA-256 of the one that signed it, `chain`
    whether it is one of the national authority (None where no CMS was given).
    """

    fingerprint: str
    made: Made | None
    compared: bool | None = None
    confirmed: bool | None = None
    numbers_compared: bool | None = None
    certificate: str | None = None
    chain: bool | None = None
    missing: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    lines: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return False not in (self.compared, self.confirmed, self.chain)

    def to_value(self) -> dict[str, Any]:
        return {
            "list": self.fingerprint,
            "made": self.made and self.made.value,
            "compared": self.compared,
            "confirmed": self.confirmed,
            "numbers_compared": self.numbers_compared,
            "certificate": self.certificate,
            "chain": self.chain,
            "missing": [*self.missing],
            "foreign": [*self.foreign],
        }


def check_cards(archive: Path, report: Report, word: MakersWord) -> CardsReport:
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
    if word.credentials is not None:
        _compare(cards, archive, word.credentials)
    if word.confirmation is not None:
        _confirmed(cards, archive, word.confirmation, word)
    if word.credentials is None and not cards.confirmed:
        cards.lines.append("The list of cards is the server's word: compare it with the paper (--credentials).")
    elif word.credentials is None:
        cards.lines.append("The key that confirmed is the one of the terms: compare it with the signed paper.")
    return cards


def _compare(cards: CardsReport, archive: Path, credentials: str) -> None:
    typed = _typed(credentials)
    if FINGERPRINT.fullmatch(typed):
        same = typed == cards.fingerprint
        cards.compared = same and cards.compared is not False
        cards.lines.append(
            "The list is the one of the paper." if same else "FAILED cards: the paper names another list."
        )
        return
    try:
        kept = maker_file.read(Path(credentials))
        published = published_cards(archive)
        differences = compare(kept, published)
        if not differences:
            check_minuted(kept, published)
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


def _confirmed(cards: CardsReport, archive: Path, file: Path, word: MakersWord) -> None:
    try:
        published = published_cards(archive)
        election = published.election
        confirmation = Confirmation.parse(file.read_bytes())
        check_confirmation(
            confirmation,
            election=election.uuid,
            election_hash=election.hash,
            published=published.list,
            maker=published.maker,
        )
    except ProtocolError as error:
        cards.confirmed = False
        cards.lines.append(f"FAILED {error.check.value}: {error.message}")
        return
    cards.confirmed, cards.numbers_compared = True, confirmation.numbers_compared
    cards.lines.append("The maker of the cards confirmed this list, with the key that the terms name.")
    if not confirmation.numbers_compared:
        cards.lines.append("NUMBERS NOT COMPARED: the platform could have exchanged the keys of two people.")
    if confirmation.certificate:
        cards.certificate = confirmation.certificate
        _chain(cards, confirmation, word)


def _chain(cards: CardsReport, confirmation: Confirmation, word: MakersWord) -> None:
    """Whose key an EDS is, by the CMS that auditors have; its IIN is not printed: `pb eds verify` shows it."""
    cards.lines.append(f"It is a digital signature; SHA-256 of its certificate: {confirmation.certificate}")
    if word.cms is None or word.trust is None:
        cards.lines.append("Whose certificate that is, the platform says; an auditor's CMS shows it (--cms, --trust).")
        return
    try:
        signature = word.cms.read_bytes()
        same = with_cms(confirmation, signature) == confirmation
        verdict = verify_cms(
            signature,
            data=confirmation.signed_text(),
            trust=load_trust(word.trust),
            at=datetime.now(UTC),
            revocations=load_revocations(word.crl, unknown_refuses=True),
        )
    except (ProtocolError, EDSError) as error:
        cards.chain = False
        cards.lines.append(f"FAILED cards: {error}")
        return
    failed = [check for signer in verdict.signers for check in signer.failed()]
    cards.chain = same and verdict.ok
    cards.lines.append(
        "The certificate is one of the trusted authorities and was valid when it signed."
        if cards.chain
        else f"FAILED cards: the signature does not hold: {', '.join(failed) or 'it is another one'}."
    )
