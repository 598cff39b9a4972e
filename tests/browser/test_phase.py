"""At the second at which a phase ends a page that was left open says so, and offers nothing that is over."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Route, expect

from pb.demo.cycle import Stage
from tests.browser.served import Served
from tests.browser.serving import PHONE, heard_page

pytestmark = pytest.mark.browser


def ends_soon(route: Route) -> None:
    """The page as it would be three seconds before the end."""
    answer = route.fetch()
    told = re.search(r'data-now="([^"]+)" data-ends="([^"]+)"', answer.text())
    assert told is not None
    soon = datetime.fromisoformat(told[1]) + timedelta(seconds=3)
    route.fulfill(response=answer, body=answer.text().replace(told[2], soon.isoformat()))


@pytest.mark.parametrize("page_of", ["/krasnoyar/", None])
def test_words_change_and_the_button_goes_on_a_page_that_was_left_open(
    okrug: Served, browser: Browser, page_of: str | None
) -> None:
    context = okrug.context(browser, None, "en", viewport=PHONE)
    address = okrug.origin + (page_of or okrug.path(Stage.VOTING, "/poll"))
    with heard_page(context) as page:
        page.route(address, ends_soon)
        page.goto(address)
        vote = page.get_by_role("main").get_by_role("link", name="Vote now")
        expect(vote).to_be_visible()
        expect(page.locator("[data-phase]").first).to_contain_text("left")
        before = page.locator("nav.cycle summary").first.bounding_box()
        expect(vote).to_be_hidden()
        main = page.get_by_role("main")
        expect(main).to_contain_text("Voting has ended, the result is being counted")
        for over in ("You need your IIN", "Residents choose", "Three minutes", "Voting is open"):
            assert over not in main.inner_text()
        expect(main.get_by_role("link", name="See what comes after the vote")).to_be_visible()
        assert page.locator("nav.cycle summary").first.bounding_box() == before, "nothing jumps"
        expect(page.locator("[data-phase]").first).to_contain_text("voting has ended")
        expect(page.locator("nav.cycle [role=status]").first).to_contain_text("voting has ended")
    context.close()


def test_the_line_opens_into_the_whole_way(okrug: Served, browser: Browser) -> None:
    context = okrug.context(browser, None, "kk", viewport=PHONE)
    with heard_page(context) as page:
        page.goto(okrug.origin + okrug.path(Stage.VOTING))
        steps = page.locator("nav.cycle li")
        expect(steps.first).to_be_hidden()
        page.locator("nav.cycle summary").click()
        expect(steps).to_have_count(7)
        expect(steps.last).to_be_visible()
        expect(page.locator("nav.cycle [aria-current=step]")).to_have_count(1)
        page.emulate_media(media="print")
        expect(page.locator("nav.cycle [data-phase]")).to_be_visible()
        expect(steps.last).to_be_hidden()
    context.close()
