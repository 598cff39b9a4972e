"""`pb erase`: what is kept about people, until when, and erasing what is due."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pb.commands.installation import Installation, pass_installation

if TYPE_CHECKING:
    from pb.erasure import service


@click.command()
@click.option("--due", is_flag=True, help="Erase what is due. Without it nothing changes.")
@click.option(
    "--backups",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the backups: those that still hold what was erased are named, so that they can be destroyed.",
)
@pass_installation
def erase(installation: Installation, *, due: bool, backups: Path | None) -> None:
    """Tell until when what is kept about people, and erase what is due.

    First what joins voters to ballots, after the term for objections; later the IINs of the roll.
    """
    from pb import clock
    from pb.act import Act
    from pb.db import compact, make_engine
    from pb.erasure import service
    from pb.territory import service as territories

    words = {service.What.LINKS: "links of voters to ballots", service.What.NUMBERS: "IINs of the roll"}
    erased = 0
    with installation.opened() as (database, settings):
        with database.work() as session:
            territory = territories.sole(session)
            if territory is None:
                raise click.ClickException("Record the okrug first.")
            act = Act(session, territory, None, frozenset(), clock.now())
            today = clock.local(act.at).date()
            for thing in list(service.kept(act)):
                named = f"{thing.cycle.fiscal_year}{' ' + thing.poll.uuid if thing.poll else ''}: {words[thing.what]}"
                if due and thing.is_due(today):
                    service.erase(act, thing)
                    erased += 1
                    click.echo(f"{named}: erased")
                else:
                    click.echo(f"{named}: {_standing(thing, today)}")
        if due:
            try:
                compact(make_engine(settings.database_owner_url or settings.database_url), service.TABLES)
            except PermissionError as error:
                raise click.ClickException(
                    f"Erased, but the files were not written anew: the database's role does not own {error}. "
                    "Set ASAR_DATABASE_OWNER_URL and run this once more."
                ) from error
        if erased:
            click.echo(f"Backups made before {act.at:%Y-%m-%d %H:%M} UTC still hold what was erased: destroy them.")
            if settings.codes_socket is not None:
                click.echo("The code-releasing process has its own log, of entries with times: destroy it too.")
    if backups is not None and erased:
        for path in _older(backups, act.at):
            click.echo(f"  destroy {path}")


def _standing(thing: "service.Kept", today: date) -> str:
    if thing.due is None:
        return "kept, no day set yet"
    if thing.due > today:
        return f"kept until {thing.due}"
    return "due, but something is still open" if thing.waits else "due: erase it with --due"


def _older(folder: Path, at: datetime) -> list[Path]:
    """What was made before `at`, the oldest first: of a backup its manifest tells the moment, else the file's time."""
    from pb.backup.service import manifest

    def moment(path: Path) -> float:
        made = manifest.moment(path)
        return made.timestamp() if made is not None else path.stat().st_mtime

    return sorted((path for path in folder.iterdir() if moment(path) < at.timestamp()), key=moment)
