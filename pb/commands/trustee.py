"""`pb trustee`: a trustee's key made, confirmed and used on a machine without a network."""

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from pb.commands.ceremony import accept, assemble, certificate, deal
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
from pb.core.belenios.messages import Election, EncryptedTally, EventType
from pb.core.belenios.report import Stage
from pb.core.belenios.trustee_list import Trustees

LOST = "Every trustee is needed: if this file or its passphrase is lost, the vote must be held again."


@click.group()
def trustee() -> None:
    """Make, confirm and use a trustee's key offline. The passphrase is asked for, never given as an argument."""


@trustee.command()
@click.option("--key", "key_path", type=NEW, required=True, help="New file for the encrypted private key: keep it.")
@click.option("--public", "public_path", type=NEW, required=True, help="New file for the public key: hand it in.")
@group_option
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
    click.echo(f"Fingerprint for the minutes: {fingerprint(group, public)}")
    click.echo(LOST)


@trustee.command()
@click.argument("key_file", type=EXISTING)
@click.option("--trustees", "trustees_path", type=EXISTING, required=True, help="trustees.json as published.")
@click.option("--uuid", required=True, help="The poll's identifier.")
@click.option("--out", type=NEW, required=True, help="New file for the confirmation: hand it in.")
def confirm(key_file: Path, trustees_path: Path, uuid: str, out: Path) -> None:
    """Check that the key of KEY_FILE stands in trustees.json, and confirm it with a proof."""
    from pb.core.belenios.possession import prove_confirmation

    refuse_existing(out)
    group, private_key = unlock(key_file)
    trustees_json = trustees_path.read_bytes()
    with refusals():
        place = _place(group, private_key, Trustees.parse(trustees_json, group))
        proof = prove_confirmation(group, private_key, uuid=uuid, trustees_sha256=sha256_hex(trustees_json))
    out.write_text(dump_json({"proof": proof.to_value()}), encoding="utf-8")
    click.echo(f"Your key stands at place {place}. SHA-256 of trustees.json: {sha256_hex(trustees_json)}")


@trustee.command()
@click.argument("key_file", type=EXISTING)
@click.option("--archive", type=EXISTING, required=True, help="UUID.bel, downloaded after the closing.")
@click.option("--out", type=NEW, required=True, help="New file for the partial decryption: hand it in.")
def decrypt(key_file: Path, archive: Path, out: Path) -> None:
    """Verify the ARCHIVE, then decrypt its encrypted tally with the key of KEY_FILE: the sum, never a ballot."""
    from pb.core.belenios.decryption import partial_decryption

    refuse_existing(out)
    poll = _read(archive)
    waiting = Stage.SHUFFLED if poll.election.whole else Stage.TALLIED
    if poll.stage not in {waiting, Stage.DECRYPTING}:
        raise click.ClickException("The archive does not wait for a decryption.")
    group, private_key = unlock(key_file)
    with refusals():
        place = _place(group, private_key, poll.trustees)
        decryption = partial_decryption(poll.election, private_key, poll.tally)
    out.write_text(decryption.to_json(group), encoding="utf-8")
    click.echo(f"Trustee {place}: decryption of election {poll.election.uuid} written to {out}.")


@trustee.command()
@click.option("--archive", type=EXISTING, required=True, help="UUID.bel, downloaded when it was your turn.")
@click.option("--out", type=NEW, required=True, help="New file for the shuffle: hand it in.")
def shuffle(archive: Path, out: Path) -> None:
    """Verify the ARCHIVE, then shuffle its whole ballots, so that nobody can tell whose is which. Needs no key."""
    from pb.core.belenios.shuffles import shuffle as shuffle_rows
    from pb.core.belenios.tally import to_shuffle

    refuse_existing(out)
    poll = _read(archive)
    if not poll.election.whole or poll.stage not in {Stage.TALLIED, Stage.SHUFFLING}:
        raise click.ClickException("The archive does not wait for a shuffle.")
    rows = to_shuffle(poll.election, poll.tally)
    with click.progressbar(length=sum(len(row) for row in rows), label="Shuffling", file=sys.stderr) as bar:
        made = shuffle_rows(poll.election, rows, progress=lambda done, _all: bar.update(done - bar.pos))
    out.write_text(made.to_json(poll.election.group), encoding="utf-8")
    click.echo(f"Shuffle of {len(rows[0])} whole ballots written to {out}. Its randomness is forgotten.")


def _place(group: Group, private_key: int, trustees: Trustees) -> int:
    public_key = group.generator.exp(private_key)
    for place, key in enumerate(trustees.keys, start=1):
        if key.public_key == public_key:
            return place
    raise click.ClickException("This key does not stand in the list of trustees.")


@dataclass(frozen=True)
class _Poll:
    """What an archive says that verifies as far as it goes; the tally as the last shuffle left it."""

    election: Election
    trustees: Trustees
    tally: EncryptedTally
    stage: Stage


def _read(archive: Path) -> _Poll:
    from pb.core.belenios.archive import ArchiveReader
    from pb.core.belenios.chain import read_links
    from pb.core.belenios.shuffles import Shuffle
    from pb.core.belenios.tally import shuffled
    from pb.core.belenios.verify import verify

    report = verify(archive)
    if report.failure is not None:
        raise click.ClickException(f"The archive does not verify: {report.failure.message}")
    tally = EncryptedTally(())
    with archive.open("rb") as file:
        for link in read_links(ArchiveReader(file)):
            if link.event.type is EventType.SETUP:
                election = Election.parse(link.data[0].data)
                trustees = Trustees.parse(link.data[1].data, election.group)
            elif link.event.type is EventType.ENCRYPTED_TALLY:
                tally = EncryptedTally.parse(link.data[0].data, election.group)
            elif link.event.type is EventType.SHUFFLE:
                tally = shuffled(election, tally, Shuffle.parse(link.data[0].data, election.group).ciphertexts)
    click.echo(f"The archive verifies: election {election.uuid}, {report.ballots} ballots.")
    return _Poll(election, trustees, tally, report.stage)


for step in (certificate, deal, accept, assemble):
    trustee.add_command(step)
