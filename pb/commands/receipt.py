"""`pb receipt`: the receipt of a village from its published files alone, as pages that need no server."""

import hashlib
from pathlib import Path

import click

from pb.commands.spoken import spoken

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
STYLE = Path(__file__).resolve().parents[1] / "static/css/asar.css"
LANGUAGES = (("kk", "Қазақша"), ("ru", "Русский"))
LINES = "lines.csv"
OPTIONAL = ("execution.csv", "classification.csv")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--name", required=True, help="What the village is called, as the pages say it.")
@click.option("--year", type=int, help="Which year; without it the first that the lines have.")
@click.option("--people", type=click.IntRange(min=1), help="How many people live there; without it sums stand alone.")
@click.option("--source", default="", help="Who counted them, and when.")
def receipt(folder: Path, name: str, year: int | None, people: int | None, source: str) -> None:
    """Write receipt-YEAR-kk.html and receipt-YEAR-ru.html into FOLDER.

    FOLDER holds lines.csv of a version of the budget, and, where there are such, execution.csv and classification.csv:
    as the village publishes them. Nothing else is read, and nothing is asked of any server.
    """
    import jinja2
    from flask_babel import gettext, ngettext
    from markupsafe import Markup

    from pb.budget.service.flat import ColumnsMissing
    from pb.core.tables import TableFault
    from pb.errors import Refusal
    from pb.formats import number
    from pb.receipt.service import alone

    found = {
        path.name: path.read_bytes()
        for path in (folder / "lines.csv", *map(folder.joinpath, OPTIONAL))
        if path.is_file()
    }
    if "lines.csv" not in found:
        raise click.ClickException(f"{folder} has no lines.csv: take it from the page of a version of the budget.")
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=False)
    files = ", ".join(f"{file} (SHA-256 {hashlib.sha256(data).hexdigest()[:16]}…)" for file, data in found.items())
    for language, _label in LANGUAGES:
        with spoken(language):
            try:
                read = alone.read(
                    alone.Files(found[LINES], found.get("execution.csv"), found.get("classification.csv")), year
                )
            except (Refusal, TableFault, ColumnsMissing) as refused:
                raise click.ClickException(str(getattr(refused, "message", refused))) from refused
            environment.globals.update(_=gettext, ngettext=ngettext, locale=language)
            page = environment.get_template("receipt/alone.html").render(
                **alone.page_of(read, people, language),
                name=name,
                people=number(people or 0),
                source=source,
                files=files,
                languages=LANGUAGES,
                style=Markup(STYLE.read_text(encoding="utf-8")),  # noqa: S704 - our own sheet
            )
        path = folder / f"receipt-{read.year}-{language}.html"
        path.write_text(page, encoding="utf-8")
        click.echo(path)
