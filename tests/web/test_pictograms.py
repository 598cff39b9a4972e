"""The sprite of pictograms: one file of own lines, light enough for a slow line, in the colour of the words."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import pb
from pb.cycles.models import ORDER
from pb.identity.service.roles import ICONS
from pb.proposals.models import Category
from pb.proposals.service import fates

SPRITE = Path(pb.__file__).parent / "static" / "img" / "icons.svg"
SYMBOLS = re.findall(r"<symbol .*?</symbol>", SPRITE.read_text(), re.DOTALL)
LARGEST = 600  # bytes


def name_of(symbol: str) -> str:
    return str(ET.fromstring(symbol).get("id"))  # noqa: S314 - our own drawing


@pytest.mark.parametrize("symbol", SYMBOLS, ids=name_of)
def test_each_pictogram_is_small_and_drawn_alike(symbol: str) -> None:
    assert len(symbol.encode()) <= LARGEST
    drawn = ET.fromstring(symbol)  # noqa: S314 - our own drawing
    looks = {"viewBox": "0 0 24 24", "fill": "none", "stroke": "currentColor", "stroke-width": "1.75"}
    assert {name: drawn.get(name) for name in looks} == looks
    assert {part.tag for part in drawn} <= {"path", "circle"}
    assert all({"fill", "stroke", "style", "href"}.isdisjoint(part.keys()) for part in drawn)


def test_phases_categories_roles_and_states_have_one() -> None:
    names = [name_of(symbol) for symbol in SYMBOLS]
    assert len(names) == len(set(names))
    wanted = {*ORDER, *Category, *ICONS.values(), *fates.ICONS.values(), "won", "lost", "built", "poster"}
    assert wanted == set(names)
