"""`pb cards check` and `pb cards confirm`: the maker of the cards compares what was published with the own file."""

from pathlib import Path

import click

from pb.commands import maker_file
from pb.commands.trustee_files import EXISTING, NEW, refusals, refuse_existing
from pb.commands.verify_cards import described
from pb.core.poll import card_confirmation
from pb.core.poll.card_list import CardList, printed_fingerprint
from pb.core.poll.card_numbers import Exchanged, compare_numbers, read_numbers
from pb.core.poll.published_cards import PublishedCards, check_minuted, compare, published_cards

ARCHIVE, FILE = click.argument("archive", type=EXISTING), click.argument("file", type=EXISTING)
NUMBERS = click.option(
    "--numbers",
    type=EXISTING,
    help="The platform's table of numbers and keys: whether each number has the key that its card was made with.",
)
NOT_COMPARED = (
    "Numbers not compared: with the platform's table (--numbers) you find whether it exchanged the keys of two people."
)


@click.command()
@ARCHIVE
@FILE
@NUMBERS
def check(archive: Path, file: Path, numbers: Path | None) -> None:
    """Compare the published ARCHIVE with the maker's FILE. Each card that differs is named; exit status 1 then."""
    cards, _published = _compared(archive, file, numbers)
    click.echo(f"The published list is the one of this file: {len(cards.all)} cards, {cards.list}")
    click.echo("Each number has the key of its card on the platform too." if numbers else NOT_COMPARED)


@click.command()
@ARCHIVE
@FILE
@NUMBERS
@click.option("--key", "key_file", type=EXISTING, help="The maker's key file, maker-key.json.")
@click.option("--cms", type=EXISTING, help="Your digital signature under the text that this command wrote.")
@click.option("--out", type=NEW, required=True, help="The signed confirmation, to be handed in on the poll's page.")
def confirm(
    archive: Path, file: Path, numbers: Path | None, key_file: Path | None, cms: Path | None, out: Path
) -> None:
    """Compare ARCHIVE with FILE as `check` does, and only then confirm, signed with the maker's own key.

    Where the maker named a certificate there is no key file: without --cms the text to be signed is written to --out;
    sign it with your digital signature, and give the signature's file with --cms to get the confirmation.
    """
    refuse_existing(out)
    cards, published = _compared(archive, file, numbers)
    compared, election_hash = numbers is not None, published.election.hash
    if not compared:
        click.echo(NOT_COMPARED)
    if not cards.certificate:
        if key_file is None or cms is not None:
            raise click.UsageError("The maker has an own key: give --key, and no --cms.")
        signed = card_confirmation.confirm(cards, election_hash, _seed(cards, key_file), numbers_compared=compared)
        out.write_text(signed.to_json(), encoding="utf-8")
        click.echo(f"Signed: hand in {out} on the page of the poll.")
        return
    if key_file is not None:
        raise click.UsageError("The maker named a certificate: there is no key file.")
    unsigned = card_confirmation.to_sign(cards, election_hash, numbers_compared=compared)
    if cms is None:
        out.write_bytes(unsigned.signed_text())
        click.echo(f"Sign {out} with your digital signature (CMS), then run this again with --cms.")
        return
    with refusals():
        out.write_text(card_confirmation.with_cms(unsigned, cms.read_bytes()).to_json(), encoding="utf-8")
    click.echo(f"Hand in {out} and {cms} on the page of the poll within a day of signing.")


def _seed(cards: CardList, key_file: Path) -> bytes:
    from pb.core.poll.maker_key import decrypt_maker_key, public_half

    with refusals():
        seed = decrypt_maker_key(key_file.read_bytes(), click.prompt("Passphrase", hide_input=True))
    if public_half(seed) != cards.key:
        raise click.ClickException("This key is not the one of the maker's file.")
    return seed


def _compared(archive: Path, file: Path, numbers: Path | None) -> tuple[CardList, PublishedCards]:
    with refusals():
        cards = maker_file.read(file)
        published = published_cards(archive)
        differences = compare(cards, published)
        exchanged = compare_numbers(cards, read_numbers(numbers.read_bytes())) if numbers else ()
    for line in [*described(differences.missing, differences.foreign), *map(_described_number, exchanged)]:
        click.echo(line)
    if differences:
        raise click.ClickException("The published list is not the one that was made. Confirm nothing.")
    if exchanged:
        raise click.ClickException("The platform has other keys for these cards than were made. Confirm nothing.")
    with refusals():
        check_minuted(cards, published)
    return cards, published


def _described_number(exchanged: Exchanged) -> str:
    if not exchanged.key:
        return f"FAILED cards: the platform's table has no card {exchanged.number}."
    if exchanged.owner:
        return f"FAILED cards: on the platform card {exchanged.number} has the key of card {exchanged.owner}."
    fingerprint = printed_fingerprint(exchanged.key)
    return f"FAILED cards: on the platform card {exchanged.number} has a key that belongs to no card: {fingerprint}."
