"""What `pb verify` says of the list of cards: whether anybody but the server stands for it."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pb.commands import maker_file
from pb.commands.spoken import gettext, said
from pb.commands.verify_words import MADE, failed, failed_cards
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.report import Report
from pb.core.eds import EDSError, verify_cms
from pb.core.eds.checks import NAMES
from pb.core.findings import Finding
from pb.core.poll.card_confirmation import Confirmation, check_confirmation, with_cms
from pb.core.poll.card_key import plain
from pb.core.poll.card_list import CardList, Made, MakerStatement, printed_fingerprint
from pb.core.poll.published_cards import PublishedCards, check_minuted, compare, published_cards
from pb.identity.service.eds_files import load_revocations, load_trust

MOST_NAMED = 10  # cards and keys each: the file of another list differs in all
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
OWN_KEY = re.compile(r"[A-Za-z0-9+/]{43}=")


def fault_of(word: "MakersWord") -> str | None:
    """What is wrong with what was given to compare with, before anything is verified; None where nothing is."""
    credentials, key, numbers = word.credentials, word.maker_key, word.numbers
    if credentials is not None and not (FINGERPRINT.fullmatch(_typed(credentials)) or Path(credentials).is_file()):
        return gettext(
            "--credentials: “%(typed)s” is neither a file nor a fingerprint. Give the maker's file (maker.json) or the "
            "list's fingerprint from the signed paper: 64 digits and letters from a to f.",
            typed=credentials,
        )
    if key is not None and not (OWN_KEY.fullmatch(_typed_key(key)) or FINGERPRINT.fullmatch(_typed_key(key))):
        return gettext(
            "--maker-key: “%(typed)s” is no key. Type it from the signed paper: 44 signs that end with =, or, of a "
            "digital signature, the SHA-256 of the certificate's key: 64 digits and letters from a to f.",
            typed=key,
        )
    if numbers is not None and not FINGERPRINT.fullmatch(_typed(numbers)):
        return gettext(
            "--numbers: “%(typed)s” is no fingerprint. Type that of the numbers from the signed paper: 64 digits and "
            "letters from a to f.",
            typed=numbers,
        )
    return None


def _typed(digits: str) -> str:
    return plain(digits)


def _typed_key(key: str) -> str:
    """A key as it was typed: capitals count in base64, and not in hexadecimal."""
    typed = plain(key)
    return typed if FINGERPRINT.fullmatch(typed) else re.sub(r"[\s\u2010-\u2015\u2212-]", "", key)


@dataclass(frozen=True, slots=True)
class MakersWord:
    """What was given to compare with: the maker's file or a typed fingerprint, and the confirmation.

    `maker_key` and `numbers` are the key of the maker and the fingerprint of the numbers, typed from the signed sheet.
    Where an EDS signed it, the CMS with the folders of trusted certificates and revocation lists.
    """

    credentials: str | None = None
    maker_key: str | None = None
    numbers: str | None = None
    confirmation: Path | None = None
    cms: Path | None = None
    trust: Path | None = None
    crl: Path | None = None


@dataclass
class CardsReport:
    """Each of these is None where nothing was given to compare with.

    `compared`: the list. `key_compared` and `numbers_on_paper`: the key and the fingerprint of the numbers that the
    terms name are those of the maker's file or of the paper. `confirmed_by_key_of_terms`: the confirmation is signed
    with the key that the terms name, whose ever it is: whoever wrote the terms could name an own one.
    `numbers_compared` is what the confirmation says; `certificate` the SHA-256 of the one that signed it, `chain`
    whether it is one of the national authority (None where no CMS was given).
    """

    fingerprint: str
    made: Made | None
    compared: bool | None = None
    key_compared: bool | None = None
    numbers_on_paper: bool | None = None
    confirmed_by_key_of_terms: bool | None = None
    numbers_compared: bool | None = None
    certificate: str | None = None
    chain: bool | None = None
    missing: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    lines: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        compared = (self.compared, self.key_compared, self.numbers_on_paper)
        return False not in (*compared, self.confirmed_by_key_of_terms, self.chain)

    @property
    def confirmed(self) -> bool | None:
        """Whether the maker confirmed: signed with a key that was itself compared; None where that is not known."""
        if self.confirmed_by_key_of_terms and self.key_compared is None:
            return None
        return self.confirmed_by_key_of_terms and self.key_compared

    def to_value(self) -> dict[str, Any]:
        return {
            "list": self.fingerprint,
            "made": self.made and self.made.value,
            "compared": self.compared,
            "key_compared": self.key_compared,
            "numbers_on_paper": self.numbers_on_paper,
            "confirmed_by_key_of_terms": self.confirmed_by_key_of_terms,
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
    cards.lines.append(gettext("List of cards: %(fingerprint)s", fingerprint=cards.fingerprint))
    if maker is None:
        cards.lines.append(gettext("The terms name no maker of the cards."))
    else:
        cards.lines.append(said(MADE[maker.made]))
        if maker.list != cards.fingerprint:
            cards.compared = False
            cards.lines.append(failed_cards(Finding("the published list is not the one of the minutes.")))
    if word.credentials is not None:
        _compare(cards, archive, word.credentials)
    _from_paper(cards, maker, word)
    if word.confirmation is not None:
        _confirmed(cards, archive, word.confirmation, word)
    if word.credentials is None and not cards.confirmed:
        cards.lines.append(
            gettext("The list of cards is the server's word: compare it with the paper (--credentials).")
        )
    cards.lines += _not_compared(cards, maker)
    return cards


def _from_paper(cards: CardsReport, maker: MakerStatement | None, word: MakersWord) -> None:
    """Compare what was typed from the signed sheet with what the terms name."""
    if word.maker_key is not None:
        same = maker is not None and _typed_key(word.maker_key) in (maker.shown_key, maker.key)
        cards.key_compared = same and cards.key_compared is not False
        cards.lines.append(
            gettext("The maker's key is the one of the paper.")
            if same
            else failed_cards(Finding("the paper names another maker's key."))
        )
    if word.numbers is not None:
        same = maker is not None and _typed(word.numbers) == maker.numbers
        cards.numbers_on_paper = same and cards.numbers_on_paper is not False
        cards.lines.append(
            gettext("The fingerprint of the numbers is the one of the paper.")
            if same
            else failed_cards(Finding("the paper names another fingerprint of the numbers."))
        )


def _not_compared(cards: CardsReport, maker: MakerStatement | None) -> list[str]:
    """What the terms say of the maker and nobody outside the server has compared, in groups to compare it by eye."""
    if maker is None:
        return [_unnamed()] if None in (cards.key_compared, cards.numbers_on_paper) else []
    lines = []
    if cards.key_compared is None:
        key = in_groups(maker.shown_key)
        lines.append(
            gettext("SHA-256 of the key of the maker's certificate (--maker-key): %(key)s", key=key)
            if maker.certificate
            else gettext("Key of the maker (--maker-key): %(key)s", key=key)
        )
    if cards.numbers_on_paper is None:
        numbers = in_groups(maker.numbers)
        lines.append(gettext("Fingerprint of the numbers (--numbers): %(fingerprint)s", fingerprint=numbers))
    if not lines:
        return []
    heading = gettext(
        "NOT COMPARED: this is what the poll's terms name, and whoever wrote them could name an own key, and numbers "
        "with people's keys exchanged. Compare with the signed paper, or give the maker's file (--credentials "
        "maker.json):"
    )
    return [heading, *(f"  {line}" for line in lines)]


def _unnamed() -> str:
    return gettext(
        "NOT COMPARED: the poll's terms name no maker of the cards, so nothing published says whose key is whose: "
        "whoever runs the server can have exchanged the keys of two people. Only an archive from before makers stated "
        "lists may be so. With the maker's file (--credentials maker.json) this is a failure."
    )


def in_groups(signs: str) -> str:
    """Signs in groups of four, to be compared with paper."""
    return " ".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def _compare(cards: CardsReport, archive: Path, credentials: str) -> None:
    typed = _typed(credentials)
    if FINGERPRINT.fullmatch(typed):
        same = typed == cards.fingerprint
        cards.compared = same and cards.compared is not False
        cards.lines.append(
            gettext("The list of keys is the one of the paper. This alone does not show whose key is whose.")
            if same
            else failed_cards(Finding("the paper names another list."))
        )
        return
    try:
        kept = maker_file.read(Path(credentials))
        published = published_cards(archive)
        differences = compare(kept, published)
    except ProtocolError as error:
        cards.compared = False
        cards.lines.append(failed(error.check, error.finding))
        return
    cards.missing, cards.foreign = differences.missing, differences.foreign
    cards.compared = not differences and cards.compared is not False
    cards.lines += described(cards.missing, cards.foreign) or [
        gettext("The list is the one of the maker's file, card by card.")
    ]
    _statement_compared(cards, kept, published)


def _statement_compared(cards: CardsReport, kept: CardList, published: PublishedCards) -> None:
    """Compare key, numbers and the rest of what the terms hold of the maker with the maker's file."""
    stated, own = published.maker, kept.statement()
    if stated is None:
        # A server that leaves the maker out of the terms has nothing that could be compared: that is no clean bill.
        cards.compared = cards.key_compared = cards.numbers_on_paper = False
        cards.lines.append(failed_cards(Finding("the terms name no maker, and the maker's file was stated for them.")))
        return
    cards.key_compared = (stated.key, stated.certificate) == (own.key, own.certificate)
    cards.numbers_on_paper = stated.numbers == own.numbers
    try:
        check_minuted(kept, published)
    except ProtocolError as error:
        cards.compared = False
        cards.lines.append(failed(error.check, error.finding))
    else:
        cards.lines.append(gettext("The terms name the key of the maker's file, and its fingerprint of the numbers."))


def described(missing: tuple[str, ...], foreign: tuple[str, ...]) -> list[str]:
    """How many cards and keys differ, then the first of them; nothing where none does."""
    if not missing and not foreign:
        return []
    total = Finding(
        "%(missing)s cards of the maker's file are not on the published list, and %(foreign)s published keys belong to "
        "no card of it.",
        missing=len(missing),
        foreign=len(foreign),
    )
    keys = (printed_fingerprint(key) for key in foreign[:MOST_NAMED])
    more = max(0, len(missing) - MOST_NAMED) + max(0, len(foreign) - MOST_NAMED)
    return [
        failed_cards(total),
        *(
            failed_cards(Finding("the key of card %(number)s is not on the published list.", number=number))
            for number in missing[:MOST_NAMED]
        ),
        *(failed_cards(Finding("a published key belongs to no card: %(key)s.", key=key)) for key in keys),
        *([gettext("… and %(number)s more: pb verify --json names them all.", number=more)] if more else []),
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
        cards.confirmed_by_key_of_terms = False
        cards.lines.append(failed(error.check, error.finding))
        return
    cards.confirmed_by_key_of_terms, cards.numbers_compared = True, confirmation.numbers_compared
    cards.lines.append(
        gettext("The maker of the cards confirmed this list, with a key that was compared.")
        if cards.key_compared
        else gettext("This list is confirmed with the key that the terms name. Whose key that is, is not compared.")
    )
    if not confirmation.numbers_compared:
        cards.lines.append(gettext("NUMBERS NOT COMPARED: the platform could have exchanged the keys of two people."))
    if confirmation.certificate:
        cards.certificate = confirmation.certificate
        _chain(cards, confirmation, word)


def _chain(cards: CardsReport, confirmation: Confirmation, word: MakersWord) -> None:
    """Whose key an EDS is, by the CMS that auditors have; its IIN is not printed: `pb eds verify` shows it."""
    cards.lines.append(
        gettext(
            "It is a digital signature; SHA-256 of its certificate: %(certificate)s",
            certificate=confirmation.certificate,
        )
    )
    if word.cms is None or word.trust is None:
        cards.lines.append(
            gettext("Whose certificate that is, the platform says; an auditor's CMS shows it (--cms, --trust).")
        )
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
        cards.lines.append(failed_cards(error.finding))
        return
    refused = [said(NAMES[check]) for signer in verdict.signers for check in signer.failed()]
    cards.chain = same and verdict.ok
    cards.lines.append(
        gettext("The certificate is one of the trusted authorities and was valid when it signed.")
        if cards.chain
        else failed_cards(Finding("the signature does not hold: %(checks)s.", checks=", ".join(refused)))
        if refused
        else failed_cards(Finding("the signature does not hold: it is another one."))
    )
