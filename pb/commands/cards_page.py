"""`pb cards page`: the one saved file that makes voter cards in a browser without a network."""

import base64
import hashlib
import json
import re
from pathlib import Path
from urllib.parse import quote

import click

from pb.commands.spoken import speaking
from pb.commands.trustee_files import NEW, refuse_existing
from pb.core.belenios.groups import GROUPS

STATIC = Path(__file__).parent.parent / "static"
ENTRY = "cards_file.js"
IMPORTED = re.compile(r"""(from |import\()'\./([a-z0-9_]+\.js)'""")
STYLES = ("cards_file.css", "cards.css")
TEMPLATES = STATIC.parent / "templates"


@click.command()
@click.option("--out", type=NEW, required=True, help="The file to write, for example cards.html.")
@speaking
def page(out: Path) -> None:
    """Write the saved file and print its SHA-256: compare it with the one of the release before you use it."""
    refuse_existing(out)
    content = build()
    out.write_bytes(content)
    click.echo(f"{hashlib.sha256(content).hexdigest()}  {out}")


def build() -> bytes:
    """The file. The same scripts and texts give the same bytes."""
    modules = _modules(ENTRY)
    importmap = json.dumps({"imports": {f"asar/{name}": _address(text) for name, text in sorted(modules.items())}})
    start = f"import 'asar/{ENTRY}'"
    allowed = " ".join(f"'sha256-{_hash(text)}'" for text in (importmap, start))
    style = "\n".join((STATIC / "css" / name).read_text(encoding="utf-8") for name in STYLES)
    policy = (
        f"default-src 'none'; script-src {allowed} data:; style-src 'sha256-{_hash(style)}'; connect-src 'none'; "
        "form-action 'none'; base-uri 'none'"
    )
    return _document(policy=policy, importmap=importmap, start=start, style=style).encode()


def _modules(name: str, found: dict[str, str] | None = None) -> dict[str, str]:
    """A script and all that it imports, by name; a specifier becomes a name of the import map."""
    found = {} if found is None else found
    if name not in found:
        text = (STATIC / "js" / name).read_text(encoding="utf-8")
        found[name] = IMPORTED.sub(r"\1'asar/\2'", text)
        for _before, imported in IMPORTED.findall(text):
            _modules(imported, found)
    return found


def _address(text: str) -> str:
    return "data:text/javascript;charset=utf-8," + quote(text)


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _document(*, policy: str, importmap: str, start: str, style: str) -> str:
    """Policy, scripts and style are this program's own; the words come from the catalogues."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from pb.documents.service.card import PICTURES, card_texts
    from pb.documents.service.card_sheet import sheet_texts
    from pb.documents.service.saved_page import SavedPage

    pages = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return pages.get_template("cards/saved_page.html").render(
        words=SavedPage(),
        policy=policy,
        importmap=importmap,
        start=start,
        style=style,
        groups=list(GROUPS),
        address_svg="",
        card_texts=[card_texts(language) for language in ("kk", "ru")],
        step_pictures=PICTURES,
        sheet_texts=[sheet_texts(language) for language in ("kk", "ru")],
    )
