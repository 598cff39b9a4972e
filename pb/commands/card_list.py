"""`pb cards check` and `pb cards confirm`: the maker of the cards compares what was published with the own file."""

from pathlib import Path

import click

from pb.commands import maker_file
from pb.commands.spoken import gettext, said, speaking
from pb.commands.trustee_files import EXISTING, NEW, refusals, refuse_existing
from pb.commands.verify_cards import described
from pb.commands.verify_words import failed_cards
from pb.core.findings import Finding
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
NOT_COMPARED = Finding(
    "Numbers not compared: with the platform's table (--numbers) you find whether it exchanged the keys of two people."
)


@click.command()
@ARCHIVE
@FILE
@NUMBERS
@speaking
def check(archive: Path, file: Path, numbers: Path | None) -> None:
    """Compare the published ARCHIVE with the maker's FILE. Each card that differs is named; exit status 1 then."""
    cards, _published = _compared(archive, file, numbers)
    click.echo(
        gettext(
            "The published list is the one of this file: %(count)s cards, %(fingerprint)s",
            count=len(cards.all),
            fingerprint=cards.list,
        )
    )
    click.echo(gettext("Each number has the key of its card on the platform too.") if numbers else said(NOT_COMPARED))


@click.command()
@ARCHIVE
@FILE
@NUMBERS
@click.option("--key", "key_file", type=EXISTING, help="The maker's key file, maker-key.json.")
@click.option("--cms", type=EXISTING, help="Your digital signature under the text that this command wrote.")
@click.option("--out", type=NEW, required=True, help="The signed confirmation, to be handed in on the poll's page.")
@speaking
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
        click.echo(said(NOT_COMPARED))
    if not cards.certificate:
        if key_file is None or cms is not None:
            raise click.UsageError(gettext("The maker has an own key: give --key, and no --cms."))
        signed = card_confirmation.confirm(cards, election_hash, _seed(cards, key_file), numbers_compared=compared)
        out.write_text(signed.to_json(), encoding="utf-8")
        click.echo(gettext("Signed: hand in %(file)s on the page of the poll.", file=f"{out}"))
        return
    if key_file is not None:
        raise click.UsageError(gettext("The maker named a certificate: there is no key file."))
    unsigned = card_confirmation.to_sign(cards, election_hash, numbers_compared=compared)
    if cms is None:
        out.write_bytes(unsigned.signed_text())
        click.echo(
            gettext("Sign %(file)s with your digital signature (CMS), then run this again with --cms.", file=f"{out}")
        )
        return
    with refusals():
        out.write_text(card_confirmation.with_cms(unsigned, cms.read_bytes()).to_json(), encoding="utf-8")
    click.echo(
        gettext(
            "Hand in %(file)s and %(signature)s on the page of the poll within a day of signing.",
            file=f"{out}",
            signature=f"{cms}",
        )
    )


def _seed(cards: CardList, key_file: Path) -> bytes:
    from pb.core.poll.maker_key import decrypt_maker_key, public_half

    with refusals():
        seed = decrypt_maker_key(key_file.read_bytes(), click.prompt(gettext("Passphrase"), hide_input=True))
    if public_half(seed) != cards.key:
        raise click.ClickException(gettext("This key is not the one of the maker's file."))
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
        raise click.ClickException(gettext("The published list is not the one that was made. Confirm nothing."))
    if exchanged:
        raise click.ClickException(
            gettext("The platform has other keys for these cards than were made. Confirm nothing.")
        )
    with refusals():
        check_minuted(cards, published)
    return cards, published


def _described_number(exchanged: Exchanged) -> str:
    if not exchanged.key:
        return failed_cards(Finding("the platform's table has no card %(number)s.", number=exchanged.number))
    if exchanged.owner:
        return failed_cards(
            Finding(
                "on the platform card %(number)s has the key of card %(owner)s.",
                number=exchanged.number,
                owner=exchanged.owner,
            )
        )
    return failed_cards(
        Finding(
            "on the platform card %(number)s has a key that belongs to no card: %(key)s.",
            number=exchanged.number,
            key=printed_fingerprint(exchanged.key),
        )
    )
