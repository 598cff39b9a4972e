"""What every page keeps: axe's rules in both themes, room on a small screen, no English in Kazakh, the keyboard."""

import re
from typing import Literal

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.serving import PHONE

# Words that stand on most pages of the English source, and in no Kazakh page.
ENGLISH = re.compile(r"\b(the|and|with|your|this|is|of|vote|proposal|minutes)\b")
NARROW = 320
CONTRAST = "axe.run({ runOnly: ['color-contrast'], resultTypes: ['violations'] })"
LEAST = 64  # px: what is narrower shows a few letters a line
OPENED: list[tuple[int, Literal["screen", "print"]]] = [
    (640, "screen"),
    (768, "screen"),
    (1280, "screen"),
    (673, "print"),  # A4 between its margins
]
# The texts that need several lines only because their column is that narrow
CRAMPED = """(least) => {
    const block = (one) => (/^(inline|contents)$/.test(getComputedStyle(one).display) ? block(one.parentElement) : one)
    const found = []
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
        const { data, parentElement } = texts.currentNode
        if (data.trim().length < 3 || parentElement.closest('svg, .hidden, script, style')) continue
        const range = document.createRange()
        range.selectNodeContents(texts.currentNode)
        const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)))
        const { clientWidth, outerHTML } = block(parentElement)
        if (lines.size > 1 && clientWidth < least) found.push([clientWidth, outerHTML.slice(0, 200)])
    }
    return found.slice(0, 3)
}"""


def passes(page: Page) -> None:
    """Checks a page in Kazakh as it stands, whatever was done on it."""
    report = Axe().run(page)
    assert report.violations_count == 0, report.generate_report()
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # its colours change at once
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    report = AxeResults(page.evaluate(CONTRAST))  # axe is on the page already
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    assert report.violations_count == 0, report.generate_report()
    before = page.viewport_size or PHONE
    page.set_viewport_size({"width": NARROW, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, _widest(page)
    page.set_viewport_size(before)
    assert page.locator("h1:visible").count() == 1
    words = _own_words(page)
    assert not ENGLISH.search(words), words


def opens_legibly(page: Page) -> None:
    """Checks a page with all that is folded on it open, at wider screens' widths and on paper.

    Nothing is wider than the screen, and no text stands in a column of a few letters. Played: a list folded into the
    value of another showed a sum with one digit a line, and every test had looked at it closed.
    """
    before = page.viewport_size or PHONE
    page.evaluate("document.querySelectorAll('details').forEach((folded) => (folded.open = true))")
    for width, media in OPENED:
        page.emulate_media(media=media)
        page.set_viewport_size({"width": width, "height": 800})
        found = page.evaluate(CRAMPED, LEAST)
        assert found == [], (width, media, found)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, media)
    page.emulate_media(media="screen")
    page.set_viewport_size(before)


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the focus is there, and is seen."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"{selector} shows no focus"
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def _own_words(page: Page) -> str:
    """The page's text without what is data, code, or marked as English."""
    return str(
        page.evaluate(
            """() => {
                const others = [...document.querySelectorAll('[lang=en], code, .mono, pre')]
                const shown = others.map((e) => e.style.display)
                others.forEach((e) => (e.style.display = 'none'))
                const words = document.body.innerText
                others.forEach((e, i) => (e.style.display = shown[i]))
                return words
            }"""
        )
    )


def _widest(page: Page) -> str:
    """What sticks out of the page."""
    return str(
        page.evaluate(
            """(width) => [...document.querySelectorAll('main *')]
                .filter((e) => e.getBoundingClientRect().right > width)
                .slice(0, 3).map((e) => e.outerHTML.slice(0, 200)).join('\\n')""",
            NARROW,
        )
    )
