"""`pb territory`: an installation begins with its okrug and two people, of two bodies. Everybody else comes by them."""

from typing import TYPE_CHECKING

import click

from pb.commands.installation import Installation, pass_installation

if TYPE_CHECKING:
    from datetime import datetime

    from pb.core.national_numbers import IIN


@click.group()
def territory() -> None:
    """The okrug of this installation, and the two people it begins with."""


@territory.command()
@click.option("--kato", required=True, help="Nine digits of the classifier.")
@click.option("--name-kk", required=True)
@click.option("--name-ru", required=True)
@click.option("--name-en", required=True)
@click.option("--parent-kk", required=True, help="The raion or city whose maslikhat approves the budget.")
@click.option("--parent-ru", required=True)
@click.option("--parent-en", required=True)
@click.option("--settlement", "settlements", multiple=True, required=True, help="Once for each settlement.")
@click.option("--paper-place", required=True, help="Where people vote who cannot vote on their device.")
@click.option("--administrator", required=True, help="Name of the platform administrator.")
@click.option("--administrator-basis", required=True, help="The document that names the administrator.")
@click.option("--administrator-email", help="For letters about whose turn it is.")
@click.option("--chair", required=True, help="Name of the chair of the assembly.")
@click.option("--chair-basis", required=True, help="The minutes that elect the chair.")
@click.option("--chair-email", help="For letters about whose turn it is.")
@pass_installation
def found(
    installation: Installation,
    /,
    *,
    settlements: tuple[str, ...],
    administrator: str,
    administrator_basis: str,
    administrator_email: str | None,
    chair: str,
    chair_basis: str,
    chair_email: str | None,
    **names: str,
) -> None:
    """Record the okrug and its first two people. Their IINs are asked for, never given as arguments."""
    from pb import clock
    from pb.act import Act, Role
    from pb.errors import Refusal
    from pb.identity.service import accounts, founding
    from pb.identity.service.roles import LABELS
    from pb.keyring import Keys
    from pb.territory import service as territories
    from pb.territory.models import Territory

    if not (names["kato"].isascii() and names["kato"].isdigit() and len(names["kato"]) == 9):
        raise click.ClickException("KATO is nine digits.")
    now = clock.now()
    founders = [
        founding.Founder(
            Role.ADMINISTRATOR, _ask_iin(administrator, now), administrator, administrator_basis, administrator_email
        ),
        founding.Founder(Role.CHAIR, _ask_iin(chair, now), chair, chair_basis, chair_email),
    ]
    with installation.opened() as (database, settings), database.work() as session:
        if territories.sole(session) is not None:
            raise click.ClickException("This installation has its okrug.")
        okrug = Territory(settlements=list(settlements), **names)
        session.add(okrug)
        session.flush()
        act = Act(session, okrug, None, frozenset(), now)
        try:
            people = founding.found(act, Keys(settings.iin_pepper, settings.seal_key), founders)
        except Refusal as refusal:
            raise click.ClickException(str(refusal.message)) from refusal
        for founder, person in zip(founders, people, strict=True):
            click.echo(
                _hand_over(person.name, str(LABELS[founder.role]), settings.base_url, accounts.invite(act, person))
            )
    click.echo("Recorded. It stands in the audit log, which everybody reads.")


@territory.command("invite")
@click.option("--role", required=True, type=click.Choice(["administrator", "chair"]))
@pass_installation
def invite(installation: Installation, role: str) -> None:
    """Invite a founder again who never opened the account; only while nobody else was given a role."""
    from pb import clock
    from pb.act import Act, Role
    from pb.errors import Refusal
    from pb.identity.service import founding
    from pb.identity.service.roles import LABELS
    from pb.territory import service as territories

    with installation.opened() as (database, settings), database.work() as session:
        okrug = territories.sole(session)
        if okrug is None:
            raise click.ClickException("Record the okrug first: pb territory found.")
        try:
            person, secret = founding.invite_again(Act(session, okrug, None, frozenset(), clock.now()), Role(role))
        except Refusal as refusal:
            raise click.ClickException(str(refusal.message)) from refusal
        click.echo(_hand_over(person.name, str(LABELS[Role(role)]), settings.base_url, secret))


def _ask_iin(name: str, now: "datetime") -> "IIN":
    from pb import clock
    from pb.core.national_numbers import IINError, parse_iin

    try:
        return parse_iin(click.prompt(f"IIN of {name}", hide_input=True), clock.local(now).date())
    except IINError as error:
        raise click.ClickException(f"This is not an IIN ({error}).") from error


def _hand_over(name: str, label: str, base_url: str, secret: str) -> str:
    link = f"{base_url}/invitation#{secret}"
    return f"{name}, {label}: hand this link over in person; it works once, for seven days:\n{link}"
