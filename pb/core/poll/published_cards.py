"""The list of cards that an archive publishes, read from its Setup event."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from pb.core.belenios.archive import ArchiveReader, opened
from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.chain import read_links
from pb.core.belenios.messages import Election, EventType, SetupData, parse_credentials
from pb.core.poll.card_list import CardList, Differences, Made, MakerStatement
from pb.core.poll.terms import PollTerms


@dataclass(frozen=True, slots=True)
class PublishedCards:
    """`list` is the SHA-256 of the record of public credentials, `keys` its keys, `maker` what the terms hold of it."""

    election: Election
    list: str
    keys: tuple[str, ...]
    maker: MakerStatement | None


def published_cards(archive: str | Path | BinaryIO) -> PublishedCards:
    """What the archive's Setup publishes; the rest of the archive is for `verify`. Raises ProtocolError, OSError."""
    with opened(archive) as file:
        first = next(read_links(ArchiveReader(file)), None)
    if first is None or first.event.type is not EventType.SETUP:
        raise ProtocolError(Check.ORDER, "The archive holds no setup.")
    election_record, trustees, credentials, setup = first.data
    if SetupData.parse(setup.data) != SetupData(election_record.digest, trustees.digest, credentials.digest):
        raise ProtocolError(Check.SETUP, "The setup names other records than those before it.")
    election = Election.parse(election_record.data)
    terms = PollTerms.of(election)
    keys = tuple(parse_credentials(credentials.data, election.group))
    return PublishedCards(election, credentials.digest, keys, terms.maker if terms else None)


def compare(cards: CardList, published: PublishedCards) -> Differences:
    """How the published list differs from the maker's. Raises ProtocolError (CARDS) for the list of another poll.

    Where no key differs and the fingerprint does, the record is not the one of these keys: that is refused too.
    """
    if cards.election != published.election.uuid:
        raise ProtocolError(Check.CARDS, "The maker's file is of another poll.")
    differences = cards.differences(dict.fromkeys(published.keys))
    if not differences and cards.list != published.list:
        raise ProtocolError(Check.CARDS, "The published list is not in its form.", equation="list = SHA256(record)")
    return differences


def check_minuted(cards: CardList, published: PublishedCards) -> None:
    """Check that the terms hold what this maker states, the key included. Raises ProtocolError (CARDS).

    The terms may say that a page of the platform made the cards where the maker says otherwise: a label that is weaker
    than the maker's word is for whoever reads the poll's page, and serves no forger.
    """
    stated, own = published.maker, cards.statement()
    if stated is not None and stated.made is Made.PLATFORM_PAGE:
        own = replace(own, made=Made.PLATFORM_PAGE)
    if stated != own:
        raise ProtocolError(
            Check.CARDS, "The poll's terms hold another statement, or another key, than the maker's file."
        )
