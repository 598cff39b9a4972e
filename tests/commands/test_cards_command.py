"""`pb cards`: codes on paper, public keys in a file, nothing overwritten."""

import csv
import hashlib
import io
import re
import stat
import subprocess
from pathlib import Path

import pytest
import segno
from click.testing import CliRunner, Result

from pb.cards.service.cards import RESERVE_NAMES
from pb.codes.service.desk import fingerprint
from pb.commands import card_roll
from pb.commands.cards import cards
from pb.core import sealing
from pb.core.belenios import credentials, keyfile
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.groups import BELENIOS_2048
from pb.core.belenios.messages import credentials_json
from pb.core.poll.card_list import CardList, Made, MakerStatement, printed_fingerprint
from pb.core.poll.maker_key import decrypt_maker_key, public_half
from pb.documents.service.card import Card, code_svg, render_cards
from tests.tools import require_tool

UUID = "KrasnoyarAsar1"
E1, E2, E3 = (f"0197f0a2-0000-7000-8000-00000000000{number}" for number in (1, 2, 3))
ROLL = f"""entry,number,name,settlement
{E1},0001,"Әбдіғаппарова #panic(""x"") *Құралай*",Красный Яр
{E2},0002,Іңкәр Өмірзақ,Үлгілі
"""


PASSPHRASE = "0000-1111-2222-3333"


@pytest.fixture(autouse=True)
def known_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyfile, "generate_passphrase", lambda: PASSPHRASE)


def make(folder: Path, roll: str = ROLL, uuid: str = UUID, *more: str, out: str = "out") -> Result:
    path = folder / "roll.csv"
    path.write_text(roll, encoding="utf-8")
    arguments = [
        "--roll",
        str(path),
        "--election",
        uuid,
        "--address",
        "https://asar.example/v",
        "--out",
        str(folder / out),
    ]
    return CliRunner().invoke(cards, [*arguments, *more], input=f"{PASSPHRASE}\n")


def test_printed_codes_and_uploaded_keys_belong_together(tmp_path: Path) -> None:
    pdftotext = require_tool("pdftotext")
    done = make(tmp_path)
    assert done.exit_code == 0, done.output
    pdf = tmp_path / "out" / "cards.pdf"
    assert stat.S_IMODE(pdf.stat().st_mode) == 0o600
    text = subprocess.run([pdftotext, "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    codes = re.findall(r"(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}", text)
    with (tmp_path / "out" / "public-keys.csv").open(newline="") as file:
        uploaded = list(csv.DictReader(file))
    assert [row["entry"] for row in uploaded] == [E1, E2]
    derived = {
        credentials.public_credential(BELENIOS_2048, credentials.derive(BELENIOS_2048, UUID, code)) for code in codes
    }
    assert derived == {row["public_key"] for row in uploaded}
    assert "#panic" in text
    assert "https://asar.example/v" in text
    assert not any(code in done.output + (tmp_path / "out" / "public-keys.csv").read_text() for code in codes)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    make(tmp_path)
    before = (tmp_path / "out" / "cards.pdf").read_bytes()
    again = make(tmp_path)
    assert again.exit_code == 1
    assert "not overwritten" in again.output
    assert (tmp_path / "out" / "cards.pdf").read_bytes() == before


HEADING = "entry,number,name,settlement\n"


@pytest.mark.parametrize(
    ("roll", "told"),
    [
        (f"entry,number\n{E1},1\n", "lacks columns"),
        (f"entry;number;name\n{E1};1;А\n", "lacks columns: settlement"),
        (HEADING, "empty"),
        ("", "The roll is empty."),
        (f"{HEADING}{E1},1,,Яр\n", "Line 2 of the roll has an empty column: name"),
        (f"{HEADING}{E1},1,А,Яр\n{E1.upper()},2,Б,Яр\n", "Line 3 of the roll has the entry of line 2"),
        (f"{HEADING}{E1},1,А,Яр\n{E2},01,Б,Яр\n", "Line 3 of the roll has the number of line 2"),
        (f"{HEADING}{E1},abc,А,Яр\n", "Line 2 of the roll has no number of a card"),
        (f"{HEADING}{E1},١,А,Яр\n", "Line 2 of the roll has no number of a card"),
        (f"{HEADING}{E1},R1,А,Яр\n", "Line 2 of the roll has a number of the reserve"),
        (f"{HEADING}reserve-1,R2,А,Яр\n", "Line 2 of the roll names a card of the reserve whose number differs"),
        (f"{HEADING}nobody,1,А,Яр\n", "Line 2 of the roll has no entry"),
        (f"{HEADING}{E1},1,А,Яр,more\n", "Line 2 of the roll has 5 cells"),
        (f"{HEADING}{E1},1,А\x07,Яр\n", "cannot be printed"),
        (f'{HEADING}{E1},1,"А,Яр\n', "Line 2 of the roll is not CSV: a quote is opened"),
        (f'{HEADING}{E1},1,"А\n{E2},2,Б",Яр\n', "Line 2 of the roll is not CSV: a quote is opened"),
        (f"{HEADING}{E1},1,\u202eА,Яр\n", "cannot be printed"),
        (f"entry,number,name,settlement,lookup\n{E1},1,А,Яр,abc\n", "no look-up"),
    ],
)
def test_a_faulty_roll_makes_no_cards(tmp_path: Path, roll: str, told: str) -> None:
    done = make(tmp_path, roll)
    assert done.exit_code == 1
    assert "Nothing was made" in done.output
    assert told in done.output
    assert isinstance(done.exception, SystemExit), "an error of the program is no answer"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("separator", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16"), (",", "cp1251")])
def test_a_roll_that_went_through_a_spreadsheet_is_read_as_it_was(separator: str, encoding: str) -> None:
    """The page gives commas in English and semicolons in Kazakh and Russian; a spreadsheet saves what it likes."""
    text = f"{HEADING}{E1},1,Сергей\u00a0 Ким,Красный Яр\n".replace(",", separator)
    read = card_roll.read(text.encode(encoding))
    assert read.faults == []
    assert read.entries == [
        {"entry": E1, "number": "1", "name": "Сергей Ким", "settlement": "Красный Яр", "lookup": ""}
    ]


def test_a_roll_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "roll.csv").write_bytes(f"{HEADING}{E1},1,А,Yar\n".encode() + f"{E2},2,Айгүл,Яр\n".encode("utf-16-le"))
    given = ["--roll", str(tmp_path / "roll.csv"), "--election", UUID, "--address", "https://asar.example/v"]
    done = CliRunner().invoke(cards, [*given, "--out", str(tmp_path / "out")], input=PASSPHRASE)
    assert done.exit_code == 1
    assert "Line 3 of the roll is not UTF-8" in done.output
    assert not (tmp_path / "out").exists()


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    roll = f"{HEADING}{E1},x,А,Яр\n{E2},2,,Яр\n"
    done = make(tmp_path, roll, "x", "--without", "9", "--codes-key", "none", "--address", "asar")
    assert done.exit_code == 1
    for told in ("Line 2", "Line 3", "--election", "--without", "--codes-key", "--address"):
        assert told in done.output
    assert not (tmp_path / "out").exists()


def test_files_that_cannot_all_be_written_are_not_written_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full with the third file: cards without the maker's file could never be confirmed."""
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "maker.json":
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    done = make(tmp_path)
    assert done.exit_code == 1
    assert "No space left on device" in done.output
    assert list((tmp_path / "out").iterdir()) == []


def test_keys_are_made_for_a_poll_that_can_exist(tmp_path: Path) -> None:
    assert make(tmp_path, uuid="x").exit_code == 1


def test_a_cards_second_qr_code_holds_exactly_what_the_voting_page_wants() -> None:
    """Read back from its drawing by the modules alone: the printed code, and no word more."""
    code = credentials.format_code(credentials.generate_code())
    drawn = segno.make(code, error="m", micro=False)
    assert code_svg(code) == _svg(drawn)
    assert (drawn.mode, drawn.version) == ("alphanumeric", 2)
    assert credentials.normalise_code(code) == code.replace("-", "")


def _svg(drawn: segno.QRCode) -> str:
    out = io.BytesIO()
    drawn.save(out, kind="svg", border=0, scale=4, xmldecl=False)
    return out.getvalue().decode()


def test_codes_are_sealed_to_the_registrars_key_and_the_reserve_is_not(tmp_path: Path) -> None:
    key = sealing.generate_key()
    path = tmp_path / "roll.csv"
    path.write_text(
        "entry,number,name,settlement,lookup\n"
        f"{E1},1,Іңкәр Өмірзақ,Үлгілі,{'ab' * 32}\n"
        f"reserve-1,R1,{RESERVE_NAMES},Краснояр,\n",
        encoding="utf-8",
    )
    arguments = ["--roll", str(path), "--election", UUID, "--address", "https://asar.example/v"]
    out = ["--out", str(tmp_path / "out")]
    done = CliRunner().invoke(cards, [*arguments, *out, "--codes-key", sealing.public_text(key)], input=PASSPHRASE)
    assert done.exit_code == 0, done.output
    assert fingerprint(sealing.public_text(key)) in done.output
    with (tmp_path / "out" / "public-keys.csv").open(newline="") as file:
        first, reserve = csv.DictReader(file)
    named = {"poll": UUID, "entry": E1, "public_key": first["public_key"]}
    code, lookup = sealing.unseal_code(first["sealed"], key, **named)
    assert lookup == "ab" * 32
    secret = credentials.derive(BELENIOS_2048, UUID, code)
    assert credentials.public_credential(BELENIOS_2048, secret) == first["public_key"]
    assert (reserve["entry"], reserve["sealed"]) == ("reserve-1", "")
    refused = CliRunner().invoke(cards, [*arguments, "--out", str(tmp_path / "other"), "--codes-key", "x"])
    assert refused.exit_code == 1
    assert not (tmp_path / "other").exists()


def test_who_can_enter_the_folder_reads_nothing_and_that_it_can_be_entered_is_said(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o755)
    done = make(tmp_path)
    assert f"Others can enter {out}" in done.output
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}


def made_list(folder: Path) -> CardList:
    return CardList.parse((folder / "maker.json").read_bytes())


def test_the_maker_keeps_the_list_and_the_statement_says_its_fingerprints(tmp_path: Path) -> None:
    done = make(tmp_path)
    out = tmp_path / "out"
    kept = made_list(out)
    with (out / "public-keys.csv").open(newline="") as file:
        uploaded = [row["public_key"] for row in csv.DictReader(file)]
    assert kept.list == hashlib.sha256(credentials_json(uploaded).encode()).hexdigest()
    assert MakerStatement.parse((out / "statement.json").read_bytes()) == kept.statement()
    assert kept.made is Made.PROGRAM
    assert kept.list in done.output
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    seed = decrypt_maker_key((out / "maker-key.json").read_bytes(), PASSPHRASE)
    assert public_half(seed) == kept.key
    pdftotext = require_tool("pdftotext")
    sheet = subprocess.run([pdftotext, out / "sheet.pdf", "-"], capture_output=True, text=True, check=True).stdout
    for printed in (kept.list, kept.numbers, kept.key, "2 + 0", UUID):
        assert "".join(printed.split()) in "".join(sheet.split())
    assert len(re.findall(rb"/Type\s*/Page\b", (out / "sheet.pdf").read_bytes())) == 1, "lines to sign on another page"


def test_a_second_run_states_the_whole_list_again(tmp_path: Path) -> None:
    make(tmp_path)
    before = made_list(tmp_path / "out")
    earlier = ["--earlier", str(tmp_path / "out" / "maker.json"), "--without", "0001"]
    again = ROLL.splitlines()[0] + f"\n{E3},0003,Іңкәр,Үлгілі\nreserve-1,R1,{RESERVE_NAMES},Краснояр\n"
    done = make(tmp_path, again, UUID, *earlier, out="second")
    assert done.exit_code == 0, done.output
    after = made_list(tmp_path / "second")
    assert set(after.all) == {"0002", "0003", "R1"}
    assert after.all["0002"] == before.all["0002"]
    assert (after.key, after.statement().reserve) == (before.key, 1)
    assert not (tmp_path / "second" / "maker-key.json").exists()
    assert make(tmp_path, again, UUID, "--without", "0001", out="third").exit_code == 1


def test_an_altered_makers_file_is_refused(tmp_path: Path) -> None:
    make(tmp_path)
    text = (tmp_path / "out" / "maker.json").read_text()
    with pytest.raises(ProtocolError):
        CardList.parse(text.replace('"0001"', '"0009"'))


def test_the_fold_of_a_card_shows_its_keys_fingerprint_and_where_to_look(tmp_path: Path) -> None:
    make(tmp_path)
    pdftotext = require_tool("pdftotext")
    pdf = tmp_path / "out" / "cards.pdf"
    text = subprocess.run([pdftotext, "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    for key in made_list(tmp_path / "out").all.values():
        assert printed_fingerprint(key) in text
    assert "https://asar.example/keys" in text


def test_what_stands_under_a_fold_is_too_long_to_be_found_by_trying() -> None:
    """With 64 bits an enemy who makes keys until one fits has a second key for somebody's card."""
    shown = printed_fingerprint("a key").split(" ")
    assert [len(group) for group in shown] == [4] * 8
    assert hashlib.sha256(b"a key").hexdigest().startswith("".join(shown))


def test_cards_and_sheet_are_in_kazakh_and_russian(tmp_path: Path) -> None:
    make(tmp_path)
    pdftotext = require_tool("pdftotext")
    for name, words in (("cards.pdf", ("карточкасы", "Карточка")), ("sheet.pdf", ("Кілт", "Ключ"))):
        run = subprocess.run([pdftotext, tmp_path / "out" / name, "-"], capture_output=True, text=True, check=True)
        assert all(word.lower() in run.stdout.lower() for word in words), name


def test_a_long_name_and_a_real_address_leave_room_for_the_fold(tmp_path: Path) -> None:
    """What falls off a card is cut away with its lower edge: nobody could look the key up."""
    pdftotext = require_tool("pdftotext")
    address = "https://asar.krasnoyar.example/krasnoyar/vote"
    name, settlement = "Әбдіғаппарова-Сейітқалиева Құралай Нұрмұхаммедқызы", "Красный Яр ауылы, Краснояр ауылдық округі"
    mark = printed_fingerprint("a key")
    pdf = tmp_path / "cards.pdf"
    pdf.write_bytes(render_cards([Card("1", name, settlement, "-".join(["ABCD"] * 6), mark)], address))
    boxes = subprocess.run([pdftotext, "-bbox", pdf, "-"], capture_output=True, text=True, check=True).stdout
    lowest = max(float(bottom) for bottom in re.findall(r'<word .*?yMax="([0-9.]+)"', boxes))
    assert lowest < (8 + 139 - 4) / 25.4 * 72, "nothing stands where the scissors go"
    assert all(f">{group}</word>" in boxes for group in mark.split(" "))
