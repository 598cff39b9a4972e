"""The journey from the confirmed list of projects to the opening: roll, cards, keys, the draw."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner
from playwright.sync_api import Download, Page, expect

from pb.cards.service.cards import RESERVE_NAMES
from pb.commands.cards import cards as cards_command
from tests.browser.journey import SETTLEMENTS, Person, fill, heading, press, press_finally, told
from tests.browser.journey_of_the_people import Okrug
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
HANDED_OVER = 12
MAKER_FILES = ("maker.json", "maker-key.json")
DRAWN = "7 41 3 88 12 20"


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

    @property
    def maker_folder(self) -> Path:
        return self.folder / "maker"

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
    reasons = ("check digit", "under 18", "twice", "not of this place", "name is missing")
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
    page.locator("summary", has_text="easier, and weaker").click()
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
    vote.passphrases["maker"] = page.locator("#passphrase").inner_text()
    saved: list[Download] = []
    page.on("download", lambda download: saved.append(download))  # noqa: PLW0108 - Playwright marks the function
    press(page, "Save the maker's files")
    while len(saved) < len(MAKER_FILES):
        page.wait_for_timeout(100)
    for download in saved:
        download.save_as(vote.maker_folder / download.suggested_filename)
    press(page, "Print the cards")
    press(page, "Print the sheet")
    press(page, "All is ready: finish")
    press(page, "Forget the codes and finish")
    told_next = page.get_by_role("heading", name="What comes next")
    expect(told_next).to_be_visible()
    page.get_by_role("link", name="To the vote", exact=True).click()
    heading(page, re.compile("^Vote 20"))


def the_clerk_hands_cards_over(vote: Vote) -> None:
    page = vote.okrug.at("clerk", f"{vote.path}/hand-over")
    vote.okrug.camera.take(page, "hand-over")
    for name in VOTERS[:HANDED_OVER]:
        page.get_by_role("link", name=re.compile(f"^Hand the card over.*{name}")).click()
        press(page, "Yes, the card is handed over")
        told(page, f"{name}: handed over")
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
    fill(page, number="2026/2", day=vote.okrug.installation.today(), seed_text=DRAWN)
    press(page, "Draw up")
    told(page, "The minutes are drawn up.")
    for role in ("chair", "secretary"):
        page = vote.okrug.at(role, f"{vote.path}/ceremony")
        press_finally(page, "Confirm the minutes")
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


def the_registrar_confirms_the_published_list(vote: Vote) -> None:
    """The registrar's own program compares archive and numbers with the maker's file, and signs."""
    page = vote.okrug.at("registrar", vote.path)
    download(page, vote.maker_folder / "opened.bel", "Download the archive")
    page = vote.okrug.at("registrar", f"{vote.path}/maker")
    download(page, vote.maker_folder / "numbers.csv", "Take the table of numbers")
    opened, numbers, confirmation, maker, key = (
        str(vote.maker_folder / name) for name in ("opened.bel", "numbers.csv", "confirmation.json", *MAKER_FILES)
    )
    signing = ["confirm", opened, maker, "--numbers", numbers, "--key", key, "--out", confirmation]
    signed = CliRunner().invoke(cards_command, signing, input=vote.passphrases["maker"])
    assert signed.exit_code == 0, signed.output
    page.locator("[name=confirmation]").set_input_files(confirmation)
    press(page, "Hand the confirmation in")
    told(page, "The confirmation is recorded and public.")
    vote.okrug.camera.take(page, "maker")


def download(page: Page, path: Path, name: str) -> None:
    with page.expect_download() as taken:
        page.locator("a, button", has_text=name).first.click()
    taken.value.save_as(path)
