"""`pb trustee`: a trustee's key made, confirmed and used on a machine without a network."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pb.core.belenios.canonical import ProtocolError, dump_json, sha256_hex
from pb.core.belenios.groups import BELENIOS_2048, Group
from pb.core.belenios.messages import Election, EncryptedTally, EventType, TrusteeKey, parse_trustees

EXISTING = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
NEW = click.Path(dir_okay=False, writable=True, path_type=Path)
LOST = "Every trustee is needed: if this file or its passphrase is lost, the vote must be held again."


@click.group()
def trustee() -> None:
    """Make, confirm and use a trustee's key offline. The passphrase is asked for, never given as an argument."""


@trustee.command()
@click.option("--key", "key_path", type=NEW, required=True, help="New file for the encrypted private key: keep it.")
@click.option("--public", "public_path", type=NEW, required=True, help="New file for the public key: hand it in.")
def generate(key_path: Path, public_path: Path) -> None:
    """Make a key. Writes the key file and the public key with its proof, and prints the key's fingerprint."""
    from pb.core.belenios.keyfile import encrypt_key, generate_passphrase, normalise_passphrase
    from pb.core.belenios.trustees import fingerprint, generate_private_key, trustee_key

    _refuse_existing(key_path, public_path)
    private_key = generate_private_key(BELENIOS_2048)
    public = trustee_key(BELENIOS_2048, private_key)
    passphrase = generate_passphrase()
    click.echo(f"Passphrase, shown once: write it down on paper, apart from the file.\n\n    {passphrase}\n")
    while _normalised(click.prompt("Type it from the paper", hide_input=True)) != normalise_passphrase(passphrase):
        click.echo("That is another passphrase. Compare it with the paper.")
    _write_secret(key_path, encrypt_key(BELENIOS_2048, private_key, passphrase))
    public_path.write_text(public.to_json(BELENIOS_2048), encoding="utf-8")
    click.echo(f"Fingerprint for the minutes: {fingerprint(BELENIOS_2048, public)}")
    click.echo(LOST)


@trustee.command()
@click.argument("key_file", type=EXISTING)
@click.option("--trustees", "trustees_path", type=EXISTING, required=True, help="trustees.json as published.")
@click.option("--uuid", required=True, help="The poll's identifier.")
@click.option("--out", type=NEW, required=True, help="New file for the confirmation: hand it in.")
def confirm(key_file: Path, trustees_path: Path, uuid: str, out: Path) -> None:
    """Check that the key of KEY_FILE stands in trustees.json, and confirm it with a proof."""
    from pb.core.belenios.possession import prove_confirmation

    _refuse_existing(out)
    group, private_key = _unlock(key_file)
    trustees_json = trustees_path.read_bytes()
    with _refusals():
        place = _place(group, private_key, parse_trustees(trustees_json, group))
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

    _refuse_existing(out)
    election, trustees, tally = _encrypted_tally(archive)
    group, private_key = _unlock(key_file)
    with _refusals():
        place = _place(group, private_key, trustees)
        decryption = partial_decryption(election, private_key, tally)
    out.write_text(decryption.to_json(group), encoding="utf-8")
    click.echo(f"Trustee {place}: decryption of election {election.uuid} written to {out}.")


@contextmanager
def _refusals() -> Iterator[None]:
    """Shows what the protocol refuses as the command's error."""
    try:
        yield
    except ProtocolError as error:
        raise click.ClickException(error.message) from error


def _refuse_existing(*paths: Path) -> None:
    for path in paths:
        if path.exists():
            raise click.ClickException(f"{path} exists already and is not overwritten.")


def _write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _normalised(typed: str) -> str | None:
    from pb.core.belenios.keyfile import normalise_passphrase

    try:
        return normalise_passphrase(typed)
    except ProtocolError:
        return None


def _unlock(key_file: Path) -> tuple[Group, int]:
    from pb.core.belenios.keyfile import decrypt_key
    from pb.core.belenios.trustees import fingerprint, trustee_key

    with _refusals():
        group, private_key = decrypt_key(key_file.read_bytes(), click.prompt("Passphrase", hide_input=True))
    click.echo(f"Fingerprint: {fingerprint(group, trustee_key(group, private_key))}")
    return group, private_key


def _place(group: Group, private_key: int, trustees: tuple[TrusteeKey, ...]) -> int:
    public_key = group.generator.exp(private_key)
    for place, key in enumerate(trustees, start=1):
        if key.public_key == public_key:
            return place
    raise click.ClickException("This key does not stand in the list of trustees.")


def _encrypted_tally(archive: Path) -> tuple[Election, tuple[TrusteeKey, ...], EncryptedTally]:
    """Election, trustees and encrypted tally of an archive in which everything so far verifies."""
    from pb.core.belenios.archive import ArchiveReader
    from pb.core.belenios.chain import read_links
    from pb.core.belenios.report import Stage
    from pb.core.belenios.verify import verify

    report = verify(archive)
    if report.failure is not None:
        raise click.ClickException(f"The archive does not verify: {report.failure.message}")
    if report.stage not in {Stage.TALLIED, Stage.DECRYPTING}:
        raise click.ClickException("The archive does not wait for a decryption.")
    with archive.open("rb") as file:
        links = {link.event.type: link for link in read_links(ArchiveReader(file))}
    setup = links[EventType.SETUP].data
    election = Election.parse(setup[0].data)
    trustees = parse_trustees(setup[1].data, election.group)
    tally = EncryptedTally.parse(links[EventType.ENCRYPTED_TALLY].data[0].data, election.group)
    click.echo(f"The archive verifies: election {election.uuid}, {report.ballots} ballots.")
    return election, trustees, tally
