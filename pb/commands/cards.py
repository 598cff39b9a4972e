"""`pb cards`: voter cards made on a machine without a network. Codes go to the PDF alone, public keys to a file.

The maker keeps two more files: the list of all cards with their keys, and the key that signs the confirmation.
"""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pb.commands.card_list import check, confirm
from pb.commands.cards_page import page
from pb.commands.trustee_files import EXISTING, group_option, new_passphrase, refusals, refuse_existing, write_secret

if TYPE_CHECKING:
    from pb.core.belenios.groups import Group
    from pb.core.eds.certificates import Certificate
    from pb.core.poll.card_list import CardList
    from pb.documents.service.card import Card

COLUMNS = ("entry", "number", "name", "settlement")
LOOKUP = "lookup"  # of the voter's IIN; only codes that are sealed need it, and cards of the reserve have none
PRINTED = "cards.pdf"
UPLOADED = "public-keys.csv"
STATED = "statement.json"
KEPT = "maker.json"
SIGNING = "maker-key.json"
SHEET = "sheet.pdf"


@click.group(invoke_without_command=True)
@click.option(
    "--roll",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV: " + ", ".join(COLUMNS) + ".",
)
@click.option("--election", "uuid", help="The poll's identifier: keys are derived for it alone.")
@click.option("--address", help="Address of the voting page, printed and as a QR code. It holds no code.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the files.")
@click.option(
    "--codes-key",
    help="Public key of the code-releasing process: codes are sealed to it, for voters who come with a digital "
    "signature.",
)
@group_option
@click.option("--lang", type=click.Choice(["kk", "ru"]), default="kk", help="Language that stands first on a card.")
@click.option("--earlier", type=EXISTING, help="The maker's file of the cards that exist: the new list holds them too.")
@click.option("--without", multiple=True, help="Number of an earlier card that was withdrawn and not made again.")
@click.option(
    "--certificate",
    "certificate_file",
    type=EXISTING,
    help="Your certificate for signing (.cer, .pem): your digital signature confirms the list, and no key is made.",
)
@click.pass_context
def cards(
    context: click.Context,
    roll: Path | None,
    uuid: str | None,
    address: str | None,
    out: Path | None,
    lang: str,
    codes_key: str | None,
    group_name: str,
    earlier: Path | None,
    without: tuple[str, ...],
    certificate_file: Path | None,
) -> None:
    """Make voter cards offline: cards.pdf to print and cut, public-keys.csv and statement.json to hand in.

    sheet.pdf is signed at the drawing of the lot. Keep maker.json and maker-key.json: after the opening, `pb cards
    confirm` compares the archive with them and signs. With --certificate your digital signature takes the place of
    maker-key.json. Delete cards.pdf when the paper is checked: whoever has it can vote.
    """
    if context.invoked_subcommand is not None:
        return
    if roll is None or uuid is None or address is None or out is None:
        raise click.UsageError("Give --roll, --election, --address and --out.")
    from pb.codes.service.desk import fingerprint
    from pb.core import sealing
    from pb.core.belenios.groups import group_named
    from pb.core.belenios.messages import parse_uuid

    group = group_named(group_name)
    with refusals():
        parse_uuid(uuid)
    try:
        if codes_key is not None:
            sealing.parse_public(codes_key)
    except sealing.SealingError as error:
        raise click.ClickException("The code-releasing process's public key is none.") from error
    refuse_existing(*(out / name for name in (PRINTED, UPLOADED, STATED, KEPT, SIGNING, SHEET)))
    if earlier is not None and certificate_file is not None:
        raise click.UsageError("The earlier maker's file says who confirms: leave --certificate out.")
    before = _earlier(earlier, uuid, group_name)
    certificate = _certificate(certificate_file)
    entries = _read(roll, may_be_empty=bool(without))
    printed, uploaded, keys = _make(entries, group, uuid, codes_key)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = _whole_list(before, keys, without, uuid, group_name, _signer(before, certificate, out))
    _write_files(out, made, printed, uploaded, address, lang)
    if codes_key is not None:
        click.echo(f"Codes are sealed to this key: {fingerprint(codes_key)}. Compare it with `pb codes`.")
    click.echo(
        f"{len(printed)} cards: print {out / PRINTED} and delete it; upload {out / UPLOADED} and {out / STATED}."
    )
    if certificate is not None:
        click.echo(f"Certificate that will confirm, SHA-256: {certificate.fingerprint}")
    kept = f"{out / KEPT}" if made.certificate else f"{out / KEPT} and the key file"
    click.echo(f"Print {out / SHEET}; keep {kept}. Fingerprint of the list:\n{made.list}")


cards.add_command(check)
cards.add_command(confirm)
cards.add_command(page)


def _make(
    entries: list[dict[str, str]], group: "Group", uuid: str, codes_key: str | None
) -> "tuple[list[Card], list[tuple[str, str, str]], dict[str, str]]":
    """The cards to print, the rows to hand in, and the public keys by the cards' numbers."""
    from pb.core import sealing
    from pb.core.belenios.credentials import derive, format_code, generate_code, public_credential
    from pb.core.poll.card_list import printed_fingerprint
    from pb.documents.service.card import Card

    printed, uploaded, keys = [], [], {}
    with click.progressbar(entries, label="Making codes") as shown:
        for entry in shown:
            code = generate_code()
            public_key = public_credential(group, derive(group, uuid, code))
            mark = printed_fingerprint(public_key)
            printed.append(Card(entry["number"], entry["name"], entry["settlement"], format_code(code), mark))
            sealed = ""
            if codes_key is not None and entry["lookup"]:
                context = {"poll": uuid, "entry": entry["entry"], "public_key": public_key}
                sealed = sealing.seal_code(code, entry["lookup"], codes_key=codes_key, **context)
            uploaded.append((entry["entry"], public_key, sealed))
            keys[entry["number"]] = public_key
    return printed, uploaded, keys


def _earlier(path: Path | None, uuid: str, group_name: str) -> "CardList | None":
    from pb.core.poll.card_list import CardList

    if path is None:
        return None
    with refusals():
        before = CardList.parse(path.read_bytes())
    if (before.election, before.group) != (uuid, group_name):
        raise click.ClickException("The earlier maker's file is of another poll.")
    return before


def _whole_list(
    before: "CardList | None",
    keys: dict[str, str],
    without: tuple[str, ...],
    uuid: str,
    group_name: str,
    signer: tuple[str, str],
) -> "CardList":
    """The list of all cards; `signer` is the maker's key and the SHA-256 of its certificate, if it has one."""
    from pb.core.poll.card_list import CardList, Made, salt

    unknown = [number for number in without if before is None or number not in before.all]
    if unknown:
        raise click.ClickException("No earlier card has the number " + ", ".join(unknown))
    kept = {number: key for number, key in (before.all if before else {}).items() if number not in without} | keys
    cards_of_roll = {number: public_key for number, public_key in kept.items() if not number.startswith("R")}
    reserve = {number: public_key for number, public_key in kept.items() if number.startswith("R")}
    how = before.made if before else Made.PROGRAM
    return CardList(uuid, group_name, how, salt(), cards_of_roll, reserve, *signer)


def _certificate(path: Path | None) -> "Certificate | None":
    from pb.core.poll import maker_certificate

    if path is None:
        return None
    with refusals():
        return maker_certificate.read(path.read_bytes())


def _signer(before: "CardList | None", certificate: "Certificate | None", out: Path) -> tuple[str, str]:
    """The maker's key and the SHA-256 of its certificate; with the first list an own key is made, if there is none."""
    from pb.core.poll import maker_certificate
    from pb.core.poll.maker_key import encrypt_maker_key, generate_seed, public_half

    if before is not None:
        return before.key, before.certificate
    if certificate is not None:
        return maker_certificate.key_of(certificate), certificate.fingerprint
    seed = generate_seed()
    write_secret(out / SIGNING, encrypt_maker_key(seed, new_passphrase()))
    return public_half(seed), ""


def _write_files(
    out: Path,
    made: "CardList",
    printed: "list[Card]",
    uploaded: list[tuple[str, str, str]],
    address: str,
    lang: str,
) -> None:
    from pb import clock
    from pb.documents.service.card import render_cards
    from pb.documents.service.card_sheet import render_sheet

    languages = ("kk", "ru") if lang == "kk" else ("ru", "kk")
    if printed:
        _write_secret(out / PRINTED, render_cards(printed, address, languages))
    with (out / UPLOADED).open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("entry", "public_key", "sealed"))
        writer.writerows(uploaded)  # for the platform alone, and nothing in it was typed: keys and numbers
    write_secret(out / KEPT, made.to_json())
    (out / STATED).write_text(made.statement().to_json(), encoding="utf-8")
    day = clock.local(clock.now()).date().strftime("%d.%m.%Y")
    (out / SHEET).write_bytes(render_sheet(made.election, made.statement(), day, languages))


def _read(roll: Path, *, may_be_empty: bool) -> list[dict[str, str]]:
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
    if not entries and not may_be_empty:
        raise click.ClickException("The roll is empty.")
    if len({entry["entry"] for entry in entries}) != len(entries):
        raise click.ClickException("An entry stands twice in the roll.")
    if len({entry["number"] for entry in entries}) != len(entries):
        raise click.ClickException("A number stands twice in the roll.")
    return entries


def _write_secret(path: Path, data: bytes) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(data)
