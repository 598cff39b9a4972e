"""`pb user`: staff come by a role and an invitation link; the first okrug of an installation is made here too."""

import click

from pb.commands.installation import Installation, pass_installation


@click.group()
def user() -> None:
    """The okrug, its staff, and their invitations."""


@user.command()
@click.option("--kato", required=True, help="Nine digits of the classifier.")
@click.option("--name-kk", required=True)
@click.option("--name-ru", required=True)
@click.option("--name-en", required=True)
@click.option("--parent-kk", required=True, help="The raion or city whose maslikhat approves the budget.")
@click.option("--parent-ru", required=True)
@click.option("--parent-en", required=True)
@click.option("--settlement", "settlements", multiple=True, required=True, help="Once for each settlement.")
@click.option("--paper-place", required=True, help="Where people vote who cannot vote on their device.")
@pass_installation
def okrug(installation: Installation, /, settlements: tuple[str, ...], **names: str) -> None:
    """Record the okrug of this installation."""
    from pb.territory import service as territories
    from pb.territory.models import Territory

    if not (names["kato"].isascii() and names["kato"].isdigit() and len(names["kato"]) == 9):
        raise click.ClickException("KATO is nine digits.")
    with installation.opened() as (database, _settings), database.work() as session:
        if territories.sole(session) is not None:
            raise click.ClickException("This installation has its okrug.")
        session.add(Territory(settlements=list(settlements), **names))
    click.echo("Recorded.")


@user.command()
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, required=True, help="Once for each role.")
@click.option("--basis", required=True, help="The document the role rests on.")
@click.option("--body", default="", help="For a trustee: the organisation that they come from.")
@click.option("--email", help="For letters about whose turn it is.")
@pass_installation
def add(
    installation: Installation, name: str, roles: tuple[str, ...], basis: str, body: str, email: str | None
) -> None:
    """Add a staff member and print the invitation link. The IIN is asked for, never given as an argument."""
    from pb import clock
    from pb.act import Act, Role
    from pb.core.national_numbers import IINError, parse_iin
    from pb.errors import Refusal
    from pb.identity.service import accounts
    from pb.identity.service.roles import STAFF
    from pb.keyring import Keys
    from pb.territory import service as territories

    unknown = [role for role in roles if role not in set(STAFF)]
    if unknown:
        raise click.ClickException(f"No such role: {', '.join(unknown)}. Roles: {', '.join(sorted(STAFF))}")
    now = clock.now()
    try:
        iin = parse_iin(click.prompt("IIN", hide_input=True), clock.local(now).date())
    except IINError as error:
        raise click.ClickException(f"This is not an IIN ({error}).") from error
    with installation.opened() as (database, settings), database.work() as session:
        territory = territories.sole(session)
        if territory is None:
            raise click.ClickException("Record the okrug first: pb user okrug.")
        act = Act(session, territory, None, frozenset(), now)
        keys = Keys(settings.iin_pepper, settings.seal_key)
        try:
            person = accounts.add_person(act, keys, iin=iin, name=name, email=email)
            for role in roles:
                accounts.grant(act, person, Role(role), basis=basis, body=body)
        except Refusal as refusal:
            raise click.ClickException(str(refusal.message)) from refusal
        secret = accounts.invite(act, person)
        link = f"{settings.base_url}/invitation#{secret}"
    click.echo(f"Give this link to {name} by hand; it works once, for seven days:\n{link}")
