"""A Russian date ends with "г.", which is the sentence's full stop too: two of them are never written."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

PB = Path(__file__).parents[2] / "pb"
CATALOGUE = PB / "translations" / "ru" / "LC_MESSAGES" / "messages.po"
FILLED_WITH_A_DAY = re.compile(r"%\((?:date|day|since|until)\)s\.")
DAY_IN_A_TEMPLATE = re.compile(r"\bday\([^{}]*\) *\}\}(?:\{% endif %\})?\.")


def test_no_russian_sentence_ends_with_a_date_and_another_full_stop() -> None:
    with CATALOGUE.open("rb") as file:
        texts = [str(message.string) for message in read_po(file)]
    assert any("%(date)s" in text for text in texts)
    assert [text for text in texts if FILLED_WITH_A_DAY.search(text)] == []


def test_no_template_puts_a_full_stop_behind_a_date() -> None:
    found = {
        path.name: places
        for path in PB.glob("templates/**/*.html")
        if (places := DAY_IN_A_TEMPLATE.findall(path.read_text(encoding="utf-8")))
    }
    assert found == {}
