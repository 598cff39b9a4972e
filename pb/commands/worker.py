"""`pb worker`: does the jobs of the table when RQ says that there are some."""

import click

from pb.commands.installation import Installation, pass_installation


@click.command()
@click.option("--burst", is_flag=True, help="Stop when nothing is left to do.")
@pass_installation
def worker(installation: Installation, *, burst: bool) -> None:
    """Run an RQ worker on REDIS_URL. Without Redis the serving process does the jobs itself."""
    from pb import migrations
    from pb import worker as jobs
    from pb.app import create_app

    app = create_app(installation.settings)
    database = app.extensions["database"]
    if migrations.revision(database.engine) == migrations.newest():
        installation.require_its_keys(database)
    try:
        jobs.work(app, burst=burst)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
