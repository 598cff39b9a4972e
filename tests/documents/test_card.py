"""Voter cards on paper: what a voter has to do is printed large enough for an old person's eyes."""

import re
import subprocess
from pathlib import Path

from pb.documents.service.card import PICTURES, Card, card_texts, render_cards
from tests.tools import require_tool

ADDRESS = "https://asar.example/krasnoyar/2027/poll/vote"
PIXELS = 1.5  # in a point, as pdftohtml counts
SMALLEST = 10  # points


def test_the_instructions_are_ten_points_and_all_on_the_card(tmp_path: Path) -> None:
    name, mark = "Нұрсұлтанғалиева Айгүл Серікбайқызы", "1234 5678 9abc def0 1234 5678 9abc def0"
    cards = [Card(str(n), name, "Қызыл Жұлдыз", "ABCD-EFGH-JKLM-NPQR-STUV-WXYZ", mark) for n in range(1, 6)]
    (tmp_path / "cards.pdf").write_bytes(render_cards(cards, ADDRESS))
    told = subprocess.run(
        [require_tool("pdftohtml"), "-xml", "-i", "-stdout", tmp_path / "cards.pdf"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.count("<page ") == 2, "four cards on a sheet"
    sizes = {found[1]: int(found[2]) / PIXELS for found in re.finditer(r'<fontspec id="(\d+)" size="(\d+)"', told)}
    lines = re.findall(r'<text [^>]*font="(\d+)">(.*?)</text>', told)
    words = {word: sizes[font] for font, line in lines for word in re.sub("<.*?>", "", line).split()}
    for texts in (card_texts("kk"), card_texts("ru")):
        for word in f"{' '.join(texts.steps)} {texts.secret} {texts.fold}".split():
            assert words[word] >= SMALLEST, word
    assert min(words.values()) >= SMALLEST, "the address is typed from the card, the key compared sign by sign"


def test_a_card_shows_the_three_steps_as_pictures() -> None:
    assert len(PICTURES) == len(card_texts("kk").steps) == len(card_texts("ru").steps) == 3
    assert len(set(PICTURES)) == 3
    assert all("href" not in picture and "style" not in picture for picture in PICTURES)
