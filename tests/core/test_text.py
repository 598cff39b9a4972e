"""One name, however a keyboard, a Mac, a word processor or somebody who means harm writes it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core import text as texts
from pb.core.text import Sign, TextFault


@pytest.mark.parametrize(
    "written",
    [
        unicodedata.normalize("NFD", "Сергей Йолдасов"),
        "Сергей\u00a0 Йолдасов",
        " Сергей\u2009\tЙолдасов\r\n",
        "Сер\u00adгей \u200bЙол\u2060дасов\ufeff",
        "Сер\u200cгей Йолдасов\u200e",
    ],
)
def test_one_name_is_one_text(written: str) -> None:
    assert texts.tidy(written) == "Сергей Йолдасов"


@pytest.mark.parametrize("sign", ["\u202e", "\u202a", "\u2066", "\u2069"])
def test_what_turns_the_direction_of_writing_is_refused(sign: str) -> None:
    for read in (texts.tidy, texts.tidy_lines):
        with pytest.raises(TextFault) as raised:
            read(f"Красный {sign}Яр")
        assert raised.value.sign is Sign.TURNED


@pytest.mark.parametrize("sign", ["\x07", "\x1c", "\x0b", "\x7f", "\x9b", "\ue000", "\ufffe", "\ud800", "\ufff9"])
def test_what_nobody_can_see_or_print_is_refused(sign: str) -> None:
    with pytest.raises(TextFault) as raised:
        texts.tidy(f"Красный{sign}Яр")
    assert raised.value.sign is Sign.CONTROL
    assert texts.readable(f"Красный{sign}Яр") == "Красный Яр"


def test_a_text_of_several_lines_keeps_them() -> None:
    assert texts.tidy_lines("\r\nБір  екі\r\n\r\nү\u00adш \u2028төрт\n\n") == "Бір екі\n\nүш\nтөрт"


def test_a_name_of_signs_without_a_look_is_empty() -> None:
    assert texts.tidy("\u3164\u2800\u200b \u00ad") == ""


@given(st.text())
def test_a_tidy_text_is_tidy(text: str) -> None:
    for read in (texts.tidy, texts.tidy_lines, texts.readable):
        try:
            once = read(text)
        except TextFault:
            continue
        assert read(once) == once
