"""`pb serve`: migrates (never in production), builds the demonstration if asked to, and serves."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from pb.commands.installation import Installation, pass_installation

if TYPE_CHECKING:
    from pb.db import Database
    from pb.settings import Settings


@click.command()
@click.option("--demo", is_flag=True, help="Build the demo okrug if it is not there, and say who can sign in as what.")
@click.option("--workers", default=0, help="Processes; 0 chooses: one for SQLite, two for PostgreSQL.")
@pass_installation
def serve(installation: Installation, *, demo: bool, workers: int) -> None:
    """Serve the platform at ASAR_BASE_URL."""
    from granian import Granian
    from granian.constants import Interfaces

    if demo:
        import config

        config.ask_for_demonstration()
    settings = installation.settings
    database = installation.migrated()
    if demo:
        _build_demo(database, settings)
    database.engine.dispose()
    address = urlsplit(settings.base_url)
    local = address.hostname in {"127.0.0.1", "localhost"}
    click.echo(f"Serving {settings.base_url} (stop with Ctrl+C)")
    Granian(
        "wsgi:app",
        address=settings.bind,
        port=settings.port or ((address.port or 80) if local else 8000),
        interface=Interfaces.WSGI,
        workers=workers or (1 if settings.embedded_database else 2),
        blocking_threads=4,
        log_access=False,
        websockets=False,
    ).serve()


def _build_demo(database: "Database", settings: "Settings") -> None:
    from flask_babel import force_locale

    from pb.app import create_app
    from pb.demo import build, people
    from pb.identity.service.roles import LABELS
    from pb.web import demonstration

    app = create_app(settings, database)
    with app.test_request_context(base_url=settings.base_url), force_locale("en"):
        click.echo("The demo okrug (building takes some seconds the first time):")
        build.build_once(database, settings, click.echo)
        click.echo("Who can sign in, with one click on the sign-in page:")
        for person in [*people.staff(), *people.residents()]:
            click.echo(f"  {person.name}: {LABELS[person.role] if person.role else ''}")
        click.echo(
            f"Cards and trustees' key files to try the open vote with: {settings.state_folder / demonstration.FILE}"
        )
