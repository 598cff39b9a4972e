"""EDS in Chromium: the page speaks with a stand-in for NCALayer, which signs with a throw-away PKI."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pb import clock
from pb.act import Role
from pb.core.eds.signing import KeyPair
from pb.core.national_numbers import IIN
from pb.db import Database
from pb.demo.test_authority import TestPKI, make_pki
from pb.settings import Settings
from tests.browser.serving import PHONE, give_session, heard_page, origin_of, serving
from tests.eds import eds_settings
from tests.ncalayer import CANCEL, CLOSE, FAIL, OLD_CANCEL, NCALayer, ncalayer
from tests.village import HOME, Village, found, invented_iin, meeting_confirmed_and_answered

pytestmark = pytest.mark.browser

BUTTON = "Sign in with EDS"
BODY = {"place": "School № 1", "members": 5, "quorum": 3, "present": [], "questions": [], "remarks": ""}


def iin_of(role: Role) -> IIN:
    return invented_iin(1 + list(Role).index(role))


@dataclass
class Place:
    """The okrug behind a real server with EDS switched on, and the program on the reader's computer."""

    origin: str
    okrug: Village
    pki: TestPKI
    program: NCALayer
    context: BrowserContext
    app: Flask

    def key(self, role: Role = Role.AKIM, **changes: object) -> KeyPair:
        return self.pki.person(iin=iin_of(role).text, **changes)  # type: ignore[arg-type]

    def become(self, role: Role) -> None:
        give_session(self.context, self.app, self.okrug.database, self.okrug.people[role].id)


@pytest.fixture(scope="module")
def pki() -> TestPKI:
    return make_pki(clock.now().replace(microsecond=0))


@pytest.fixture
def place(browser: Browser, settings: Settings, database: Database, pki: TestPKI, tmp_path: Path) -> Iterator[Place]:
    def settings_at(origin: str) -> Settings:
        return eds_settings(replace(settings, base_url=origin, ncalayer=program.address), pki, tmp_path / "eds")

    with ncalayer() as program, serving(database, settings_at) as app:
        context = browser.new_context(viewport=PHONE)
        context.add_cookies([{"name": "lang", "value": "en", "url": origin_of(app)}])
        yield Place(origin_of(app), found(database), pki, program, context, app)
        context.close()


@pytest.fixture
def page(place: Place) -> Iterator[Page]:
    with heard_page(place.context, "WebSocket") as opened:
        yield opened


def try_to_sign_in(page: Page, place: Place) -> None:
    page.goto(f"{place.origin}/sign-in?after=/krasnoyar/settings")
    page.get_by_role("button", name=BUTTON).click()


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
def test_signing_in_with_a_key(page: Page, place: Place, algorithm: str) -> None:
    place.program.key = place.key(algorithm=algorithm)
    try_to_sign_in(page, place)
    page.wait_for_url("**/krasnoyar/settings")
    expect(page.locator(".own > summary")).to_contain_text(place.okrug.people[Role.AKIM].name)
    (text,) = place.program.texts
    assert text.startswith(f"asar-sign-in\norigin: {place.origin}\nnonce: ")
    (request,) = place.program.requests
    assert request["args"]["signerParams"]["extKeyUsageOids"] == ["1.3.6.1.5.5.7.3.4", "1.2.398.3.3.4.1.1"]


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (CANCEL, "You cancelled the signature."),
        (OLD_CANCEL, "You cancelled the signature."),
        (FAIL, "NCALayer did not sign."),
        (CLOSE, "NCALayer did not sign."),
    ],
)
def test_what_the_window_answers_is_told(page: Page, place: Place, behaviour: str, words: str) -> None:
    place.program.key, place.program.behaviour = place.key(), behaviour
    try_to_sign_in(page, place)
    expect(page.get_by_role("alert")).to_contain_text(words)
    expect(page.get_by_role("alert")).to_be_focused()
    place.program.behaviour = "sign"
    page.get_by_role("button", name=BUTTON).click()
    page.wait_for_url("**/krasnoyar/settings")


def test_a_program_that_does_not_run_is_told(page: Page, place: Place) -> None:
    place.program.stop()
    try_to_sign_in(page, place)
    expect(page.get_by_role("alert")).to_contain_text("NCALayer is not running on this computer.")


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_it_is_told_in_the_readers_language(place: Place, page: Page, language: str) -> None:
    place.program.key, place.program.behaviour = place.key(), CANCEL
    page.goto(f"{place.origin}/sign-in?lang={language}")
    page.locator("[data-eds] button").click()
    alert = page.get_by_role("alert")
    expect(alert).to_be_visible()
    assert "cancelled" not in alert.inner_text()
    assert place.program.requests[0]["args"]["locale"] == language


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"not_after": -1}, "has expired"),
        ({"authentication": True}, "not the one for signing in"),
        ({"stranger": True}, "This IIN is not known here"),
        ({"elsewhere": True}, "not of the national certification authority"),
    ],
)
def test_a_wrong_key_is_told(page: Page, place: Place, changes: dict[str, object], words: str) -> None:
    iin = iin_of(Role.AKIM).text
    if "not_after" in changes:
        place.program.key = place.key(not_after=clock.now() - timedelta(days=1))
    elif "authentication" in changes:
        place.program.key = place.pki.authentication(iin=iin)
    elif "stranger" in changes:
        place.program.key = place.pki.person(iin=invented_iin(800).text)
    else:
        place.program.key = make_pki(clock.now()).person(iin=iin)
    place.program.obeys = False
    try_to_sign_in(page, place)
    expect(page.get_by_role("alert")).to_contain_text(words)
    page.goto(place.origin)
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)


def test_a_program_that_finds_no_key_for_signing(page: Page, place: Place) -> None:
    place.program.key = place.pki.authentication(iin=iin_of(Role.AKIM).text)
    try_to_sign_in(page, place)
    expect(page.get_by_role("alert")).to_contain_text("Choose your key for signing")


def test_a_program_that_signs_something_else(page: Page, place: Place) -> None:
    place.program.key, place.program.content = place.key(), lambda text: text.replace(b"asar-sign-in", b"asar-ballot")
    try_to_sign_in(page, place)
    expect(page.get_by_role("alert")).to_contain_text("over another text")


def test_without_javascript_no_button_stands_there(browser: Browser, place: Place) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{place.origin}/sign-in?lang=en")
    expect(plain.get_by_role("button", name=BUTTON)).to_have_count(0)
    expect(plain.get_by_text("Signing needs JavaScript.")).to_be_visible()
    context.close()


def minutes_of_a_meeting(okrug: Village) -> str:
    """The path of minutes that both confirmed."""
    cycle_id = okrug.open_cycle()
    with okrug.act_as() as act:
        held = meeting_confirmed_and_answered(act, cycle_id, BODY)
        return f"{HOME}/meetings/{held.number}/minutes"


@pytest.mark.parametrize("path", ["/sign-in", "minutes"])
def test_a_page_with_the_button_passes_the_rules(page: Page, place: Place, path: str) -> None:
    if path == "minutes":
        path = minutes_of_a_meeting(place.okrug)
        place.become(Role.CHAIR)
    place.program.behaviour = CANCEL
    for language in ("kk", "ru", "en"):
        page.goto(f"{place.origin}{path}?lang={language}")
        page.locator("[data-eds] button").click()
        expect(page.get_by_role("alert")).to_be_visible()
        report = Axe().run(page)
        assert report.violations_count == 0, report.generate_report()
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_signing_minutes_and_the_answer(page: Page, place: Place) -> None:
    path = minutes_of_a_meeting(place.okrug)
    for role, button in (
        (Role.CHAIR, "Sign the minutes with EDS"),
        (Role.SECRETARY, "Sign the minutes with EDS"),
        (Role.AKIM, "Sign the answer with EDS"),
    ):
        place.become(role)
        page.goto(place.origin + path)
        is_akim = role is Role.AKIM
        place.program.key = place.pki.head(iin=iin_of(role).text, bin="940140000385") if is_akim else place.key(role)
        page.get_by_role("button", name=button).click()
        expect(page.get_by_text("Your signature stands under the minutes.")).to_be_visible()
        expect(page.get_by_role("button", name=button)).to_have_count(0)
    *files, answer = place.program.asked
    assert files == [page.request.get(f"{place.origin}{path}.pdf").body()] * 2, "the bytes of the PDF themselves"
    assert answer.startswith(b"asar-akim-answer")
    page.goto(place.origin + path)
    shown = page.get_by_role("listitem").filter(has_text="GOST 34.10-2015/512")
    expect(shown).to_have_count(3)
    expect(page.get_by_text("BIN: 940140000385")).to_be_visible()
