"""`pb erase`: what is kept about people, until when, and erasing what is due."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pb.commands.files import FOLDER
from pb.commands.installation import Installation, pass_installation
from pb.commands.spoken import gettext, language, speaking

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from pb.act import Act
    from pb.db import Database
    from pb.erasure import service
    from pb.settings import Settings


@click.command()
@click.option("--due", is_flag=True, help="Erase what is due. Without it nothing changes.")
@click.option(
    "--backups",
    type=FOLDER,
    help="Folder of the backups: those that still hold what was erased are named, so that they can be destroyed.",
)
@speaking
@pass_installation
def erase(installation: Installation, *, due: bool, backups: Path | None) -> None:
    """Tell until when what is kept about people is kept, and erase what is due.

    First what joins voters to ballots, after the term for objections; later the IINs of the roll. Then the files of the
    database are written anew; where that was not possible, the next --due does it.
    """
    from pb.db import make_engine

    with installation.opened() as (database, settings):
        if due:
            _forget_counters(settings)
        owner = make_engine(settings.database_owner_url or settings.database_url)
        try:
            if due:
                _require_owner(owner, database)
            owed = _erase(database, due=due)
            if not owed:
                return
            if not due:
                click.echo(gettext("Erased before, but the files still hold it: write them anew with --due."))
                return
            at = _rewrite(database, owner, owed)
        finally:
            owner.dispose()
        _name_copies(settings, at, backups)


def _forget_counters(settings: "Settings") -> None:
    """Limits that are over, also where the server that counted them has not run since."""
    from pb.web import counters

    if (settings.state_folder / counters.FILE).exists():
        counters.SQLiteCounters(counters.address_of(settings.state_folder)).forget_what_is_over()


def _require_owner(owner: "Engine", database: "Database") -> None:
    """Raises ClickException where the files could not be written anew afterwards: then nothing is erased either."""
    from pb.erasure import service
    from pb.erasure.service import files

    try:
        files.require_owner(owner, database.engine, service.TABLES)
    except PermissionError as error:
        raise click.ClickException(
            gettext(
                "Nothing was erased: %(reason)s. The files could not be written anew after it. "
                "Set ASAR_DATABASE_OWNER_URL to the address of the role that owns the tables.",
                reason=error,
            )
        ) from error


def _name_copies(settings: "Settings", at: datetime, backups: Path | None) -> None:
    """Says what else holds what was erased: whatever was copied before the files were written anew."""
    moment = f"{at:%Y-%m-%d %H:%M} UTC"
    click.echo(gettext("Backups made before %(moment)s still hold what was erased: destroy them.", moment=moment))
    if not settings.embedded_database:
        click.echo(gettext("So do older copies of the server's files, and its log of writes (WAL) with its archive."))
    if settings.codes_socket is not None:
        click.echo(gettext("The code-releasing process has its own log, of entries with times: destroy it too."))
    for path in _older(backups, at) if backups is not None else ():
        click.echo("  " + gettext("destroy %(file)s", file=path))


def _acts(session: "Session") -> list["Act"]:
    """The platform itself acts, on each territory that takes part. Raises ClickException before one is recorded."""
    from pb import clock
    from pb.act import Act
    from pb.territory.service import tree

    if not (taking_part := tree.taking_part(session)):
        raise click.ClickException(gettext("Record the okrug first."))
    now = clock.now()
    return [Act(session, territory, None, frozenset(), now) for territory in taking_part]


def _erase(database: "Database", *, due: bool) -> dict[str, int]:
    """Tells of each thing until when it is kept, or erases it.

    Returns up to which event of whose log the files owe a rewriting: by the code of the territory.
    """
    from pb.erasure import service

    owed: dict[str, int] = {}
    told: list[str] = []
    with database.work() as session:
        acts = _acts(session)
        for act in acts:
            lines = _erase_of(act, due=due)
            told += [f"{act.territory.name(language())}: {line}" for line in lines] if len(acts) > 1 else lines
            if (until := service.owed(act)) is not None:
                owed[act.territory.kato] = until
    for line in told:  # only now is it so
        click.echo(line)
    return owed


def _erase_of(act: "Act", *, due: bool) -> list[str]:
    """One territory's: what was erased, and until when the rest is kept."""
    from pb import clock
    from pb.erasure import service

    today = clock.local(act.at).date()
    told = []
    # What waits for something may wait no longer once that is erased: each time it is looked at anew.
    while due and (thing := next((kept for kept in service.kept(act) if kept.is_due(today)), None)) is not None:
        told.append(": ".join((_named(thing), gettext("erased"))))
        service.erase(act, thing)
    return told + [f"{_named(thing)}: {_standing(thing, today)}" for thing in service.kept(act)]


def _rewrite(database: "Database", owner: "Engine", owed: dict[str, int]) -> datetime:
    """Writes the files anew and records it in each log; when. Raises ClickException where something is in the way."""
    from pb.erasure import service
    from pb.erasure.service import files

    try:
        files.rewrite(owner, service.TABLES)
    except files.Held as error:
        raise click.ClickException(
            gettext(
                "Erased, but the files of the database still hold it, and joins of voters to ballots with it: "
                "%(holder)s stands in the way. End it and run this once more; backups made until then are to be "
                "destroyed.",
                holder=error,
            )
        ) from error
    with database.work() as session:
        acts = _acts(session)
        for act in acts:
            if act.territory.kato in owed:
                service.rewritten(act, owed[act.territory.kato])
    click.echo(gettext("The files of the database were written anew."))
    return acts[0].at


def _named(thing: "service.Kept") -> str:
    from pb.erasure.service import What

    what = gettext("links of voters to ballots") if thing.what is What.LINKS else gettext("IINs of the roll")
    return f"{thing.cycle.fiscal_year}{' ' + thing.poll.uuid if thing.poll else ''}: {what}"


def _standing(thing: "service.Kept", today: date) -> str:
    if thing.due is None:
        return gettext("kept, no day set yet: a day is set when the vote has ended")
    if thing.due > today and thing.adopted:
        return gettext("kept until %(day)s", day=thing.due)
    if thing.due > today:
        return gettext(
            "kept until %(day)s, the longest that a result waits for its adoption. Once the assembly adopts it and the "
            "akim agrees, the term counts from that day and is shorter.",
            day=thing.due,
        )
    if not thing.waits:
        return gettext("due: erase it with --due")
    if thing.poll is not None:
        return gettext("due, but waits: an objection has no answer yet")
    return gettext("due, but waits: the links of voters to ballots in a poll of this cycle are still kept")


def _older(folder: Path, at: datetime) -> list[Path]:
    """What was made before `at`, the oldest first: of a backup its manifest tells the moment, else the file's time."""
    from pb.backup.service import manifest

    def moment(path: Path) -> float:
        made = manifest.moment(path)
        return made.timestamp() if made is not None else path.stat().st_mtime

    return sorted((path for path in folder.iterdir() if moment(path) < at.timestamp()), key=moment)
