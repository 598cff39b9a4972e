"""One Chromium for all browser tests, a fresh context for each; a page error or a console error fails the test.

It is the shell without a window: the same engine, at a quarter of the processor time that the whole browser takes.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.served import Served, served
from tests.browser.serving import PHONE, heard_page
from tests.tools import require_tool

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
QUIET = ["--disable-sync", "--no-first-run"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = require_tool("chromium-headless-shell")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS + QUIET)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page at a phone's size."""
    context = browser.new_context(viewport=PHONE, locale="en-GB")
    with heard_page(context) as opened:
        yield opened
    context.close()


@pytest.fixture(scope="session")
def okrug(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demonstration's okrug, served for all tests that only look at it."""
    with served(tmp_path_factory.mktemp("okrug")) as site:
        yield site
