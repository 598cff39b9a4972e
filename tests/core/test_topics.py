"""One list of topics fills four official lists."""

import pytest

from pb.core.topics import LINES, OFFICIAL, Topic, by_line


@pytest.mark.parametrize(
    ("official", "number"), [("appeals", 10), ("reception", 16), ("report_meeting", 12), ("decree_826", 12)]
)
def test_every_line_of_an_official_list_is_reached(official: str, number: int) -> None:
    lines = set(OFFICIAL[official])
    assert len(lines) == number
    assert {getattr(place, official) for place in LINES.values()} == lines


def test_every_topic_has_one_line_in_each_list_so_nothing_is_lost_or_counted_twice() -> None:
    assert set(LINES) == set(Topic)
    counts = {topic: place for place, topic in enumerate(Topic, 1)}
    for official in OFFICIAL:
        assert sum(by_line(counts, official).values()) == sum(counts.values())
    assert by_line({"land": 2, "subsoil": 1}, "decree_826")["land"] == 3
