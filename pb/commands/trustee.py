"""`pb trustee`: a trustee's key made, confirmed and used on a machine that need not have a network."""

from pathlib import Path

import click

from pb.commands.ceremony import accept, assemble, certificate, deal
from pb.commands.shuffling import read_archive, shuffle
from pb.commands.spoken import gettext, said, speaking
from pb.commands.trustee_files import (
    EXISTING,
    NEW,
    group_option,
    new_passphrase,
    refusals,
    refuse_existing,
    unlock,
    write_secret,
)
from pb.core.belenios.canonical import dump_json, sha256_hex
from pb.core.belenios.groups import Group, group_named
from pb.core.belenios.report import Stage
from pb.core.belenios.trustee_list import Trustees
from pb.core.findings import Finding

LOST = Finding("Every trustee is needed: if this file or its passphrase is lost, the vote must be held again.")


@click.group()
@speaking
def trustee() -> None:
    """Make, confirm and use a trustee's key offline. The passphrase is asked for, never given as an argument."""


@trustee.command()
@click.option("--key", "key_path", type=NEW, required=True, help="New file for the encrypted private key: keep it.")
@click.option("--public", "public_path", type=NEW, required=True, help="New file for the public key: hand it in.")
@group_option
@speaking
def generate(key_path: Path, public_path: Path, group_name: str) -> None:
    """Make a key. Writes the key file and the public key with its proof, and prints the key's fingerprint."""
    from pb.core.belenios.keyfile import encrypt_key
    from pb.core.belenios.trustees import fingerprint, generate_private_key, trustee_key

    refuse_existing(key_path, public_path)
    group = group_named(group_name)
    private_key = generate_private_key(group)
    public = trustee_key(group, private_key)
    write_secret(key_path, encrypt_key(group, private_key, new_passphrase()))
    public_path.write_text(public.to_json(group), encoding="utf-8")
    click.echo(gettext("Fingerprint for the minutes: %(fingerprint)s", fingerprint=fingerprint(group, public)))
    click.echo(said(LOST))


@trustee.command()
@click.argument("key_file", type=EXISTING)
@click.option("--trustees", "trustees_path", type=EXISTING, required=True, help="trustees.json as published.")
@click.option("--uuid", required=True, help="The poll's identifier.")
@click.option("--out", type=NEW, required=True, help="New file for the confirmation: hand it in.")
@speaking
def confirm(key_file: Path, trustees_path: Path, uuid: str, out: Path) -> None:
    """Check that the key of KEY_FILE stands in trustees.json, and confirm it with a proof."""
    from pb.core.belenios.possession import prove_confirmation

    refuse_existing(out)
    group, private_key = unlock(key_file)
    trustees_json = trustees_path.read_bytes()
    with refusals():
        place = _place(group, private_key, Trustees.parse(trustees_json, group))
        proof = prove_confirmation(group, private_key, uuid=uuid, trustees_sha256=sha256_hex(trustees_json))
    out.write_text(dump_json({"poll": uuid, "proof": proof.to_value()}), encoding="utf-8")
    click.echo(
        gettext(
            "Your key stands at place %(place)s. SHA-256 of trustees.json: %(sha256)s",
            place=place,
            sha256=sha256_hex(trustees_json),
        )
    )


@trustee.command()
@click.argument("key_file", type=EXISTING)
@click.option("--archive", type=EXISTING, required=True, help="UUID.bel, downloaded after the closing.")
@click.option("--out", type=NEW, required=True, help="New file for the partial decryption: hand it in.")
@speaking
def decrypt(key_file: Path, archive: Path, out: Path) -> None:
    """Verify the ARCHIVE, then decrypt with the key of KEY_FILE.

    Where ballots are added up: the sum, never a ballot. Where they are shuffled: your part of each shuffled ballot.
    """
    from pb.core.belenios.factors import decrypt as decrypt_tally

    refuse_existing(out)
    poll = read_archive(archive)
    waiting = Stage.SHUFFLED if poll.election.whole else Stage.TALLIED
    if poll.stage not in {waiting, Stage.DECRYPTING}:
        raise click.ClickException(gettext("The archive does not wait for a decryption."))
    group, private_key = unlock(key_file)
    with refusals():
        place = _place(group, private_key, poll.trustees)
        proved = decrypt_tally(poll.election, private_key, poll.tally)
    out.write_text(proved.to_json(group), encoding="utf-8")
    click.echo(
        gettext(
            "Trustee %(place)s: decryption of election %(election)s written to %(file)s.",
            place=place,
            election=poll.election.uuid,
            file=f"{out}",
        )
    )


def _place(group: Group, private_key: int, trustees: Trustees) -> int:
    public_key = group.generator.exp(private_key)
    for place, key in enumerate(trustees.keys, start=1):
        if key.public_key == public_key:
            return place
    raise click.ClickException(gettext("This key does not stand in the list of trustees."))


for step in (certificate, deal, accept, assemble, shuffle):
    trustee.add_command(step)
