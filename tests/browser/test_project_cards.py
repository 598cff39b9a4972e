"""A project's card: all of it leads to the project, and nothing of it stands outside, however narrow the screen."""

import pytest
from playwright.sync_api import Browser

from pb.demo.cycle import Stage
from tests.browser.served import Served

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_a_long_sum_stays_on_its_card(okrug: Served, browser: Browser, width: int) -> None:
    page = okrug.context(browser, viewport={"width": width, "height": 740}).new_page()
    page.goto(okrug.origin + okrug.path(Stage.BUDGET, "/proposals"))
    page.locator(".sum").first.evaluate("sum => { sum.textContent = '158\\u00a0400\\u00a0000\\u00a0₸' }")
    over = page.locator(".tile").evaluate_all(
        "tiles => tiles.filter((tile) => tile.scrollWidth > tile.clientWidth).map((tile) => tile.textContent)"
    )
    assert not over


def test_a_press_anywhere_on_a_card_leads_to_its_project(okrug: Served, browser: Browser) -> None:
    page = okrug.context(browser, viewport={"width": 360, "height": 740}).new_page()
    page.goto(okrug.origin + okrug.path(Stage.BUDGET, "/proposals"))
    address = page.locator(".tile a").first.get_attribute("href")
    page.locator(".tile").first.click(position={"x": 30, "y": 30})  # the pictogram's frame
    page.wait_for_url(f"**{address}")


@pytest.mark.parametrize("word", ["контейнерлерінің", "Электрқамтамасыздандыру", "рекультивациялануындағы"])
def test_a_word_of_a_title_is_not_broken_inside(okrug: Served, browser: Browser, word: str) -> None:
    """Played: «Қоқыс контейнерлеріні|ң» on the okrug's first page. Some 24 letters have room under the picture."""
    page = okrug.context(browser, viewport={"width": 360, "height": 740}).new_page()
    page.goto(okrug.origin + "/krasnoyar/")
    title = page.locator(".tile h3 a").first
    lines = title.evaluate("(one, word) => { one.textContent = word; return one.getClientRects().length }", word)
    assert lines == 1
