"""How many participants are asked, and who: exact numbers, and a drawing that anybody repeats."""

import hashlib
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core.poll import sampling


@pytest.mark.parametrize(
    ("participants", "asked"), [(0, 0), (1, 1), (20, 19), (60, 38), (100, 45), (300, 54), (100_000, 59), (10**6, 59)]
)
def test_the_size_of_the_sample(participants: int, asked: int) -> None:
    assert sampling.size(participants) == asked


@given(st.integers(1, 600))
def test_the_size_is_the_least_that_misses_once_in_twenty_times(participants: int) -> None:
    asked, false = sampling.size(participants), sampling.fraud_looked_for(participants)

    def missed(sample: int) -> int:
        return 20 * comb(participants - false, sample)

    assert missed(asked) <= comb(participants, asked)
    assert asked == 0 or missed(asked - 1) > comb(participants, asked - 1)


@given(st.sets(st.integers(1, 10_000), max_size=80), st.text(max_size=30), st.binary(min_size=32, max_size=32))
def test_a_drawing_is_of_the_list_the_same_again_and_in_any_order(numbers: set[int], text: str, salt: bytes) -> None:
    text = text.encode("utf-8", "replace").decode()
    committed = sampling.commitment(sampling.list_text((number, False) for number in numbers), salt)
    seed = sampling.seed(text, committed)
    drawn = sampling.draw(numbers, 10, seed)
    assert drawn == sampling.draw(sorted(numbers, reverse=True), 10, seed)
    assert set(drawn) <= numbers
    assert len(drawn) == min(10, len(numbers)) == len(set(drawn))
    assert drawn == sampling.draw(numbers, 99, seed)[:10], "a larger sample begins with the smaller one"


def test_the_drawing_is_what_the_description_says() -> None:
    """Computed here from the words alone, as an outsider would."""
    committed = hashlib.sha256(b"list").hexdigest()
    seed = hashlib.sha256("Шарлар 7 41".encode() + bytes.fromhex(committed)).digest()
    places = {number: hashlib.sha256(seed + str(number).encode()).hexdigest() for number in range(1, 50)}
    assert sampling.draw(range(1, 50), 5, sampling.seed("Шарлар 7 41", committed)) == sorted(places, key=places.get)[:5]  # type: ignore[arg-type]


def test_each_number_is_drawn_about_as_often_as_another() -> None:
    hits = dict.fromkeys(range(10), 0)
    for turn in range(2_000):
        for number in sampling.draw(range(10), 3, sampling.seed(str(turn), "00" * 32)):
            hits[number] += 1
    assert all(500 < count < 700 for count in hits.values())


def test_another_text_or_another_list_gives_another_seed() -> None:
    assert len({sampling.seed(text, mark * 32) for text in ("a", "b") for mark in ("00", "01")}) == 4
    assert sampling.commitment("[1,false]", b"a" * 32) != sampling.commitment("[1,false]", b"b" * 32)
    assert sampling.list_text([(12, True), (3, False)]) == "[3,false]\n[12,true]"
