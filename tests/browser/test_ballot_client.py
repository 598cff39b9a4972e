"""Voting in Chromium: what the voter sees, what is sent, and whether ballots of the browser hold."""

import gzip
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from pb.core.belenios import ballots, possession
from pb.core.belenios.canonical import dump_json
from pb.core.belenios.groups import BELENIOS_2048
from pb.core.belenios.messages import Proof
from pb.core.belenios.verify import verify
from pb.core.belenios.verify_receipt import verify_receipt
from tests.browser.poll import Poll
from tests.browser.site import PB, Site
from tests.tools import require_tool

pytestmark = pytest.mark.browser

VECTORS = json.loads((PB.parent / "tests" / "core" / "vectors" / "codes.json").read_text())
KAZAKH = {
    "Choose projects": "Жобаларды таңдаңыз",
    "Check your ballot": "Бюллетеньді тексеріңіз",
    "Vote: your IIN and your code": "Дауыс беру: ЖСН және код",
}


def with_check_digit(digits: str) -> str:
    for shift in (0, 2):
        total = sum(int(digit) * ((i + shift) % 11 + 1) for i, digit in enumerate(digits)) % 11
        if total < 10:
            return digits + str(total)
    raise AssertionError(digits)


IIN = with_check_digit("85010115001")


@pytest.fixture
def poll() -> Poll:
    return Poll()


@pytest.fixture
def site(poll: Poll) -> Iterator[Site]:
    with Site() as served:
        poll.serve(served)
        yield served


def heading(page: Page, text: str) -> None:
    expect(page.locator("h1")).to_have_text(text)
    expect(page.locator("[data-step]:visible")).to_have_count(1)


def sign_in(page: Page, code: str, iin: str = IIN) -> None:
    page.get_by_label("IIN").fill(iin)
    page.get_by_label("Code on your card").fill(code)
    page.get_by_role("button", name="Continue").click()


def choose(page: Page, *indices: int) -> None:
    heading(page, "Choose projects")
    for index in indices:
        page.locator(f"input[data-index='{index}']").check()
    page.get_by_role("button", name="Continue").click()


def vote(page: Page, address: str, code: str, *indices: int) -> None:
    page.goto(address)
    sign_in(page, code)
    choose(page, *indices)
    page.get_by_role("button", name="Cast my ballot").click()
    heading(page, "Your ballot is in the box")


def ballot(page: Page, election: str, secret: int, votes: list[int]) -> list[str]:
    """A ballot made by belenios.js alone, with its tracker."""
    made: list[str] = page.evaluate(
        """async ([raw, secret, votes]) => {
            const { Election } = await import('/static/js/belenios.js')
            return new Election(raw).ballot(BigInt(secret), [votes])
        }""",
        [election, str(secret), votes],
    )
    return made


# ballots


def test_a_poll_voted_in_the_browser_verifies_with_our_verifier_and_with_belenios_tool(
    page: Page, site: Site, poll: Poll, tmp_path: Path
) -> None:
    chosen = [[0, 2], [0], []]
    for code, indices in zip(poll.codes, chosen, strict=True):
        vote(page, site.origin + "/vote", code, *indices)
    poll.close()
    assert poll.decrypt({}).result == ((2, 0, 1),)
    assert verify(poll.archive).ok
    for receipt in poll.trackers.values():
        verify_receipt(dump_json(receipt), poll.archive)

    tool = require_tool("belenios-tool")
    (tmp_path / f"{poll.uuid}.bel").write_bytes(poll.archive.read())
    run = subprocess.run([tool, "election", "verify"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(("projects", "choices"), [(1, 1), (5, 5), (20, 5)])
def test_every_number_of_choices_makes_a_ballot_that_the_server_accepts(
    page: Page, site: Site, projects: int, choices: int
) -> None:
    poll = Poll(projects=projects, choices=choices)
    page.goto(site.origin + "/vote")
    for count in {0, 1, choices}:
        raw, tracker = ballot(page, poll.election_json, poll.secrets[0], [1] * count + [0] * (projects - count))
        ballots.check_ballot(poll.election, poll.credentials, raw)
        assert tracker == ballots.tracker(raw)


def test_two_ballots_of_the_same_choice_share_no_number(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    numbers = [
        set(
            re.findall(
                r"\d{20,}",
                json.dumps(json.loads(ballot(page, poll.election_json, poll.secrets[0], [1, 0, 1])[0])["answers"]),
            )
        )
        for _ in range(2)
    ]
    assert len(numbers[0]) > 20
    assert not numbers[0] & numbers[1]


def test_more_choices_than_allowed_make_no_ballot(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    with pytest.raises(Exception, match="votes out of range"):
        ballot(page, poll.election_json, poll.secrets[0], [1, 1, 1])


def test_the_election_reaches_the_script_byte_by_byte(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    assert page.evaluate("document.getElementById('vote').dataset.election") == poll.election_json
    phi = page.evaluate("raw => import('/static/js/belenios.js').then(b => b.fingerprint(raw))", poll.election_json)
    assert phi == poll.election.hash


# codes and signing in


def test_codes_are_read_as_the_published_vectors_say(page: Page, site: Site) -> None:
    page.goto(site.origin + "/vote")
    read = "typed => import('/static/js/codes.js').then(b => typed.map(b.normaliseCode))"
    assert page.evaluate(read, [entry["typed"] for entry in VECTORS["typed"]]) == [
        entry["code"] for entry in VECTORS["typed"]
    ]
    assert page.evaluate(read, VECTORS["wrong"]) == [""] * len(VECTORS["wrong"])
    separated = VECTORS["separators"].join(VECTORS["codes"][1]["code"])
    assert page.evaluate(read, [separated]) == [VECTORS["codes"][1]["code"]]
    lookalikes = list(VECTORS["lookalikes"])
    symbols = "typed => import('/static/js/codes.js').then(b => typed.map(b.normaliseSymbols))"
    assert page.evaluate(symbols, lookalikes) == list(VECTORS["lookalikes"].values())


def test_keys_are_derived_as_the_published_vectors_say(page: Page, site: Site) -> None:
    page.goto(site.origin + "/vote")
    derived = page.evaluate(
        """async (codes) => {
            const group = await (await import('/static/js/belenios.js')).loadGroup('BELENIOS-2048')
            const { derive } = await import('/static/js/codes.js')
            return Promise.all(codes.map(async ({ uuid, code }) => {
                const secret = await derive(group, uuid, code)
                return [String(secret), group.publicKey(secret)]
            }))
        }""",
        VECTORS["codes"],
    )
    assert derived == [[entry["secret"], entry["public"]] for entry in VECTORS["codes"]]


def test_signing_in_proves_the_code_and_never_sends_it(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0].lower())
    heading(page, "Choose projects")
    (sent,) = site.bodies("/poll/voter")
    assert sent["iin"] == IIN
    assert sent["credential"] == poll.credentials[0]
    possession.check_login(
        BELENIOS_2048,
        sent["credential"],
        Proof.from_value(sent["proof"], BELENIOS_2048.q),
        origin=site.origin,
        uuid=poll.uuid,
        nonce=sent["nonce"],
    )
    assert all(request.token == "token-of-the-test" for request in site.requests if request.method == "POST")
    everything = " ".join(request.path + request.body for request in site.requests)
    assert poll.codes[0] not in everything.upper()
    assert str(poll.secrets[0]) not in everything
    assert page.get_by_label("Code on your card").input_value() == ""


def test_a_slip_in_iin_or_code_is_told_at_the_field_before_anything_is_sent(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    wrong = poll.codes[0][:-1] + ("0" if poll.codes[0][-1] != "0" else "1")
    sign_in(page, wrong, iin=IIN[:-1] + str((int(IIN[-1]) + 1) % 10))
    summary = page.locator("#problems")
    expect(summary).to_be_focused()
    expect(summary.locator("li")).to_have_count(2)
    expect(page.get_by_label("IIN")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#code-error")).to_contain_text("24 letters and digits")
    assert page.title().startswith("Error: ")
    assert site.bodies("/poll/challenge") == []
    summary.locator("a").last.click()
    expect(page.get_by_label("Code on your card")).to_be_focused()
    assert page.get_by_label("Code on your card").input_value() == wrong
    sign_in(page, poll.codes[0])
    heading(page, "Choose projects")


def test_the_server_refusal_is_shown_in_its_own_words(page: Page, site: Site) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, "0" * 24)
    expect(page.locator("#problems")).to_contain_text("We do not know this IIN with this code.")
    heading(page, "Vote: your IIN and your code")


# choosing


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


def test_the_running_count_is_text_and_too_many_are_refused_with_choices_kept(
    page: Page, site: Site, poll: Poll
) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    heading(page, "Choose projects")
    status = page.get_by_role("status").filter(has_text="Chosen")
    expect(status).to_have_text("Chosen: 0 of 2 · 0\N{NO-BREAK SPACE}₸")
    page.locator("input[data-index='0']").check()
    page.locator("input[data-index='1']").check()
    expect(status).to_have_text("Chosen: 2 of 2 · 3\N{NO-BREAK SPACE}702\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}₸")
    page.locator("input[data-index='2']").check()
    expect(page.locator("#over")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#problems")).to_contain_text("Too many projects are chosen: 3. At most: 2.")
    expect(page.locator("#projects input:checked")).to_have_count(3)
    page.locator("input[data-index='2']").uncheck()
    page.get_by_role("button", name="Continue").click()
    heading(page, "Check your ballot")
    expect(page.locator("#chosen li")).to_have_count(2)
    expect(page.locator("#fewer")).to_be_hidden()


@pytest.mark.parametrize(("indices", "told"), [((), "#blank"), ((1,), "#fewer")])
def test_a_blank_or_partial_ballot_is_allowed_after_a_word(
    page: Page, site: Site, poll: Poll, indices: tuple[int, ...], told: str
) -> None:
    page.goto(site.origin + "/vote")
    sign_in(page, poll.codes[0])
    choose(page, *indices)
    heading(page, "Check your ballot")
    expect(page.locator(".banner:visible")).to_have_count(1)
    expect(page.locator(told)).to_be_visible()
    page.get_by_role("button", name="Cast my ballot").click()
    heading(page, "Your ballot is in the box")


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


# casting


def test_the_receipt_shows_the_tracker_and_is_saved_as_the_server_signed_it(
    page: Page, site: Site, poll: Poll, tmp_path: Path
) -> None:
    vote(page, site.origin + "/vote", poll.codes[0], 0)
    receipt = poll.trackers[poll.credentials[0]]
    for name in ("tracker", "event"):
        expect(page.locator(f"[data-receipt={name}]")).to_have_text(receipt[name])
    expect(page.locator("[data-receipt=hour]")).to_have_text("21.11.2026, 14:00")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the receipt").click()
    download.value.save_as(tmp_path / "receipt.json")
    verify_receipt((tmp_path / "receipt.json").read_text(), poll.archive)
    expect(page.get_by_text("Somebody used my card")).to_be_hidden()
    page.go_back()
    heading(page, "Your ballot is in the box")


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
    tracker = page.locator("[data-receipt=tracker]").inner_text()
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
