"""The list and the map of what goes out: the same leaves under the same numbers, whatever the sums are."""

import re

from lxml import html

from pb.citizens.service import leaves
from pb.citizens.service.leaves import Leaf
from pb.citizens.views import tree
from pb.core.receipt import Project, spending

CODES = [f"{group:02}.0.124.{programme:03}.015" for group in (1, 7, 8) for programme in (1, 2, 3, 4, 5)]


def test_what_residents_decided_is_a_leaf_of_its_own_and_leaves_add_up() -> None:
    found = leaves.of(spending([("07.0.124.008.015", 500), ("08.0.124.006", 300)], [Project("a", "07.0.124.008", 0)]))
    assert [entry.kind for group in found.groups for entry in group.entries] == [Leaf.PROGRAMME] * 2
    found = leaves.of(spending([("07.0.124.008.015", 500)], [Project("a", "07.0.124.008.015", 200)]))
    [group] = found.groups
    assert [(one.kind, one.amount, one.number) for one in group.entries] == [
        (Leaf.PROGRAMME, 300, 1),
        (Leaf.RESIDENTS, 200, 2),
    ]
    assert not found.drawn, "two are read at a glance"


def test_a_line_that_has_less_than_residents_decided_is_written_below_nil_and_not_drawn() -> None:
    [group] = leaves.of(spending([("07.0.124.008.015", 100)], [Project("a", "07.0.124.008.015", 250)])).groups
    assert [(one.kind, one.amount, one.number) for one in group.entries] == [
        (Leaf.RESIDENTS, 250, 1),
        (Leaf.PROGRAMME, -150, 0),
    ]
    assert group.amount == 100


def test_a_line_without_a_programme_stands_under_its_group() -> None:
    found = leaves.of(spending([("07", 100), ("08.2.124", 50), ("08.2.124.006", 25)]))
    kinds = {group.key: [(one.kind, one.key, one.amount) for one in group.entries] for group in found.groups}
    assert kinds["07"] == [(Leaf.NO_PROGRAMME, "07", 100)]
    assert sum(amount for _kind, _key, amount in kinds["08"]) == 75


def test_of_many_the_small_ones_share_the_last_box() -> None:
    found = leaves.of(spending([(code, 1000 - 10 * place) for place, code in enumerate(CODES)]))
    numbers = [one.number for group in found.groups for one in group.entries]
    assert found.rest == 12
    assert sorted(set(numbers)) == list(range(1, 13))
    assert numbers.count(12) == len(CODES) - 11
    name = "Бағдарлама өтеұзынатауыешқандайқорапқасыймайды"
    drawn = tree.drawn(found, lambda _code: name, title="Map", rest="Rest")
    svg = html.fromstring(str(drawn))
    boxes = svg.findall(".//rect")
    assert len(boxes) == 12
    assert sum(float(box.get("width")) * float(box.get("height")) for box in boxes) < 960 * 480
    texts = [text.text for text in svg.findall(".//text")]
    assert [text for text in texts if re.fullmatch(r"\d+", text)] == [str(number) for number in range(1, 13)]


def test_nothing_is_spent() -> None:
    found = leaves.of(spending([]))
    assert (found.groups, found.rest, found.drawn) == ([], 0, False)
