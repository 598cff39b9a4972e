"""The chain of a poll's events, as people read it."""

import re

from flask import Flask

from tests.conftest import english
from tests.polls.open_poll import OpenPoll


def test_each_ballot_of_the_chain_has_its_number_and_its_tracker_leads_to_it(app: Flask, opened: OpenPoll) -> None:
    """«Ballot», «Ballot», «Ballot»: nobody could tell one line from another."""
    cast = []
    for number in range(3):
        client = english(app)
        opened.sign_in(client, number)
        cast.append(opened.cast(client, opened.ballot(number, 1)).json["receipt"])
    client = english(app)
    page = client.get(f"{opened.path}/events").text
    lines = re.findall(r'<li class="card"><b>(.*?)</b>(.*?)</li>', page, flags=re.DOTALL)
    assert len({said for said, _folded in lines}) == len(lines) == 4
    for receipt in cast:
        (folded,) = [folded for said, folded in lines if said.endswith(f"№\u00a0{receipt['position']}")]
        assert receipt["tracker"] in folded, "the same place as the look-up of the tracker tells"
    in_sight = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
    for technical in ("SHA-256", "JSON", "Setup", "<code>"):
        assert technical not in in_sight


def test_the_chain_tells_no_hour_of_a_ballot(app: Flask, opened: OpenPoll) -> None:
    """The archive holds none: whoever saw who came when could tell whose ballot is whose."""
    client = english(app)
    opened.sign_in(client, 0)
    opened.cast(client, opened.ballot(0, 1))
    page = english(app).get(f"{opened.path}/events").text.partition("<main")[2].partition("</main>")[0]
    assert not re.search(r"\d{1,2}:\d\d|<time", page)
