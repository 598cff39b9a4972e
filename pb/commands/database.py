"""`pb database`: what the role that owns the tables does, so that the application's own role need not own anything."""

import click

from pb.commands.installation import Installation, pass_installation


@click.group()
def database() -> None:
    """The tables and the rules of the database."""


@database.command()
@pass_installation
def upgrade(installation: Installation) -> None:
    """Bring the database to this program's revision, as ASAR_DATABASE_OWNER_URL if that is set.

    On PostgreSQL the role of ASAR_DATABASE_URL is then given what the application needs and nothing that gets past a
    rule: it reads and writes rows, owns nothing, empties no table.
    """
    from sqlalchemy import make_url

    from pb import migrations, schema
    from pb.commands import database_faults
    from pb.db import make_engine, make_private

    settings = installation.settings
    if fault := database_faults.unfinished_restore(settings):
        raise click.ClickException(f"The database cannot be used: {fault}")
    make_private(settings.state_folder)
    engine = make_engine(settings.database_owner_url or settings.database_url)
    role = make_url(settings.database_url).username
    try:
        found = migrations.revision(engine)
        if found is not None and not migrations.known(found):
            raise click.ClickException(database_faults.of_revision(found))
        migrations.upgrade(engine)
    except database_faults.ERRORS as error:
        setting = "ASAR_DATABASE_OWNER_URL" if settings.database_owner_url else "ASAR_DATABASE_URL"
        told = database_faults.of_error(error, setting)
        raise click.ClickException(f"The database cannot be used: {told}") from error
    with engine.connect() as connection:
        if settings.database_owner_url and role and role != engine.url.username:
            migrations.grant(connection, role)
            connection.commit()
            click.echo(f"The role {role} reads and writes rows and owns nothing.")
        faults = schema.differences(connection)
    engine.dispose()
    click.echo(f"The database is at {migrations.newest()}.")
    for fault in faults:
        click.echo(f"FAIL  {fault}")
    if faults:
        raise SystemExit(1)
