"""What commands that work on the installation share: its settings, its database, an application for the texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import click

from pb.db import Database
from pb.settings import CodesSettings, ConfigurationError, Settings


class Installation:
    """The settings of this installation, read once, and only by the commands that ask for them."""

    @cached_property
    def settings(self) -> Settings:
        """Raises ClickException for settings that the platform refuses to start with."""
        import config

        try:
            return config.from_environment()
        except ConfigurationError as error:
            raise click.ClickException(str(error)) from error

    @cached_property
    def codes(self) -> CodesSettings:
        """The settings of the code-releasing process. Raises ClickException."""
        import config

        try:
            return config.codes_from_environment()
        except ConfigurationError as error:
            raise click.ClickException(str(error)) from error

    @contextmanager
    def opened(self) -> Iterator[tuple[Database, Settings]]:
        """The migrated database of the settings, inside an application context that speaks English."""
        from flask_babel import force_locale

        from pb import migrations
        from pb.app import create_app

        settings = self.settings
        settings.state_folder.mkdir(parents=True, exist_ok=True)
        database = Database(settings.database_url)
        migrations.upgrade(database.engine)
        app = create_app(settings, database)
        with app.test_request_context(base_url=settings.base_url), force_locale("en"):
            yield database, settings
        database.engine.dispose()


pass_installation = click.make_pass_decorator(Installation, ensure=True)
