"""`pb bin`: is a number a BIN, and if not, why."""

import click

from pb.commands.spoken import LANGUAGES, spoken, systems_language


@click.group()
def bin() -> None:  # noqa: A001 - the command's name
    """BINs of organisations."""


@bin.command()
@click.argument("number")
@click.option("--lang", type=LANGUAGES, default=systems_language)
def check(number: str, lang: str) -> None:
    """Print the verdict on NUMBER and the reason. Exit status 0 for a BIN, else 1."""
    from pb.core.national_numbers import BINError, parse_bin
    from pb.identity.service.verdicts import BODIES, NOT_A_BIN, REASONS, UNITS, VALID_BIN, lost_zeros

    with spoken(lang):
        try:
            parsed = parse_bin(number)
        except BINError as error:
            click.echo(f"{NOT_A_BIN} {REASONS[error.reason]}")
            if told := lost_zeros(number, parse_bin):
                click.echo(told)
            raise SystemExit(1) from None
        click.echo(f"{VALID_BIN} {BODIES[parsed.body]}; {UNITS[parsed.unit]}.")
