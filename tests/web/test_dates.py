"""Dates, sums and numbers as people read them. A Russian date ends with "г.": a second full stop is never written."""

import re
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from pb import formats
from pb.typesetting import unbroken

PB = Path(__file__).parents[2] / "pb"
CATALOGUE = PB / "translations" / "ru" / "LC_MESSAGES" / "messages.po"
GIVEN_A_DAY = re.compile(r"\b(\w+)=(?:formats\.)?day\(")
DAY_IN_A_TEMPLATE = re.compile(r"\bday\([^{}]*\) *\}\}(?:\{% endif %\})?\.")
BARE_NUMBER = re.compile(r"№ (?:\{|['\"<])")


@pytest.mark.parametrize(
    ("language", "written"),
    [("kk", "2026\u00a0ж. 3\u00a0наурыз"), ("ru", "3\u00a0марта 2026\u00a0г."), ("en", "March\u00a03, 2026")],
)
def test_a_date_breaks_neither_before_its_month_nor_before_the_word_of_its_year(language: str, written: str) -> None:
    assert formats.day(date(2026, 3, 3), language) == written


def test_a_sum_and_a_numbered_thing_stay_on_one_line() -> None:
    assert formats.money(2_450_000_00) == "2\u00a0450\u00a0000\u00a0₸"
    assert formats.numbered(12) == "№\u00a012"


@pytest.mark.parametrize(
    "text",
    [
        "№_12 хаттама", "№_%(number)s бюллетень", "1 мен 1_000_000 аралығы", "100_₸", "5_МБ шегі",
        "%(percent)s_%%", "3_наурыздағы хат", "от 3_марта 2026_года", "%(year)s_жыл", "А._Б._Сейдахметов",
        "%(left)s_/_%(limit)s ұпай", "выбрано %(chosen)s_из_%(limit)s", "%(cost)s / %(sum)s",
        "1. Откройте адрес. 2. Введите код.", "24 әріп пен цифр", "2026 123456",
    ],
)  # fmt: skip
def test_the_rule_binds_what_belongs_together_and_nothing_else(text: str) -> None:
    assert unbroken(text.replace("_", " ")) == text.replace("_", "\u00a0")
    assert unbroken(unbroken(text)) == unbroken(text)


def test_no_russian_sentence_ends_with_a_date_and_another_full_stop() -> None:
    sources = [*PB.rglob("*.py"), *PB.glob("templates/**/*.html")]
    names = {name for path in sources for name in GIVEN_A_DAY.findall(path.read_text(encoding="utf-8"))}
    assert {"date", "day", "first", "last"} <= names
    filled_with_a_day = re.compile(rf"%\((?:{'|'.join(sorted(names | {'since', 'until'}))})\)s\.")
    with CATALOGUE.open("rb") as file:
        texts = [str(message.string) for message in read_po(file)]
    assert any("%(date)s" in text for text in texts)
    assert [text for text in texts if filled_with_a_day.search(text)] == []


def test_no_template_puts_a_full_stop_behind_a_date() -> None:
    found = {
        path.name: places
        for path in PB.glob("templates/**/*.html")
        if (places := DAY_IN_A_TEMPLATE.findall(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_pages_and_papers_number_things_with_the_one_function() -> None:
    sources = [
        path for room in ("templates", "results", "checks", "cards", "gatherings") for path in (PB / room).rglob("*.*")
    ]
    texts = {
        str(path.relative_to(PB)): path.read_text(encoding="utf-8")
        for path in sources
        if path.suffix in (".py", ".html")
    }
    assert {name for name, text in texts.items() if BARE_NUMBER.search(text)} == set()
