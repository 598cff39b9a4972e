"""A poll of whole ballots, served with its background jobs. The driver plays what comes before the trustees' keys and
the draw after them; the rest is left to those who come to the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from pb import clock
from pb.act import Act, Role
from pb.clock import ALMATY
from pb.cycles.models import Cycle
from pb.demo import okrug
from pb.demo.cycle import Demo, Driver
from pb.demo.people import Invented
from pb.demo.trustees import Trustees
from pb.keyring import Keys
from pb.polls.models import Poll
from pb.polls.service import state
from pb.voting.service import preparation
from tests.browser.journey import Installation, Visits, installed
from tests.browser.rules import passes
from tests.browser.screens import Camera, speak

KEYS_DAY, OPENING_DAY, CLOSING_DAY = 20, 21, 34  # of the cycle, as the driver counts
PROJECTS, ROLL = 4, 26


class Reached(Exception):
    """The driver stands where the trustees begin."""


@dataclass
class WholePoll:
    """The poll, and what the driver knows of it: the codes on the cards."""

    installation: Installation
    visits: Visits
    driver: Driver
    demo: Demo
    folder: Path
    camera: Camera
    seen: set[str] = field(default_factory=set)
    passphrases: dict[int, str] = field(default_factory=dict)  # by the trustee's number, from 0

    @property
    def path(self) -> str:
        return f"{self.demo.path}/poll"

    @property
    def address(self) -> str:
        return self.installation.origin + self.path

    def voter(self, number: int) -> tuple[Invented, str]:
        """Somebody on the roll with the code on the card."""
        return self.demo.cards[number]

    def trustee(self, number: int) -> Page:
        """The page of the `number`-th trustee, from 0, in a browser profile that never saw it."""
        return self.staff(Role.TRUSTEE, "/trustee", number)

    def staff(self, role: Role, rest: str = "", number: int = 0) -> Page:
        with self.installation.database.work(writing=False) as session:
            person = okrug.act_of(session, role, clock.now(), number).person
        assert person is not None
        return self.visits.as_person(person.id, self.path + rest)

    def look(self, page: Page, name: str, *, once: bool = False) -> None:
        """The page as it stands keeps the rules in Kazakh; a picture of it is taken where they are wanted."""
        if once and name in self.seen:
            return
        self.seen.add(name)
        speak(page, "kk")
        passes(page)
        speak(page, "en")
        self.camera.take(page, name)

    def file(self, number: int, name: str) -> Path:
        """Where a trustee keeps a file: each has a folder."""
        folder = self.folder / f"trustee-{number}"
        folder.mkdir(exist_ok=True)
        return folder / f"{name}.json"

    def draw_and_open(self) -> None:
        """The minutes of the keys and of the draw, and next morning the opening; a clerk hands the cards over."""
        with self._act(Role.SECRETARY, KEYS_DAY, 16) as (act, cycle, poll):
            text, day = "7 41 3 12 88 20", clock.local(act.at).date()
            preparation.record_minutes(act, cycle, poll, number="7/2", day=day, seed_text=text)
        for role in (Role.CHAIR, Role.SECRETARY):
            with self._act(role, KEYS_DAY, 17) as (act, cycle, poll):
                preparation.confirm_minutes(act, cycle, poll)
        self.installation.pass_days(1, hour=8)
        with self._act(Role.OFFICE, OPENING_DAY, 8) as (act, cycle, poll):
            closes = datetime.combine(cycle.voting_until, time(20), ALMATY)
            preparation.open_poll(act, cycle, poll, self.driver.keys, closes_at=closes)
        self.driver._hand_over(self.demo)
        self.installation.pass_days(0, hour=9)

    @contextmanager
    def _act(self, role: Role, days: int, hours: float) -> Iterator[tuple[Act, Cycle, Poll]]:
        with self.driver.act(role, days, hours) as act:
            cycle = self.driver._cycle(act, self.demo)
            yield act, cycle, state.require(act, cycle)


@contextmanager
def prepared(folder: Path, browser: Browser, **rule: Any) -> Iterator[WholePoll]:
    """Everything is ready for the trustees to make their keys; `rule` are the cycle's settings of the ballot."""
    with installed(folder) as installation:
        begins = clock.local(clock.now()).date()
        settings, database = installation.settings, installation.database
        keys = Keys(pepper=settings.iin_pepper, seal=settings.seal_key)
        installation.pass_days(KEYS_DAY, hour=14)
        driver = Driver(
            database=database,
            keys=keys,
            origin=settings.base_url,
            fiscal_year=begins.year + 1,
            begins=begins,
            voters=0,
            projects=PROJECTS,
            roll_size=ROLL,
            report=lambda _stage, _figures: None,
            rule=rule,
        )
        with installation.app.test_request_context(base_url=settings.base_url), pytest.MonkeyPatch.context() as patched:
            # The days before today are told now: the running clock would take them for days without an event.
            patched.setattr("pb.audit.service.day_unkept", lambda _act: False)
            with database.work() as session:
                okrug.build(session, keys, clock.now() - timedelta(days=100))
            demo = driver._open()
            for step in (driver._propose, driver._review, driver._gather, driver._take_roll):
                step(demo)
            patched.setattr(Trustees, "make_keys", _stop)
            with pytest.raises(Reached):
                driver._prepare(demo)
        yield WholePoll(installation, Visits(browser, installation), driver, demo, folder, Camera(folder / "screens"))


def _stop(*_arguments: Any) -> None:
    raise Reached
