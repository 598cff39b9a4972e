"""`pb cards`: codes on paper, public keys in a file, nothing overwritten."""

import csv
import re
import stat
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pb.commands.cards import cards
from pb.core.belenios import credentials
from pb.core.belenios.groups import BELENIOS_2048
from tests.tools import require_tool

UUID = "KrasnoyarAsar1"
ROLL = """entry,number,name,settlement
e1,0001,"Әбдіғаппарова #panic(""x"") *Құралай*",Красный Яр
e2,0002,Іңкәр Өмірзақ,Үлгілі
"""


def make(folder: Path, roll: str = ROLL, uuid: str = UUID) -> Result:
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
        str(folder / "out"),
    ]
    return CliRunner().invoke(cards, arguments)


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
    assert [row["entry"] for row in uploaded] == ["e1", "e2"]
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


@pytest.mark.parametrize(
    ("roll", "told"),
    [
        ("entry,number\ne1,1\n", "lacks columns"),
        ("entry,number,name,settlement\n", "empty"),
        ("entry,number,name,settlement\ne1,1,,Яр\n", "Line 2"),
        ("entry,number,name,settlement\ne1,1,А,Яр\ne1,2,Б,Яр\n", "twice"),
    ],
)
def test_a_faulty_roll_makes_no_cards(tmp_path: Path, roll: str, told: str) -> None:
    done = make(tmp_path, roll)
    assert done.exit_code == 1
    assert told in done.output
    assert not (tmp_path / "out").exists()


def test_keys_are_made_for_a_poll_that_can_exist(tmp_path: Path) -> None:
    assert make(tmp_path, uuid="x").exit_code == 1
