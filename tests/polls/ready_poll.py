"""A poll that is ready to open: the maker has stated the list, chair and secretary have confirmed the minutes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cards.models import CardStatement, Credential
from pb.core.belenios import credentials
from pb.core.poll import card_list
from pb.db import Database
from pb.demo.cycle import Demo, Driver, Stage
from pb.identity.models import Person
from pb.polls.models import Poll
from pb.polls.service import archive
from pb.roll.models import Entry
from pb.settings import Settings
from pb.voting.service import preparation
from tests.conftest import english, make_app
from tests.linting import LintingClient
from tests.polls.open_poll import GROUP, ORIGIN, OpenPoll, driven
from tests.sessions import session_of
from tests.village import KEYS

STATEMENT_TRIGGERS = (
    "frozen_card_statements_insert",
    "frozen_card_statements_update",
    "frozen_card_statements_delete",
    "logged_polls_update",
)


class ReadyToOpen(Exception):
    """Everything is prepared; the office has not opened the poll."""


class Stopped(Driver):
    def _open_vote(self, demo: Demo) -> None:
        self.demo = demo
        raise ReadyToOpen


def prepare_poll(database: Database, folder: Path) -> Demo:
    """Builds the demo okrug in an empty database and plays its cycle up to the opening."""
    with driven(database, folder, Stopped) as driver:
        with pytest.raises(ReadyToOpen):
            driver.run(Stage.VOTING)
        assert isinstance(driver, Stopped)
        return driver.demo


@dataclass
class ReadyPoll(OpenPoll):
    """The poll that is about to be opened."""

    def first(self, act: Act) -> UUID:
        """The entry of the first card, asked for within an act."""
        query = select(Entry.id).where(Entry.cycle_id == self.demo.cycle_id).order_by(Entry.number)
        return act.session.scalars(query).first() or UUID(int=0)

    def open(self) -> None:
        with self.act(Role.OFFICE) as act:
            cycle, poll = self.rows(act)
            preparation.open_poll(act, cycle, poll, KEYS, closes_at=act.at + timedelta(days=5))

    def ready(self) -> preparation.Readiness:
        with self.act() as act:
            return preparation.readiness(act, *self.rows(act))

    def archive(self, folder: Path) -> Path:
        with self.act() as act:
            (folder / "poll.bel").write_bytes(b"".join(archive.stream(act.session, self.rows(act)[1])))
        return folder / "poll.bel"

    @property
    def maker(self) -> card_list.CardList:
        assert self.demo.maker is not None
        return self.demo.maker

    def settings(self, folder: Path) -> Settings:
        url = str(self.database.engine.url)
        return Settings(url, "a key for tests alone, forty characters!", KEYS.pepper, KEYS.seal, folder, ORIGIN)

    def web(self, folder: Path, role: Role | None = None, settings: Settings | None = None) -> LintingClient:
        """A visitor's client, or one of the holder of a role."""
        client = english(make_app(settings or self.settings(folder), self.database))
        if role is not None:
            with self.database.work() as work, client.session_transaction() as session:
                session.update(session_of(work, self.person_id(role)))
        return client

    def own_key(self) -> str:
        """The public key of a card that somebody makes for themselves."""
        secret = credentials.derive(GROUP, self.demo.poll_uuid, credentials.generate_code())
        return credentials.public_credential(GROUP, secret)

    @contextmanager
    def without_triggers(self, *names: str) -> Iterator[Session]:
        """The enemy owns the database: triggers go, and come back before anybody compares the schema."""
        with self.database.work() as session:
            query = text("SELECT sql FROM sqlite_master WHERE name = :name")
            definitions = [session.scalars(query, {"name": name}).one() for name in names]
            for name in names:
                session.execute(text(f"DROP TRIGGER {name}"))
            yield session
            session.flush()
            for definition in definitions:
                session.connection().exec_driver_sql(definition)

    def restate(self, statement: card_list.MakerStatement) -> None:
        """The enemy writes another statement than the maker's into the database and the minutes, and their events."""
        with self.without_triggers(*STATEMENT_TRIGGERS) as session:
            changed = statement.to_json()
            session.execute(update(CardStatement).values(statement=changed, list=statement.list))
            session.execute(update(Poll).values(minutes_cards=changed))
        with self.act(Role.SECRETARY) as act:
            cycle, poll = self.rows(act)
            told = preparation.told_of_minutes(poll, poll.minutes_number or "", poll.seed_text or "", statement)
            audit.record(act, "poll.minutes_drawn_up", subject=cycle.id, data=told)
            for person_id in (poll.minutes_chair_id, poll.minutes_secretary_id):
                person = act.session.get_one(Person, person_id)
                said = {"poll": poll.uuid, "number": poll.minutes_number}
                audit.record(replace(act, person=person), "poll.minutes_confirmed", subject=cycle.id, data=said)

    def put_keys(self, keys: dict[int, str]) -> None:
        """The enemy gives cards (by place, from 0) other keys, past the triggers."""
        entries = {place: self.entry_id(place) for place in keys}
        with self.without_triggers("frozen_credentials_update") as session:
            for values in ({place: f"free {place}" for place in keys}, keys):  # no key stands twice on the way
                for place, key in values.items():
                    card = update(Credential).where(Credential.entry_id == entries[place])
                    session.execute(card.values(public_key=key))
