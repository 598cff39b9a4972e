"""`pb restore`: a backup brought back, verified, and what is lost said plainly."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pb.commands.files import FILE, FOLDER, escaped

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
    help="The latest head that anybody wrote down of each territory's log (KATO:POSITION:HASH) and poll "
    "(UUID:EVENTS:HASH).",
)
@click.option("--signer", help="The signer that was printed with the backup.")
@click.option("--archive", "archives", type=FILE, multiple=True, help="A published archive: newer ballots are named.")
@click.option(
    "--log",
    "logs",
    metavar="HEAD|FILE",
    multiple=True,
    help="The head of a territory's log (KATO:POSITION:HASH), or a downloaded copy of one: newer events are named.",
)
@click.option("--replace", is_flag=True, help="The target may hold something. PostgreSQL's rows are lost.")
@click.option("--accept-loss", is_flag=True, help="Restore although a log had more events than this backup.")
def restore(
    folder: Path,
    key_file: Path,
    heads: tuple[str, ...],
    signer: str | None,
    archives: tuple[Path, ...],
    logs: tuple[str, ...],
    *,
    replace: bool,
    accept_loss: bool,
) -> None:
    """Restore the backup in DIR into ASAR_DATABASE_URL and ASAR_STATE, and verify every archive and log.

    Stop the platform first, and run this as the user that it runs as. On PostgreSQL the owner's address
    (ASAR_DATABASE_OWNER_URL) is used. Exit status 1 where nothing was restored or something that was restored is not
    sound.
    """
    import config
    from pb import clock
    from pb.backup.service.fault import BackupFault
    from pb.backup.service.manifest import LOG_HEAD, Heads
    from pb.backup.service.restoring import KeysNotWritten, Wishes
    from pb.backup.service.restoring import restore as bring_back
    from pb.commands import database_faults
    from pb.settings import ConfigurationError

    heads += tuple(text for text in logs if LOG_HEAD.fullmatch(text))
    copies = tuple(_copy_of_a_log(text) for text in logs if not LOG_HEAD.fullmatch(text))
    if not heads and sys.stdin.isatty():
        asked = "Heads of audit logs and of polls in the minutes, with spaces between them (empty: none)"
        heads = tuple(click.prompt(asked, default="", show_default=False).split())
    try:
        wishes = Wishes(Heads.parse(heads), signer, replace, accept_loss, archives, copies)
        target = config.restore_from_environment()
        restored = bring_back(folder, key_file.read_text(encoding="utf-8"), target, wishes, clock.now())
    except ConfigurationError as error:
        raise _refused(f"Nothing was restored. {error}") from error
    except BackupFault as error:
        raise _refused(f"Nothing was restored. {error}") from error
    except UnicodeDecodeError as error:
        raise _refused(f"Nothing was restored. {key_file} is no key of pb backup-key.") from error
    except KeysNotWritten as error:
        raise _refused(
            f"The database was restored, but not the keys. {error.filename}: {error.strerror}. Restore again with "
            "--replace."
        ) from error
    except OSError as error:
        raise _refused(f"Nothing was restored. {error.filename or folder}: {error.strerror}") from error
    except database_faults.ERRORS as error:
        raise _refused(f"The database refused: {database_faults.of_error(error)}") from error
    _tell(restored, wishes.heads, signer)
    _say(f"The keys are in {target.state_folder / 'keys.env'}: in production, put its lines into the environment.")
    if not restored.sound:
        raise SystemExit(1)


def _copy_of_a_log(text: str) -> Path:
    """Raises UsageError; a head that was typed wrongly is no missing file."""
    if not Path(text).exists() and ":" in text:
        raise click.BadParameter(
            f"{escaped(text)} is no head of a log: KATO:POSITION:HASH, that is 9 digits, a number and 64 signs of 0-9 "
            "and a-f.",
            param_hint="--log",
        )
    return Path(FILE.convert(text, None, None))


def _say(line: str) -> None:
    """Prints a line; what of it comes from a backup, an archive or a copy steers no terminal and begins no line."""
    click.echo(escaped(line))


def _refused(told: str) -> click.ClickException:
    return click.ClickException(escaped(told))


def _tell(restored: "Restored", heads: "Heads", signer: str | None) -> None:
    manifest = restored.manifest
    _say(f"Restored the backup of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC, made by asar {manifest.program}.")
    for path in restored.aside:
        _say(f"Set aside, to be destroyed when nobody needs it: {path}")
    for name in restored.rewritten:
        _say(f"Written anew, because it was changed: {name}")
    for name, fault in restored.checks:
        _say(f"{'FAIL' if fault else 'ok':>4}  {name}{': ' + fault if fault else ''}")
    if signer is None:
        _say(f"BEWARE: no signer was compared. Is this the one in the minutes? {manifest.signer}")
    if unknown := [head.kato for head in manifest.logs if head.kato not in restored.missing]:
        _say(
            f"BEWARE: no head of the log of {', '.join(unknown)} was compared, so nobody knows whether this is the "
            "latest backup."
        )
    compared = {head.uuid for head in heads.polls} | {newer.uuid for newer in restored.newer}
    for uuid in _open(manifest):
        if uuid not in compared:
            _say(
                f"BEWARE: poll {uuid} was open, and no head of its archive was compared: casts are no events of the "
                "log, so nobody knows whether this is the latest backup."
            )
    _tell_what_is_lost(restored)


def _open(manifest: "Manifest") -> list[str]:
    return [poll.uuid for poll in manifest.polls if poll.state == "open"]


def _tell_what_is_lost(restored: "Restored") -> None:
    """What came after the backup: events of the log, and ballots of polls that were open."""
    manifest = restored.manifest
    for kato, missing in restored.missing.items():
        _tell_of_a_log(restored, kato, missing)
    for behind in restored.behind:
        _say(f"LOST: {behind}.")
    for copy in restored.events:
        for position, event in copy.events.items():
            _say(f"LOST: log of {copy.kato}, event {position}, {event}")
    for poll in manifest.polls:
        if poll.state == "open":
            _say(
                f"Poll {poll.uuid} was open, with {poll.ballots} ballots: every receipt with a place above "
                f"{poll.ballots} is of a ballot that is lost. Ask for the newest archive and for receipts, and decide "
                "before voting goes on."
            )
    for newer in restored.newer:
        for place, tracker in newer.trackers.items():
            _say(f"LOST: poll {newer.uuid}, place {place}, ballot {tracker}")
        if not newer.trackers:
            _say(f"The published archive of poll {newer.uuid} holds no ballot that is lost.")


def _tell_of_a_log(restored: "Restored", kato: str, missing: int) -> None:
    ours = restored.manifest.log(kato)
    kept = ours.position if ours else 0
    if missing > 0:
        _say(
            f"LOST: the log of {kato} had {kept + missing} events, this backup has {kept}: events {kept + 1} to "
            f"{kept + missing} are missing, with what they did."
        )
        return
    known = f"The head of the minutes is event {kept + missing} of the log of {kato}"
    _say(f"{known}." if _open(restored.manifest) or restored.behind else f"{known}: none is missing.")
