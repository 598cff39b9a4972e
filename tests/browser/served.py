"""The demonstration's okrug behind a real server, without demo mode: a cycle in each of three phases to look at."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import select
from werkzeug.serving import BaseWSGIServer, make_server

from pb import clock, migrations
from pb.config import Settings
from pb.db import Database
from pb.demo import okrug, people
from pb.demo.cycle import Demo, Driver, Stage
from pb.gatherings.models import Gathering
from pb.identity import service as identity
from pb.identity.iin import IIN
from pb.identity.roles import Role
from pb.proposals.models import Proposal
from pb.roll.models import Entry
from pb.web.app import create_app
from tests.browser.journey import PHONE, Quiet, give_session
from tests.village import KEYS, PASSWORD

PROJECTS = 13


@dataclass
class Served:
    """Where the okrug is served, and what there is to see in it."""

    origin: str
    app: Flask
    settings: Settings
    database: Database
    cycles: dict[Stage, Demo]

    @property
    def resident(self) -> IIN:
        """A resident whose password is the tests' own: the first by name."""
        with self.database.work(writing=False) as session:
            person = okrug.act_of(session, Role.RESIDENT, clock.now()).person
            assert person is not None
            return next(one.iin for one in people.residents() if one.name == person.name)

    def path(self, stage: Stage, rest: str = "") -> str:
        return f"/cycles/{self.cycles[stage].cycle_id}{rest}"

    def context(
        self, browser: Browser, role: Role | None = None, language: str = "kk", **options: Any
    ) -> BrowserContext:
        """A browser context of somebody who holds the role and is signed in, or of a stranger."""
        context = browser.new_context(**{"viewport": PHONE, **options})
        context.add_cookies([{"name": "lang", "value": language, "url": self.origin}])
        if role is not None:
            with self.database.work(writing=False) as session:
                person = okrug.act_of(session, role, clock.now()).person
            assert person is not None
            give_session(context, self.app, self.database, person.id)
        return context

    def first(self, model: type[Entry] | type[Gathering] | type[Proposal], stage: Stage) -> UUID:
        """The first proposal, meeting or entry of the roll of a cycle."""
        with self.database.work(writing=False) as session:
            query = select(model.id).where(model.cycle_id == self.cycles[stage].cycle_id).order_by(model.number)
            found: UUID = session.scalars(query).first()  # type: ignore[assignment]
            return found


@contextmanager
def listening(server: BaseWSGIServer) -> Iterator[None]:
    """Serves in a thread until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Builds the okrug with three cycles (a finished one, an open vote over 12 projects, ideas) and serves it."""
    server = make_server("127.0.0.1", 0, create_app, threaded=True, request_handler=Quiet)
    origin = f"http://127.0.0.1:{server.server_port}"
    settings = Settings(
        database_url=f"sqlite:///{folder / 'asar.db'}",
        secret_key="a key for tests alone, forty characters!",
        iin_pepper=KEYS.pepper,
        seal_key=KEYS.seal,
        state_folder=folder,
        base_url=origin,
        limits=False,
    )
    database = Database(settings.database_url)
    migrations.upgrade(database.engine)
    server.app = app = create_app(settings, database)
    with app.test_request_context(base_url=origin):
        cycles = _build(database, origin)
    with listening(server):
        yield Served(origin, app, settings, database, cycles)
    database.engine.dispose()


def _build(database: Database, origin: str) -> dict[Stage, Demo]:
    now = clock.now()
    year = clock.local(now).year
    with database.work() as session:
        okrug.build(session, KEYS, now - timedelta(days=480))
        resident = okrug.act_of(session, Role.RESIDENT, now)
        assert resident.person is not None
        identity.set_password(resident, resident.person, PASSWORD)
    return {
        through: Driver(
            database=database,
            keys=KEYS,
            origin=origin,
            fiscal_year=fiscal_year,
            begins=clock.local(now - timedelta(days=begun)).date(),
            voters=voters,
            projects=PROJECTS,
            roll_size=30,
            tell=lambda _stage, _figures: None,
        ).run(through)
        for through, fiscal_year, begun, voters in (
            (Stage.BUDGET, year, 460, 12),
            (Stage.VOTING, year + 1, 22, 2),
            (Stage.PROPOSALS, year + 2, 2, 0),
        )
    }
