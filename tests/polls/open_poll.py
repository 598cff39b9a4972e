"""A poll that is open now, made by the demonstration's driver through the services, and its voters' cards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from pb import clock
from pb.act import Act, Role
from pb.app import create_app
from pb.core import sealing
from pb.core.belenios import ballots, credentials, possession
from pb.core.belenios.groups import ED25519
from pb.cycles.models import Cycle
from pb.db import Database
from pb.demo import okrug
from pb.demo.cycle import Demo, Driver, Stage
from pb.demo.people import Invented
from pb.identity.models import Person
from pb.polls.models import Poll
from pb.polls.service import state
from pb.roll.models import Entry
from pb.settings import Settings
from tests.village import KEYS

ORIGIN = "http://localhost"
ROLL = 26
HANDED_OVER = 20  # the driver hands out that many cards beyond those of its own voters
PROJECTS = 4
CLOSES_IN = timedelta(hours=20)  # what follows is no later than the database's clock allows: a day
GROUP = ED25519  # the quickest; a poll of the usual group is opened and voted in by the browser's journey
REGISTRAR_KEY = sealing.generate_key()


@dataclass
class OpenPoll:
    """The poll in this database; `demo` knows the codes on the cards and the trustees' keys."""

    database: Database
    demo: Demo

    @property
    def path(self) -> str:
        return f"{self.demo.path}/poll"

    @contextmanager
    def act(self, role: Role | None = None, number: int = 0, at: datetime | None = None) -> Iterator[Act]:
        """An act of the `number`-th holder of a role, in a unit of work of its own."""
        with self.database.work() as session:
            yield okrug.act_of(session, role, at or clock.now(), number)

    def rows(self, act: Act) -> tuple[Cycle, Poll]:
        cycle = act.session.get_one(Cycle, self.demo.cycle_id)
        return cycle, state.require(act, cycle)

    def person(self, role: Role, number: int = 0) -> Person:
        with self.database.work(writing=False) as session:  # also within a unit of work that holds the write lock
            person = okrug.act_of(session, role, clock.now(), number).person
            assert person is not None
            return person

    def person_id(self, role: Role, number: int = 0) -> UUID:
        return self.person(role, number).id

    def entry_id(self, number: int) -> UUID:
        """The roll entry of the `number`-th card, from 0."""
        with self.act() as act:
            query = select(Entry.id).where(Entry.cycle_id == self.demo.cycle_id).order_by(Entry.number)
            return act.session.scalars(query).all()[number]

    def entry_number(self, number: int) -> int:
        """The number on the roll of the `number`-th card, from 0."""
        with self.act() as act:
            query = select(Entry.number).where(Entry.cycle_id == self.demo.cycle_id).order_by(Entry.number)
            return act.session.scalars(query).all()[number]

    def voter(self, number: int) -> Invented:
        return self.demo.cards[number][0]

    def secret(self, number: int) -> int:
        return credentials.derive(GROUP, self.demo.poll_uuid, self.demo.cards[number][1])

    def ballot(self, number: int, *places: int) -> str:
        """A valid ballot of the `number`-th card for the projects at these places of election.json."""
        with self.act() as act:
            _cycle, poll = self.rows(act)
            election = state.election_of(poll.election_json or "")
        bits = [int(place in places) for place in range(PROJECTS)]
        return ballots.encrypt_ballot(election, self.secret(number), [bits]).to_json(GROUP)

    def challenge(self, client: FlaskClient) -> str:
        return str(client.post(f"{self.path}/challenge", json={}).get_json()["nonce"])

    def sign_in(self, client: FlaskClient, number: int, **changes: Any) -> TestResponse:
        """Signs the `number`-th voter in with the card, except for what `changes` says: iin, nonce, card, origin."""
        nonce = changes.get("nonce") or self.challenge(client)
        secret = self.secret(changes.get("card", number))
        proof = possession.prove_login(
            GROUP, secret, origin=changes.get("origin", ORIGIN), uuid=self.demo.poll_uuid, nonce=nonce
        )
        body = {
            "iin": changes.get("iin", self.voter(number).iin.text),
            "credential": credentials.public_credential(GROUP, secret),
            "nonce": nonce,
            "proof": proof.to_value(),
        }
        return client.post(f"{self.path}/voter", json=body)

    def cast(self, client: FlaskClient, ballot: str) -> TestResponse:
        return client.post(f"{self.path}/ballots", json={"ballot": ballot})


def open_poll(database: Database, folder: Path) -> Demo:
    """Builds the demo okrug in an empty database and plays its cycle until voting is open; nobody has voted."""
    with driven(database, folder, closes_at=clock.now() + CLOSES_IN) as driver:
        return driver.run(Stage.VOTING)


@contextmanager
def driven(database: Database, folder: Path, kind: type[Driver] = Driver, **changes: Any) -> Iterator[Driver]:
    """The demo okrug in an empty database, and the driver that plays its cycle around today, with these changes."""
    url = database.engine.url.render_as_string(hide_password=False)
    settings = Settings(url, "a key for tests alone, forty characters!", KEYS.pepper, KEYS.seal, folder, ORIGIN)
    with create_app(settings, database).test_request_context(base_url=ORIGIN):
        with database.work() as session:
            okrug.build(session, KEYS, clock.now() - timedelta(days=100))
        yield kind(
            database=database,
            keys=KEYS,
            origin=ORIGIN,
            fiscal_year=clock.local(clock.now()).year + 1,
            begins=clock.local(clock.now() - timedelta(days=22)).date(),
            voters=0,
            projects=PROJECTS,
            report=lambda _stage, _figures: None,
            codes_key=sealing.public_text(REGISTRAR_KEY),
            rule={"group_name": GROUP.name},
            **{"roll_size": ROLL} | changes,
        )


@contextmanager
def queries(opened: OpenPoll) -> Iterator[list[str]]:
    """The statements that the database is asked within."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(opened.database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(opened.database.engine, "before_cursor_execute", note)
