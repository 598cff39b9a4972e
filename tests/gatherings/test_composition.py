"""The assembly against the model regulation: so many members by population, and one of each settlement."""

from pb.act import Role
from pb.gatherings.service import composition
from pb.territory.service import populations
from tests.village import SETTLEMENTS, Okrug


def test_what_differs_is_told(okrug: Okrug) -> None:
    assert list(composition.differences(okrug.act())) == []
    okrug.seat_assembly(4)
    populations.record(okrug.act(Role.OFFICE), 2026, 12_000, source="Bureau")
    told = [str(one) for one in composition.differences(okrug.act())]
    assert "11" in told[0]
    assert SETTLEMENTS[1] in told[1]
