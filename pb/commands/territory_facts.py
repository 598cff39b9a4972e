"""`pb territory address|population|decision|office|settlement`: what is recorded of a territory that takes part."""

from typing import TYPE_CHECKING

import click

from pb.commands.installation import Installation, pass_installation
from pb.commands.spoken import gettext, speaking
from pb.commands.territory_told import act_in, refusals, tidied

if TYPE_CHECKING:
    from datetime import datetime


@click.command()
@speaking
@click.argument("told", metavar="CODE_OR_ADDRESS")
@click.argument("year", type=int)
@click.argument("people", type=int)
@click.option("--source", required=True, help="Who counted, and where it is published.")
@pass_installation
def population(installation: Installation, told: str, year: int, people: int, source: str) -> None:
    """Record how many people lived in a territory at the beginning of a year."""
    from pb.territory.service import populations

    with installation.opened() as (database, _settings), database.work() as session, refusals():
        populations.record(act_in(session, told), year, people, **tidied({"source": source}))
    click.echo(gettext("Recorded."))


@click.command()
@speaking
@click.argument("told", metavar="CODE_OR_ADDRESS")
@click.argument("new", metavar="NEW_ADDRESS")
@pass_installation
def address(installation: Installation, told: str, new: str) -> None:
    """Give a territory that takes part another address; the one before leads to it for ever."""
    from pb.territory.service import tree

    with installation.opened() as (database, _settings), database.work() as session, refusals():
        act = act_in(session, told)
        if (before := tree.slug_of(session, act.territory.id)) is None:
            raise click.ClickException(gettext("This territory does not take part yet."))
        tree.give_address(act, new)
    click.echo(
        gettext("Recorded. From now on: %(new)s. What was printed with %(before)s leads there.", new=new, before=before)
    )


@click.command()
@speaking
@click.argument("told", metavar="CODE_OR_ADDRESS")
@click.argument("name")
@click.argument("value", type=int, required=False)
@click.option("--inherit", is_flag=True, help="Instead of VALUE: its own is given up, what is decided above holds.")
@click.option("--source", required=True, help="The decision of the maslikhat: number and date.")
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day from which it holds.")
@pass_installation
def decision(
    installation: Installation,
    told: str,
    name: str,
    value: int | None,
    source: str,
    since: "datetime",
    *,
    inherit: bool,
) -> None:
    """Record what the maslikhat of a raion or city decided, for all its okrugs or for one: a setting, by its NAME.

    CODE_OR_ADDRESS is that of the raion or city, or of the one okrug.
    """
    from pb.territory import service as territories

    with installation.opened() as (database, _settings), database.work() as session, refusals():
        act = act_in(session, told)
        if name not in territories.KINDS:
            raise click.ClickException(gettext("NAME is one of: %(names)s.", names=", ".join(territories.KINDS)))
        if inherit == (value is not None):
            raise click.ClickException(gettext("Give a VALUE, or --inherit without one."))
        territories.record_decision(act, name, value, since=since.date(), **tidied({"source": source}))
    click.echo(gettext("Recorded."))


@click.command()
@speaking
@click.argument("told", metavar="CODE_OR_ADDRESS")
@click.option("--bin", help="Twelve digits of the akim's apparatus: its key signs the akim's answers.")
@click.option("--contact", help="Whom people ask: telephone with its code, mail, hours.")
@click.option("--address", help="Where the akim's apparatus is.")
@click.option("--address-ru", help="The same in Russian.")
@click.option("--address-en", help="The same in English.")
@click.option("--paper-place", help="Where people vote who cannot vote on their device.")
@click.option("--paper-place-ru", help="The same in Russian.")
@click.option("--paper-place-en", help="The same in English.")
@pass_installation
def office(installation: Installation, /, told: str, **changed: str | None) -> None:
    """Record where people of a territory turn to, and the number of the akim's apparatus."""
    from pb.territory.service import office as offices

    with installation.opened() as (database, _settings), database.work() as session, refusals():
        changes = {name: text for name, text in tidied(changed).items() if text is not None}
        offices.change(act_in(session, told), changes)
    click.echo(gettext("Recorded."))


@click.command()
@speaking
@click.argument("told", metavar="CODE_OR_ADDRESS")
@click.argument("name", required=False)
@click.option("--name-kk", required=True, help="The name in Kazakh, under which rolls and proposals keep it.")
@click.option("--name-ru", required=True)
@click.option("--name-en", default="", help="Without it the Russian name is shown.")
@pass_installation
def settlement(installation: Installation, /, told: str, name: str | None, **names: str) -> None:
    """Record the names of a settlement: of the one that has or had NAME, or without NAME of a new one."""
    from pb.territory.models import Territory
    from pb.territory.service import settlements

    with installation.opened() as (database, _settings), database.work() as session, refusals():
        act = act_in(session, told)
        territory = session.get_one(Territory, act.territory.id)
        kept = territory.known_settlements().kept(name) if name else None
        place = next((one for one in territory.places if one.name_kk == kept), None)
        if name and place is None:
            raise click.ClickException(gettext("No settlement has this name there."))
        written = tidied(names)
        whole = settlements.Names(written["name_kk"], written["name_ru"], written["name_en"])
        settlements.record(act, whole, place.id if place else None)
    click.echo(gettext("Recorded."))
