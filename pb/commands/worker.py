"""`pb worker`: does the jobs of the table when RQ says that there are some."""

from functools import cache
from typing import TYPE_CHECKING

import click

from pb.commands.installation import Installation

if TYPE_CHECKING:
    from flask import Flask


@click.command()
@click.option("--burst", is_flag=True, help="Stop when nothing is left to do.")
def worker(*, burst: bool) -> None:
    """Run an RQ worker on REDIS_URL. Without Redis the serving process does the jobs itself."""
    from pb import worker as jobs

    try:
        jobs.work(application().extensions["settings"], burst=burst)
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@cache
def application() -> "Flask":
    """The one application that this worker owns; RQ's work horses are forked from it and find it made."""
    from pb.app import create_app

    return create_app(Installation().settings)


def drain() -> int:
    """What RQ calls: does all that the jobs table holds."""
    from pb import worker as jobs

    app = application()
    app.extensions["database"].engine.dispose(close=False)  # connections belong to the process that opened them
    return jobs.run_all(app)
