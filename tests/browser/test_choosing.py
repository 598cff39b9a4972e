"""Choosing at the voting page: what is shown, counted, kept, and never sent."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pb.core.belenios import ballots
from tests.browser.poll import Poll
from tests.browser.site import Site
from tests.browser.voting_page import KAZAKH, choose, heading, sign_in, vote

pytestmark = pytest.mark.browser


@pytest.fixture
def poll() -> Poll:
    return Poll()


@pytest.fixture
def site(poll: Poll) -> Iterator[Site]:
    with Site() as served:
        poll.serve(served)
        yield served


def test_no_request_and_no_storage_holds_a_choice(page: Page, site: Site, poll: Poll) -> None:
    vote(page, site.origin + "/vote", poll.codes[0], 0, 2)
    sent = [request for request in site.requests if request.method == "POST"]
    assert [request.path for request in sent] == ["/poll/challenge", "/poll/voter", "/poll/ballots"]
    assert all("?" not in request.path for request in site.requests)
    for title in ("Жол жарығы", *(project.id for project in poll.terms.projects)):
        assert all(title not in request.body for request in sent)
    assert page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])") == '[{},{},""]'
    assert page.evaluate("JSON.stringify(history.state)") in {'{"step":"check"}', '{"step":"choose"}'}
    assert page.url == site.origin + "/vote"
    expect(page.locator("input:checked")).to_have_count(0)
    assert "Жол жарығы" not in page.locator("main").inner_text()


def test_what_a_project_is_opens_in_place_and_nobody_hears_of_it(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    heading(page, "Choose projects")
    asked = len(site.requests)
    row = page.locator("#projects li", has=page.locator("details"))
    row.locator("summary").click()
    expect(row.locator("details div")).to_have_text("Фонари по дороге в школу")
    expect(row.locator("input")).not_to_be_checked()
    assert len(site.requests) == asked


def test_the_order_is_the_voters_own_and_stable(page: Page, site: Site) -> None:
    poll = Poll(projects=12, voters=2)
    poll.serve(site)

    def order(code: str) -> list[str]:
        page.goto(site.origin + "/vote")
        sign_in(page, code)
        heading(page, "Choose projects")
        return [box.get_attribute("data-index") or "" for box in page.locator("#projects input").all()]

    first = order(poll.codes[0])
    assert order(poll.codes[0]) == first
    assert order(poll.codes[1]) != first
    assert sorted(first, key=int) == [str(index) for index in range(12)]


def test_the_running_count_is_text_and_a_bar(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    heading(page, "Choose projects")
    status = page.get_by_role("status").filter(has_text="Chosen")
    expect(status).to_have_text("Chosen: 0 of 2 · 0\N{NO-BREAK SPACE}₸")
    expect(page.locator("#bar .bar")).to_have_count(2)
    expect(page.locator("#bar .won")).to_have_count(0)
    page.locator("input[data-index='0']").check()
    page.locator("input[data-index='1']").check()
    expect(status).to_have_text("Chosen: 2 of 2 · 3\N{NO-BREAK SPACE}702\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}₸")
    expect(page.locator("#bar .won")).to_have_count(2)


def test_a_choice_too_many_is_refused_at_its_row_and_leads_to_what_can_be_taken_away(
    page: Page, site: Site, poll: Poll
) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    heading(page, "Choose projects")
    page.locator("input[data-index='0']").check()
    page.locator("input[data-index='1']").check()
    touched = page.locator("#projects > li", has=page.locator("input[data-index='2']"))
    touched.locator("input").click()
    told = "At most 2 projects. To add this one, take away another."
    expect(touched.locator(".error p")).to_have_text(told)
    expect(page.locator(".sticky [role=alert]")).to_have_text(told)
    expect(touched.locator("input")).not_to_be_checked()
    expect(touched.locator("input")).to_be_enabled()
    expect(page.locator("#projects input:checked")).to_have_count(2)
    touched.locator(".error a").first.click()
    expect(page.locator("input:focus")).to_be_checked()
    page.keyboard.press("Space")
    expect(touched.locator(".error")).to_be_hidden()
    expect(page.locator("#over")).to_be_hidden()
    touched.locator("input").check()
    page.get_by_role("button", name="Continue").click()
    heading(page, "Check your ballot")
    expect(page.locator("#chosen li")).to_have_count(2)
    expect(page.locator("#fewer")).to_be_hidden()


def test_the_bar_covers_none_of_the_projects_that_a_refusal_leads_to(page: Page, site: Site) -> None:
    """Played: the refusal made the bar 130 px high, and the list of five stood behind it."""
    poll = Poll(projects=8, choices=5, voters=1)
    poll.serve(site)
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    heading(page, "Choose projects")
    boxes = page.locator("#projects input")
    for place in range(5):
        boxes.nth(place).check()
    boxes.nth(5).evaluate("(box) => box.scrollIntoView({ block: 'end' })")
    boxes.nth(5).click()
    last, bar = page.locator("#refused a").last.bounding_box(), page.locator(".sticky").bounding_box()
    assert last is not None
    assert bar is not None
    assert last["y"] + last["height"] <= bar["y"]


def test_until_it_is_cast_the_title_says_that_nothing_was_sent(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    choose(page, 1)
    heading(page, "Check your ballot")
    assert page.title().startswith("Not sent yet: check your ballot – ")
    page.get_by_role("button", name="Cast my ballot").click()
    heading(page, "Your ballot is in the box")
    assert page.title().startswith("Your ballot is in the box – ")


@pytest.mark.parametrize(("indices", "told"), [((), "#blank"), ((1,), "#fewer")])
def test_a_blank_or_partial_ballot_is_allowed_after_a_word(
    page: Page, site: Site, poll: Poll, indices: tuple[int, ...], told: str
) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    choose(page, *indices)
    heading(page, "Check your ballot")
    expect(page.locator(".banner[id]:visible")).to_have_count(1)
    expect(page.locator(told)).to_be_visible()
    expect(page.get_by_text("Your ballot has not been sent yet.")).to_be_visible()
    page.get_by_role("button", name="Cast my ballot").click()
    heading(page, "Your ballot is in the box")
    expect(page.get_by_text("Your ballot has not been sent yet.")).to_be_hidden()


def test_back_goes_one_step_and_keeps_the_choices(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    choose(page, 1)
    heading(page, "Check your ballot")
    page.go_back()
    heading(page, "Choose projects")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator("#projects input:checked")).to_have_count(1)
    page.go_forward()
    heading(page, "Check your ballot")
    page.get_by_role("button", name="Change").click()
    heading(page, "Choose projects")
    page.go_back()
    heading(page, "Vote: your IIN and your code")
    page.go_forward()
    heading(page, "Vote: your IIN and your code")
    sign_in(page, poll.codes[1])
    heading(page, "Choose projects")
    expect(page.locator("#projects input:checked")).to_have_count(0)


def test_the_language_changes_under_the_choices(page: Page, site: Site, poll: Poll) -> None:
    site.pages["/vote?lang=kk"] = poll.page(locale="kk", texts=KAZAKH)
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    heading(page, "Choose projects")
    before = [box.get_attribute("data-index") for box in page.locator("#projects input").all()]
    page.locator("input[data-index='2']").check()
    page.get_by_role("link", name="kk", exact=True).click()
    heading(page, "Жобаларды таңдаңыз")
    assert page.locator("html").get_attribute("lang") == "kk"
    assert page.title().startswith("Жобаларды таңдаңыз – ")
    assert [box.get_attribute("data-index") for box in page.locator("#projects input").all()] == before
    expect(page.locator("input[data-index='2']")).to_be_checked()
    page.get_by_role("button", name="Continue").click()
    heading(page, "Бюллетеньді тексеріңіз")
    page.get_by_role("button", name="Cast my ballot").click()
    heading(page, "Your ballot is in the box")
    expect(page.locator("[data-receipt=tracker]")).to_have_text(ballots.tracker(poll.ballots[0]))


CHOSEN_AT = "2026-11-21T10:00:00Z"  # while voting goes on


def kept(page: Page) -> str | None:
    found: str | None = page.evaluate("sessionStorage.getItem('choices')")
    return found


def sign_in_again_and_cast(page: Page, poll: Poll) -> None:
    """The choice that was made before stands there."""
    sign_in(page, poll.codes[0])
    heading(page, "Choose projects")
    expect(page.locator("input[data-index='1']")).to_be_checked()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Cast my ballot").click()
    heading(page, "Your ballot is in the box")


def test_after_two_hours_the_voter_signs_in_again_and_finds_the_choices(page: Page, site: Site, poll: Poll) -> None:
    page.clock.set_fixed_time(CHOSEN_AT)
    casting = site.endpoints["/poll/ballots"]
    told = "Sign in again: your choices are still here."
    site.endpoints["/poll/ballots"] = lambda _body: (401, {"error": {"code": "SignInAgain", "message": told}})
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    choose(page, 1)
    page.get_by_role("button", name="Cast my ballot").click()
    heading(page, "Vote: your IIN and your code")
    expect(page.locator("#problems")).to_contain_text(told)
    site.endpoints["/poll/ballots"] = casting
    sign_in_again_and_cast(page, poll)
    assert kept(page) is None


def test_whoever_lost_the_session_signs_in_again_on_the_page_and_finds_the_choices(
    page: Page, site: Site, poll: Poll
) -> None:
    """Played: with the cookies cleared the page said that it was open for too long, and knew no way on."""
    page.clock.set_fixed_time(CHOSEN_AT)
    fresh, casting = "of a new session", site.endpoints["/poll/ballots"]
    told = "Sign in again: your choices are still here."

    def cast(_body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if site.requests[-1].token != fresh:
            return 400, {"error": {"code": "Token", "message": "This page was open for too long."}}
        return 401, {"error": {"code": "SignInAgain", "message": told}}

    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    choose(page, 1)
    site.endpoints["/poll/ballots"] = cast
    site.pages["/vote"] = re.sub('(name="csrf-token" content=")[^"]*', rf"\1{fresh}", site.pages["/vote"])
    page.get_by_role("button", name="Cast my ballot").click()
    heading(page, "Vote: your IIN and your code")
    expect(page.locator("#problems")).to_contain_text(told)
    site.endpoints["/poll/ballots"] = casting
    sign_in_again_and_cast(page, poll)
    assert [request.token for request in site.requests if request.path == "/poll/ballots"][-1] == fresh


def test_choices_outlive_a_page_that_was_let_go_for_the_same_card_alone(page: Page, site: Site, poll: Poll) -> None:
    page.clock.set_fixed_time(CHOSEN_AT)
    for code, found in ((poll.codes[0], 0), (poll.codes[0], 1), (poll.codes[1], 0), (poll.codes[0], 0)):
        page.goto(site.origin + "/vote")
        sign_in(page, code)
        heading(page, "Choose projects")
        expect(page.locator("#projects input:checked")).to_have_count(found)
        if code == poll.codes[0] and not found:
            page.locator("input[data-index='1']").check()


def test_choices_are_gone_with_the_end_of_the_vote_and_never_kept_on_a_shared_device(
    page: Page, site: Site, poll: Poll
) -> None:
    page.clock.set_fixed_time(CHOSEN_AT)
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    page.locator("input[data-index='1']").check()
    assert kept(page) is not None
    page.clock.set_fixed_time("2026-12-01T10:00:00Z")
    page.goto(site.origin + "/vote")
    heading(page, "Vote: your IIN and your code")
    assert kept(page) is None
    poll.serve(site, kiosk=True)
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    page.locator("input[data-index='1']").check()
    assert kept(page) is None
