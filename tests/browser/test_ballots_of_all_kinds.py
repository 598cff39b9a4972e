"""Every kind of ballot at the real server: chosen, reviewed and cast in Kazakh; each step keeps every page's rules."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pb.demo.cycle import Stage
from tests.browser.rules import passes, tab_to
from tests.browser.screens import Camera
from tests.browser.served import Plan, Served, served
from tests.browser.serving import PHONE
from tests.browser.test_weight import FIRST_VISIT, metered, within

pytestmark = pytest.mark.browser

RULES = {
    "blank": {"blank": True, "choices": 2},
    "approval": {"ballot_kind": "approval", "choices": 2, "group_name": "RFC-3526-2048"},
    "points": {"ballot_kind": "points", "points_each": 5, "points_total": 10, "group_name": "Ed25519"},
    "knapsack": {"ballot_kind": "knapsack", "group_name": "Ed25519"},
    "ranking": {"ballot_kind": "ranking", "choices": 3, "group_name": "Ed25519", "trustees_needed": 2},
}


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    plans = {name: Plan(Stage.VOTING, begun=22, voters=0, projects=6, rule=rule) for name, rule in RULES.items()}
    with served(tmp_path_factory.mktemp("kinds"), plans) as site:
        yield site


@pytest.fixture
def camera(tmp_path: Path) -> Camera:
    return Camera(tmp_path / "screens")


def enter(kinds: Served, browser: Browser, kind: str, number: int) -> Page:
    """A voter's page in Kazakh after signing in with the card."""
    page = kinds.context(browser, has_touch=True, viewport=PHONE).new_page()
    page.goto(kinds.origin + kinds.path(kind, "/poll/vote"))
    voter, code = kinds.cycles[kind].cards[number]
    page.locator("#iin").fill(voter.iin.text)
    page.locator("#code").fill(code)
    page.locator("[data-action=signIn] .button:not(.second)").click()
    expect(page.locator("#projects li").first).to_be_visible()
    return page


def row(page: Page, place: int) -> Locator:
    return page.locator("#projects > li", has=page.locator(f"input[data-index='{place}']"))


def check(page: Page, *places: int) -> None:
    for place in places:
        row(page, place).locator("input").click()


def points(page: Page, *given: int) -> None:
    for place, number in enumerate(given):
        row(page, place).locator("input").fill(str(number))


def rank(page: Page, *places: int) -> None:
    for place in places:
        row(page, place).locator("[data-move=in]").tap()


TOO_MUCH: dict[str, Callable[[Page], None]] = {
    "blank": lambda page: check(page, 0, 1, 2),
    "approval": lambda page: check(page, 0, 1, 2),
    "points": lambda page: points(page, 5, 5, 1),
    "knapsack": lambda page: check(page, 0, 1, 2, 3),
}
CHOSEN: dict[str, Callable[[Page], None]] = {
    "blank": lambda _page: None,
    "approval": lambda page: check(page, 3),
    "points": lambda page: points(page, 0, 4, 3),
    "knapsack": lambda page: check(page, 1, 4),
    "ranking": lambda page: rank(page, 2, 0),
}


@pytest.mark.parametrize("kind", RULES)
def test_a_ballot_is_chosen_reviewed_and_cast(kinds: Served, browser: Browser, camera: Camera, kind: str) -> None:
    if kind in TOO_MUCH:
        page = enter(kinds, browser, kind, 1)
        TOO_MUCH[kind](page)
        if kind == "points":
            page.locator(".sticky .button").click()
            expect(page.locator("#problems li")).to_be_visible()
            expect(page.locator("#problems")).to_be_focused()
        else:
            expect(page.locator("#projects #refused li").first).to_be_visible()
            expect(page.locator("#over")).to_be_in_viewport()
        passes(page)
        camera.take(page, f"{kind}-over")
        page.context.close()
    page = enter(kinds, browser, kind, 0)
    passes(page)
    camera.take(page, f"{kind}-choose")
    CHOSEN[kind](page)
    page.locator(".sticky .button").click()
    expect(page.locator("[data-step=check]")).to_be_visible()
    passes(page)
    camera.take(page, f"{kind}-check")
    page.locator("[data-step=check] [data-action=cast]").click()
    expect(page.locator("[data-step=receipt]")).to_be_visible(timeout=20_000)
    passes(page)
    camera.take(page, f"{kind}-receipt")
    page.context.close()


@pytest.mark.parametrize(("kind", "button"), [("points", "[data-by='1']"), ("ranking", "[data-move=in]")])
def test_buttons_are_large_named_and_worked_by_the_keyboard(
    kinds: Served, browser: Browser, kind: str, button: str
) -> None:
    page = enter(kinds, browser, kind, 2)
    for one in page.locator("#projects button:visible").all():
        size = one.bounding_box()
        assert size is not None
        assert min(size["width"], size["height"]) >= 44
    title = page.locator("#projects li b").first.inner_text().split(". ", 1)[1]
    tab_to(page, button)
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert title in name
    page.keyboard.press("Enter")
    expect(page.locator("#projects li").first.locator("[data-value]")).to_have_text("1")
    assert page.evaluate("document.activeElement.closest('#projects li') !== null"), "the focus stays in the list"
    page.context.close()


@pytest.mark.parametrize("kind", RULES)
def test_a_first_visit_is_light(kinds: Served, browser: Browser, kind: str) -> None:
    page, counted = metered(kinds.context(browser))
    page.goto(kinds.origin + kinds.path(kind, "/poll/vote"), wait_until="networkidle")
    size, requests = FIRST_VISIT
    another_group = "group_name" in RULES[kind]  # its script is fetched beside the others, in no round trip of its own
    within(counted, (size, requests + another_group))
    page.context.close()


@pytest.mark.parametrize("kind", RULES)
def test_without_scripts_the_page_says_where_to_vote(kinds: Served, browser: Browser, kind: str) -> None:
    context = kinds.context(browser, java_script_enabled=False)
    page = context.new_page()
    page.goto(kinds.origin + kinds.path(kind, "/poll/vote"))
    expect(page.locator("#elsewhere")).to_be_visible()
    expect(page.locator("#projects")).to_be_hidden()
    context.close()


def test_the_row_says_which_limit_of_points_is_in_the_way(kinds: Served, browser: Browser) -> None:
    page = enter(kinds, browser, "points", 2)
    points(page, 5, 5)
    told = page.locator("#refused p")
    for place, limit in ((2, "10"), (0, "5")):
        row(page, place).locator("[data-by='1']").click()
        expect(row(page, place).locator("#refused")).to_be_visible()
        expect(told).to_contain_text(limit)
        expect(page.locator("#over")).to_have_text(told.inner_text())
    points(page, 5, 0)
    for number in ("7", "-2", "2.5"):
        row(page, 1).locator("input").fill(number)
        expect(page.locator("#left")).to_have_text(re.compile(r": 5\s/\s10"))  # what is refused is not counted
        expect(row(page, 1).locator("#refused p")).to_contain_text("0 мен 5")
        page.locator(".sticky .button").click()
        expect(page.locator("#problems li")).to_contain_text("0 мен 5")
    row(page, 1).locator("input").fill("4")
    expect(told).to_be_hidden()
    expect(page.locator("#over")).to_be_hidden()
    page.context.close()
