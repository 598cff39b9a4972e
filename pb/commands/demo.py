"""`pb demo`: one whole cycle, driven through the services that the web calls, with real encrypted ballots."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pb.commands.files import NEW_FILE

if TYPE_CHECKING:
    from uuid import UUID

    from pb.db import Database

STAGES = ("proposals", "review", "gathering", "roll", "voting", "tally", "result", "budget")
KINDS = ("totals", "approval", "points", "ranking", "knapsack")
GROUPS = ("BELENIOS-2048", "RFC-3526-2048", "Ed25519")
TRUSTEES = 3  # of the demo okrug
POINTS = {"points_each": 5, "points_total": 10}


@click.command()
@click.option("--voters", default=30, show_default=True, type=click.IntRange(0, 5000), help="Ballots to cast.")
@click.option("--projects", default=12, show_default=True, type=click.IntRange(1, 20), help="Proposals to submit.")
@click.option(
    "--through", default="budget", show_default=True, type=click.Choice(STAGES), help="The last stage to play."
)
@click.option("--ballot", default="totals", show_default=True, type=click.Choice(KINDS), help="What a ballot is.")
@click.option(
    "--group",
    type=click.Choice(GROUPS),
    help="The group of the ballots: BELENIOS-2048, or RFC-3526-2048 where each ballot is decrypted.",
)
@click.option("--threshold", type=click.IntRange(2, TRUSTEES), help="How many of the 3 trustees decrypt; else all.")
@click.option("--equal-shares", is_flag=True, help="Count by the Method of Equal Shares.")
@click.option("--archive", type=NEW_FILE, help="Write the ballot archive here.")
@click.option("--database", "url", help="An empty database to fill; without it a throw-away one.")
def demo(
    *,
    voters: int,
    projects: int,
    through: str,
    ballot: str,
    group: str | None,
    threshold: int | None,
    equal_shares: bool,
    archive: Path | None,
    url: str | None,
) -> None:
    """Play a cycle of the demo okrug and print each stage with its figures."""
    rule = {
        "ballot_kind": ballot,
        "group_name": group or GROUPS[ballot != "totals"],
        "trustees_needed": threshold or 0,
        "equal_shares": equal_shares,
        **(POINTS if ballot == "points" else {}),
    }
    with tempfile.TemporaryDirectory() as folder:
        _play(voters, projects, through, rule, archive, url or f"sqlite:///{folder}/demo.db", Path(folder))


def _play(
    voters: int, projects: int, through: str, rule: dict[str, Any], archive: Path | None, url: str, folder: Path
) -> None:
    import secrets

    from flask_babel import force_locale

    from pb import clock, migrations
    from pb.app import create_app
    from pb.db import Database
    from pb.demo import okrug, people
    from pb.demo.cycle import Driver, Stage
    from pb.errors import FieldRefusal
    from pb.jobs import service as jobs
    from pb.keyring import KeyRing, Keys
    from pb.settings import Settings

    settings = Settings(
        database_url=url,
        secret_key=secrets.token_hex(32),
        iin_pepper=KeyRing.of(secrets.token_bytes(32)),
        seal_key=KeyRing.of(secrets.token_bytes(32)),
        state_folder=folder,
    )
    database = Database(url)
    migrations.upgrade(database.engine)
    keys = Keys(settings.iin_pepper, settings.seal_key)
    now = clock.now()
    app = create_app(settings, database)
    with app.test_request_context(base_url=settings.base_url):
        with database.work() as session:
            okrug.build(session, keys, now - timedelta(days=100))
        driver = Driver(
            database=database,
            keys=keys,
            origin=settings.base_url,
            fiscal_year=clock.local(now).year + 1,
            begins=clock.local(now - timedelta(days=90)).date(),
            voters=voters,
            projects=projects,
            roll_size=max(300, voters + len(people.RESIDENTS)),
            report=lambda stage, figures: click.echo(f"{stage.value:>10}: {figures}"),
            rule=rule,
            work=lambda: jobs.run_all(database, settings),
        )
        try:
            built = driver.run(Stage(through))
        except FieldRefusal as refusal:
            with force_locale("en"):
                raise click.UsageError(str(refusal.message)) from refusal
    if archive is not None:
        _write_archive(database, built.poll_id, archive)
    database.engine.dispose()


def _write_archive(database: "Database", poll_id: "UUID | None", path: Path) -> None:
    from pb.polls.models import Poll
    from pb.polls.service import archive

    if poll_id is None:
        raise click.ClickException("There is no archive before the stage of voting.")
    with database.work(writing=False) as session, path.open("wb") as file:
        poll = session.get_one(Poll, poll_id)
        for part in archive.stream(session, poll):
            file.write(part)
    click.echo(f"   archive: {path} (other verifiers want it to be called {poll.uuid}.bel)")
