"""A settlement is found by any of its names, in Kazakh, Russian or Latin letters, however it is written."""

import pytest

from pb.core.places.settlements import Settlements

KNOWN = Settlements(
    [
        ("Красный Яр", ("Красный Яр", "Krasny Yar")),
        ("Қызылжұлдыз", ("Кызылжулдуз", "Kyzylzhuldyz", "Кызыл Жулдыз")),
        ("Қарасу", ("Карасу", "Karasu")),
        ("Карасу", ("Черноводское", "Chernovodskoe")),
    ]
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Қызылжұлдыз", "Қызылжұлдыз"),
        ("кызылжулдуз", "Қызылжұлдыз"),
        ("село Кызылжулдуз", "Қызылжұлдыз"),
        ("с.Кызылжулдуз", "Қызылжұлдыз"),
        ("Қызылжұлдыз ауылы", "Қызылжұлдыз"),
        ("Қызылжұлдыз а.", "Қызылжұлдыз"),
        ("KYZYLZHULDYZ VILLAGE", "Қызылжұлдыз"),
        ("Кызыл Жулдыз", "Қызылжұлдыз"),
        (" красный  яр ", "Красный Яр"),
        ("Қарасу", "Қарасу"),
        ("Карасу", "Карасу"),  # exactly the Kazakh name of the one, though also the Russian one of the other
        ("село Карасу", None),  # of either
        ("Черноводское", "Карасу"),
        ("Зеренді", None),
        ("село", None),
        ("", None),
        ("...", None),
    ],
)
def test_any_name_finds_the_one_that_rows_keep(typed: str, kept: str | None) -> None:
    assert KNOWN.kept(typed) == kept


def test_settlements_without_other_names() -> None:
    assert Settlements.of(["Ауыл 1", "Ауыл 2"]).kept("АУЫЛ 2") == "Ауыл 2"
    assert Settlements(()).kept("Ауыл") is None
