"""`pb cards check` and `pb cards confirm`: the maker of the cards compares what was published with the own file."""

from pathlib import Path

import click

from pb.commands.trustee_files import EXISTING, NEW, refusals, refuse_existing
from pb.commands.verify_cards import described
from pb.core.poll.card_list import CardList
from pb.core.poll.card_list import confirm as sign_confirmation
from pb.core.poll.published_cards import PublishedCards, check_minuted, compare, published_cards

ARCHIVE, FILE = click.argument("archive", type=EXISTING), click.argument("file", type=EXISTING)


@click.command()
@ARCHIVE
@FILE
def check(archive: Path, file: Path) -> None:
    """Compare the published ARCHIVE with the maker's FILE. Each card that differs is named; exit status 1 then."""
    cards, _published = _compared(archive, file)
    click.echo(f"The published list is the one of this file: {len(cards.all)} cards, {cards.list}")


@click.command()
@ARCHIVE
@FILE
@click.option("--key", "key_file", type=EXISTING, required=True, help="The maker's key file, maker-key.json.")
@click.option("--out", type=NEW, required=True, help="The signed confirmation, to be handed in on the poll's page.")
def confirm(archive: Path, file: Path, key_file: Path, out: Path) -> None:
    """Compare ARCHIVE with FILE as `check` does, and only then sign the confirmation with the maker's own key."""
    from pb.core.poll.maker_key import decrypt_maker_key, public_half

    refuse_existing(out)
    cards, published = _compared(archive, file)
    with refusals():
        seed = decrypt_maker_key(key_file.read_bytes(), click.prompt("Passphrase", hide_input=True))
    if public_half(seed) != cards.key:
        raise click.ClickException("This key is not the one of the maker's file.")
    out.write_text(sign_confirmation(cards, published.election.hash, seed).to_json(), encoding="utf-8")
    click.echo(f"Signed: hand in {out} on the page of the poll.")


def _compared(archive: Path, file: Path) -> tuple[CardList, PublishedCards]:
    with refusals():
        cards = CardList.parse(file.read_bytes())
        published = published_cards(archive)
        differences = compare(cards, published)
    if differences:
        for line in described(differences.missing, differences.foreign):
            click.echo(line)
        raise click.ClickException("The published list is not the one that was made. Confirm nothing.")
    with refusals():
        check_minuted(cards, published)
    return cards, published
