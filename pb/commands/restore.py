"""`pb restore`: a backup brought back, verified, and what is lost said plainly."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pb.commands.files import FILE, FOLDER

if TYPE_CHECKING:
    from pb.backup.service.manifest import Heads, Manifest
    from pb.backup.service.restoring import Restored


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--key", "key_file", required=True, type=FILE, help="The file of pb backup-key.")
@click.option(
    "--head",
    "heads",
    metavar="HEAD",
    multiple=True,
    help="The latest head that anybody wrote down, of the log (POSITION:HASH) and of each poll (UUID:EVENTS:HASH).",
)
@click.option("--signer", help="The signer that was printed with the backup.")
@click.option("--archive", "archives", type=FILE, multiple=True, help="A published archive: newer ballots are named.")
@click.option("--log", type=FILE, help="A downloaded copy of the audit log: newer events are named.")
@click.option("--replace", is_flag=True, help="The target may hold something. PostgreSQL's rows are lost.")
@click.option("--accept-loss", is_flag=True, help="Restore although the log had more events than this backup.")
def restore(
    folder: Path,
    key_file: Path,
    heads: tuple[str, ...],
    signer: str | None,
    archives: tuple[Path, ...],
    log: Path | None,
    *,
    replace: bool,
    accept_loss: bool,
) -> None:
    """Restore the backup in DIR into ASAR_DATABASE_URL and ASAR_STATE, and verify every archive and the log.

    Stop the platform first, and run this as the user that it runs as. On PostgreSQL the owner's address
    (ASAR_DATABASE_OWNER_URL) is used. Exit status 1 where nothing was restored or something that was restored is not
    sound.
    """
    from sqlalchemy.exc import SQLAlchemyError

    import config
    from pb import clock
    from pb.backup.service.fault import BackupFault
    from pb.backup.service.manifest import Heads
    from pb.backup.service.restoring import Wishes
    from pb.backup.service.restoring import restore as bring_back

    if not heads and sys.stdin.isatty():
        asked = "Heads of the audit log and of polls in the minutes, with spaces between them (empty: none)"
        heads = tuple(click.prompt(asked, default="", show_default=False).split())
    try:
        wishes = Wishes(Heads.parse(heads), signer, replace, accept_loss, archives, log)
        target = config.restore_from_environment()
        restored = bring_back(folder, key_file.read_text(encoding="utf-8"), target, wishes, clock.now())
    except BackupFault as error:
        raise click.ClickException(f"Nothing was restored. {error}") from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"Nothing was restored. {key_file} is no key of pb backup-key.") from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or folder}: {error.strerror}") from error
    except SQLAlchemyError as error:
        raise click.ClickException(f"The database refused: {type(error).__name__}") from error
    _tell(restored, wishes.heads, signer)
    click.echo(
        f"The keys are in {target.state_folder / 'keys.env'}: in production, put its lines into the environment."
    )
    if not restored.sound:
        raise SystemExit(1)


def _tell(restored: "Restored", heads: "Heads", signer: str | None) -> None:
    manifest = restored.manifest
    click.echo(f"Restored the backup of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC, made by asar {manifest.program}.")
    for path in restored.aside:
        click.echo(f"Set aside, to be destroyed when nobody needs it: {path}")
    for name, fault in restored.checks:
        click.echo(f"{'FAIL' if fault else 'ok':>4}  {name}{': ' + fault if fault else ''}")
    if signer is None:
        click.echo(f"BEWARE: no signer was compared. Is this the one in the minutes? {manifest.signer}")
    if heads.log is None and restored.missing is None:
        click.echo("BEWARE: no head of the log was compared, so nobody knows whether this is the latest backup.")
    compared = {head.uuid for head in heads.polls} | {newer.uuid for newer in restored.newer}
    for uuid in _open(manifest):
        if uuid not in compared:
            click.echo(
                f"BEWARE: poll {uuid} was open, and no head of its archive was compared: casts are no events of the "
                "log, so nobody knows whether this is the latest backup."
            )
    _tell_what_is_lost(restored)


def _open(manifest: "Manifest") -> list[str]:
    return [poll.uuid for poll in manifest.polls if poll.state == "open"]


def _tell_what_is_lost(restored: "Restored") -> None:
    """What came after the backup: events of the log, and ballots of polls that were open."""
    manifest, missing = restored.manifest, restored.missing
    if missing is not None and missing > 0:
        click.echo(
            f"LOST: the log had {manifest.log.position + missing} events, this backup has {manifest.log.position}: "
            f"events {manifest.log.position + 1} to {manifest.log.position + missing} are missing, with what they did."
        )
    elif missing is not None:
        known = f"The head of the minutes is event {manifest.log.position + missing} of this log"
        click.echo(f"{known}." if _open(manifest) or restored.behind else f"{known}: none is missing.")
    for behind in restored.behind:
        click.echo(f"LOST: {behind}.")
    for position, event in restored.events.items():
        click.echo(f"LOST: event {position}, {event}")
    for poll in manifest.polls:
        if poll.state == "open":
            click.echo(
                f"Poll {poll.uuid} was open, with {poll.ballots} ballots: every receipt with a place above "
                f"{poll.ballots} is of a ballot that is lost. Ask for the newest archive and for receipts, and decide "
                "before voting goes on."
            )
    for newer in restored.newer:
        for place, tracker in newer.trackers.items():
            click.echo(f"LOST: poll {newer.uuid}, place {place}, ballot {tracker}")
        if not newer.trackers:
            click.echo(f"The published archive of poll {newer.uuid} holds no ballot that is lost.")
