"""`pb iin`: is a number an IIN, and if not, why."""

import click

from pb.commands.spoken import LANGUAGES, spoken, systems_language


@click.group()
def iin() -> None:
    """IINs of persons."""


@iin.command()
@click.argument("number")
@click.option("--lang", type=LANGUAGES, default=systems_language)
def check(number: str, lang: str) -> None:
    """Print the verdict on NUMBER and the reason; `-` asks for it, unseen. Exit status 0 for an IIN, else 1."""
    from pb import clock
    from pb.core.national_numbers import IINError, parse_iin
    from pb.identity.service.verdicts import NOT_AN_IIN, REASONS, VALID_IIN, lost_zeros

    typed = click.prompt("IIN", hide_input=True) if number == "-" else number
    with spoken(lang):
        try:
            parse_iin(typed, today := clock.local(clock.now()).date())
        except IINError as error:
            click.echo(f"{NOT_AN_IIN} {REASONS[error.reason]}")
            if told := lost_zeros(typed, lambda digits: parse_iin(digits, today)):
                click.echo(told)
            raise SystemExit(1) from None
        click.echo(str(VALID_IIN))
