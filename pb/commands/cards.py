"""`pb cards`: voter cards made on a machine without a network. Codes go to the PDF alone, public keys to a file."""

import csv
from pathlib import Path

import click

from pb.commands.trustee_files import group_option

COLUMNS = ("entry", "number", "name", "settlement")
LOOKUP = "lookup"  # of the voter's IIN; only codes that are sealed need it, and cards of the reserve have none
PRINTED = "cards.pdf"
UPLOADED = "public-keys.csv"


@click.command()
@click.option(
    "--roll",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="CSV: " + ", ".join(COLUMNS) + ".",
)
@click.option("--election", "uuid", required=True, help="The poll's identifier: keys are derived for it alone.")
@click.option(
    "--address", required=True, help="Address of the voting page, printed and as a QR code. It holds no code."
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the two files."
)
@click.option(
    "--codes-key",
    help="Public key of the code-releasing process: codes are sealed to it, for voters who come with a digital "
    "signature.",
)
@group_option
@click.option("--lang", type=click.Choice(["kk", "ru"]), default="kk", help="Language that stands first on a card.")
def cards(roll: Path, uuid: str, address: str, out: Path, lang: str, codes_key: str | None, group_name: str) -> None:
    """Make voter cards offline: cards.pdf to print and cut, public-keys.csv to upload.

    Delete cards.pdf when the paper is checked: whoever has it can vote.
    """
    from pb.codes.service.desk import fingerprint
    from pb.core import sealing
    from pb.core.belenios.canonical import ProtocolError
    from pb.core.belenios.credentials import derive, format_code, generate_code, public_credential
    from pb.core.belenios.groups import group_named
    from pb.core.belenios.messages import parse_uuid
    from pb.documents.service.card import Card, render_cards

    group = group_named(group_name)
    try:
        parse_uuid(uuid)
        if codes_key is not None:
            sealing.parse_public(codes_key)
    except ProtocolError as error:
        raise click.ClickException(error.message) from error
    except sealing.SealingError as error:
        raise click.ClickException("The code-releasing process's public key is none.") from error
    for path in (out / PRINTED, out / UPLOADED):
        if path.exists():
            raise click.ClickException(f"{path} exists already and is not overwritten.")
    entries = _read(roll)
    printed, uploaded = [], []
    with click.progressbar(entries, label="Making codes") as shown:
        for entry in shown:
            code = generate_code()
            secret = derive(group, uuid, code)
            printed.append(Card(entry["number"], entry["name"], entry["settlement"], format_code(code)))
            public_key = public_credential(group, secret)
            sealed = ""
            if codes_key is not None and entry["lookup"]:
                context = {"poll": uuid, "entry": entry["entry"], "public_key": public_key}
                sealed = sealing.seal_code(code, entry["lookup"], codes_key=codes_key, **context)
            uploaded.append((entry["entry"], public_key, sealed))
    pdf = render_cards(printed, address, ("kk", "ru") if lang == "kk" else ("ru", "kk"))
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_secret(out / PRINTED, pdf)
    with (out / UPLOADED).open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("entry", "public_key", "sealed"))
        writer.writerows(uploaded)  # for the platform alone, and nothing in it was typed: keys and numbers
    if codes_key is not None:
        click.echo(f"Codes are sealed to this key: {fingerprint(codes_key)}. Compare it with `pb codes`.")
    click.echo(f"{len(printed)} cards: print {out / PRINTED} and delete it; upload {out / UPLOADED}.")


def _read(roll: Path) -> list[dict[str, str]]:
    try:
        with roll.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise click.ClickException("The roll lacks columns: " + ", ".join(missing))
            rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise click.ClickException(f"The roll cannot be read: {error}") from error
    entries = [{column: (row.get(column) or "").strip() for column in (*COLUMNS, LOOKUP)} for row in rows]
    for line, entry in enumerate(entries, start=2):
        if not all(entry[column] for column in COLUMNS):
            raise click.ClickException(f"Line {line} of the roll has an empty column.")
    if not entries:
        raise click.ClickException("The roll is empty.")
    if len({entry["entry"] for entry in entries}) != len(entries):
        raise click.ClickException("An entry stands twice in the roll.")
    return entries


def _write_secret(path: Path, data: bytes) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(data)
