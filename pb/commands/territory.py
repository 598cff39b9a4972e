"""`pb territory`: a raion or an okrug begins with two people, of two bodies. Everybody else comes by them."""

from contextlib import contextmanager
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pb.commands.files import FILE
from pb.commands.installation import Installation, pass_installation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from pb.act import Act
    from pb.core.national_numbers import IIN
    from pb.settings import Settings
    from pb.territory.models import Territory

WRONG = {
    "code": "the code is not nine digits",
    "twice": "the code stands in the file twice",
    "level": "the level is not known",
    "name": "the name is missing, too long, or ends in no known abbreviation",
    "parent": "what it lies in is not in the file",
    "columns": "the line has other columns than the heading",
}


@click.group()
def territory() -> None:
    """The territories of this installation, and the two people that each begins with."""


@territory.command("import")
@click.argument("file", type=FILE)
@pass_installation
def import_file(installation: Installation, file: Path) -> None:
    """Read the national classifier (KATO, a CSV file) into the tree; again changes nothing that is the same."""
    from pb import tables
    from pb.core.places import classifier
    from pb.core.tables import TableFault
    from pb.territory.service import tree

    try:
        places, faults = classifier.read(file.read_bytes())
    except TableFault as error:
        raise click.ClickException(f"This is not the classifier: {tables.told(error)}") from error
    except ValueError as error:
        raise click.ClickException(
            f"This is not the classifier: {', '.join(classifier.COLUMNS)} are its columns."
        ) from error
    with installation.opened() as (database, _settings), database.work() as session:
        done = tree.import_places(session, places)
    for fault in faults:
        click.echo(f"line {fault.line}: {WRONG[fault.wrong]} ({fault.kato!r})", err=True)
    click.echo(f"new {done.new}, changed {done.changed}, as before {done.same}, kept by their okrug {done.kept}")
    if faults:
        click.echo(f"left out: {len(faults)}", err=True)
        raise SystemExit(1)


@territory.command("list")
@click.argument("name", required=False)
@pass_installation
def list_all(installation: Installation, name: str | None) -> None:
    """The territories that take part, or those of the classifier whose name begins with NAME."""
    from pb.territory.service import tree

    with installation.opened() as (database, _settings), database.work(writing=False) as session:
        for one in tree.search(session, name) if name else tree.taking_part(session):
            click.echo(
                f"{one.kato}  {tree.slug_of(session, one.id) or '-'}  {one.name_kk} / {one.name_ru}, {one.parent('ru')}"
            )


@territory.command()
@click.argument("told", metavar="CODE_OR_ADDRESS")
@pass_installation
def show(installation: Installation, told: str) -> None:
    """One territory: its names, what it lies in, its settlements, its people."""
    from pb.territory.service import populations, tree

    with installation.opened() as (database, _settings), database.work(writing=False) as session:
        one = _found(session, told)
        click.echo(f"{one.kato}  {one.kind}\n{one.name_kk} / {one.name_ru} / {one.name_en}")
        above = one.above
        while above is not None:
            click.echo(f"in {above.kato}  {above.name_kk} / {above.name_ru}")
            above = above.above
        click.echo(f"address {tree.slug_of(session, one.id) or '-'}; proposed {tree.proposed_slug(session, one)}")
        for place in one.places:
            click.echo(f"  {place.kato or '-'}  {place.name_kk} / {place.name_ru}")
        for count in populations.of_territory(session, one.id):
            click.echo(f"{count.year}: {count.people} people ({count.source})")


@territory.command()
@click.argument("told", metavar="CODE_OR_ADDRESS")
@click.argument("year", type=int)
@click.argument("people", type=int)
@click.option("--source", required=True, help="Who counted, and where it is published.")
@pass_installation
def population(installation: Installation, told: str, year: int, people: int, source: str) -> None:
    """Record how many people lived in a territory at the beginning of a year."""
    from pb.territory.service import populations

    with installation.opened() as (database, _settings), database.work() as session, _refusals():
        populations.record(_act(session, told), year, people, **_tidy({"source": source}))
    click.echo("Recorded.")


@territory.command()
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

    with installation.opened() as (database, _settings), database.work() as session, _refusals():
        act = _act(session, told)
        if name not in territories.KINDS:
            raise click.ClickException(f"NAME is one of: {', '.join(territories.KINDS)}.")
        if inherit == (value is not None):
            raise click.ClickException("Give a VALUE, or --inherit without one.")
        territories.record_decision(act, name, value, since=since.date(), **_tidy({"source": source}))
    click.echo("Recorded.")


@territory.command()
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
def office(installation: Installation, told: str, /, **changed: str | None) -> None:
    """Record where people of a territory turn to, and the number of the akim's apparatus."""
    from pb.territory.service import office as offices

    with installation.opened() as (database, _settings), database.work() as session, _refusals():
        changes = {name: text for name, text in _tidy(changed).items() if text is not None}
        offices.change(_act(session, told), changes)
    click.echo("Recorded.")


def _act(session: "Session", told: str) -> "Act":
    from pb import clock
    from pb.act import Act

    return Act(session, _found(session, told), None, frozenset(), clock.now())


@contextmanager
def _refusals() -> "Iterator[None]":
    from pb.errors import Refusal

    try:
        yield
    except Refusal as refusal:
        raise click.ClickException(str(refusal.message)) from refusal


def _found(session: "Session", told: str) -> "Territory":
    from pb.territory.service import tree

    one = tree.find(session, told)
    if one is None:
        raise click.ClickException("No territory has this code or address.")
    return one


def _described(command: "Callable[..., Any]") -> "Callable[..., Any]":
    """The options that describe an okrug, where the classifier does not."""
    options = (
        click.option("--kato", required=True, help="Nine digits of the classifier."),
        click.option("--slug", help="The address, if not the one that the names give: krasnoyar."),
        click.option(
            "--kind", type=click.Choice(["okrug", "village", "kent", "town"]), default="okrug", show_default=True
        ),
        click.option("--name-kk", help="With the next ones: where the classifier was not read, or says otherwise."),
        click.option("--name-ru"),
        click.option("--name-en"),
        click.option("--parent-kato", help="The raion or city whose maslikhat approves the budget."),
        click.option("--parent-kind", type=click.Choice(["raion", "city"]), default="raion", show_default=True),
        click.option("--parent-kk"),
        click.option("--parent-ru"),
        click.option("--parent-en"),
        click.option(
            "--settlement",
            "settlements",
            multiple=True,
            help="Once for each settlement: its Kazakh name, or KAZAKH/RUSSIAN/ENGLISH.",
        ),
        click.option("--paper-place", required=True, help="Where people vote who cannot vote on their device."),
        click.option("--paper-place-ru", help="The same in Russian."),
        click.option("--paper-place-en", help="The same in English."),
    )
    return reduce(lambda made, option: option(made), reversed(options), command)


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


@territory.command()
@_described
@_founded_by(ADMINISTRATOR, ("chair", "the chair of the assembly", "The minutes that elect the chair."))
@pass_installation
def found(installation: Installation, /, **told: Any) -> None:
    """Record an okrug and its first two people. Their IINs are asked for, never given as arguments.

    Only where nobody holds an office in its raion: there the okrug is taken in by `pb territory add`.
    """
    with installation.opened() as (database, settings), database.work() as session:
        told = _tidy(told)
        _found_it(session, settings, _okrug(session, told), told)
    click.echo("Recorded. It stands in the audit log, which everybody reads.")


@territory.command("found-raion")
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
        told = _tidy(told)
        _found_it(session, settings, _raion(session, told), told)
    click.echo("Recorded. It stands in the audit log of the raion, which everybody reads.")


@territory.command()
@_described
@pass_installation
def add(installation: Installation, /, **told: Any) -> None:
    """Take an okrug of a founded raion in, without people of its own.

    The deputies or the secretary of the raion's maslikhat propose its first chair on its page of roles, and the raion's
    administrator confirms.
    """
    from pb import clock
    from pb.act import Act
    from pb.identity.service import founding

    with installation.opened() as (database, settings), database.work() as session, _refusals():
        told = _tidy(told)
        act = Act(session, _okrug(session, told), None, frozenset(), clock.now())
        _give_addresses(act, told["slug"])
        founding.take_in(act)
        link = f"{settings.base_url}/{told['slug'] or act.territory.kato}/roles"
    click.echo(f"Recorded. Its first chair is proposed here: {link}")


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
    with _refusals():
        people = founding.found(act, Keys(settings.iin_pepper, settings.seal_key), founders)
        _give_addresses(act, told["slug"])
    for founder, person in zip(founders, people, strict=True):
        secret = founding.invite(act, person)
        if secret is None:
            click.echo(
                f"{person.name}, {LABELS[founder.role]}: signs in as before, with the account of another office."
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


def _raion(session: "Session", told: "Mapping[str, Any]") -> "Territory":
    """The raion or city of the classifier, or as the options describe it."""
    from pb.core.places.kinds import WITH_MASLIKHAT, Kind
    from pb.territory.service import tree

    known = tree.find(session, told["kato"])
    if known is not None:
        if known.kind not in WITH_MASLIKHAT:
            raise click.ClickException(f"{known.name_ru} is no raion or city.")
        return known
    missing = [name for name in ("name_kk", "name_ru", "name_en") if not told[name]]
    if missing:
        options = ", ".join("--" + name.replace("_", "-") for name in missing)
        raise click.ClickException(f"The classifier was not read (pb territory import): give {options} too.")
    if not _is_code(told["kato"]):
        raise click.ClickException("KATO is nine digits.")
    names = (told["name_kk"], told["name_ru"], told["name_en"])
    return tree.describe(session, tree.Described(told["kato"], Kind(told["kind"]), names))


def _okrug(session: "Session", told: "Mapping[str, Any]") -> "Territory":
    """The okrug of the classifier, or as the options describe it."""
    from pb.core.places.kinds import FOURTH_LEVEL, Kind
    from pb.territory.service import tree

    known = tree.find(session, told["kato"])
    if known is not None and known.kind not in FOURTH_LEVEL:
        raise click.ClickException(f"{known.name_ru} is no okrug, village, settlement or town.")
    if known is None:
        names = [name for prefix in ("name", "parent") for name in (f"{prefix}_kk", f"{prefix}_ru", f"{prefix}_en")]
        missing = [name for name in (*names, "parent_kato", "settlements") if not told[name]]
        if missing:
            options = ", ".join("--" + name.replace("_", "-").removesuffix("s") for name in missing)
            raise click.ClickException(f"The classifier was not read (pb territory import): give {options} too.")
    if any(told[name] and not _is_code(told[name]) for name in ("kato", "parent_kato")):
        raise click.ClickException("KATO is nine digits.")
    parent = tree.Described(
        told["parent_kato"] or "", Kind(told["parent_kind"]), (told["parent_kk"], told["parent_ru"], told["parent_en"])
    )
    names_told = (told["name_kk"], told["name_ru"], told["name_en"])
    places = (told["paper_place"], told["paper_place_ru"] or "", told["paper_place_en"] or "")
    settlements = [_settlement(written) for written in told["settlements"]]
    described = tree.Described(told["kato"], Kind(told["kind"]), names_told, settlements, *places)
    return tree.describe(session, described, parent=parent)


def _settlement(written: str) -> tuple[str, str, str]:
    """The names kk, ru and en of one settlement: as they were written, or from the Kazakh one."""
    from pb.core.places.latin import in_latin

    kk, ru, en = (part.strip() for part in f"{written}//".split("/")[:3])
    return kk, ru or kk, en or in_latin(kk)


def _tidy(told: "Mapping[str, Any]") -> "dict[str, Any]":
    """Texts of the command's options as forms make them one before they are kept or compared."""
    from pb.core.text import TextFault, tidy

    def read(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(read, value))
        return tidy(value) if isinstance(value, str) else value

    try:
        return {name: read(value) for name, value in told.items()}
    except TextFault as fault:
        raise click.ClickException(
            "An option holds a sign that cannot be seen or that turns the direction of writing: type it anew."
        ) from fault


def _is_code(told: str) -> bool:
    return told.isascii() and told.isdigit() and len(told) == 9


@territory.command("invite")
@click.argument("told", metavar="CODE_OR_ADDRESS")
@click.option("--role", required=True, type=click.Choice(["administrator", "chair", "maslikhat_secretary"]))
@pass_installation
def invite(installation: Installation, told: str, role: str) -> None:
    """Invite a founder again who never opened the account; only while nobody else was given a role there."""
    from pb.act import Role
    from pb.identity.service import founding
    from pb.identity.service.roles import LABELS

    with installation.opened() as (database, settings), database.work() as session, _refusals():
        person, secret = founding.invite_again(_act(session, told), Role(role))
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
