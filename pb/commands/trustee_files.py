"""Files and passphrases of the `pb trustee` commands."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pb.commands.files import FILE, NEW_FILE
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.groups import BELENIOS_2048, GROUPS, Group

EXISTING = FILE
NEW = NEW_FILE

group_option = click.option(
    "--group",
    "group_name",
    type=click.Choice(list(GROUPS)),
    default=BELENIOS_2048.name,
    show_default=True,
    help="The group that the poll computes in.",
)


def new_passphrase() -> str:
    """Shows a new passphrase, and has it typed from the paper it was written on."""
    from pb.core.belenios.keyfile import generate_passphrase, normalise_passphrase

    passphrase = generate_passphrase()
    click.echo(f"Passphrase, shown once: write it down on paper, apart from the file.\n\n    {passphrase}\n")
    while _normalised(click.prompt("Type it from the paper", hide_input=True)) != normalise_passphrase(passphrase):
        click.echo("That is another passphrase. Compare it with the paper.")
    return passphrase


@contextmanager
def refusals() -> Iterator[None]:
    """Shows what the protocol refuses as the command's error, with the trustee who is at fault."""
    try:
        yield
    except ProtocolError as error:
        at_fault = f"Trustee {error.trustee}: " if error.trustee else ""
        raise click.ClickException(at_fault + error.message) from error


def refuse_existing(*paths: Path) -> None:
    for path in paths:
        if path.exists():
            raise click.ClickException(f"{path} exists already and is not overwritten.")


def write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _normalised(typed: str) -> str | None:
    from pb.core.belenios.keyfile import normalise_passphrase

    try:
        return normalise_passphrase(typed)
    except ProtocolError:
        return None


def unlock(key_file: Path) -> tuple[Group, int]:
    from pb.core.belenios.keyfile import decrypt_key
    from pb.core.belenios.trustees import fingerprint, trustee_key

    with refusals():
        group, private_key = decrypt_key(key_file.read_bytes(), click.prompt("Passphrase", hide_input=True))
    click.echo(f"Fingerprint: {fingerprint(group, trustee_key(group, private_key))}")
    return group, private_key
