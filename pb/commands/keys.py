"""`pb keys`: which keys the data stand under, and bringing them under new ones."""

import base64
import secrets

import click

from pb.commands.installation import Installation, pass_installation


@click.group()
def keys() -> None:
    """Keys that seal IINs and receipt keys, and the pepper that finds IINs."""


@keys.command()
def new() -> None:
    """Print a fresh key: put it into ASAR_SEAL_KEY or ASAR_IIN_PEPPER beside the old one, `1:OLD,2:NEW`."""
    from pb.keyring import KEY_BYTES

    click.echo(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())


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
    """Bring everything under the newest keys. Restart the server and the workers with the new settings first.

    Stopped in the middle, it goes on where it was when it is called again. Look-ups of rolls whose poll was opened keep
    the pepper of their time: leave that pepper in the setting.
    """
    from pb import clock
    from pb.act import Act
    from pb.identity.service import rotation
    from pb.jobs import service as jobs
    from pb.jobs.models import Job
    from pb.keyring import Keys
    from pb.territory.service import tree

    with installation.opened() as (database, settings):
        with database.work() as session:
            if not (taking_part := tree.taking_part(session)):
                raise click.ClickException("Record the okrug first: pb territory found.")
            # The keys are the server's: it is asked for in one log, and each tells when it is done.
            act = Act(session, taking_part[0], None, frozenset(), clock.now())
            job_id = rotation.ask(act, Keys(settings.iin_pepper, settings.seal_key)).id
        jobs.run_all(database, settings)
        with database.work(writing=False) as session:
            job = session.get_one(Job, job_id)
            if job.state != "done":
                raise click.ClickException(f"Not finished ({job.state}): {job.outcome or 'another process does it'}")
            click.echo(f"Done: {job.outcome}")
