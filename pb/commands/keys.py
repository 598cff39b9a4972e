"""`pb keys`: which keys the data stand under, and bringing them under new ones."""

import base64
import secrets
from collections import defaultdict
from typing import TYPE_CHECKING

import click

from pb.commands.installation import Installation, pass_installation

if TYPE_CHECKING:
    from pb.keyring import KeyRing
    from pb.settings import Settings

SECRET, PEPPER, SEAL = "ASAR_SECRET_KEY", "ASAR_IIN_PEPPER", "ASAR_SEAL_KEY"


@click.group()
def keys() -> None:
    """Keys that seal IINs and receipt keys, and the pepper that finds IINs."""


@keys.command()
@click.argument("name", required=False, type=click.Choice([PEPPER, SEAL]))
@pass_installation
def new(installation: Installation, name: str | None) -> None:
    """Print the three keys of a new installation, or with NAME that setting with a new key beside those in use.

    What is printed is a line of the settings' file. Nothing is written and nothing changes.
    """
    if name is None:
        for setting in (SECRET, PEPPER, SEAL):
            click.echo(f"{setting}={_key()}")
        return
    settings = installation.as_it_is
    ring = settings.seal_key if name == SEAL else settings.iin_pepper
    listed = [f"{version}:{base64.b64encode(ring.keys[version]).decode()}" for version in sorted(ring.keys)]
    click.echo(f"{name}={','.join([*listed, f'{ring.version + 1}:{_key()}'])}")


@keys.command()
@pass_installation
def status(installation: Installation) -> None:
    """How many rows stand under which version. An old key may go when nothing stands under it."""
    from pb.identity.service import rotation

    with installation.opened() as (database, settings), database.work(writing=False) as session:
        in_use = f"seal {settings.seal_key.version}, pepper {settings.iin_pepper.version}"
        click.echo(f"In use: {in_use}")
        for column, counts in rotation.standing(session).items():
            rows = ", ".join(f"version {version}: {count}" for version, count in sorted(counts.items()))
            click.echo(f"  {column}: {rows or 'none'}")


@keys.command()
@pass_installation
def rotate(installation: Installation) -> None:
    """Bring everything under the newest keys. Restart every process with the new settings first.

    What would fail is refused before anything is asked for: keys under wrong numbers, processes with other keys.
    Stopped in the middle, it goes on where it was when it is called again. Look-ups of rolls whose poll was opened keep
    the pepper of their time: leave that pepper in the setting.
    """
    from pb import clock
    from pb.act import Act
    from pb.identity.service import key_check, rotation
    from pb.jobs import service as jobs
    from pb.jobs.models import Job
    from pb.keyring import Keys
    from pb.territory.service import tree

    with installation.opened() as (database, settings):
        in_use = Keys(settings.iin_pepper, settings.seal_key)
        with database.work(writing=False) as session:
            if faults := key_check.faults(session, in_use):
                raise click.ClickException("\n".join(["Nothing was asked for.", *map(str, faults)]))
        if running := with_other_keys(settings):
            raise click.ClickException(
                f"Nothing was asked for. Restart first, with the new settings: {'; '.join(running)}. They have other "
                "keys: after the rotation nobody could sign in or vote there."
            )
        with database.work() as session:
            if not (taking_part := tree.taking_part(session)):
                raise click.ClickException("Record the okrug first: pb territory found.")
            # The keys are the server's: it is asked for in one log, and each tells when it is done.
            act = Act(session, taking_part[0], None, frozenset(), clock.now())
            job_id = rotation.ask(act, in_use).id
        jobs.run_all(database, settings)
        with database.work(writing=False) as session:
            job = session.get_one(Job, job_id)
            if job.state != "done":
                raise click.ClickException(f"Not finished ({job.state}): {key_check.reason(job.outcome)}")
            click.echo(f"Done: {job.outcome}")


def with_other_keys(settings: "Settings") -> list[str]:
    """The processes on this computer that have not the keys in use: what each is, with its numbers."""
    from pb import running
    from pb.cards.service import release

    numbers: dict[str, list[str]] = defaultdict(list)
    for process in running.processes(settings.state_folder):
        if not (_has(process.seal, settings.seal_key) and _has(process.pepper, settings.iin_pepper)):
            numbers[process.name].append(str(process.number))
    named = [f"{name} (process {', '.join(numbers[name])})" for name in sorted(numbers)]
    codes = release.codes_key(settings)
    if codes is not None and codes.key and not _has(codes.pepper, settings.iin_pepper):
        named.append(f"pb codes (at {settings.codes_socket})")
    return named


def _has(marks: str, ring: "KeyRing") -> bool:
    """Whether a process has every key of the ring under its number: the one in use, and those that still open."""
    return set(ring.marks.split(",")) <= set(marks.split(","))


def _key() -> str:
    from pb.keyring import KEY_BYTES

    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
