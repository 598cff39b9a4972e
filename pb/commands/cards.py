"""`pb cards`: voter cards made on a machine without a network. Codes go to the PDF alone, public keys to a file.

The maker keeps two more files: the list of all cards with their keys, and the key that signs the confirmation.
"""

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pb.commands import card_roll, maker_file
from pb.commands.card_list import check, confirm
from pb.commands.cards_page import page
from pb.commands.files import FILE, NEW_FOLDER
from pb.commands.spoken import gettext, said, speaking
from pb.commands.trustee_files import EXISTING, group_option, new_passphrase, refusals, refuse_existing

if TYPE_CHECKING:
    from pb.core.belenios.groups import Group
    from pb.core.eds.certificates import Certificate
    from pb.core.poll.card_list import CardList
    from pb.documents.service.card import Card

FAULTS_SHOWN = 100
LONGEST_ADDRESS = 300
PRINTED = "cards.pdf"
UPLOADED = "public-keys.csv"
STATED = "statement.json"
KEPT = "maker.json"
SIGNING = "maker-key.json"
SHEET = "sheet.pdf"


@click.group(invoke_without_command=True)
@click.option(
    "--roll",
    type=FILE,
    help="The list that the page of the cards gives, CSV with the columns " + ", ".join(card_roll.COLUMNS) + " (and "
    f"{card_roll.LOOKUP} with --codes-key). A card of the reserve has a line of its own: entry {card_roll.RESERVE}1, "
    "number R1, and so on.",
)
@click.option("--election", "uuid", help="The poll's identifier: keys are derived for it alone.")
@click.option("--address", help="Address of the voting page, printed and as a QR code. It holds no code.")
@click.option("--out", type=NEW_FOLDER, help="Folder for the files.")
@click.option(
    "--codes-key",
    help="Public key of the code-releasing process: codes are sealed to it, for voters who come with a digital "
    "signature.",
)
@group_option
@click.option("--first", type=click.Choice(["kk", "ru"]), default="kk", help="Language that stands first on a card.")
@click.option("--earlier", type=EXISTING, help="The maker's file of the cards that exist: the new list holds them too.")
@click.option(
    "--without",
    multiple=True,
    help="Number of an earlier card that the new list leaves out, because it was withdrawn; repeat it for each.",
)
@click.option(
    "--certificate",
    "certificate_file",
    type=EXISTING,
    help="Your certificate for signing (.cer, .pem): your digital signature confirms the list, and no key is made.",
)
@speaking
@click.pass_context
def cards(
    context: click.Context,
    roll: Path | None,
    uuid: str | None,
    address: str | None,
    out: Path | None,
    first: str,
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
        raise click.UsageError(gettext("Give --roll, --election, --address and --out."))
    from pb.codes.service.desk import fingerprint
    from pb.core.belenios.groups import group_named

    refuse_existing(*(out / name for name in (PRINTED, UPLOADED, STATED, KEPT, SIGNING, SHEET)))
    if earlier is not None and certificate_file is not None:
        raise click.UsageError(gettext("The earlier maker's file says who confirms: leave --certificate out."))
    before = _earlier(earlier, uuid, group_name)
    certificate = _certificate(certificate_file)
    entries = _checked(roll, uuid, address, codes_key, before, without)
    printed, uploaded, keys = _make(entries, group_named(group_name), uuid, codes_key)
    signer, key_file = _signer(before, certificate)
    made = _whole_list(before, keys, without, uuid, group_name, signer)
    try:
        _write_files(out, _files(made, printed, uploaded, key_file, address, first))
    except OSError as error:
        raise click.ClickException(
            gettext("%(folder)s cannot be written: %(why)s.", folder=f"{out}", why=error.strerror)
        ) from error
    if codes_key is not None:
        sealed_to = fingerprint(codes_key)
        click.echo(
            gettext("Codes are sealed to this key: %(fingerprint)s. Compare it with `pb codes`.", fingerprint=sealed_to)
        )
    _say_what_to_do(out, made, len(printed), certificate)


def _say_what_to_do(out: Path, made: "CardList", printed: int, certificate: "Certificate | None") -> None:
    click.echo(
        gettext(
            "%(count)s cards: print %(cards)s and delete it; upload %(keys)s and %(statement)s.",
            count=printed,
            cards=f"{out / PRINTED}",
            keys=f"{out / UPLOADED}",
            statement=f"{out / STATED}",
        )
    )
    if certificate is not None:
        click.echo(
            gettext("Certificate that will confirm, SHA-256: %(fingerprint)s", fingerprint=certificate.fingerprint)
        )
    kept = {"sheet": f"{out / SHEET}", "maker": f"{out / KEPT}"}
    click.echo(
        gettext("Print %(sheet)s; keep %(maker)s. Fingerprint of the list:", **kept)
        if made.certificate
        else gettext("Print %(sheet)s; keep %(maker)s and the key file. Fingerprint of the list:", **kept)
    )
    click.echo(made.list)


cards.add_command(check)
cards.add_command(confirm)
cards.add_command(page)


def _checked(
    roll: Path, uuid: str, address: str, codes_key: str | None, before: "CardList | None", without: tuple[str, ...]
) -> list[dict[str, str]]:
    """The entries of the roll. Raises ClickException with all that is wrong, before anything is made."""
    from pb.core import sealing
    from pb.core.belenios.canonical import ProtocolError
    from pb.core.belenios.messages import parse_uuid

    faults = []
    try:
        parse_uuid(uuid)
    except ProtocolError as error:
        faults.append(f"--election: {said(error.finding)}")
    whole = re.match(r"https?://([^/\s]+)\S*$", address)
    if whole is None or len(address) > LONGEST_ADDRESS:
        faults.append(gettext("--address: give the whole address of the voting page, with https:// before it."))
    try:
        if codes_key is not None:
            sealing.parse_public(codes_key)
    except sealing.SealingError:
        faults.append(gettext("--codes-key: this is not a public key of the code-releasing process (87 signs)."))
    unknown = [number for number in without if before is None or number not in before.all]
    if unknown:
        faults.append(gettext("--without: no earlier card has the number %(numbers)s", numbers=", ".join(unknown)))
    try:
        read = card_roll.read(roll.read_bytes(), may_be_empty=bool(without))
    except OSError as error:
        raise click.ClickException(
            gettext("%(file)s cannot be read: %(why)s.", file=f"{roll}", why=error.strerror)
        ) from error
    faults += map(said, read.faults)
    if faults:
        unseen = len(faults) - FAULTS_SHOWN
        more = [gettext("… and %(number)s more.", number=unseen)] if unseen > 0 else []
        raise click.ClickException("\n  ".join([gettext("Nothing was made."), *faults[:FAULTS_SHOWN], *more]))
    return read.entries


def _make(
    entries: list[dict[str, str]], group: "Group", uuid: str, codes_key: str | None
) -> "tuple[list[Card], list[tuple[str, str, str]], dict[str, str]]":
    """The cards to print, the rows to hand in, and the public keys by the cards' numbers."""
    from pb.core import sealing
    from pb.core.belenios.credentials import derive, format_code, generate_code, public_credential
    from pb.core.poll.card_list import printed_fingerprint
    from pb.documents.service.card import Card

    printed, uploaded, keys = [], [], {}
    with click.progressbar(entries, label=gettext("Making codes")) as shown:
        for entry in shown:
            code = generate_code()
            public_key = public_credential(group, derive(group, uuid, code))
            mark = printed_fingerprint(public_key)
            printed.append(Card(entry["number"], entry["name"], entry["settlement"], format_code(code), mark))
            sealed = ""
            if codes_key is not None and entry[card_roll.LOOKUP]:
                context = {"poll": uuid, "entry": entry["entry"], "public_key": public_key}
                sealed = sealing.seal_code(code, entry[card_roll.LOOKUP], codes_key=codes_key, **context)
            uploaded.append((entry["entry"], public_key, sealed))
            keys[entry["number"]] = public_key
    return printed, uploaded, keys


def _earlier(path: Path | None, uuid: str, group_name: str) -> "CardList | None":
    if path is None:
        return None
    with refusals():
        before = maker_file.read(path)
    if (before.election, before.group) != (uuid, group_name):
        raise click.ClickException(gettext("The earlier maker's file is of another poll."))
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


def _signer(before: "CardList | None", certificate: "Certificate | None") -> tuple[tuple[str, str], str | None]:
    """The maker's key with the SHA-256 of its certificate, and the file of an own key: made with a first list alone."""
    from pb.core.poll import maker_certificate
    from pb.core.poll.maker_key import encrypt_maker_key, generate_seed, public_half

    if before is not None:
        return (before.key, before.certificate), None
    if certificate is not None:
        return (maker_certificate.key_of(certificate), certificate.fingerprint), None
    seed = generate_seed()
    return (public_half(seed), ""), encrypt_maker_key(seed, new_passphrase())


def _files(
    made: "CardList",
    printed: "list[Card]",
    uploaded: list[tuple[str, str, str]],
    key_file: str | None,
    address: str,
    first: str,
) -> dict[str, bytes]:
    """All files by name, whole: what cannot be printed is found before the first of them is written."""
    from pb import clock
    from pb.documents.service.card import render_cards
    from pb.documents.service.card_sheet import render_sheet

    languages = ("kk", "ru") if first == "kk" else ("ru", "kk")
    today = clock.local(clock.now()).date()
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(("entry", "public_key", "sealed", "poll"))
    writer.writerows(
        (*row, made.election) for row in uploaded
    )  # for the platform alone, and nothing in it was typed: keys and numbers
    files = {PRINTED: render_cards(printed, address, languages)} if printed else {}
    if key_file is not None:
        files[SIGNING] = key_file.encode()
    files[UPLOADED] = table.getvalue().encode()
    files[KEPT] = made.to_json().encode()
    files[STATED] = made.statement().to_json().encode()
    files[SHEET] = render_sheet(made.election, made.statement(), today, languages)
    return files


def _write_files(out: Path, files: dict[str, bytes]) -> None:
    """All or none. Raises OSError; what was written until then is taken away."""
    if not out.exists():
        out.mkdir(mode=0o700, parents=True)
    elif out.stat().st_mode & 0o077:
        click.echo(
            gettext(
                "Others can enter %(folder)s: the files are for you alone, but their names can be seen.",
                folder=f"{out}",
            )
        )
    written: list[Path] = []
    try:
        for name, data in files.items():
            (out / name).touch(mode=0o600, exist_ok=False)
            written.append(out / name)
            (out / name).write_bytes(data)
    except OSError:
        for path in written:
            path.unlink()
        raise
