"""Which settlements had no gathering this year is seen on the page of meetings."""

from datetime import UTC, datetime

import pytest

from pb.gatherings.models import Gathering, Kind, State
from pb.gatherings.service.coverage import covers

NAMES = {
    "Красный Яр": ["Красный Яр", "Красный Яр", "Krasnyi Yar"],
    "Қызылжұлдыз": ["Қызылжұлдыз", "Кызыл Жулдыз", "Kyzylzhuldyz"],
    "Яр": ["Яр", "Яр", "Yar"],
}


def held(kind: Kind, part: str = "", state: State = State.CONFIRMED) -> Gathering:
    return Gathering(kind=kind, part=part, state=state, meets_at=datetime(2026, 5, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("gathering", "covered"),
    [
        (held(Kind.GATHERING), set(NAMES)),
        (held(Kind.SEPARATE, "Қызылжұлдыз ауылы, Абай көшесі"), {"Қызылжұлдыз"}),
        (held(Kind.SEPARATE, "село Кызыл Жулдыз"), {"Қызылжұлдыз"}),
        (held(Kind.SEPARATE, "с. Красный Яр, ул. Абая, 1–40"), {"Красный Яр"}),
        (held(Kind.SEPARATE, "Яр"), {"Яр"}),
        (held(Kind.SEPARATE, "Абай көшесі"), set()),
        (held(Kind.GATHERING, state=State.CONVENED), set()),
        (held(Kind.ASSEMBLY), set()),
    ],
)
def test_a_gathering_covers_the_settlements_that_it_was_of(gathering: Gathering, covered: set[str]) -> None:
    assert covers(gathering, NAMES) == covered
