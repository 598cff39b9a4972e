"""The journey's second half: roll, cards, keys and the draw; voting; decrypting; the result and the budget."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, Request, expect

from pb.cards.service.cards import RESERVE_NAMES
from pb.core.belenios import credentials
from pb.core.belenios.groups import BELENIOS_2048
from tests.browser.journey import SETTLEMENTS, Person, fill, heading, press, told
from tests.browser.journey_before_the_vote import Okrug
from tests.browser.serving import tracker_of
from tests.browser.voters import cast, election_in
from tests.village import invented_iin

VOTERS = (
    "Алия Бекова",
    "Борис Вагнер",
    "Галия Даирова",
    "Ерік Жақсыбеков",
    "Зоя Иванова",
    "Көркем Лесова",
    "Мадина Нұрпейіс",
    "Олег Петров",
    "Раушан Сейіт",
    "Темір Ұлықбек",
    "Фарида Хасанова",
    "Шынар Ықыласова",
    "Эльмира Юсупова",
    "Яков Әлиев",
)
# What each votes, by places in election.json: the third project gets most, the first does not fit beside it.
CHOICES = ((0, 2), (2,), (0, 2, 3), (0, 1, 2), (0, 2), (1, 2), (0, 2), (1, 2), (0,), (0, 1, 3), (2, 1), ())
COUNTS = (7, 5, 9, 2)
HANDED_OVER = 12
DRAWN = "Шарлар: 7 41 3 88 12"


@dataclass
class Vote:
    """The poll of the journey: what voters and trustees hold in their hands."""

    okrug: Okrug
    folder: Path
    codes: dict[str, str] = field(default_factory=dict)  # by name, read off the printed cards
    passphrases: dict[str, str] = field(default_factory=dict)
    trackers: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"{self.okrug.cycle}/poll"

    @property
    def address(self) -> str:
        return f"{self.okrug.installation.origin}{self.path}/vote"

    def voter(self, number: int) -> Person:
        return Person(VOTERS[number], invented_iin(40 + number))

    def key_file(self, trustee: Person) -> Path:
        return self.folder / f"{trustee.iin.text}.json"


# 5. Roll and cards


def the_registrar_imports_the_roll(vote: Vote) -> None:
    good = [(vote.voter(n).iin.text, name, SETTLEMENTS[n % 2]) for n, name in enumerate(VOTERS)]
    mistyped = good[0][0][:-1] + str((int(good[0][0][-1]) + 1) % 10)
    young = invented_iin(70, born="150101", century=5).text
    faulty = [
        (mistyped, "Қате Сан", SETTLEMENTS[0]),
        (young, "Жас Бала", SETTLEMENTS[0]),
        (good[3][0], VOTERS[3], SETTLEMENTS[0]),
        (invented_iin(71).text, "Көрші Ауыл", "Зеренді"),
        (invented_iin(72).text, "", SETTLEMENTS[0]),
    ]
    lines = ["iin,name,settlement", *(",".join(line) for line in good + faulty)]
    page = vote.okrug.at("registrar", f"{vote.okrug.cycle}/roll")
    file = {"name": "roll.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    page.locator("[name=file]").set_input_files([file])  # type: ignore[list-item]
    press(page, "Read the file")
    heading(page, "Report on the file")
    report = page.locator("table", has=page.get_by_text("Lines with a fault", exact=True)).locator("tbody tr")
    reasons = ("check digit", "under 18", "twice", "not in this okrug", "name is missing")
    expect(report).to_have_count(len(faulty))
    for row, number, reason in zip(report.all(), range(len(good) + 2, 100), reasons, strict=False):
        expect(row).to_contain_text(str(number))
        expect(row).to_contain_text(reason)
    assert all(line[0] not in page.content() for line in good + faulty), "no IIN stands on the report"
    vote.okrug.camera.take(page, "roll-report")
    waiting = page.url.partition("?")[0]
    page = vote.okrug.at("registrar", f"{vote.okrug.cycle}/roll")
    expect(page.locator("dl.figures")).to_contain_text("0")  # nothing before the registrar's word
    page.goto(waiting)
    press(page, "Import the good lines")
    told(page, f"Added to the roll: {len(VOTERS)}")
    expect(page.get_by_role("button", name="Confirm the roll")).to_have_count(0)
    vote.okrug.camera.take(page, "roll")
    page = vote.okrug.at("auditor", f"{vote.okrug.cycle}/roll")
    press(page, "Confirm the roll")
    told(page, "The roll is confirmed.")


def the_registrar_makes_cards(vote: Vote) -> None:
    page = vote.okrug.at("registrar", f"{vote.path}/cards")
    vote.okrug.camera.take(page, "cards")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    press(page, "Make the cards")
    expect(page.get_by_text("The cards are ready and exist on this page only.")).to_be_visible()
    page.emulate_media(media="print")
    for card in page.locator("#cards article").all():
        code = card.locator(".code").inner_text()
        assert re.fullmatch(r"([0-9A-Z]{4}-){5}[0-9A-Z]{4}", code)
        name = card.locator("[data-card=name]").inner_text()
        if name != RESERVE_NAMES:
            vote.codes[name] = code
    assert set(vote.codes) == set(VOTERS)
    if vote.okrug.camera.wanted:
        page.pdf(path=vote.folder / "screens" / "cards.pdf", prefer_css_page_size=True)
    page.emulate_media(media="screen")
    assert not any(code in text for code in vote.codes.values() for text in sent)
    press(page, "All cards are printed: finish")
    heading(page, re.compile("^Vote 20"))


def the_clerk_hands_cards_over(vote: Vote) -> None:
    page = vote.okrug.at("clerk", f"{vote.path}/hand-over")
    vote.okrug.camera.take(page, "hand-over")
    for name in VOTERS[:HANDED_OVER]:
        page.get_by_role("button", name=f"Handed over: {name}").click()
        told(page, "marked as handed over")
    expect(page.locator(".tag.green")).to_have_count(HANDED_OVER)


# 6. Trustees


def trustees_make_and_confirm_keys(vote: Vote) -> None:
    for trustee in vote.okrug.trustees:
        page = vote.okrug.visits.at(trustee, f"{vote.path}/trustee")
        vote.okrug.camera.take(page, "trustee", once=True)
        press(page, "Make the key")
        expect(page.locator("#new-passphrase")).not_to_be_empty()
        vote.passphrases[trustee.name] = page.locator("#new-passphrase").inner_text()
        with page.expect_download() as download:
            press(page, "Save the key file")
        download.value.save_as(vote.key_file(trustee))
        press(page, "I saved the file and wrote the passphrase down")
        page.get_by_label("Passphrase").fill(vote.passphrases[trustee.name])
        press(page, "Send the public key")
        expect(page.get_by_text("Your public key was sent")).to_be_visible()
    for trustee in vote.okrug.trustees:
        page = vote.okrug.visits.at(trustee, f"{vote.path}/trustee")
        load_key(vote, page, trustee, "Check and confirm")
        expect(page.get_by_text("Your key is confirmed")).to_be_visible()


def load_key(vote: Vote, page: Page, trustee: Person, button: str) -> None:
    page.get_by_label("Key file").set_input_files(vote.key_file(trustee))
    page.get_by_label("Passphrase").fill(vote.passphrases[trustee.name])
    press(page, button)


def the_seed_is_drawn_and_minuted(vote: Vote) -> None:
    page = vote.okrug.at("secretary", f"{vote.path}/ceremony")
    expect(page.locator("ol.cards .tag.green")).to_have_count(3)
    fill(page, number="2027/2", day=vote.okrug.installation.today(), seed_text=DRAWN)
    press(page, "Draw up")
    told(page, "The minutes are drawn up.")
    for role in ("chair", "secretary"):
        page = vote.okrug.at(role, f"{vote.path}/ceremony")
        press(page, "Confirm the minutes")
        told(page, "You confirmed the minutes.")
    vote.okrug.camera.take(page, "ceremony")


# 7. Opening


def the_office_opens_the_vote(vote: Vote) -> None:
    page = vote.okrug.at("office", vote.path)
    expect(page.locator(".tag.grey", has_text="To do")).to_have_count(0)
    vote.okrug.camera.take(page, "poll-preparing")
    page.get_by_role("link", name="Open the vote").click()
    vote.okrug.camera.take(page, "opening")
    ends = vote.okrug.installation.today() + timedelta(days=7)
    fill(page, closes_on=ends, closes_at="20:00")
    press(page, "Open the vote")
    told(page, "From now on nothing of it can be changed.")
    answer = page.goto(f"{vote.okrug.installation.origin}{vote.path}/open")
    assert answer is not None
    assert answer.status in {404, 409}, "an open vote cannot be opened or extended again"


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
    fill(page, text="Картамды біреу пайдаланды.", contact="")
    press(page, "Send the objection")
    expect(page.locator("[name=contact]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=text]")).to_have_value("Картамды біреу пайдаланды.")
    fill(page, contact="8 716 2 00 00 00")
    press(page, "Send the objection")
    told(page, "Your objection has number 1.")
    assert "Картамды" not in page.locator("main").inner_text(), "the text is for those who answer"
    office = vote.okrug.at("office", f"{vote.path}/objections")
    expect(office.locator("main")).to_contain_text("Картамды біреу пайдаланды.")
    fill(office, answer="Картаны әкімдіктен өзіңіз алғансыз.")
    press(office, "Answer")
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
    page.goto(vote.address + "?kiosk")
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
    page.goto(f"{vote.okrug.installation.origin}{vote.path}/events")
    expect(page.locator("ol.cards > li")).to_have_count(len(CHOICES) + 1)
    vote.okrug.camera.take(page, "events")


# 9. Closing, tally, result


def the_vote_ends_by_itself(vote: Vote) -> None:
    vote.okrug.installation.pass_days(8)
    page = vote.okrug.visits.stranger()
    answer = page.goto(vote.address)
    assert answer is not None
    assert answer.status == 409, "after the closing time nothing more is accepted"
    heading(page, "Voting is not open")
    page.goto(f"{vote.okrug.installation.origin}{vote.path}")
    reload_until(page, lambda: page.get_by_text("The trustees decrypt").count() > 0)


def reload_until(page: Page, seen: Callable[[], bool], address: str = "") -> None:
    """Loads the page, or `address`, again and again: before there is a result, its address leads to the poll's page."""
    for _attempt in range(60):
        if seen():
            return
        page.wait_for_timeout(500)
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
    rows = page.locator("table").first.locator("tbody tr")
    expect(rows).to_have_count(len(COUNTS))
    shown = {}
    for row in rows.all():
        cells = row.locator("th, td").all_inner_texts()
        shown[int(re.findall(r"№ (\d+)", cells[0])[0]) - 1] = (int(cells[2]), cells[4])
    assert {place: votes for place, (votes, _word) in shown.items()} == dict(enumerate(COUNTS))
    assert {place for place, (_votes, word) in shown.items() if word == "won"} == {1, 2, 3}
    expect(page.locator("dl.figures")).to_contain_text("3\N{NO-BREAK SPACE}600\N{NO-BREAK SPACE}000")
    expect(page.locator("svg").first).to_be_visible()
    reload_until(page, lambda: page.get_by_text("The platform verified the whole archive").count() > 0)
    vote.okrug.camera.take(page, "result")
