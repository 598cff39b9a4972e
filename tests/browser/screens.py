"""Pictures of the pages, in Kazakh and Russian, at a phone's and a computer's width: taken when ASAR_SCREENS is set."""

import os
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.serving import PHONE

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "img" / "screens"
WIDTHS = (360, 1280)
SCREEN: ViewportSize = {"width": 360, "height": 800}
LANGUAGES = ("kk", "ru")
# What the README shows: the first screen of these, as a phone shows it.
SHOWN = ("home-kk", "vote-kk", "check-kk", "receipt-kk", "result-ru")


class Camera:
    """Takes each page four times. The pictures of the README go to `docs/img/screens`."""

    def __init__(self, folder: Path) -> None:
        self.wanted = bool(os.environ.get("ASAR_SCREENS"))
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.taken: set[str] = set()

    def take(self, page: Page, name: str, *, once: bool = False) -> None:
        """Takes the page as it stands: the language is switched by its own links, and then back."""
        if not self.wanted or (once and name in self.taken):
            return
        self.taken.add(name)
        before = page.locator("html").get_attribute("lang") or "en"
        for language in LANGUAGES:
            speak(page, language)
            if f"{name}-{language}" in SHOWN:
                page.set_viewport_size(SCREEN)
                page.evaluate("document.querySelector('nav.cycle + .wrap h1')?.scrollIntoView()")
                page.screenshot(path=PICTURES / f"{name}-{language}.png")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": SCREEN["height"]})
                # As high as the page: what sticks to the foot of a screen then stands where it belongs.
                height = int(page.evaluate("document.documentElement.scrollHeight"))
                page.set_viewport_size({"width": width, "height": height})
                page.screenshot(path=self.folder / f"{name}-{language}-{width}.png")
        page.set_viewport_size(PHONE)
        speak(page, before)


def speak(page: Page, language: str) -> None:
    """Switches the language by the page's own link."""
    page.locator(f"a[hreflang={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.wait_for_load_state()
