"""`pb worker`: does the jobs of the table when RQ says that there are some."""

import click


@click.command()
@click.option("--burst", is_flag=True, help="Stop when nothing is left to do.")
def worker(*, burst: bool) -> None:
    """Run an RQ worker on REDIS_URL. Without Redis the serving process does the jobs itself."""
    from pb.config import ConfigurationError, from_environment
    from pb.jobs import worker as jobs

    try:
        jobs.work(from_environment(), burst=burst)
    except (ConfigurationError, ValueError) as error:
        raise click.ClickException(str(error)) from error
