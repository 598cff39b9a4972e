"""`pb territory import|list|show`: the tree as the classifier has it, and what is known of one territory."""

from pathlib import Path
from typing import Final

import click

from pb.commands.files import FILE
from pb.commands.installation import Installation, pass_installation
from pb.commands.spoken import gettext, language, said, speaking, spoken
from pb.commands.territory_told import find
from pb.core.findings import Finding
from pb.core.places.classifier import Wrong

WRONG: Final = {
    Wrong.CODE: Finding("the code is not nine digits"),
    Wrong.TWICE: Finding("the code stands in the file twice"),
    Wrong.LEVEL: Finding("the level is not known, or is not that of the code"),
    Wrong.LETTERS: Finding("letters of the name were lost: save the file as UTF-8"),
    Wrong.NAME: Finding("the name is missing, too long, or ends in no known abbreviation"),
    Wrong.PARENT: Finding("what it lies in is not in the file, or its line is at fault"),
    Wrong.COLUMNS: Finding("the line has other columns than the heading"),
}


@click.command("import")
@speaking
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
        with spoken(language()):
            raise click.ClickException(
                gettext("This is not the classifier: %(why)s", why=tables.told(error))
            ) from error
    except ValueError as error:
        columns = ", ".join(classifier.COLUMNS)
        raise click.ClickException(
            gettext("This is not the classifier, whose columns are: %(columns)s", columns=columns)
        ) from error
    with installation.opened() as (database, _settings), database.work() as session:
        done = tree.import_places(session, places)
    for fault in faults:
        told = gettext("line %(line)s: %(fault)s", line=fault.line, fault=said(WRONG[fault.wrong]))
        click.echo(f"{told} ({fault.kato!r})", err=True)
    click.echo(
        gettext(
            "new: %(new)s, changed: %(changed)s, as before: %(same)s, kept by their okrug: %(kept)s",
            new=done.new,
            changed=done.changed,
            same=done.same,
            kept=done.kept,
        )
    )
    if done.filled:
        click.echo(gettext("settlements that had no code and have one now: %(number)s", number=done.filled))
    for same in classifier.namesakes(places):
        click.echo(
            gettext(
                "%(kato)s: settlements of one name, %(name)s: %(codes)s. Its office tells them apart by another name.",
                kato=same[0].parent,
                name=same[0].names.bare,
                codes=", ".join(place.kato for place in same),
            ),
            err=True,
        )
    for kato in done.refused:
        click.echo(gettext("%(kato)s: left as it is, since people hold offices there or below", kato=kato), err=True)
    if faults:
        click.echo(gettext("left out: %(number)s", number=len(faults)), err=True)
    if faults or done.refused:
        raise SystemExit(1)


@click.command("list")
@speaking
@click.argument("name", required=False)
@pass_installation
def list_all(installation: Installation, name: str | None) -> None:
    """The territories that take part, or those of the classifier whose name or code begins with NAME."""
    from pb.territory.service import tree

    with installation.opened() as (database, _settings), database.work(writing=False) as session:
        found = tree.search(session, name) if name else tree.taking_part(session)
        for one in found[: tree.FOUND_AT_ONCE] if name else found:
            slug = tree.slug_of(session, one.id) or "-"
            click.echo(f"{one.kato}  {slug}  {one.name_kk} / {one.name_ru}, {one.parent(language())}")
    if not found:
        none = gettext("No territory's name or code begins like this.")
        raise click.ClickException(none if name else gettext("No territory takes part yet."))
    if name and len(found) > tree.FOUND_AT_ONCE:
        most = tree.FOUND_AT_ONCE
        click.echo(gettext("There are more: write more of the name. Shown: %(number)s", number=most), err=True)


@click.command()
@speaking
@click.argument("told", metavar="CODE_OR_ADDRESS")
@pass_installation
def show(installation: Installation, told: str) -> None:
    """One territory: its names, what it lies in, its settlements, its people."""
    from pb.territory.service import populations, tree

    with installation.opened() as (database, _settings), database.work(writing=False) as session:
        one = find(session, told)
        click.echo(f"{one.kato}  {one.kind}\n{one.name_kk} / {one.name_ru} / {one.name_en}")
        above = one.above
        while above is not None:
            click.echo(gettext("part of: %(name)s", name=f"{above.kato}  {above.name_kk} / {above.name_ru}"))
            above = above.above
        click.echo(gettext("address: %(slug)s", slug=tree.slug_of(session, one.id) or "-"))
        click.echo(gettext("proposed address: %(slug)s", slug=tree.proposed_slug(session, one)))
        for place in one.places:
            click.echo(f"  {place.kato or '-'}  {place.name_kk} / {place.name_ru} / {place.name_en}")
        for count in populations.of_territory(session, one.id):
            click.echo(
                gettext("%(year)s: residents: %(people)s", year=count.year, people=count.people) + f" ({count.source})"
            )
