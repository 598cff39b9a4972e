"""Played in an attack: whoever has the database puts own keys among the cards before the opening.

The driver stops before the opening, when the maker has stated the list and chair and secretary have confirmed it.
"""

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from pb import clock, migrations
from pb.act import Act, Role
from pb.audit import service as audit
from pb.app import create_app
from pb.cards.models import CardStatement, Credential
from pb.cards.service import cards, statements
from pb.commands.cards import cards as cards_command
from pb.commands.verify import verify
from pb.core.belenios import credentials
from pb.core.poll import card_list
from pb.core.poll.maker_key import encrypt_maker_key
from pb.db import Database
from pb.demo import okrug
from pb.demo.cycle import Demo, Driver, Stage
from pb.errors import Conflict, FieldRefusal
from pb.polls.models import Poll
from pb.polls.service import archive, state
from pb.roll.models import Entry
from pb.settings import Settings
from pb.voting.service import preparation
from tests.conftest import english, make_app
from tests.linting import LintingClient
from tests.polls.open_poll import GROUP, ORIGIN, OpenPoll
from tests.sessions import session_of
from tests.village import KEYS

PASSPHRASE = "0000-1111-2222-3333"
TRIGGERS = (
    "frozen_credentials_insert",
    "frozen_credentials_delete",
    "frozen_card_statements_insert",
    "frozen_card_statements_update",
    "frozen_card_statements_delete",
)


class ReadyToOpen(Exception):
    """Everything is prepared; the office has not opened the poll."""


class Stopped(Driver):
    def _open_vote(self, demo: Demo) -> None:
        self.demo = demo
        raise ReadyToOpen


@dataclass
class Prepared(OpenPoll):
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


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    folder = tmp_path_factory.mktemp("ready")
    database = Database(f"sqlite:///{folder / 'asar.db'}")
    migrations.upgrade(database.engine)
    url = database.engine.url.render_as_string(hide_password=False)
    settings = Settings(url, "a key for tests alone, forty characters!", KEYS.pepper, KEYS.seal, folder, ORIGIN)
    with create_app(settings, database).test_request_context(base_url=ORIGIN):
        with database.work() as session:
            okrug.build(session, KEYS, clock.now() - timedelta(days=100))
        driver = Stopped(
            database=database,
            keys=KEYS,
            origin=ORIGIN,
            fiscal_year=clock.local(clock.now()).year + 1,
            begins=clock.local(clock.now() - timedelta(days=22)).date(),
            voters=0,
            projects=4,
            roll_size=26,
            report=lambda _stage, _figures: None,
            rule={"group_name": GROUP.name},
        )
        with pytest.raises(ReadyToOpen):
            driver.run(Stage.VOTING)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return folder / "asar.db", driver.demo


@pytest.fixture
def poll(stopped: tuple[Path, Demo], tmp_path: Path) -> Iterator[Prepared]:
    shutil.copy(stopped[0], tmp_path / "asar.db")
    database = Database(f"sqlite:///{tmp_path / 'asar.db'}")
    yield Prepared(database, replace(stopped[1]))
    database.engine.dispose()


@pytest.fixture
def maker_file(poll: Prepared, tmp_path: Path) -> Path:
    (tmp_path / "maker.json").write_text(poll.maker.to_json())
    return tmp_path / "maker.json"


def web(poll: Prepared, folder: Path, role: Role | None = None) -> LintingClient:
    """A visitor's client, or one of the holder of a role."""
    url = str(poll.database.engine.url)
    settings = Settings(url, "a key for tests alone, forty characters!", KEYS.pepper, KEYS.seal, folder, ORIGIN)
    client = english(make_app(settings, poll.database))
    if role is not None:
        with poll.database.work(writing=False) as work, client.session_transaction() as session:
            session.update(session_of(work, poll.person_id(role)))
    return client


def own_key(poll: Prepared) -> str:
    secret = credentials.derive(GROUP, poll.demo.poll_uuid, credentials.generate_code())
    return credentials.public_credential(GROUP, secret)


@contextmanager
def without_triggers(poll: Prepared, *names: str) -> Iterator[Session]:
    """The enemy owns the database: triggers go, and come back before anybody compares the schema."""
    with poll.database.work() as session:
        query = text("SELECT sql FROM sqlite_master WHERE name = :name")
        definitions = [session.scalars(query, {"name": name}).one() for name in names]
        for name in names:
            session.execute(text(f"DROP TRIGGER {name}"))
        yield session
        session.flush()
        for definition in definitions:
            session.connection().exec_driver_sql(definition)


def put_own_key_in(poll: Prepared) -> None:
    """The first card gets another key."""
    first = poll.entry_id(0)
    with without_triggers(poll, *TRIGGERS) as session:
        row = session.get_one(Credential, (poll.demo.poll_id, first))
        values = {"entry_id": row.entry_id, "made_at": row.made_at, "event": row.event, "by_page": row.by_page}
        session.execute(delete(Credential).where(Credential.entry_id == row.entry_id))
        session.expunge(row)
        session.add(Credential(poll_id=poll.demo.poll_id, public_key=own_key(poll), **values))


def change_what_is_minuted(poll: Prepared) -> None:
    """The enemy also writes the fingerprint of the changed list into statement and minutes."""
    with poll.act() as act:
        fingerprint = card_list.list_fingerprint(statements.public_keys(act, poll.rows(act)[1]))
    changed = replace(poll.maker.statement(), list=fingerprint).to_json()
    with without_triggers(poll, *TRIGGERS[2:]) as session:
        session.execute(update(CardStatement).values(statement=changed, list=fingerprint))
        session.execute(update(Poll).values(minutes_cards=changed))


def test_the_poll_opens_with_the_list_that_was_stated_and_minuted(poll: Prepared) -> None:
    assert poll.ready().complete
    poll.open()
    with poll.act() as act:
        row = poll.rows(act)[1]
        terms = state.terms_of(row)
        assert terms is not None
        assert terms.maker == poll.maker.statement()


@pytest.mark.parametrize("change", ["withdrawn", "replaced"])
def test_a_later_change_of_the_cards_voids_statement_and_minutes(poll: Prepared, change: str) -> None:
    """The registrar's own account is used to put a key in: the log shows it, and the minutes are void."""
    with poll.act(Role.REGISTRAR) as act:
        cycle, row = poll.rows(act)
        entry = poll.first(act)
        cards.withdraw_card(act, cycle, row, entry, "lost")
        if change == "replaced":
            cards.add_credentials(act, cycle, row, {entry: own_key(poll)})
        assert statements.find(act, row) is None
        assert (row.minutes_cards, row.minutes_chair_id, row.minutes_secretary_id) == (None, None, None)
    assert not poll.ready().complete
    with pytest.raises(Conflict):
        poll.open()


def test_no_card_comes_or_goes_while_a_statement_stands(poll: Prepared) -> None:
    with poll.act(Role.REGISTRAR) as act:
        for change in (
            delete(CardStatement),  # the minutes are confirmed
            update(CardStatement).values(count=1),
            delete(Credential),
            update(Poll).values(minutes_cards="{}", election_json="{}"),
        ):
            with pytest.raises(DatabaseError), act.session.begin_nested():
                act.session.execute(change)


def test_with_own_keys_in_the_database_the_poll_does_not_open(poll: Prepared) -> None:
    put_own_key_in(poll)
    assert not poll.ready().list_minuted
    with pytest.raises(Conflict):
        poll.open()


def test_whoever_changes_the_minutes_too_is_found_out_by_the_makers_file(
    poll: Prepared, maker_file: Path, tmp_path: Path
) -> None:
    put_own_key_in(poll)
    change_what_is_minuted(poll)
    poll.open()
    published = str(poll.archive(tmp_path))
    run = CliRunner()
    found = run.invoke(cards_command, ["check", published, str(maker_file)])
    assert found.exit_code == 1
    number = next(iter(sorted(poll.maker.cards, key=int)))
    assert f"the key of card {number} is not on the published list" in found.output
    assert "a published key belongs to no card" in found.output
    for credentials_given in (str(maker_file), poll.maker.list):
        assert run.invoke(verify, [published, "--credentials", credentials_given]).exit_code == 1
    alone = run.invoke(verify, [published])
    assert alone.exit_code == 0
    assert "The list of cards is the server's word" in alone.output
    key_file = tmp_path / "key.json"
    key_file.write_text(encrypt_maker_key(poll.demo.maker_seed, PASSPHRASE))
    signing = ["confirm", published, str(maker_file), "--key", str(key_file), "--out", str(tmp_path / "no.json")]
    assert run.invoke(cards_command, signing, input=PASSPHRASE).exit_code == 1
    assert not (tmp_path / "no.json").exists()


def test_the_enemys_own_makers_key_is_not_the_one_of_the_file(poll: Prepared, maker_file: Path, tmp_path: Path) -> None:
    """All keys are the right ones, but the terms name a key of the enemy's, to confirm with later."""
    with without_triggers(poll, *TRIGGERS[2:]) as session:
        changed = replace(poll.maker.statement(), key="A" * 43 + "=").to_json()
        session.execute(update(CardStatement).values(statement=changed))
        session.execute(update(Poll).values(minutes_cards=changed))
    poll.open()
    found = CliRunner().invoke(cards_command, ["check", str(poll.archive(tmp_path)), str(maker_file)])
    assert found.exit_code == 1
    assert "another key" in found.output


def test_the_maker_confirms_the_published_list(poll: Prepared, maker_file: Path, tmp_path: Path) -> None:
    poll.open()
    published, key_file, out = poll.archive(tmp_path), tmp_path / "key.json", tmp_path / "confirmation.json"
    key_file.write_text(encrypt_maker_key(poll.demo.maker_seed, PASSPHRASE))
    run = CliRunner()
    signing = ["confirm", str(published), str(maker_file), "--key", str(key_file), "--out", str(out)]
    signed = run.invoke(cards_command, signing, input=PASSPHRASE)
    assert signed.exit_code == 0, signed.output
    client, anybody = web(poll, tmp_path, Role.REGISTRAR), web(poll, tmp_path)
    assert "Not confirmed by the maker of the cards" in anybody.get(poll.path).text
    assert anybody.get(f"{poll.path}/confirmation.json").status_code == 404
    file = (io.BytesIO(out.read_bytes()), "confirmation.json")
    assert client.post(f"{poll.path}/confirmation", data={"confirmation": file}).status_code == 302
    assert "Confirmed by the maker of the cards" in anybody.get(poll.path).text
    assert anybody.get(f"{poll.path}/confirmation.json").data == out.read_bytes()
    told = run.invoke(verify, [str(published), "--confirmation", str(out), "--credentials", str(maker_file), "--json"])
    assert told.exit_code == 0
    cards_told = json.loads(told.output)["cards"]
    assert (cards_told["made"], cards_told["compared"], cards_told["confirmed"]) == ("program", True, True)


def test_another_key_confirms_nothing(poll: Prepared) -> None:
    poll.open()
    with poll.act(Role.REGISTRAR) as act:
        cycle, row = poll.rows(act)
        election = state.election_of(row.election_json or "")
        for forged in (
            card_list.confirm(poll.maker, election.hash, b"x" * 32),
            card_list.confirm(poll.maker, "another poll", poll.demo.maker_seed),
            card_list.confirm(replace(poll.maker, reserve={}), election.hash, poll.demo.maker_seed),
        ):
            with pytest.raises(FieldRefusal):
                statements.confirm(act, cycle, row, forged.to_json().encode())
        assert statements.confirmation_of(act, row) is None


def test_a_statement_of_another_list_is_refused_at_its_field(poll: Prepared, tmp_path: Path) -> None:
    client = web(poll, tmp_path, Role.REGISTRAR)
    for statement in (
        replace(poll.maker.statement(), list="0" * 64).to_json(),
        replace(poll.maker.statement(), count=3, reserve=1).to_json(),
        "{}",
    ):
        answer = client.post(f"{poll.path}/statement", data={"statement": (io.BytesIO(statement.encode()), "s.json")})
        assert answer.status_code == 422
        assert 'id="statement-error"' in answer.text
    assert poll.ready().complete


def test_a_list_made_on_the_platforms_page_is_labelled_whatever_it_says(poll: Prepared, tmp_path: Path) -> None:
    with poll.act(Role.REGISTRAR) as act:
        cycle, row = poll.rows(act)
        entry = poll.first(act)
        cards.withdraw_card(act, cycle, row, entry, "lost")
        numbered = dict(poll.maker.cards)
    client = web(poll, tmp_path, Role.REGISTRAR)
    key = own_key(poll)
    numbered[next(iter(sorted(numbered, key=int)))] = key
    statement = replace(poll.maker, cards=numbered).statement()
    body = {"credentials": [{"entry": str(entry), "public_key": key}], "statement": statement.to_json()}
    assert statement.made is card_list.Made.PROGRAM
    assert client.post(f"{poll.path}/cards", json={**body, "statement": "{}"}).status_code == 422
    answer = client.post(f"{poll.path}/cards", json=body)
    assert answer.status_code == 201, answer.text
    assert made_as_stated(poll) is card_list.Made.PLATFORM_PAGE
    # The same statement as a file, which says that the offline program made the list: the platform knows better.
    stated = (io.BytesIO(statement.to_json().encode()), "statement.json")
    assert client.post(f"{poll.path}/statement", data={"statement": stated}).status_code == 302
    assert made_as_stated(poll) is card_list.Made.PLATFORM_PAGE
    assert "Made on a page of the platform" in web(poll, tmp_path).get(f"{poll.path}/maker").text


def made_as_stated(poll: Prepared) -> card_list.Made:
    with poll.act() as act:
        stated = statements.find(act, poll.rows(act)[1])
        assert stated is not None
        return stated.made


def test_the_database_takes_no_better_label_for_keys_of_a_page(poll: Prepared) -> None:
    """Somebody forgets the label in the program: the trigger does not."""
    with poll.act(Role.REGISTRAR) as act:
        cycle, row = poll.rows(act)
        entry = poll.first(act)
        cards.withdraw_card(act, cycle, row, entry, "lost")
        cards.add_credentials(act, cycle, row, {entry: own_key(poll)}, by_page=True)
        assert statements.made_on_page(act, row)
        with pytest.raises(DatabaseError, match="frozen_credentials_update"), act.session.begin_nested():
            act.session.execute(update(Credential).where(Credential.by_page).values(by_page=False))
        keys = statements.public_keys(act, row)
        assert act.person is not None
        for made in (card_list.Made.PROGRAM, card_list.Made.SAVED_FILE):
            statement = replace(poll.maker.statement(), list=card_list.list_fingerprint(keys), made=made)
            event = audit.record(act, "poll.cards_stated", subject=cycle.id)
            values = {"poll_id": row.id, "list": statement.list, "count": len(keys), "at": act.at, "event": event.hash}
            forged = insert(CardStatement).values(**values, statement=statement.to_json(), person_id=act.person.id)
            with pytest.raises(DatabaseError, match="frozen_card_statements_insert"), act.session.begin_nested():
                act.session.execute(forged)


def test_a_list_of_a_page_is_labelled_in_verify_too(poll: Prepared, maker_file: Path, tmp_path: Path) -> None:
    """The maker's file says "program"; the terms say the page. The keys are right, and the label is the weaker one."""
    with without_triggers(poll, *TRIGGERS[2:]) as session:
        changed = replace(poll.maker.statement(), made=card_list.Made.PLATFORM_PAGE).to_json()
        session.execute(update(CardStatement).values(statement=changed))
        session.execute(update(Poll).values(minutes_cards=changed))
    poll.open()
    published = str(poll.archive(tmp_path))
    told = CliRunner().invoke(verify, [published, "--credentials", str(maker_file)])
    assert told.exit_code == 0, told.output
    assert "on a page of the platform" in told.output
    assert CliRunner().invoke(cards_command, ["check", published, str(maker_file)]).exit_code == 0


def test_a_cards_holder_looks_its_key_up(poll: Prepared, tmp_path: Path) -> None:
    poll.open()
    voted, silent = (credentials.public_credential(GROUP, poll.secret(number)) for number in (0, 1))
    with poll.act(Role.CLERK) as act:
        cards.hand_over(act, *poll.rows(act), poll.first(act))
    client = web(poll, tmp_path)
    assert poll.sign_in(client, 0).status_code == 200
    assert poll.cast(client, poll.ballot(0, 1)).status_code == 201
    for key, words in (
        (voted, "is in the box"),
        (silent, "no ballot is signed with it"),
        (own_key(poll), "No key on the published list has this fingerprint"),
    ):
        typed = card_list.printed_fingerprint(key).upper()
        assert words in client.get(f"{poll.path}/keys", query_string={"key": typed}).text
