"""One Chromium for all browser tests, a fresh context for each; a page error or a console error fails the test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.served import Served, served
from tests.tools import require_tool

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
QUIET = ["--disable-sync", "--no-first-run"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = require_tool("chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS + QUIET)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page at a phone's size. What its scripts complain about is a failure, except what a test expects."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert [error for error in errors if "Failed to load resource" not in error] == []


@pytest.fixture(scope="session")
def okrug(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demonstration's okrug, served for all tests that only look at it."""
    with served(tmp_path_factory.mktemp("okrug")) as site:
        yield site
