"""`pb backup-key`: the key of whoever may open what backups keep sealed."""

from pathlib import Path

import click

from pb.commands.files import NEW_FILE


@click.command()
@click.argument("file", type=NEW_FILE)
def backup_key(file: Path) -> None:
    """Make a recipient's key for backups: FILE is its private half, the public half is printed.

    Make it on another computer, and keep FILE away from the server and from the backups: it opens the keys of every
    backup that is made for it, and without it no backup can be used.
    """
    from pb.backup.service import sealed
    from pb.db import write_private

    if file.exists():
        raise click.ClickException(f"{file} is there already: a key is never written over.")
    public, private = sealed.new_pair()
    try:
        write_private(file, f"{private}\n".encode())
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    click.echo(public)
