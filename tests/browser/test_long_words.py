"""A title that is one long word, as the form allows it, makes no page wider than a phone."""

import pytest
from markupsafe import escape
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from pb.act import Role
from pb.demo.cycle import Stage
from pb.proposals.models import Proposal
from tests.browser.served import Served
from tests.browser.serving import PHONE

pytestmark = pytest.mark.browser

WORD = "Ж" * 120
PAGES = {
    "home": (None, lambda _okrug: "/krasnoyar/"),
    "list": (None, lambda okrug: okrug.path(Stage.VOTING, "/proposals")),
    "project": (None, lambda okrug: okrug.path(Stage.VOTING, f"/proposals/{okrug.first(Proposal, Stage.VOTING)}")),
    "poll": (None, lambda okrug: okrug.path(Stage.VOTING, "/poll")),
    "result": (None, lambda okrug: okrug.path(Stage.BUDGET, "/result")),
    "budget": (None, lambda okrug: f"/krasnoyar/{okrug.year(Stage.BUDGET)}/winners"),
    "my work": (Role.RESIDENT, lambda _okrug: "/my-work"),
    "work of the office": (Role.OFFICE, lambda _okrug: "/my-work"),
}


def with_the_word(okrug: Served, page: Page, address: str) -> None:
    """The page as it would be if each project had the word for its title."""
    with okrug.database.work(writing=False) as session:
        proposals = session.scalars(select(Proposal)).all()
        called = {one.called(language).text for one in proposals for language in ("kk", "ru")}
        titles = sorted(called | {one.title for one in proposals}, key=len, reverse=True)

    def renamed(route: Route) -> None:
        answer = route.fetch()
        body = answer.text()
        for title in titles:
            body = body.replace(str(escape(title)), WORD)
        route.fulfill(response=answer, body=body)

    page.route(address, renamed)
    page.goto(address)


def fits(page: Page) -> None:
    # Words of a chart are broken by the server, which did not see this one: tests/web/test_charts.py
    wide = page.evaluate(
        """() => [document.documentElement.scrollWidth,
            ...[...document.querySelectorAll("main *:not(.hidden, .hidden *, .sticky *, svg *)")]
                .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 3).map((one) => one.outerHTML.slice(0, 90))]"""
    )
    assert wide == [PHONE["width"]]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_a_phone(okrug: Served, browser: Browser, name: str) -> None:
    role, path = PAGES[name]
    context = okrug.context(browser, role)
    page = context.new_page()
    with_the_word(okrug, page, okrug.origin + path(okrug))
    for folded in page.locator("main details:not([open]) > summary").all():
        if folded.is_visible():
            folded.click()
    if name != "work of the office":
        assert WORD in page.locator("main").inner_text()
    fits(page)
    context.close()


def test_no_row_of_the_ballot_is_wider_than_a_phone(okrug: Served, browser: Browser) -> None:
    context = okrug.context(browser, None, "en")
    page = context.new_page()
    with_the_word(okrug, page, okrug.origin + okrug.path(Stage.VOTING, "/poll/vote"))
    voter, code = okrug.cycles[Stage.VOTING].cards[1]
    page.get_by_label("IIN").fill(voter.iin.text)
    page.get_by_label("Code on your card").fill(code)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#projects")).to_contain_text(WORD)
    fits(page)
    page.locator("#projects input").first.check()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#chosen")).to_contain_text(WORD)
    fits(page)
    context.close()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_that_it_is_a_demonstration_is_read_on_the_narrowest_page(
    okrug: Served, browser: Browser, language: str
) -> None:
    context = okrug.context(browser, None, language, viewport={"width": 320, "height": 256})
    page = context.new_page()
    page.goto(okrug.origin + "/krasnoyar/")
    page.locator(".brand b").evaluate("(name) => name.insertAdjacentHTML('afterend', ' <span class=demo>Демо</span>')")
    cut = page.evaluate(
        """() => { const inner = document.querySelector(".brand > span").getBoundingClientRect()
            const cut = ({ right, bottom }) => right > inner.right + 1 || bottom > inner.bottom + 1
            return [...document.querySelectorAll(".brand b, .demo")]
                .filter((one) => cut(one.getBoundingClientRect())).map((one) => one.className || "name") }"""
    )
    assert cut == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    context.close()
