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
@click.option("--demo", is_flag=True, help="Build the demonstration if it is not there; say who can sign in.")
@click.option("--workers", default=2, type=click.IntRange(1, 64), help="Processes that serve, two if nothing is said.")
@click.option("--host", help="The address of this computer to listen at, instead of ASAR_BIND.")
@click.option("--port", type=click.IntRange(1, 65_535), help="The port to listen at, instead of ASAR_PORT.")
@pass_installation
def serve(installation: Installation, *, demo: bool, workers: int, host: str | None, port: int | None) -> None:
    """Serve the platform at ASAR_BASE_URL; without it, at this computer's own address with the port."""
    import config
    from pb.commands import beside
    from pb.server.processes import Processes, listen

    config.ask_for_address(host, port)
    if demo:
        config.ask_for_demonstration()
    settings = installation.settings
    database = installation.migrated()
    installation.require_its_keys(database)
    if demo:
        _build_demo(database, settings)
    database.engine.dispose()
    address = urlsplit(settings.base_url)
    local = address.hostname in {"127.0.0.1", "localhost"}
    at = settings.port or ((address.port or 80) if local else 8000)
    try:
        listener = listen(settings.bind, at)
    except OSError as error:
        raise click.ClickException(f"Nothing can be served at {settings.bind}, port {at}: {error.strerror}") from error
    proxies = (settings.unnamed_proxy, settings.open_beside_proxy, settings.forwarded_unbelieved)
    servers = {"Redis": beside.redis, "mail": beside.mail, "storage of pictures": beside.storage}
    for fault in (*proxies, *(_told(name, ask(settings)) for name, ask in servers.items())):
        if fault:
            click.echo(f"Warning: {fault}", err=True)
    click.echo(f"Serving {settings.base_url} (stop with Ctrl+C)")
    Processes(workers, listener, _serve).run()


def _told(name: str, fault: str) -> str:
    return f"{name}: {fault}" if fault else ""


def _serve(listener: "socket.socket") -> None:
    """What each process does: makes the application of its own, with the thread of its jobs, and serves it."""
    from pb.app import is_dear, largest_body
    from pb.identity.service.passwords import Crowded
    from pb.server.connections import Server
    from pb.web import crowded, known
    from pb.web.failures import Busy
    from wsgi import app, settings

    Server(
        app,
        listener,
        largest_body=largest_body(app),
        dear=is_dear(app),
        proof=known.by_cookies(app),
        crowded=crowded.answers(app, Crowded),
        busy=crowded.answers(app, Busy),
        too_large=crowded.too_large(app),
        proxies=settings.proxies,
    ).run()


def _build_demo(database: "Database", settings: "Settings") -> None:
    from flask_babel import force_locale

    from pb.app import create_app
    from pb.demo import build, people
    from pb.demo.places import PLACES
    from pb.identity.service.roles import LABELS
    from pb.web import demonstration

    app = create_app(settings, database)
    with app.test_request_context(base_url=settings.base_url), force_locale("en"):
        click.echo("The demonstration, four places under two raions (building takes a minute or two the first time):")
        try:
            build.build_once(database, settings, click.echo)
        except build.Unfinished as error:
            raise click.ClickException(
                "The building of the demonstration broke off. Make its database anew, empty, remove "
                f"{settings.state_folder / build.UNFINISHED} and start again."
            ) from error
        click.echo("Who can sign in, with one click on the sign-in page:")
        for place in PLACES:
            click.echo(f"  {place.described.names[2]}, {settings.base_url}/{place.slug}/")
            for person in [*people.staff(place), *people.residents(place)]:
                click.echo(f"    {person.name}: {LABELS[person.role] if person.role else ''}")
        click.echo(
            f"Cards and trustees' key files to try the open vote with: {settings.state_folder / demonstration.FILE}"
        )
