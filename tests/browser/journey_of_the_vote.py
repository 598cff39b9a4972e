"""The journey's vote: casting, closing, decrypting, and the result."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, Request, expect

from pb.core.belenios import credentials
from pb.core.belenios.groups import BELENIOS_2048
from tests.browser.journey import Person, fill, heading, press, press_finally, told
from tests.browser.journey_to_the_opening import HANDED_OVER, VOTERS, Vote, load_key
from tests.browser.serving import tracker_of
from tests.browser.voters import cast, election_in
from tests.village import invented_iin

# What each votes, by places in election.json: the third project gets most, the first does not fit beside it.
CHOICES = ((0, 2), (2,), (0, 2, 3), (0, 1, 2), (0, 2), (1, 2), (0, 2), (1, 2), (0,), (0, 1, 3), (2, 1), ())
COUNTS = (7, 5, 9, 2)


# 8. Voting


def type_in(page: Page, voter: Person, code: str) -> None:
    page.get_by_label("IIN").fill(voter.iin.text)
    page.get_by_label(re.compile("^Code on your card|^Карточкадағы код")).fill(code)
    page.locator("[data-step=sign-in] form .button:not(.second)").click()


def the_first_voter_votes(vote: Vote) -> None:
    """Every request is read: none holds the choice or the code, and the browser keeps nothing."""
    voter, camera = vote.voter(0), vote.okrug.camera
    page = vote.okrug.visits.stranger()
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))  # noqa: PLW0108 - Playwright marks the function
    page.goto(vote.address)
    camera.take(page, "vote-sign-in")
    type_in(page, voter, vote.codes[voter.name].lower().replace("-", " "))
    heading(page, "Choose projects")
    choose(page, CHOICES[0])
    camera.take(page, "vote")
    page.locator("a[hreflang=kk]").click()  # the choices outlive a change of language
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    page.locator("a[hreflang=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#projects input:checked")).to_have_count(len(CHOICES[0]))
    press(page, "Continue")
    heading(page, "Check your ballot")
    camera.take(page, "check")
    press(page, "Cast my ballot")
    heading(page, "Your ballot is in the box")
    camera.take(page, "receipt")
    with page.expect_download() as download:
        press(page, "Save the receipt")
    download.value.save_as(vote.folder / "receipt.json")
    vote.trackers.append(json.loads((vote.folder / "receipt.json").read_text())["tracker"])
    expect(page.locator("[data-receipt=tracker]")).to_have_text(vote.trackers[0])
    _nothing_told_the_choice(page, sent, vote.codes[voter.name])


def _nothing_told_the_choice(page: Page, sent: list[Request], code: str) -> None:
    posts = [request for request in sent if request.method == "POST"]
    assert [request.url.rpartition("/")[2] for request in posts] == ["challenge", "voter", "ballots"]
    election = election_in(page.content())
    secret = str(credentials.derive(BELENIOS_2048, election.uuid, code))
    secrets = [code, code.replace("-", ""), code.lower(), secret]
    for request in sent:
        everything = request.url + (request.post_data or "") + json.dumps(request.all_headers())
        assert not any(text in everything for text in secrets), "the code left the browser"
        assert not any(project.id in everything for project in _terms(page)), "a project was named in a request"
    assert set(json.loads(posts[-1].post_data or "")) == {"ballot"}
    ballot = json.loads(json.loads(posts[-1].post_data or "")["ballot"])
    assert set(ballot) == {"election_uuid", "election_hash", "credential", "answers", "signature"}
    assert {len(answer["choices"]) for answer in ballot["answers"]} == {len(COUNTS)}, "each project has a ciphertext"
    stored = page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert stored == "[{},{}]"
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"session", "lang"}
    assert "Абай" not in page.title() + page.url + page.evaluate("JSON.stringify(history.state)")


@dataclass(frozen=True)
class Listed:
    id: str


def _terms(page: Page) -> list[Listed]:
    return [Listed(row.get_attribute("data-project") or "-") for row in page.locator("[data-project]").all()]


def choose(page: Page, places: tuple[int, ...]) -> None:
    for place in places:
        page.locator(f"#projects input[data-index='{place}']").check()


def a_second_attempt_shows_the_receipt_and_how_to_object(vote: Vote) -> None:
    page = vote.okrug.visits.stranger()
    page.goto(vote.address)
    type_in(page, vote.voter(0), vote.codes[VOTERS[0]])
    heading(page, "This card has voted")
    expect(page.locator("[data-receipt=tracker]")).to_have_text(vote.trackers[0])
    vote.okrug.camera.take(page, "vote-again")
    page.get_by_role("link", name="Somebody used my card").click()
    fill(page, text="", contact="8 716 2 00 00 00")
    press(page, "Send the objection")
    expect(page.locator("[name=text]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=contact]")).to_have_value("8 716 2 00 00 00")
    fill(page, text="Картамды біреу пайдаланды.", contact="")
    press(page, "Send the objection")
    heading(page, "Your objection has number 1")
    expect(page.locator("main")).to_contain_text("Картамды біреу пайдаланды.")
    expect(page.locator("main")).to_contain_text("nobody will call you")
    vote.okrug.camera.take(page, "objected")
    page.get_by_role("link", name="To the objections").click()
    assert "Картамды" not in page.locator("main").inner_text(), "the text is for those who answer"
    office = vote.okrug.at("office", f"{vote.path}/objections")
    expect(office.locator("main")).to_contain_text("Картамды біреу пайдаланды.")
    fill(office, answer="Картаны әкімдіктен өзіңіз алғансыз.")
    press_finally(office, "Send the answer")
    told(office, "The answer is recorded.")
    page.reload()
    expect(page.locator("main")).to_contain_text("Картаны әкімдіктен өзіңіз алғансыз.")
    vote.okrug.camera.take(page, "objections")


def a_voter_without_the_right_card_learns_nothing(vote: Vote) -> None:
    """On the roll without a card, not on the roll, another's card: one and the same answer."""
    page = vote.okrug.visits.stranger()
    answers = set()
    never_handed, stranger = vote.voter(HANDED_OVER), Person("", invented_iin(80))
    for voter, code in ((never_handed, vote.codes[never_handed.name]), (stranger, vote.codes[VOTERS[1]]),
                        (vote.voter(1), vote.codes[VOTERS[2]])):  # fmt: skip
        page.goto(vote.address)
        type_in(page, voter, code)
        expect(page.locator("#problems li")).to_have_count(1)
        answers.add(page.locator("#problems li").inner_text())
    assert len(answers) == 1


def a_voter_votes_at_the_shared_device(vote: Vote) -> None:
    page = vote.okrug.visits.stranger()
    vote.okrug.visits.sign_in(page, vote.okrug.people["clerk"], after=f"{vote.path}/kiosk")
    fill(page, code="kitchen 7")
    press(page, "Sign out and begin")
    type_in(page, vote.voter(1), vote.codes[VOTERS[1]])
    heading(page, "Choose projects")
    choose(page, CHOICES[1])
    press(page, "Continue")
    press(page, "Cast my ballot")
    heading(page, "Your ballot is in the box")
    vote.okrug.camera.take(page, "kiosk-receipt")
    tracker = tracker_of(page)
    press(page, "Finish")
    heading(page, "Vote: your IIN and your code")
    assert tracker not in page.content(), "nothing of the last voter is left"
    page.go_back()
    assert tracker not in page.content()


def others_vote(vote: Vote) -> None:
    """The remaining ballots are encrypted here and cast over HTTP, as a browser would."""
    for number in range(2, len(CHOICES)):
        visitor = vote.okrug.visits.stranger().context.request
        bits = [int(place in CHOICES[number]) for place in range(len(COUNTS))]
        cast(visitor, vote.address.removesuffix("/vote"), vote.voter(number).iin, vote.codes[VOTERS[number]], bits)


def anybody_finds_a_tracker(vote: Vote) -> None:
    page = vote.okrug.visits.stranger()
    page.goto(f"{vote.okrug.installation.origin}{vote.path}")
    vote.okrug.camera.take(page, "poll-open")
    fill(page, tracker=vote.trackers[0])
    press(page, "Look it up")
    expect(page.locator(".banner.good")).to_contain_text("This ballot is in the box.")
    vote.okrug.camera.take(page, "tracker")
    page.goto(f"{vote.okrug.installation.origin}{vote.path}/tracker#{vote.trackers[0]}")
    page.wait_for_url(lambda address: "#" not in address)  # asked for by itself, in no address that a server sees
    expect(page.locator(".banner.good")).to_contain_text("This ballot is in the box.")
    page.goto(f"{vote.okrug.installation.origin}{vote.path}/events")
    expect(page.locator("ol.cards > li")).to_have_count(len(CHOICES) + 1)
    vote.okrug.camera.take(page, "events")


# 9. Closing, tally, result


def the_vote_ends_by_itself(vote: Vote) -> None:
    vote.okrug.installation.pass_days(8)
    page = vote.okrug.visits.stranger()
    page.goto(vote.address)
    heading(page, "Voting is not open")
    page.goto(f"{vote.okrug.installation.origin}{vote.path}")
    reload_until(page, lambda: page.get_by_text("The trustees decrypt").count() > 0)


def reload_until(page: Page, seen: Callable[[], bool], address: str = "") -> None:
    """Loads the page, or `address`, again and again: before there is a result, its address leads to the poll's page."""
    for _attempt in range(150):
        if seen():
            return
        page.wait_for_timeout(200)
        page.goto(address or page.url)
    raise AssertionError(page.locator("main").inner_text())


def trustees_decrypt(vote: Vote) -> None:
    for trustee in vote.okrug.trustees:
        page = vote.okrug.visits.at(trustee, f"{vote.path}/trustee")
        vote.okrug.camera.take(page, "trustee-decrypt", once=True)
        load_key(vote, page, trustee, "Decrypt")
        expect(page.get_by_text("Your part of the decryption was sent")).to_be_visible()


def the_result_is_published(vote: Vote) -> None:
    page = vote.okrug.visits.stranger()
    address = f"{vote.okrug.installation.origin}{vote.okrug.cycle}/result"
    page.goto(address)
    reload_until(page, lambda: page.locator("h1").inner_text().startswith("Result of the vote"), address)
    page.get_by_text("Votes for each project").first.click()
    rows = page.get_by_role("table", name="Projects in the order in which they were counted").locator("tbody tr")
    expect(rows).to_have_count(len(COUNTS))
    shown = {}
    for row in rows.all():
        cells = row.locator("th, td").all_inner_texts()
        shown[int(re.findall(r"№\s(\d+)", cells[0])[0]) - 1] = (int(cells[2]), cells[4])
    assert {place: votes for place, (votes, _word) in shown.items()} == dict(enumerate(COUNTS))
    assert {place for place, (_votes, word) in shown.items() if word == "won"} == {1, 2, 3}
    expect(page.locator("main")).to_contain_text("3\N{NO-BREAK SPACE}600\N{NO-BREAK SPACE}000")
    expect(page.locator("svg").first).to_be_visible()
    reload_until(page, lambda: page.get_by_text("The platform verified the whole archive").count() > 0)
    vote.okrug.camera.take(page, "result")
