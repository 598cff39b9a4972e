"""Typing a code, or holding it before the camera: what is forgiven, what is noticed before anything is sent."""

import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from pb.core.belenios import credentials
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.credentials import ALPHABET, LENGTH, LOOKALIKES, SEPARATORS
from tests.browser.poll import Poll
from tests.browser.site import Site

pytestmark = pytest.mark.browser

FAKE = """
window.BarcodeDetector = class {
    constructor({ formats }) { this.formats = formats }
    async detect(video) { return window.shown.splice(0, 1).map((rawValue) => ({ rawValue, formats: this.formats })) }
}
navigator.mediaDevices.getUserMedia = async (asked) => {
    window.asked = asked
    if (window.refuses) throw new DOMException('no', 'NotAllowedError')
    const stream = Object.assign(document.createElement('canvas'), { width: 64, height: 64 }).captureStream(10)
    window.stream = stream
    return stream
}
"""


@pytest.fixture
def poll() -> Poll:
    return Poll()


@pytest.fixture
def site(poll: Poll) -> Iterator[Site]:
    with Site() as served:
        poll.serve(served)
        yield served


def in_python(typed: str) -> str:
    try:
        return credentials.normalise_code(typed)
    except ProtocolError:
        return ""


def in_the_browser(page: Page, typed: list[str]) -> list[str]:
    read: list[str] = page.evaluate(
        "async (typed) => typed.map((await import('/static/js/codes.js')).normaliseCode)", typed
    )
    return read


def slips(code: str) -> list[str]:
    """Every single wrong symbol, and every exchange of neighbours that differ."""
    wrong = [
        code[:place] + symbol + code[place + 1 :]
        for place in range(LENGTH)
        for symbol in ALPHABET
        if symbol != code[place]
    ]
    swapped = [
        code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        for place in range(LENGTH - 1)
        if code[place] != code[place + 1]
    ]
    return wrong + swapped


def ways_to_type(code: str) -> list[str]:
    """The code as people type it: their letters for ours, their case, their separators."""
    draw = random.Random(1)
    alike: dict[str, list[str]] = {}
    for letter, symbol in LOOKALIKES.items():
        alike.setdefault(symbol, []).append(letter)
    ways = [code, code.lower(), credentials.format_code(code)]
    for _way in range(200):
        symbols = []
        for symbol in code:
            typed = draw.choice([symbol, *alike.get(symbol, [])])
            symbols.append(draw.choice([typed, typed.lower()]) + draw.choice(["", "", "", *SEPARATORS]))
        ways.append("".join(symbols))
    return ways


def test_a_slip_is_noticed_by_both_programs_and_no_way_of_typing_is_one(page: Page, site: Site) -> None:
    page.goto(site.origin + "/vote")
    for _code in range(3):
        code = credentials.generate_code()
        for typed, meant in ((slips(code), ""), (ways_to_type(code), code)):
            read = in_the_browser(page, typed)
            assert read == [in_python(one) for one in typed]
            assert set(read) == {meant}


def test_every_letter_that_looks_like_a_symbol_is_read_as_it(page: Page, site: Site) -> None:
    page.goto(site.origin + "/vote")
    read = page.evaluate(
        "async (typed) => typed.map((await import('/static/js/codes.js')).normaliseSymbols)",
        [letter for pair in LOOKALIKES for letter in (pair, pair.lower())],
    )
    assert read == [symbol for symbol in LOOKALIKES.values() for _case in "Aa"]


def test_a_slip_sends_nothing(page: Page, site: Site, poll: Poll) -> None:
    page.goto(site.origin + "/vote")
    page.get_by_label("IIN").fill("850615300012")
    page.get_by_label("Code on your card").fill(slips(poll.codes[0])[0])
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#code-error")).to_be_visible()
    link = page.locator("#problems a[href='#code']")
    expect(link).to_have_text(page.locator("#code-error").inner_text())
    assert not [request for request in site.requests if request.method == "POST"]


# The camera


def with_camera(page: Page, site: Site, *shown: str, refuses: bool = False) -> None:
    page.add_init_script(FAKE)
    page.add_init_script(f"window.shown = {list(shown)!r}; window.refuses = {str(refuses).lower()}")
    page.goto(site.origin + "/vote")
    page.get_by_role("button", name="Read the code with the camera").click()


def test_without_a_detector_nobody_sees_the_button_and_nothing_is_loaded(page: Page, site: Site) -> None:
    page.add_init_script("delete window.BarcodeDetector")
    page.goto(site.origin + "/vote")
    expect(page.get_by_label("Code on your card")).to_be_visible()
    expect(page.get_by_role("button", name="Read the code with the camera")).to_be_hidden()
    assert not [request for request in site.requests if "camera" in request.path]


def test_the_camera_reads_the_code_and_stops(page: Page, site: Site, poll: Poll) -> None:
    """What else is in the picture (the address, another paper) is passed over."""
    printed = credentials.format_code(poll.codes[0])
    with_camera(page, site, "https://asar.example/v", "no code", printed)
    expect(page.get_by_label("Code on your card")).to_have_value(printed)
    expect(page.locator("#camera")).to_be_hidden()
    expect(page.get_by_label("Code on your card")).to_be_focused()
    assert page.evaluate("stream.getTracks().map((track) => track.readyState)") == ["ended"]
    assert page.evaluate("asked") == {"video": {"facingMode": "environment"}}
    assert not [request for request in site.requests if request.method == "POST"]
    page.get_by_label("IIN").fill("850615300012")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("h1")).to_have_text("Choose projects")


def test_a_camera_that_is_refused_leaves_the_keyboard(page: Page, site: Site) -> None:
    with_camera(page, site, refuses=True)
    expect(page.locator("#problems")).to_contain_text("The camera cannot be used")
    expect(page.locator("#camera")).to_be_hidden()


def test_the_camera_stops_when_asked(page: Page, site: Site) -> None:
    with_camera(page, site)
    page.get_by_role("button", name="Stop the camera").click()
    expect(page.locator("#camera")).to_be_hidden()
    assert page.evaluate("stream.getTracks().map((track) => track.readyState)") == ["ended"]
