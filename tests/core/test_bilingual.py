"""A title in Kazakh and in Russian as one text: each pair has one, and is read from it again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core.poll.bilingual import Bilingual, Said

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="|"), min_size=1, max_size=40).filter(
    lambda text: text == text.strip()
)


@given(WORDS, WORDS)
def test_a_pair_is_read_as_it_was_written(kk: str, ru: str) -> None:
    assert Bilingual.parse(Bilingual(kk, ru).text) == Bilingual(kk, ru)


@given(st.text(max_size=60))
def test_every_text_means_one_pair_whose_text_it_is(text: str) -> None:
    pair = Bilingual.parse(text)
    if pair.sound:
        assert pair.text == text
    else:
        assert pair == Bilingual(text, text)


@pytest.mark.parametrize("title", ["Lamps", "A | B | C", " | B", "A | ", "A |B", "Same | Same", "A  | B", ""])
def test_the_title_of_an_older_archive_is_the_same_in_both_languages(title: str) -> None:
    assert Bilingual.parse(title) == Bilingual(title, title)


@pytest.mark.parametrize(
    ("kk", "ru"), [("", "Лампы"), ("Шам", ""), ("Ша|м", "Лампы"), ("Шам", "Лампы | 2"), (" Ш", "Л")]
)
def test_what_would_be_read_as_another_pair_has_no_text(kk: str, ru: str) -> None:
    with pytest.raises(ValueError, match="both"):
        _ = Bilingual(kk, ru).text


def test_readers_of_english_get_the_russian_and_are_told_that_it_is() -> None:
    titles = Bilingual("Шамдар", "Лампы")
    assert [titles.said(language) for language in ("kk", "ru", "en")] == [
        Said("Шамдар", "kk"),
        Said("Лампы", "ru"),
        Said("Лампы", "ru"),
    ]
