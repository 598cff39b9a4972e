"""A whole installation for the journey test: a served SQLite file, its background jobs, a clock that can be moved, and
people who come to its pages in Chromium. Demo mode is off: everybody has a password of their own."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pyotp
import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from config import from_environment
from pb import clock, migrations, worker
from pb.cli import main
from pb.clock import ALMATY
from pb.core.national_numbers import IIN
from pb.db import Database
from pb.settings import Settings
from pb.voting.jobs import tick
from pb.worker import Background
from tests.browser.serving import PHONE, give_session, serving

BEGIN = datetime(2026, 2, 2, 9, tzinfo=ALMATY)  # in the past: the database takes no role or erasure of the future
KEY = base64.b64encode(b"a key for tests, 32 bytes, so so").decode()
SETTLEMENTS = ("Красный Яр", "Кызыл Жулдыз")
OKRUG = {
    "kato": "111033000",
    "name-kk": "Краснояр ауылдық округі",
    "name-ru": "Красноярский сельский округ",
    "name-en": "Krasnoyar rural okrug",
    "parent-kato": "111000000",
    "parent-kind": "city",
    "parent-kk": "Көкшетау қаласы",
    "parent-ru": "город Кокшетау",
    "parent-en": "city of Kokshetau",
    "paper-place": "Абай көшесі, 1 / ул. Абая, 1",
}


@dataclass(eq=False)
class Person:
    """Somebody with a browser of their own; `password` is set when the account came to life."""

    name: str
    iin: IIN
    password: str = ""
    authenticator: str = ""  # the secret of a staff member's app
    context: BrowserContext | None = None


@dataclass
class Installation:
    """The platform as it is installed: what `pb territory found` and the pages make of it."""

    settings: Settings
    database: Database
    environment: dict[str, str]
    traveller: time_machine.Traveller
    app: Flask

    @property
    def origin(self) -> str:
        return self.settings.base_url

    def wait_until(self, moment: datetime) -> None:
        """Moves the clock of the whole process on to `moment`."""
        assert moment > clock.now()
        self.traveller.move_to(moment.astimezone(UTC))

    def pass_days(self, days: int, *, hour: int = 10) -> None:
        later = clock.local(clock.now()) + timedelta(days=days)
        self.wait_until(later.replace(hour=hour, minute=0, second=0, microsecond=0))

    def today(self) -> date:
        return clock.local(clock.now()).date()

    def command(self, *arguments: str, typed: str | None = None) -> str:
        """What `pb` prints. Whatever it refuses fails the test."""
        run = CliRunner().invoke(main, arguments, input=typed, env=self.environment)
        assert run.exit_code == 0, run.output
        return run.output


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """Migrates a fresh SQLite file, serves it at a free port with its background thread, and stops both in the end."""
    environment = {
        "ASAR_STATE": str(folder),
        "ASAR_DATABASE_URL": f"sqlite:///{folder / 'asar.db'}",
        "ASAR_SECRET_KEY": KEY,
        "ASAR_IIN_PEPPER": KEY,
        "ASAR_SEAL_KEY": KEY,
        "ASAR_DEMO": "0",
    }
    with time_machine.travel(BEGIN.astimezone(UTC), tick=True) as traveller:
        database = Database(environment["ASAR_DATABASE_URL"])
        migrations.upgrade(database.engine)

        def settings_at(origin: str) -> Settings:
            environment["ASAR_BASE_URL"] = origin
            # All people of this test come from one address and in one minute: the limits per address would stop them.
            return replace(from_environment({**environment, "ASAR_ENV": "local"}), limits=False)

        with serving(database, settings_at) as app, pytest.MonkeyPatch.context() as patched:
            patched.setattr(worker, "PAUSE_SECONDS", 0.5)  # people wait for papers, archives and decryptions
            jobs = Background(app, tick)
            jobs.start()
            try:
                yield Installation(app.extensions["settings"], database, environment, traveller, app)
            finally:
                jobs.stop()
        database.engine.dispose()


def fill(page: Page, **values: Any) -> None:
    """Fills the fields of these names: text, dates, choices of a list, radio buttons."""
    for name, value in values.items():
        place = page.locator(f"main [name='{name}']")
        kind = place.first.evaluate("input => input.type")
        if kind == "radio":
            page.locator(f"main [name='{name}'][value='{value}']").check()
        elif kind == "select-one":
            place.select_option(str(value))
        else:
            place.fill(str(value))


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def press_finally(page: Page, name: str) -> None:
    """What cannot be undone: the button leads to a page that says so, where the same deed is pressed in red."""
    press(page, name)
    expect(page.get_by_text("Nobody can take this back.")).to_be_visible()
    press(page, name)


def told(page: Page, text: str) -> None:
    """The page says what was done."""
    expect(page.locator("main .banner.good[role=status]")).to_contain_text(text)


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator("h1")).to_have_text(text)


@dataclass
class Visits:
    """People at the pages: each in a browser context of their own, signed in when a page asks for it."""

    browser: Browser
    installation: Installation
    faults: list[str] = field(default_factory=list)

    def stranger(self, **options: Any) -> Page:
        """A page of somebody whom the platform has never seen."""
        return self._open(self._context(**options))

    def at(self, person: Person, path: str) -> Page:
        """The page at `path` with `person` signed in, at a phone's size."""
        if person.context is None:
            person.context = self._context()
        page = person.context.pages[0] if person.context.pages else self._open(person.context)
        page.goto(self.installation.origin + path)
        if page.locator("header.top").get_by_role("link", name="Sign in", exact=True).count():
            self.sign_in(page, person, after=path)
        asked = page.get_by_role("main").get_by_role("link", name="First show again that it is you")
        if asked.count() and asked.first.is_visible():
            asked.first.click()
            page.wait_for_url(lambda address: "/prove?" in address)
        if "/prove?" in page.url:
            fill(page, password=person.password, code=self.code(person))
            press(page, "Go on")
            page.wait_for_url(lambda address: "/prove?" not in address)
        page.wait_for_load_state()  # with its scripts: a press before they listen is none
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.faults.append(f"{path} scrolls sideways")
        return page

    def as_person(self, person_id: UUID, path: str, **options: Any) -> Page:
        """The page at `path` in a browser that was never here, with somebody signed in by a cookie."""
        context = self._context(**options)
        give_session(context, self.installation.app, self.installation.database, person_id)
        page = self._open(context)
        page.goto(self.installation.origin + path)
        return page

    def sign_in(self, page: Page, person: Person, after: str = "/") -> None:
        page.goto(f"{self.installation.origin}/sign-in?after={quote(after)}")
        fill(page, iin=person.iin.text, password=person.password)
        press(page, "Sign in")
        page.wait_for_url(lambda address: "/sign-in" not in address)
        self.show_code(page, person)
        expect(page.locator("header.top .own")).to_contain_text(person.name)

    def show_code(self, page: Page, person: Person) -> None:
        """Staff: the code of the authenticator, which is set up when its secret is shown, within the invitation."""
        if page.url.endswith("/invitation/authenticator"):
            person.authenticator = page.locator("main .mono").inner_text().replace(" ", "")
            fill(page, code=self.code(person))
            press(page, "Finish and sign in")
        elif page.url.endswith("/second-factor"):
            fill(page, code=self.code(person))
            press(page, "Sign in")

    def code(self, person: Person) -> str:
        """The next code: half a minute on, as one serves once."""
        self.installation.wait_until(clock.now() + timedelta(seconds=31))
        return pyotp.TOTP(person.authenticator).at(clock.now())

    def _context(self, **options: Any) -> BrowserContext:
        context = self.browser.new_context(**{"viewport": PHONE, "accept_downloads": True, **options})
        context.add_cookies([{"name": "lang", "value": "en", "url": self.installation.origin}])
        return context

    def _open(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("response", self._look)
        return page

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:
            self.faults.append(text)

    def _look(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")
