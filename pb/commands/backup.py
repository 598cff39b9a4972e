"""`pb backup`: a copy of the installation while it serves, and the lines that belong in the minutes."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pb.commands.files import NEW_FOLDER
from pb.commands.installation import Installation, pass_installation

if TYPE_CHECKING:
    from pb.settings import Settings


@click.command()
@click.argument("folder", metavar="DIR", type=NEW_FOLDER)
@click.option("--recipient", required=True, help="The public line of pb backup-key.")
@pass_installation
def backup(installation: Installation, folder: Path, recipient: str) -> None:
    """Make a backup in a folder of its own under DIR, while the platform serves.

    The data are as the database holds them: keep DIR on an encrypted disk. Keys and letters are sealed to the
    recipient. The lines "audit log", "poll" and "signer" belong in the minutes: `pb restore` asks for them.

    Exit status 1 also where the backup was made, and a poll in it is served otherwise than its archive and the log hold
    it: somebody changed the database.
    """
    from pb import clock
    from pb.backup.service.fault import BackupFault
    from pb.backup.service.making import make
    from pb.commands import database_faults

    settings = _looked_for(installation)
    try:
        made = make(settings, folder, recipient, clock.now())
    except BackupFault as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or folder}: {error.strerror}") from error
    except database_faults.ERRORS as error:
        raise click.ClickException(f"The database cannot be backed up: {database_faults.of_error(error)}") from error
    manifest = made.manifest
    click.echo(f"Backup of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC: {made.folder}")
    for poll in manifest.polls:
        click.echo(f"poll {poll.uuid}: {poll.ballots} ballots, {poll.events} events, the last {poll.head}")
    click.echo("For the minutes:")
    for head in manifest.logs:
        click.echo(f"  audit log {head}")
    for poll in manifest.polls:
        click.echo(f"  poll      {poll.last}")
    click.echo(f"  signer    {manifest.signer}")
    for name, fault in made.faults:
        click.echo(f"FAIL  {name}: {fault}")
    if made.faults:
        raise SystemExit(1)


def _looked_for(installation: Installation) -> "Settings":
    """The settings, where there is an installation. Raises ClickException, and makes nothing, where there is none.

    With a mistyped ASAR_STATE keys, an empty database and another signer would be made there, and backed up.
    """
    import config
    from pb.commands import database_faults

    state = config.state_folder()
    if not state.is_dir():
        raise click.ClickException(f"There is no installation in {state}: correct ASAR_STATE.")
    try:
        settings = installation.as_it_is
    except click.ClickException as error:
        raise click.ClickException(f"There is nothing to back up in {state} (ASAR_STATE): {error.message}") from error
    if fault := database_faults.absent(settings):
        raise click.ClickException(f"There is nothing to back up in {state} (ASAR_STATE): {fault}")
    return settings
