"""`pb cards page`: the one saved file that makes voter cards in a browser without a network."""

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from urllib.parse import quote

import click

from pb.commands.trustee_files import NEW, refuse_existing

SCRIPTS = Path(__file__).parent.parent / "static" / "js"
ENTRY = "cards_file.js"
IMPORTED = re.compile(r"""(from |import\()'\./([a-z0-9_]+\.js)'""")
STYLE = """
body { font: 16px/1.5 sans-serif; max-width: 46rem; margin: 1rem auto; padding: 0 1rem; }
label { display: block; margin-top: .8rem; } input, select { width: 100%; font: inherit; }
#problems p { white-space: pre-line; } dd { margin: 0; overflow-wrap: anywhere; }
[hidden], #cards { display: none; }
@media print { .screen { display: none; }
#cards { display: grid; grid-template-columns: 95mm 95mm; grid-auto-rows: 90mm; }
.voter-card { border: .3mm dashed #666; padding: 4mm; overflow: hidden; break-inside: avoid; font-size: 8pt; }
.voter-card p { margin: 0 0 1mm; } .code { font: bold 12pt monospace; }
.fold { border-top: .2mm dotted #666; font-size: 7pt; } .mark { font: 8pt monospace; }
.address, .where { font: 6.5pt monospace; overflow-wrap: anywhere; } }
"""


@click.command()
@click.option("--out", type=NEW, required=True, help="The file to write, for example cards.html.")
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
    policy = (
        f"default-src 'none'; script-src {allowed} data:; style-src 'sha256-{_hash(STYLE)}'; connect-src 'none'; "
        "form-action 'none'; base-uri 'none'"
    )
    return _document(policy, importmap, start).encode()


def _modules(name: str, found: dict[str, str] | None = None) -> dict[str, str]:
    """A script and all that it imports, by name; a specifier becomes a name of the import map."""
    found = {} if found is None else found
    if name not in found:
        text = (SCRIPTS / name).read_text(encoding="utf-8")
        found[name] = IMPORTED.sub(r"\1'asar/\2'", text)
        for _before, imported in IMPORTED.findall(text):
            _modules(imported, found)
    return found


def _address(text: str) -> str:
    return "data:text/javascript;charset=utf-8," + quote(text)


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _document(policy: str, importmap: str, start: str) -> str:
    from pb.documents.service.saved_page import SavedPage

    words = SavedPage()
    data = {"roll": words.roll_wrong, "election": words.election_wrong, "earlier": words.earlier_wrong}
    data |= {"title": words.title, "steps": words.steps, "fold": words.fold, "failure": words.failure}
    data |= words.faults
    attributes = " ".join(f'data-{name}="{html.escape(text)}"' for name, text in data.items())
    escaped = {name: html.escape(text) for name, text in words.labels.items()}

    def entry(name: str, kind: str = "text") -> str:
        return f'<label for="{name}">{escaped[name]}</label><input id="{name}" type="{kind}" autocomplete="off">'

    fields = [entry("roll", "file"), entry("election"), entry("address")]
    groups = "".join(f"<option>{name}</option>" for name in ("BELENIOS-2048", "RFC-3526-2048", "Ed25519"))
    fields += [f'<label for="group">{escaped["group"]}</label><select id="group">{groups}</select>']
    fields += [entry("codes-key"), entry("earlier", "file"), entry("without")]
    shown = "".join(
        f'<dt>{escaped[f"{name}-label"]}</dt><dd id="{name}"></dd>'
        for name in ("uuid", "count", "list", "numbers", "maker", "passphrase")
    )
    return (
        f'<!doctype html>\n<html lang="kk">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<title>{escaped["heading"]}</title>\n'
        f"<style>{STYLE}</style>\n"
        f'<script type="importmap">{importmap}</script>\n<script type="module">{start}</script>\n</head>\n<body>\n'
        f'<div id="page" {attributes}></div>\n<main class="screen">\n<h1>{escaped["heading"]}</h1>\n'
        f'<p>{escaped["how"]}</p>\n<p id="elsewhere">{escaped["elsewhere"]}</p>\n'
        f'<div id="problems" role="alert" tabindex="-1" hidden><p></p></div>\n'
        f'<form data-part="make" data-action="make">{"".join(fields)}<p><button>{escaped["make"]}</button></p></form>\n'
        f'<p id="wait" hidden>…</p><p id="progress" hidden><progress max="1" value="0"></progress> <span></span></p>\n'
        f'<section data-part="done" tabindex="-1" hidden><p>{escaped["after"]}</p><dl>{shown}</dl>\n'
        f'<p><button data-action="save">{escaped["save"]}</button> '
        f'<button data-action="print">{escaped["print"]}</button></p></section>\n'
        f'</main>\n<div id="cards"></div>\n</body>\n</html>\n'
    )
