"""`pb serve`: migrates (never in production), builds the demonstration if asked to, and serves."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from pb.commands.installation import Installation, pass_installation

if TYPE_CHECKING:
    import socket

    from pb.db import Database
    from pb.settings import Settings


@click.command()
@click.option("--demo", is_flag=True, help="Build the demo okrug if it is not there, and say who can sign in as what.")
@click.option("--workers", default=2, type=click.IntRange(1, 64), help="Processes that serve, two if nothing is said.")
@pass_installation
def serve(installation: Installation, *, demo: bool, workers: int) -> None:
    """Serve the platform at ASAR_BASE_URL."""
    from pb.server.processes import Processes, listen

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
    try:
        listener = listen(settings.bind, settings.port or ((address.port or 80) if local else 8000))
    except OSError as error:
        raise click.ClickException(f"Nothing can be served at {settings.base_url}: {error.strerror}") from error
    if settings.unnamed_proxy:
        click.echo(f"Warning: {settings.unnamed_proxy}", err=True)
    click.echo(f"Serving {settings.base_url} (stop with Ctrl+C)")
    Processes(workers, listener, _serve).run()


def _serve(listener: "socket.socket") -> None:
    """What each process does: makes the application of its own, with the thread of its jobs, and serves it."""
    from pb.app import largest_body
    from pb.server.connections import Server
    from wsgi import app, settings

    Server(app, listener, largest_body=largest_body(app), proxies=settings.proxies).run()


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
