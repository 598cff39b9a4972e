"""How many parts an SMS is sent in: what the networks' specification says of letters of one alphabet and of any."""

import pytest

from pb.core.sms import Length, length, shortened


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Length(0, 1, 160)),
        ("a" * 160, Length(160, 1, 160)),
        ("a" * 161, Length(161, 2, 306)),
        ("[" * 80, Length(160, 1, 160)),
        ("[" * 81, Length(162, 2, 306)),
        ("ә" * 70, Length(70, 1, 70)),
        ("ә" * 71, Length(71, 2, 134)),
        ("ә" * 134, Length(134, 2, 134)),
        ("ә" * 135, Length(135, 3, 201)),
        ("a" * 69 + "ә", Length(70, 1, 70)),
        ("👪", Length(2, 1, 70)),
    ],
)
def test_parts_are_counted_as_the_networks_count_them(text: str, expected: Length) -> None:
    assert length(text) == expected


def test_only_the_thing_is_cut_and_it_shows() -> None:
    text = shortened("", "Мектеп алдындағы көшені жарықтандыру " * 4, ": қабылданды. https://asar.kz/a", 2)
    assert length(text).parts == 2
    assert text.endswith("…: қабылданды. https://asar.kz/a")
    assert text.startswith("Мектеп алдындағы")
    assert shortened("", "Жол", ": қабылданды", 2) == "Жол: қабылданды"
    assert shortened("", "Жол", ": " + "қ" * 200, 2) == "қ" * 200, "nothing else is ever cut"
