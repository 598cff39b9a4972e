"""The menu of the pages: what there is to go to, and where one is."""

import re

import pytest
from flask import Flask

from tests.conftest import english
from tests.polls.open_poll import OpenPoll
from tests.village import HOME


def menu(text: str) -> list[tuple[str, str, bool]]:
    """Label, address and whether it is told as the present one, of each row."""
    shown = text.partition('<ul class="links rooms">')[2].partition("</ul>")[0]
    rows = re.findall(r'<a href="([^"]*)"( aria-current="[a-z]+")?>([^<]*)</a>', shown)
    return [(label, url, bool(here)) for url, here, label in rows]


def test_the_menu_has_the_rooms_that_exist_and_says_where_one_is(app: Flask, opened: OpenPoll) -> None:
    cycle = opened.demo.path
    text = english(app).get(f"{cycle}/proposals").text
    assert menu(text) == [
        ("First page", f"{HOME}/", False),
        ("Meetings", f"{HOME}/meetings", False),
        ("Proposals", f"{cycle}/proposals", True),
        ("The vote", f"{cycle}/poll", False),
    ], "nothing is decided yet: there is neither a result nor a budget"
    summary = re.sub(r"<[^>]*>", "", text.partition("<summary>")[2].partition("</summary>")[0])
    assert summary.split("·")[-1].strip() == "Proposals"


def test_what_lies_in_a_room_is_told_as_that_room(app: Flask, opened: OpenPoll) -> None:
    for page in ("poll/events", "poll/tracker", "roll/statistics"):
        told = [label for label, _url, here in menu(english(app).get(f"{opened.demo.path}/{page}").text) if here]
        assert told == ["The vote"], page


def test_pages_of_no_cycle_lead_to_the_one_that_goes_on(app: Flask, opened: OpenPoll) -> None:
    rows = menu(english(app).get(f"{HOME}/permissions").text)
    assert ("The vote", f"{opened.demo.path}/poll", False) in rows
    assert not any(here for _label, _url, here in rows)


def test_all_meetings_are_in_the_menu_and_those_of_a_cycle_on_its_page(app: Flask, opened: OpenPoll) -> None:
    """Gatherings, hearings and report meetings are of no cycle: a list of the cycle's meetings has none of them."""
    cycle = opened.demo.path
    for page in (f"{HOME}/meetings", f"{cycle}/meetings", f"{HOME}/commission"):
        assert ("Meetings", f"{HOME}/meetings", True) in menu(english(app).get(page).text), page
    assert f'href="{cycle}/meetings"' in english(app).get(f"{cycle}/").text


@pytest.mark.usefixtures("okrug")
def test_meetings_are_in_the_menu_before_the_first_cycle(app: Flask) -> None:
    page = english(app).get(f"{HOME}/").text
    assert menu(page) == [("First page", f"{HOME}/", True), ("Meetings", f"{HOME}/meetings", False)]
    assert page.count(f'href="{HOME}/meetings"') == 2, "the menu's and the one below the next meetings"


def test_the_ballot_and_the_servers_own_pages_have_none(app: Flask, opened: OpenPoll) -> None:
    for page in (f"{opened.demo.path}/poll/vote", "/guide"):
        assert menu(english(app).get(page).text) == [], page
