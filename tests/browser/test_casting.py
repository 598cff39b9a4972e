"""Casting at the voting page: receipts, lost connections, shared devices, old browsers."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, Route, expect

from pb.core.belenios import ballots
from pb.core.belenios.groups import BELENIOS_2048
from pb.core.belenios.receipt_code import receipt_code, spaced
from pb.core.belenios.verify_receipt import verify_receipt
from tests.browser.poll import Poll
from tests.browser.serving import tracker_of
from tests.browser.site import PB, Site
from tests.browser.test_printing import sheets
from tests.browser.voting_page import choose, heading, sign_in, vote

pytestmark = pytest.mark.browser


@pytest.fixture
def poll() -> Poll:
    return Poll()


@pytest.fixture
def site(poll: Poll) -> Iterator[Site]:
    with Site() as served:
        poll.serve(served)
        yield served


def test_the_receipt_shows_the_tracker_and_is_saved_as_the_server_signed_it(
    page: Page, site: Site, poll: Poll, tmp_path: Path
) -> None:
    vote(page, site.origin + "/vote", poll.codes[0], 0)
    receipt = poll.trackers[poll.credentials[0]]
    for name in ("tracker", "event"):
        expect(page.locator(f"[data-receipt={name}]")).to_have_text(receipt[name])
    expect(page.locator("[data-receipt=code]")).to_have_text(spaced(receipt_code(receipt["tracker"])))
    expect(page.locator("[data-receipt=code]")).to_be_visible()
    expect(page.locator("[data-receipt=tracker]")).to_be_hidden()
    expect(page.locator("[data-receipt=hour]")).to_have_text("21.11.2026, 14:00")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the receipt").click()
    download.value.save_as(tmp_path / "receipt.json")
    verify_receipt((tmp_path / "receipt.json").read_text(), poll.archive)
    expect(page.get_by_text("Somebody used my card")).to_be_hidden()
    page.go_back()
    heading(page, "Your ballot is in the box")


def test_the_receipts_square_is_the_address_that_opens_the_look_up_filled_in(
    page: Page, site: Site, poll: Poll, tmp_path: Path
) -> None:
    vote(page, site.origin + "/vote", poll.codes[0], 0)
    address = str(page.locator("a[data-lookup]").evaluate("link => link.href"))
    assert address.startswith(site.origin)
    assert address.endswith("#" + poll.trackers[poll.credentials[0]]["tracker"])
    square = page.locator("#receipt-qr")
    expect(square).to_be_visible()
    square.screenshot(path=tmp_path / "square.png")
    assert [read.text for read in zxingcpp.read_barcodes(Image.open(tmp_path / "square.png"))] == [address]


def test_a_card_that_voted_sees_its_receipt_and_how_to_object(page: Page, site: Site, poll: Poll) -> None:
    vote(page, site.origin + "/vote", poll.codes[0], 0)
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    heading(page, "This card has voted")
    expect(page.locator("[data-receipt=tracker]")).to_have_text(ballots.tracker(poll.ballots[0]))
    expect(page.get_by_role("link", name="Somebody used my card")).to_have_attribute("href", "/object")
    assert len(poll.ballots) == 1


def test_a_card_that_votes_elsewhere_meanwhile_is_told(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    choose(page, 0)
    poll.cast({"ballot": ballots.encrypt_ballot(poll.election, poll.secrets[0], [[0, 1, 0]]).to_json(BELENIOS_2048)})
    page.get_by_role("button", name="Cast my ballot").click()
    heading(page, "This card has voted")
    assert len(poll.ballots) == 1


def test_a_double_click_casts_once(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    choose(page, 0)
    page.get_by_role("button", name="Cast my ballot").dblclick()
    heading(page, "Your ballot is in the box")
    assert len(site.bodies("/poll/ballots")) == 1


def test_after_a_lost_connection_the_same_ballot_is_sent_again(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    choose(page, 0)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/poll/ballots", lose, times=1)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("#problems")).to_contain_text("The connection was lost.")
    assert len(poll.ballots) == 1
    page.get_by_role("button", name="Cast my ballot").click()
    heading(page, "Your ballot is in the box")
    first, second = site.bodies("/poll/ballots")
    assert first == second
    assert len(poll.ballots) == 1


def test_after_a_lost_connection_signing_in_again_shows_the_own_receipt(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    choose(page, 0)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/poll/ballots", lose, times=1)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("#problems")).to_contain_text("The connection was lost.")
    page.go_back()
    page.go_back()
    sign_in(page, poll.codes[0])
    heading(page, "Your ballot is in the box")
    expect(page.locator("[data-receipt=tracker]")).to_have_text(ballots.tracker(poll.ballots[0]))


# devices


def test_without_javascript_the_page_says_where_to_vote(browser: Any, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.origin + "/vote")
    expect(page.get_by_text("Әкімдік, 2-кабинет")).to_be_visible()
    expect(page.locator("[data-step]:visible")).to_have_count(0)
    context.close()


@pytest.mark.parametrize(
    "missing", ["delete globalThis.BigInt", "Object.defineProperty(crypto, 'subtle', {value: undefined})"]
)
def test_an_old_browser_keeps_the_notice(browser: Any, site: Site, missing: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(missing)
    page.goto(site.origin + "/vote")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Әкімдік, 2-кабинет")).to_be_visible()
    expect(page.locator("[data-step]:visible")).to_have_count(0)
    context.close()


def test_a_shared_device_forgets_the_voter(page: Page, site: Site, poll: Poll) -> None:
    poll.serve(site, kiosk=True)
    page.clock.install()
    vote(page, site.origin + "/vote", poll.codes[0], 0)
    assert page.locator("html").get_attribute("class") == "kiosk"
    expect(page.get_by_role("button", name="Save the receipt")).to_have_count(0)
    tracker = str(page.locator("[data-receipt=tracker]").text_content())
    assert tracker
    page.clock.run_for(61_000)
    heading(page, "Vote: your IIN and your code")
    assert tracker not in page.content()
    page.go_back()
    heading(page, "Vote: your IIN and your code")
    assert tracker not in page.content()
    sign_in(page, poll.codes[1])
    choose(page, 1)
    page.clock.run_for(301_000)
    heading(page, "Vote: your IIN and your code")
    expect(page.locator("#projects input:checked")).to_have_count(0)
    sign_in(page, poll.codes[1])
    choose(page, 1)
    page.get_by_role("button", name="Cast my ballot").click()
    page.get_by_role("button", name="Finish").click()
    heading(page, "Vote: your IIN and your code")


def test_the_page_fits_a_phone_and_its_targets_a_thumb(page: Page, site: Site, poll: Poll) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    heading(page, "Choose projects")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for target in page.locator("#projects label, main button:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44


def test_each_step_passes_the_accessibility_rules(page: Page, site: Site, poll: Poll) -> None:
    def inspect() -> None:
        report = Axe().run(page)
        assert report.violations_count == 0, report.generate_report()

    page.goto(site.origin + "/vote")
    sign_in(page, "0")
    inspect()
    sign_in(page, poll.codes[0])
    heading(page, "Choose projects")
    inspect()
    page.get_by_role("button", name="Continue").click()
    heading(page, "Check your ballot")
    inspect()
    page.get_by_role("button", name="Cast my ballot").click()
    heading(page, "Your ballot is in the box")
    inspect()


def test_what_a_voter_loads_is_small(page: Page, site: Site) -> None:
    page.goto(site.origin + "/vote")
    page.wait_for_load_state("networkidle")
    loaded = [request.path for request in site.requests]
    assert sorted(loaded) == ["/static/css/asar.css", "/static/js/belenios.js", "/static/js/vote.js", "/vote"]
    scripts = [PB / path.lstrip("/") for path in loaded if path.endswith(".js")]
    assert sum(len(gzip.compress(script.read_bytes(), 9)) for script in scripts) <= 8192


def test_a_receipt_on_paper_is_one_sheet_and_says_of_which_vote(
    page: Page, site: Site, poll: Poll, tmp_path: Path
) -> None:
    vote(page, site.origin + "/vote", poll.codes[0], 0)
    tracker_of(page)
    page.emulate_media(media="print")
    shown = page.locator(".print-only")
    expect(shown).to_have_text("Краснояр · Vote 2027 · /lookup")
    expect(page.locator("#copied")).to_be_hidden()
    assert sheets(page, tmp_path / "receipt.pdf") == 1


def test_a_receipt_that_is_gone_is_shown_again_and_the_page_says_how(page: Page, site: Site, poll: Poll) -> None:
    """Nothing of it stays in the browser: on a telephone of several people it would tell who voted, and which is whose.

    So the page says before and after that signing in again shows it; played: after a reload it said nothing.
    """
    vote(page, site.origin + "/vote", poll.codes[0], 0)
    tracker = tracker_of(page)
    expect(page.locator("[data-step=receipt]")).to_contain_text("If you sign in again in the same way")
    expect(page.locator(".receipt-qr p")).to_contain_text("it opens the place of your ballot in the box")
    page.reload()
    heading(page, "Vote: your IIN and your code")
    told = page.get_by_text("Have you voted already? Sign in again in the same way")
    expect(told).to_be_in_viewport()
    assert page.evaluate("JSON.stringify([localStorage, sessionStorage])") == "[{},{}]"
    sign_in(page, poll.codes[0])
    heading(page, "This card has voted")
    expect(page.locator("[data-receipt=tracker]")).to_have_text(tracker)
    assert len(poll.ballots) == 1


def test_the_check_says_until_when_a_ballot_can_be_cast(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    choose(page, 1)
    unsent = page.locator("[data-step=check] .banner").first
    expect(unsent).to_contain_text(f"It can be cast until: {poll.terms.closes_at}")


def test_after_the_end_nothing_invites_to_cast_and_a_link_leads_to_the_vote(page: Page, site: Site, poll: Poll) -> None:
    told = "Voting has ended. Nothing was cast."
    site.endpoints["/poll/ballots"] = lambda _body: (409, {"error": {"code": "VotingEnded", "message": told}})
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    choose(page, 1)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("#problems")).to_contain_text(told)
    heading(page, "The vote has ended, and your ballot was not cast")
    assert page.title().startswith("Error: The vote has ended, and your ballot was not cast – ")
    ended = page.locator("[data-step]:visible")
    expect(ended.get_by_role("button")).to_have_count(0)
    expect(ended).to_have_text("See what comes after the vote", use_inner_text=True)
    expect(ended.get_by_role("link")).to_have_attribute("href", "/poll")
    page.go_back()
    heading(page, "Vote: your IIN and your code")
