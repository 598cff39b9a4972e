"""What commands that work on the installation share: its settings, its database, an application for the texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import click

from pb.commands.spoken import said
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
            raise click.ClickException(said(error.finding)) from error

    @cached_property
    def as_it_is(self) -> Settings:
        """As `settings`, but no folder and no key is made. Raises ClickException."""
        import config

        try:
            return config.from_environment(making=False)
        except ConfigurationError as error:
            raise click.ClickException(said(error.finding)) from error

    @cached_property
    def codes(self) -> CodesSettings:
        """The settings of the code-releasing process. Raises ClickException."""
        import config

        try:
            return config.codes_from_environment()
        except ConfigurationError as error:
            raise click.ClickException(said(error.finding)) from error

    def migrated(self) -> Database:
        """The database at this program's revision: brought there now, but in production only looked at.

        There the role of the application owns no table. Raises ClickException that says what to run.
        """
        from pb.commands import database_faults
        from pb.db import make_private

        settings = self.settings
        if fault := database_faults.unfinished_restore(settings):
            raise click.ClickException(f"The database cannot be used: {fault}")
        try:
            make_private(settings.state_folder)
        except OSError as error:
            raise click.ClickException(f"The state folder cannot be used: {error}") from error
        database = Database(settings.database_url)
        try:
            _bring_up(settings, database)
        except database_faults.ERRORS as error:
            raise click.ClickException(f"The database cannot be used: {database_faults.of_error(error)}") from error
        if fault := database_faults.writable(database.engine):
            raise click.ClickException(f"The database cannot be used: {fault}")
        return database

    def require_its_keys(self, database: Database) -> None:
        """Raises ClickException where the data stand under other keys than the settings': nothing is sealed with these.

        A restore that was killed leaves the database of the backup beside the keys from before.
        """
        from pb import migrations
        from pb.identity.service import key_check
        from pb.keyring import Keys

        migrations.metadata()  # every room's tables: whatever is sealed is looked at
        settings = self.settings
        try:
            with database.work(writing=False) as session:
                faults = key_check.faults(session, Keys(settings.iin_pepper, settings.seal_key))
        finally:
            database.engine.dispose()  # processes are forked from this one
        if faults:
            raise click.ClickException(
                f"The keys are not those of the data. {'; '.join(map(said, faults))}. Where a restore was broken off, "
                "restore again with --replace; after one, production needs the lines of keys.env in its environment."
            )

    @contextmanager
    def opened(self) -> Iterator[tuple[Database, Settings]]:
        """The migrated database of the settings, inside an application context in the command's language."""
        from flask_babel import force_locale

        from pb.app import create_app
        from pb.commands.spoken import language

        settings = self.settings
        database = self.migrated()
        app = create_app(settings, database)
        try:
            with app.test_request_context(base_url=settings.base_url), force_locale(language()):
                yield database, settings
        finally:
            database.engine.dispose()


def _bring_up(settings: Settings, database: Database) -> None:
    """Migrates, but never in production, nor what a newer program wrote. Raises ClickException, errors of databases."""
    from pb import migrations
    from pb.commands import database_faults
    from pb.db import make_engine

    found = migrations.revision(database.engine)
    if settings.production or (found is not None and not migrations.known(found)):
        if fault := database_faults.of_revision(found):
            raise click.ClickException(fault)
        return
    owner = make_engine(settings.database_owner_url or settings.database_url)
    migrations.upgrade(owner)
    owner.dispose()


pass_installation = click.make_pass_decorator(Installation, ensure=True)
