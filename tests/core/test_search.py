"""Words are found whatever keyboard they were typed on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core import search


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Көшені жарықтандыру", "кошени жарыктандыру"),
        ("Ұңғыма, құдық", "унгыма кудык"),
        ("Ещё ёлки", "еще елки"),
        ("Ән-күй үйі", "АН КУЙ УЙИ"),
        ("«Бірлік» № 5", "бирлик 5"),
    ],
)
def test_letters_that_a_keyboard_lacks_do_not_matter(written: str, typed: str) -> None:
    assert search.asked(typed) == tuple(search.words(written))


@given(st.text(max_size=200))
def test_each_word_of_a_text_is_behind_a_space_and_nothing_in_it_means_anything_to_a_database(text: str) -> None:
    kept = search.index(text)
    assert all(f" {word}" in kept for word in search.asked(text))
    assert all(sign.isalnum() or sign == " " for sign in kept)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("5", 5),
        ("№ 5", 5),
        (" №05 ", 5),
        ("#12", 12),
        ("N 7", 7),
        ("5 шам", None),
        ("", None),
        ("№", None),
        ("1" * 9, None),
    ],
)
def test_a_number_is_asked_for_with_its_sign_or_without(typed: str, number: int | None) -> None:
    assert search.number(typed) == number


def test_a_search_has_an_end() -> None:
    assert len(search.asked(" ".join(map(str, range(100))))) == search.MOST_WORDS
