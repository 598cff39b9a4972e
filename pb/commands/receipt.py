"""`pb receipt`: the receipt of a village from its published files alone, as pages that need no server."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pb.commands.spoken import gettext, language, speaking, spoken

if TYPE_CHECKING:
    from pb.receipt.service.alone import Alone

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
STYLE = Path(__file__).resolve().parents[1] / "static/css/asar.css"
LANGUAGES = (("kk", "Қазақша"), ("ru", "Русский"))
MOST_TOLD = 20


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--name", required=True, help="What the village is called, as the pages say it.")
@click.option("--year", type=int, help="Which year; without it the first that the lines have.")
@click.option("--people", type=click.IntRange(min=1), help="How many people live there; without it sums stand alone.")
@click.option("--source", default="", help="Who counted them, and when.")
@speaking
def receipt(folder: Path, name: str, year: int | None, people: int | None, source: str) -> None:
    """Write receipt-YEAR-kk.html and receipt-YEAR-ru.html into FOLDER.

    FOLDER holds lines.csv of a version of the budget, and, where there are such, decided.csv of the same version,
    execution.csv and classification.csv: as the village publishes them. Nothing else is read, and nothing is asked of
    any server. What is wrong with a file is told by its lines, in the language of --lang.
    """
    import jinja2
    from flask_babel import gettext as page_gettext
    from flask_babel import ngettext
    from markupsafe import Markup

    from pb.formats import number
    from pb.receipt.service import alone

    found = {path.name: path.read_bytes() for path in map(folder.joinpath, alone.FILES) if path.is_file()}
    if alone.LINES not in found:
        told = gettext("%(folder)s has no lines.csv: take it from the page of a version of the budget.", folder=folder)
        raise click.ClickException(told)
    with spoken(language()):
        read = _read(found, year)
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=False)
    files = ", ".join(f"{file} (SHA-256 {hashlib.sha256(data).hexdigest()[:16]}…)" for file, data in found.items())
    for tongue, _label in LANGUAGES:
        with spoken(tongue):
            environment.globals.update(_=page_gettext, ngettext=ngettext, locale=tongue)
            page = environment.get_template("receipt/alone.html").render(
                **alone.page_of(read, people, tongue),
                name=name,
                people=number(people or 0),
                source=source,
                files=files,
                languages=LANGUAGES,
                style=Markup(STYLE.read_text(encoding="utf-8")),  # noqa: S704 - our own sheet
            )
        path = folder / f"receipt-{read.year}-{tongue}.html"
        path.write_text(page, encoding="utf-8")
        click.echo(path)


def _read(found: Mapping[str, bytes], year: int | None) -> "Alone":
    """The receipt of the files; what is wrong with them ends the command, each fault in a line of its own."""
    from pb.errors import Conflict
    from pb.receipt.service import alone

    try:
        return alone.read(found, year)
    except alone.Unreadable as refused:
        told = [str(fault) for fault in refused.faults[:MOST_TOLD]]
        if len(refused.faults) > MOST_TOLD:
            told.append(gettext("…and %(number)s more.", number=len(refused.faults) - MOST_TOLD))
        raise click.ClickException("\n".join(told)) from refused
    except Conflict as refused:
        raise click.ClickException(str(refused.message)) from refused
