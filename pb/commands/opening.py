"""What commands that work on the installation's database share: settings, schema, an application for the texts."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from pb.config import ConfigurationError, Settings, from_environment
from pb.db import Database


@contextmanager
def opened() -> Iterator[tuple[Database, Settings]]:
    """The migrated database of the environment's settings, inside an application context that speaks English."""
    from flask_babel import force_locale

    from pb import migrations
    from pb.web.app import create_app

    try:
        settings = from_environment()
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    settings.state_folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    migrations.upgrade(database.engine)
    app = create_app(settings, database)
    with app.test_request_context(base_url=settings.base_url), force_locale("en"):
        yield database, settings
    database.engine.dispose()
