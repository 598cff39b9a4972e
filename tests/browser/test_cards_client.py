"""Cards made in the registrar's browser: codes stay on the page and on paper, public keys alone are sent."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup
from playwright.sync_api import Dialog, Download, Page, Route, expect
from wtforms import FileField, Form

from pb import formats
from pb.cards.service.cards import RESERVE_NAMES
from pb.cards.service.release import CodesKey
from pb.core import sealing
from pb.core.belenios import credentials
from pb.core.belenios.groups import BELENIOS_2048
from pb.core.poll.card_list import CardList, Made, MakerStatement
from pb.core.poll.maker_key import decrypt_maker_key, public_half
from pb.documents.service.card import PICTURES, address_svg, card_texts, keys_address
from pb.documents.service.card_sheet import sheet_texts
from tests.browser.site import Site, render

pytestmark = pytest.mark.browser

UUID = "KrasnoyarAsar1"
ENTRIES: list[dict[str, Any]] = [
    {
        "entry": f"e{number}",
        "number": f"{number:04}",
        "name": f'Әлия <{number}> "Қ\'"',
        "settlement": "Красный Яр",
        "lookup": "ab" * 32,
    }
    for number in range(1, 11)
] + [{"entry": "reserve-1", "number": "R1", "name": RESERVE_NAMES, "settlement": "Краснояр", "lookup": ""}]


REGISTRAR_KEY = sealing.generate_key()
REGISTRAR = CodesKey(sealing.public_text(REGISTRAR_KEY), "abcd 0123")
LOOKUP = "ab" * 32
TEN_POINTS = 13.33  # in pixels of CSS


class KeysForm(Form):
    file = FileField("File with public keys")


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as served:
        served.endpoints["/poll/cards"] = lambda _body: (201, {})
        served.pages["/done"] = "<!doctype html><title>done</title><h1>done</h1>"
        served.pages["/cards"] = render(
            "cards/cards_make.html",
            url="/cards",
            cycle=None,
            poll={"uuid": UUID, "base": "/poll"},
            entries=ENTRIES,
            reserve=1,
            registrar=REGISTRAR,
            faulty_reason=None,
            address="https://asar.example/v",
            address_svg=Markup(address_svg("https://asar.example/v")),  # noqa: S704  our own SVG
            done_url="/done",
            keys_form=KeysForm(),
            keys_url="/keys",
            offline_url="/offline",
            handed=[],
            made=0,
            keys_address=keys_address("https://asar.example/v"),
            card_texts=[card_texts("kk"), card_texts("ru")],
            step_pictures=PICTURES,
            sheet_texts=[sheet_texts("kk"), sheet_texts("ru")],
            preparing=True,
        )
        yield served


def make_the_cards(page: Page) -> None:
    """The weaker way stands in a fold."""
    page.locator("summary", has_text="easier, and weaker").click()
    page.get_by_role("button", name="Make the cards").click()


def test_public_keys_are_sent_and_codes_are_printed_only(page: Page, site: Site) -> None:
    page.goto(site.origin + "/cards")
    make_the_cards(page)
    expect(page.get_by_text("The cards are ready and exist on this page only.")).to_be_visible()
    (sent,) = site.bodies("/poll/cards")
    printed = page.locator("#cards article")
    expect(printed).to_have_count(len(ENTRIES))
    for entry, card, credential in zip(ENTRIES, printed.all(), sent["credentials"], strict=True):
        text = card.text_content() or ""
        assert entry["name"] in text
        assert f"№\u00a0{entry['number']}" in text
        code = card.locator(".code").text_content() or ""
        assert re.fullmatch(r"([0-9A-Z]{4}-){5}[0-9A-Z]{4}", code)
        secret = credentials.derive(BELENIOS_2048, UUID, code)
        public_key = credentials.public_credential(BELENIOS_2048, secret)
        sealed = credential.pop("sealed", None)
        assert credential == {"entry": entry["entry"], "public_key": public_key}
        if entry["lookup"]:
            opened = sealing.unseal_code(sealed, REGISTRAR_KEY, poll=UUID, entry=entry["entry"], public_key=public_key)
            assert opened == (code.replace("-", ""), LOOKUP)
        else:
            assert sealed is None, "a card of the reserve is nobody's yet"
        assert code not in " ".join(request.body for request in site.requests)
        assert code not in card.locator(".qr").inner_html()
    assert len({credential["public_key"] for credential in sent["credentials"]}) == len(ENTRIES)
    expect(page.locator("#cards")).to_be_hidden()


def test_the_page_states_the_list_as_one_of_the_platform_and_the_maker_keeps_the_files(page: Page, site: Site) -> None:
    page.goto(site.origin + "/cards")
    make_the_cards(page)
    expect(page.get_by_text("The cards are ready and exist on this page only.")).to_be_visible()
    (sent,) = site.bodies("/poll/cards")
    downloads: list[Download] = []
    page.on("download", lambda download: downloads.append(download))  # noqa: PLW0108 - Playwright wants a function
    page.get_by_role("button", name="Save the maker's files").click()
    while len(downloads) < 2:
        page.wait_for_timeout(100)
    saved = {download.suggested_filename: Path(download.path()).read_bytes() for download in downloads}
    kept = CardList.parse(saved["maker.json"])
    assert kept.made is Made.PLATFORM_PAGE
    assert MakerStatement.parse(sent["statement"]) == kept.statement()
    assert sorted(kept.all.values()) == sorted(credential["public_key"] for credential in sent["credentials"])
    passphrase = page.locator("#passphrase").text_content() or ""
    assert public_half(decrypt_maker_key(saved["maker-key.json"], passphrase)) == kept.key
    assert passphrase not in " ".join(request.body for request in site.requests)


def test_after_a_lost_answer_the_same_keys_are_sent_again(page: Page, site: Site) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/poll/cards", lose, times=1)
    page.goto(site.origin + "/cards")
    make_the_cards(page)
    expect(page.locator("#problems")).to_contain_text("the same cards are sent")
    page.get_by_role("button", name="Make the cards").click()
    expect(page.get_by_text("The cards are ready and exist on this page only.")).to_be_visible()
    first, second = site.bodies("/poll/cards")
    assert first == second


def test_leaving_before_the_end_asks_first_and_finishing_forgets_the_codes(page: Page, site: Site) -> None:
    page.goto(site.origin + "/cards")
    make_the_cards(page)
    expect(page.locator("#cards article")).to_have_count(len(ENTRIES))
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    with page.expect_event("dialog"):
        page.evaluate("setTimeout(() => location.reload())")
    assert asked == ["beforeunload"]
    expect(page.locator("#cards article")).to_have_count(len(ENTRIES))
    finish, faults = page.get_by_role("button", name="All is ready: finish"), page.locator("#problems li")
    finish.click()
    expect(faults).to_have_count(3)
    expect(faults.first).to_contain_text("The cards are not printed yet")
    page.get_by_role("button", name="Print the cards").click()
    finish.click()
    expect(faults).to_have_count(2)
    page.get_by_role("button", name="Print the sheet").click()
    finish.click()
    expect(page.locator("#problems p")).to_contain_text("Save the maker's files first")
    page.get_by_role("button", name="Save the maker's files").click()
    finish.click()
    expect(page.get_by_role("heading", name="Forget the codes and finish?")).to_be_visible()
    page.get_by_role("button", name="Back to printing").click()
    expect(page.locator("#cards article")).to_have_count(len(ENTRIES))
    finish.click()
    page.get_by_role("button", name="Forget the codes and finish").click()
    expect(page.locator("#cards article")).to_have_count(0)
    expect(page.locator("#passphrase")).to_have_text("")
    expect(page.get_by_text("this page has forgotten their codes")).to_be_visible()
    expect(page.get_by_role("heading", name="What comes next")).to_be_visible()
    page.get_by_role("link", name="To the vote").click()
    expect(page.get_by_role("heading", name="done")).to_be_visible()
    page.go_back()
    expect(page.locator("#cards article")).to_have_count(0)


def test_the_sheet_to_sign_is_printed_from_the_page_without_the_cards(page: Page, site: Site) -> None:
    page.add_init_script("window.print = () => {}")  # the printer is page.pdf
    page.goto(site.origin + "/cards")
    make_the_cards(page)
    page.get_by_role("button", name="Print the sheet").click()
    (sent,) = site.bodies("/poll/cards")
    stated = MakerStatement.parse(sent["statement"])
    page.emulate_media(media="print")
    today = datetime.now()  # noqa: DTZ005  the registrar's own clock, as the page reads it
    for language, words in (("kk", "Карточкаларды жасаушының парағы"), ("ru", "Лист изготовителя карточек")):
        sheet = page.locator(f"#sheet [lang={language}]")
        expect(sheet).to_contain_text(words)
        shown = sheet.inner_text()
        counts = f"{stated.count - stated.reserve} + {stated.reserve}"
        for line in (UUID, stated.list, stated.numbers, stated.key, counts, formats.day(today.date(), language)):
            assert line in shown
        expect(sheet.locator(".to-sign")).to_have_count(3)
        expect(sheet.locator("[data-made=platform-page]")).to_be_visible()
        expect(sheet.locator("[data-made=program]")).to_be_hidden()
        expect(sheet.locator("[data-sheet=certificate]")).to_be_hidden()
    expect(page.locator("#cards")).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Print the cards").click()
    page.emulate_media(media="print")
    expect(page.locator("#cards")).to_be_visible()
    expect(page.locator("#sheet")).to_be_hidden()


def test_the_instructions_of_a_card_are_ten_points_and_nothing_is_cut_off(page: Page, site: Site) -> None:
    page.goto(site.origin + "/cards")
    make_the_cards(page)
    expect(page.locator("#cards article")).to_have_count(len(ENTRIES))
    page.emulate_media(media="print")
    expect(page.locator("#cards article").first.locator(".steps svg:visible")).to_have_count(3)
    sizes = page.locator("#cards article *:not(svg, svg *)").evaluate_all(
        "all => all.map((part) => parseFloat(getComputedStyle(part).fontSize))"
    )
    assert min(sizes) >= TEN_POINTS
    cut = page.locator("#cards article").evaluate_all(
        "all => all.filter((c) => c.scrollHeight > c.clientHeight).length"
    )
    assert cut == 0


def test_four_cards_stand_on_a_sheet(page: Page, site: Site) -> None:
    page.goto(site.origin + "/cards")
    make_the_cards(page)
    expect(page.locator("#cards article")).to_have_count(len(ENTRIES))
    page.emulate_media(media="print")
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 3
    expect(page.get_by_role("button", name="Print")).to_be_hidden()


def test_the_page_shows_what_to_compare_with_the_registrars_program(page: Page, site: Site) -> None:
    page.goto(site.origin + "/cards")
    expect(page.get_by_text(REGISTRAR.fingerprint)).to_be_visible()
    expect(page.get_by_text("Cards in reserve to make: 1")).to_be_visible()


def test_python_and_the_browser_open_what_the_other_sealed(page: Page, site: Site) -> None:
    page.goto(site.origin + "/cards")
    made = page.evaluate("""async () => {
        const { generateKey } = await import('/static/js/sealing.js')
        window.own = await generateKey()
        return own.publicKey
    }""")
    context = "asar-released-code|Қ|1"
    opened = page.evaluate(
        "async ([sealed, context]) => (await import('/static/js/sealing.js')).unseal(sealed, own, context)",
        [sealing.seal("код 1".encode(), made, context), context],
    )
    assert opened == "код 1"
    sealed = page.evaluate(
        "async ([key, context]) => (await import('/static/js/sealing.js')).seal('код 2', key, context)",
        [REGISTRAR.key, context],
    )
    assert sealing.unseal(sealed, REGISTRAR_KEY, context).decode() == "код 2"
