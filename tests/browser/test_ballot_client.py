"""Voting in Chromium: ballots that the script makes, codes, and signing in."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pb.core.belenios import ballots, possession
from pb.core.belenios.canonical import dump_json
from pb.core.belenios.groups import BELENIOS_2048
from pb.core.belenios.messages import Proof
from pb.core.belenios.verify import verify
from pb.core.belenios.verify_receipt import verify_receipt
from tests.browser.poll import Poll
from tests.browser.site import PB, Site
from tests.browser.voting_page import IIN, ballot, heading, sign_in, vote
from tests.tools import require_tool

pytestmark = pytest.mark.browser

VECTORS = json.loads((PB.parent / "tests" / "core" / "vectors" / "codes.json").read_text())


@pytest.fixture
def poll() -> Poll:
    return Poll()


@pytest.fixture
def site(poll: Poll) -> Iterator[Site]:
    with Site() as served:
        poll.serve(served)
        yield served


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
