"""`pb territory found|found-raion|add|invite`: a raion or an okrug begins with two people, of two bodies."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from pb.commands.installation import Installation, pass_installation
from pb.commands.spoken import gettext, speaking
from pb.commands.territory_described import describing, okrug_of, raion_of
from pb.commands.territory_told import act_in, refusals, tidied

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from pb.act import Act
    from pb.core.national_numbers import IIN
    from pb.settings import Settings
    from pb.territory.models import Territory


def _founded_by(*founders: tuple[str, str, str]) -> "Callable[[Callable[..., Any]], Callable[..., Any]]":
    """The options that name the two founders: option, who it is, and what document names them."""

    def decorate(command: "Callable[..., Any]") -> "Callable[..., Any]":
        for option, who, document in reversed(founders):
            command = click.option(f"--{option}-email", help="For letters about whose turn it is.")(command)
            command = click.option(f"--{option}-basis", required=True, help=document)(command)
            command = click.option(f"--{option}", required=True, help=f"Name of {who}.")(command)
        return command

    return decorate


ADMINISTRATOR = ("administrator", "the platform administrator", "The document that names the administrator.")


@click.command()
@speaking
@describing
@_founded_by(ADMINISTRATOR, ("chair", "the chair of the assembly", "The minutes that elect the chair."))
@pass_installation
def found(installation: Installation, /, **told: Any) -> None:
    """Record an okrug and its first two people. Their IINs are asked for, never given as arguments.

    Only where nobody holds an office in its raion: there the okrug is taken in by `pb territory add`.
    """
    with installation.opened() as (database, settings), database.work() as session:
        told = tidied(told)
        _found_it(session, settings, okrug_of(session, told), told)
    click.echo(gettext("Recorded. It stands in the audit log, which everybody reads."))


@click.command("found-raion")
@speaking
@click.option("--kato", required=True, help="Nine digits of the classifier.")
@click.option("--slug", help="The address, if not the one that the names give: zerendi-audany.")
@click.option("--kind", type=click.Choice(["raion", "city"]), default="raion", show_default=True)
@click.option("--name-kk", help="With the next ones: where the classifier was not read.")
@click.option("--name-ru")
@click.option("--name-en")
@_founded_by(
    ADMINISTRATOR,
    ("maslikhat-secretary", "the secretary of the maslikhat", "The decision that elects the secretary."),
)
@pass_installation
def found_raion(installation: Installation, /, **told: Any) -> None:
    """Record a raion or city and its first two people, who reach down into its okrugs.

    Before its okrugs: none may be at work yet. They are taken in afterwards by `pb territory add`.
    """
    with installation.opened() as (database, settings), database.work() as session:
        told = tidied(told)
        _found_it(session, settings, raion_of(session, told), told)
    click.echo(gettext("Recorded. It stands in the audit log of the raion, which everybody reads."))


@click.command()
@speaking
@describing
@pass_installation
def add(installation: Installation, /, **told: Any) -> None:
    """Take an okrug of a founded raion in, without people of its own.

    The deputies or the secretary of the raion's maslikhat propose its first chair on its page of roles, and the raion's
    administrator confirms.
    """
    from pb import clock
    from pb.act import Act
    from pb.identity.service import founding

    with installation.opened() as (database, settings), database.work() as session, refusals():
        told = tidied(told)
        act = Act(session, okrug_of(session, told), None, frozenset(), clock.now())
        _give_addresses(act, told["slug"])
        founding.take_in(act)
        link = f"{settings.base_url}/{told['slug'] or act.territory.kato}/roles"
    click.echo(gettext("Recorded. Its first chair is proposed here: %(link)s", link=link))


def _found_it(session: "Session", settings: "Settings", place: "Territory", told: "Mapping[str, Any]") -> None:
    """Two people, each with the link to hand over; whoever has an office elsewhere keeps the account as it is."""
    from pb import clock
    from pb.act import Act
    from pb.identity.service import founding
    from pb.identity.service.roles import FOUNDERS, LABELS, Level, level_of
    from pb.keyring import Keys

    now = clock.now()
    founders = [
        founding.Founder(role, _ask_iin(told[role], now), told[role], told[f"{role}_basis"], told[f"{role}_email"])
        for role in FOUNDERS[level_of(place.kind) or Level.OKRUG]
    ]
    act = Act(session, place, None, frozenset(), now)
    with refusals():
        people = founding.found(act, Keys(settings.iin_pepper, settings.seal_key), founders)
        _give_addresses(act, told["slug"])
    for founder, person in zip(founders, people, strict=True):
        secret = founding.invite(act, person)
        if secret is None:
            click.echo(
                gettext(
                    "%(name)s, %(role)s: signs in as before, with the account of another office.",
                    name=person.name,
                    role=LABELS[founder.role],
                )
            )
        else:
            click.echo(_hand_over(person.name, str(LABELS[founder.role]), settings.base_url, secret))


def _give_addresses(act: "Act", slug: str | None) -> None:
    """The territory gets its address, and what it lies in gets one where it has none yet."""
    from pb.core.places.kinds import FOURTH_LEVEL
    from pb.territory.models import Territory
    from pb.territory.service import tree

    place = act.session.get_one(Territory, act.territory.id)
    if slug or tree.slug_of(act.session, place.id) is None:
        tree.give_address(act, slug or tree.proposed_slug(act.session, place))
    if place.above is not None and place.kind in FOURTH_LEVEL and tree.slug_of(act.session, place.above.id) is None:
        tree.give_address(replace(act, territory=place.above), tree.proposed_slug(act.session, place.above))


@click.command("invite")
@speaking
@click.argument("told", metavar="CODE_OR_ADDRESS")
@click.option("--role", required=True, type=click.Choice(["administrator", "chair", "maslikhat_secretary"]))
@pass_installation
def invite(installation: Installation, told: str, role: str) -> None:
    """Invite a founder again who never opened the account; only while nobody else was given a role there."""
    from pb.act import Role
    from pb.identity.service import founding
    from pb.identity.service.roles import LABELS

    with installation.opened() as (database, settings), database.work() as session, refusals():
        person, secret = founding.invite_again(act_in(session, told), Role(role))
        click.echo(_hand_over(person.name, str(LABELS[Role(role)]), settings.base_url, secret))


def _ask_iin(name: str, now: "datetime") -> "IIN":
    from pb import clock
    from pb.core.national_numbers import IINError, parse_iin
    from pb.identity.service.verdicts import REASONS

    try:
        return parse_iin(click.prompt(gettext("IIN: %(name)s", name=name), hide_input=True), clock.local(now).date())
    except IINError as error:
        raise click.ClickException(str(REASONS[error.reason])) from error


def _hand_over(name: str, label: str, base_url: str, secret: str) -> str:
    link = f"{base_url}/invitation#{secret}"
    told = gettext(
        "%(name)s, %(role)s: hand this link over in person; it works once, for seven days:", name=name, role=label
    )
    return f"{told}\n{link}"
