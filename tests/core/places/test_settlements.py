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


def test_a_siding_beside_the_village_of_its_name_is_another_place() -> None:
    """Played: in 81 cases the classifier has namesakes within an okrug, and the office could tell none apart."""
    both = Settlements([("Байқан", ("Байкан", "Baikan")), ("Байқан разъезі", ("разъезд Байкан", "Baikan siding"))])
    for typed in ("Байқан", "с. Байкан", "село Байкан", "Байқан ауылы", "BAIKAN VILLAGE"):
        assert both.kept(typed) == "Байқан", typed
    for typed in ("Байқан разъезі", "рзд. Байкан", "Байкан разъезд", "baikan siding"):
        assert both.kept(typed) == "Байқан разъезі", typed
    assert both.kept("станция Байкан") is None, "of either, or a third"
    village = Settlements.of(["Байқан"])
    assert not village.knows("Байқан разъезі")
    assert village.knows("с. Байкан")
    assert village.kept("рзд. Байкан") == "Байқан", "where it is the only one, it is meant"


def test_settlements_without_other_names() -> None:
    assert Settlements.of(["Ауыл 1", "Ауыл 2"]).kept("АУЫЛ 2") == "Ауыл 2"
    assert Settlements(()).kept("Ауыл") is None
