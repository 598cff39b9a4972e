"""Files and passphrases of the `pb trustee` commands."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pb.commands.files import FILE, NEW_FILE
from pb.commands.spoken import gettext, said
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
    click.echo(gettext("Passphrase, shown once: write it down on paper, apart from the file."))
    click.echo(f"\n    {passphrase}\n")
    asked = gettext("Type it from the paper")
    while _normalised(click.prompt(asked, hide_input=True)) != normalise_passphrase(passphrase):
        click.echo(gettext("That is another passphrase. Compare it with the paper."))
    return passphrase


@contextmanager
def refusals() -> Iterator[None]:
    """Shows what the protocol refuses as the command's error, with the trustee who is at fault."""
    try:
        yield
    except ProtocolError as error:
        raise click.ClickException(described(error)) from error


def described(error: ProtocolError) -> str:
    """What the protocol refuses, in the language of the command."""
    if error.trustee:
        return gettext("Trustee %(trustee)s: %(finding)s", trustee=error.trustee, finding=said(error.finding))
    return said(error.finding)


def refuse_existing(*paths: Path) -> None:
    for path in paths:
        if path.exists():
            raise click.ClickException(gettext("%(path)s exists already and is not overwritten.", path=f"{path}"))


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
        group, private_key = decrypt_key(key_file.read_bytes(), click.prompt(gettext("Passphrase"), hide_input=True))
    click.echo(gettext("Fingerprint: %(fingerprint)s", fingerprint=fingerprint(group, trustee_key(group, private_key))))
    return group, private_key
