"""What an opening froze: no route, no UPDATE and no person changes it; only an annulment by two ends it."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Uuid,
    delete,
    insert,
    inspect,
    not_,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase

from pb import clock
from pb.act import Role
from pb.cards.models import Credential
from pb.cards.service import cards
from pb.core.belenios import credentials, factors, trustees
from pb.core.belenios.messages import EventType
from pb.db import Base
from pb.errors import Conflict
from pb.gatherings.models import Attendance, Gathering, Minutes, Question
from pb.polls.models import ArchiveRecord, Channel, Participation, Poll, State
from pb.polls.service import archive, state
from pb.proposals.models import Proposal, Review
from pb.roll.models import Confirmation, Entry
from pb.trustees.models import PollTrustee
from pb.trustees.service import decrypting
from pb.voting.jobs import close_due
from pb.voting.models import CastBallot
from pb.voting.service import casting, closing
from tests.conftest import english
from tests.frozen.world import without_rules
from tests.linting import LintingClient
from tests.polls.open_poll import GROUP, OpenPoll
from tests.sessions import session_of
from tests.village import KEYS, Village

both_databases = pytest.mark.both_databases

# What goes on while a poll is open or counted; every other column of these tables is frozen by the opening.
MOVING = {
    Poll: {
        "state",
        "head",
        "height",
        "records",
        "annul_reason",
        "annul_first_id",
        "annul_first_role",
        "annul_first_at",
        "annul_second_id",
        "annul_second_role",
    },
    PollTrustee: {"decryption_json", "fault"},
    Credential: set(),
    Entry: set(),
    Confirmation: set(),
    ArchiveRecord: set(),
    CastBallot: set(),
    Participation: set(),
    Gathering: set(),
    Minutes: set(),
    Attendance: set(),
    Question: set(),
}
ANOTHER: dict[type, Any] = {
    Integer: 77,
    BigInteger: 77,
    DateTime: datetime(2000, 1, 1, tzinfo=UTC),
    Date: date(2000, 1, 1),
    LargeBinary: b"another",
}


@contextmanager
def refused_by_a_trigger(
    opened: OpenPoll,
    told: str = r"frozen_|ordered_|two_bodies_|logged_|notified_|numbered_|opened_|FOREIGN KEY|ForeignKey",
) -> Iterator[Any]:
    """The block's statement must be refused by one of our triggers, whatever else would refuse it later."""
    with opened.database.engine.connect() as connection:
        with pytest.raises(DatabaseError, match=told):
            yield connection
        connection.rollback()


def another(column: Any) -> Any:
    kind = column.type.impl if hasattr(column.type, "impl") else column.type
    if isinstance(kind, Uuid):
        return uuid4()
    if column.type.python_type is bool:
        return not_(column)
    if column.type.python_type is dict:
        return {"another": 1}
    for known, value in ANOTHER.items():
        if isinstance(kind, known):
            return value
    return "another"[: getattr(kind, "length", None)]


def a_ballot_is_cast(app: Flask, opened: OpenPoll) -> None:
    client = english(app)
    opened.sign_in(client, 0)
    assert opened.cast(client, opened.ballot(0, 1)).status_code == 201


@both_databases
def test_no_column_that_the_opening_froze_can_be_updated(app: Flask, opened: OpenPoll) -> None:
    a_ballot_is_cast(app, opened)
    for model, moving in MOVING.items():
        for column in inspect(model).columns:
            if column.name in moving:
                continue
            handed_over = Credential.handed_over_at.is_not(None) if model is Credential else True
            with refused_by_a_trigger(opened) as connection:
                changed = connection.execute(update(model).where(handed_over).values({column.name: another(column)}))
                pytest.fail(f"{model.__tablename__}.{column.name}: {changed.rowcount} rows changed")


@both_databases
@pytest.mark.parametrize("model", [one for one in MOVING if one is not Question], ids=lambda one: one.__tablename__)
def test_no_frozen_row_can_be_deleted(app: Flask, opened: OpenPoll, model: type[DeclarativeBase]) -> None:
    a_ballot_is_cast(app, opened)
    with refused_by_a_trigger(opened) as connection:
        connection.execute(delete(model))


@both_databases
@pytest.mark.parametrize("model", [Credential, PollTrustee, Entry], ids=lambda one: one.__tablename__)
def test_no_voter_no_card_and_no_trustee_can_be_added(opened: OpenPoll, model: type[DeclarativeBase]) -> None:
    with refused_by_a_trigger(opened) as connection:
        row = dict(connection.execute(select(model.__table__)).mappings().first() or {})
        row |= {"id": uuid4()} if "id" in row else {}
        row |= {"number": 9999, "iin_lookup": b"another"} if model is Entry else {"entry_id": uuid4()}
        connection.execute(insert(model).values({k: v for k, v in row.items() if k in model.__table__.columns}))


@both_databases
@pytest.mark.parametrize("backwards", ["preparing", "decrypting", "complete"])
def test_a_poll_cannot_be_moved_past_its_own_order(opened: OpenPoll, backwards: str) -> None:
    with refused_by_a_trigger(opened) as connection:
        connection.execute(update(Poll).values(state=backwards))


@both_databases
def test_the_chain_cannot_be_shortened(app: Flask, opened: OpenPoll) -> None:
    a_ballot_is_cast(app, opened)
    with refused_by_a_trigger(opened) as connection:
        connection.execute(update(Poll).values(height=0, records=5))


@both_databases
def test_nobody_takes_part_in_a_poll_that_is_closed(opened: OpenPoll) -> None:
    with opened.act() as act:
        closes_at = opened.rows(act)[1].closes_at
    with opened.act(at=closes_at) as act:
        cycle, poll = opened.rows(act)
        assert closing.close_if_due(act, cycle, poll)
        row = {"poll_id": poll.id, "channel": "web", "hour": clock.now()}
    with refused_by_a_trigger(opened, "ordered_") as connection:
        connection.execute(insert(Participation).values(entry_id=opened.entry_id(1), **row))


def test_a_voter_cannot_be_moved_out_of_the_frozen_roll(opened: OpenPoll) -> None:
    other = Village(opened.database, {Role.OFFICE: opened.person(Role.OFFICE)}).open_cycle(
        fiscal_year=clock.now().year + 5
    )
    with refused_by_a_trigger(opened) as connection:
        connection.execute(update(Entry).values(cycle_id=other))


def test_pages_read_what_was_frozen_and_not_what_stands_elsewhere_now(app: Flask, opened: OpenPoll) -> None:
    client = english(app)
    before = client.get(f"{opened.path}/vote").text
    with without_rules(opened.database.engine) as connection:
        connection.execute(update(Proposal).values(title="Another title"))
        connection.execute(update(Review).values(cost=70_000))
        connection.execute(
            update(Base.metadata.tables["cycles"]).values(envelope=70_000, project_limit=70_000, choices=1)
        )
    for path in ("/vote", ""):
        page = client.get(opened.path + path).text
        assert "Another title" not in page
        assert "60\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000" in page
    after = client.get(f"{opened.path}/vote").text
    assert (
        after.partition('data-election="')[2].partition('"')[0]
        == before.partition('data-election="')[2].partition('"')[0]
    )


# By the routes


def state_of(opened: OpenPoll) -> list[Any]:
    """Every frozen row as it stands."""
    with opened.database.engine.connect() as connection:
        return [connection.execute(select(model.__table__)).all() for model in MOVING]


def test_every_route_of_the_preparation_refuses_after_the_opening(opened: OpenPoll, app: Flask) -> None:
    before, entry = state_of(opened), opened.entry_id(0)
    cycle = f"{opened.demo.path}"
    closes = {"closes_on": (clock.now() + timedelta(days=30)).date().isoformat(), "closes_at": "20:00"}
    ceremony = {"number": "9", "day": clock.now().date().isoformat(), "seed_text": "6 5 4 3 2 1"}
    key = trustees.trustee_key(GROUP, trustees.generate_private_key(GROUP)).to_json(GROUP)
    attempts: list[tuple[Role, str, dict[str, Any]]] = [
        (Role.OFFICE, f"{opened.path}/open", {"data": closes}),
        (Role.OFFICE, f"{opened.path}/repeat", {}),
        (Role.SECRETARY, f"{opened.path}/ceremony", {"data": ceremony}),
        (Role.CHAIR, f"{opened.path}/ceremony/confirm", {"data": {"confirmed": "y"}}),
        (Role.REGISTRAR, f"{opened.path}/cards/{opened.entry_number(0)}/withdraw", {}),
        (Role.REGISTRAR, f"{opened.path}/cards", {"json": {"credentials": [{"entry": str(entry), "public_key": "4"}]}}),
        (Role.TRUSTEE, f"{opened.path}/trustee/key", {"json": {"trustee": key}}),
        (Role.TRUSTEE, f"{opened.path}/trustee/confirmation", {"json": {"proof": {"challenge": "1", "response": "1"}}}),
        (Role.TRUSTEE, f"{opened.path}/trustee/decryption", {"json": {"partial_decryption": "{}"}}),
        (Role.AUDITOR, f"{cycle}/roll/confirm", {}),
        (Role.OFFICE, f"{cycle}/advance", {"data": {"early": "y"}}),
    ]
    for role, path, sent in attempts:
        answer = signed_in(app, opened, role).post(path, **sent)
        assert answer.status_code == 409, (path, answer.status_code, answer.text[:500])
    answer = signed_in(app, opened, Role.REGISTRAR).post(f"{cycle}/roll", data={"file": _csv()})
    assert answer.status_code == 409
    assert state_of(opened) == before


def _csv() -> tuple[Any, str]:
    return io.BytesIO("iin,name,settlement\n800416200010,А,Красный Яр\n".encode()), "roll.csv"


def test_no_form_offers_to_change_the_frozen_roll(app: Flask, opened: OpenPoll) -> None:
    registrar = signed_in(app, opened, Role.REGISTRAR)
    roll = f"{opened.demo.path}/roll"
    entry = f"{roll}/entries/{opened.entry_number(0)}"
    assert registrar.get(entry).status_code == 200
    for path in (f"{roll}/add", f"{entry}/correct", f"{entry}/gone"):
        assert registrar.get(path).status_code == 409, path


def signed_in(app: Flask, opened: OpenPoll, role: Role, number: int = 0) -> LintingClient:
    client, person = english(app), opened.person_id(role, number)
    with opened.database.work() as work, client.session_transaction() as session:
        session.update(session_of(work, person))
    return client


def test_a_card_is_still_handed_over_while_voting_is_open_but_once(app: Flask, opened: OpenPoll) -> None:
    clerk = signed_in(app, opened, Role.CLERK)
    path = f"{opened.path}/hand-over/{opened.entry_number(25)}"
    assert clerk.post(path).status_code == 302
    assert clerk.post(path).status_code == 409


# The minimum of ballots


def after_the_end(opened: OpenPoll) -> datetime:
    with opened.act() as act:
        _cycle, poll = opened.rows(act)
        assert poll.closes_at is not None
        return poll.closes_at + timedelta(minutes=1)


def test_fewer_ballots_than_the_minimum_are_never_decrypted(app: Flask, opened: OpenPoll) -> None:
    a_ballot_is_cast(app, opened)
    late = after_the_end(opened)
    with time_machine.travel(late, tick=True):
        client = english(app)
        assert client.post(f"{opened.path}/challenge", json={}).status_code == 409
        assert close_due(opened.database)
        with opened.act() as act:
            cycle, poll = opened.rows(act)
            assert poll.state == State.UNDER_MINIMUM
            encrypted, count = closing.compute_tally(act.session, poll)
            closing.keep_tally(act, cycle, poll, encrypted, count)
            events = [event.type for _digest, event in archive.events(act.session, poll, first=0, count=10)]
            assert events == [EventType.SETUP, EventType.BALLOT, EventType.END_BALLOTS], "no sum was published"
        for number in range(3):
            with opened.act(Role.TRUSTEE, number) as act:
                cycle, poll = opened.rows(act)
                secret = list(opened.demo.trustee_keys.values())[number]
                part = factors.decrypt(state.election_of(poll.election_json or ""), secret, encrypted)
                with pytest.raises(Conflict):
                    decrypting.hand_in_decryption(act, cycle, poll, part.to_json(GROUP))
        page = client.get(opened.path)
        assert "They are never decrypted." in page.text
        assert (
            "Nothing is decrypted in this poll."
            in signed_in(app, opened, Role.TRUSTEE).get(f"{opened.path}/trustee").text
        )
        answer = client.get(f"{opened.demo.path}/result")
        assert (answer.status_code, answer.headers["Location"]) == (302, opened.path), "no result: the poll's page"


def test_a_ballot_is_taken_until_the_closing_time_and_not_at_it(opened: OpenPoll) -> None:
    closes = after_the_end(opened) - timedelta(minutes=1)
    for number, at in enumerate((closes, closes - timedelta(seconds=1))):
        voter = casting.Voter(opened.entry_id(number), credentials.public_credential(GROUP, opened.secret(number)))
        ballot = opened.ballot(number, 1)
        with opened.act(at=at) as act:
            _cycle, poll = opened.rows(act)
            cast = partial(casting.cast, act, poll.id, KEYS, voter, ballot, Channel.WEB)
            if at == closes:
                with pytest.raises(Conflict):  # no job has run yet: the time alone decides
                    cast()
            else:
                assert json.loads(cast())["position"] == 1


# Annulment


def test_two_people_annul_a_poll_and_it_is_held_again(app: Flask, opened: OpenPoll) -> None:
    chair, office = signed_in(app, opened, Role.CHAIR), signed_in(app, opened, Role.OFFICE)
    refused = chair.post(f"{opened.path}/annul", data={"reason": "  "})
    assert refused.status_code == 422, "a reason is published"
    assert chair.post(f"{opened.path}/annul", data={"reason": "Кодтар жарияланып кетті"}).status_code == 302
    assert chair.post(f"{opened.path}/annul", data={"reason": "again"}).status_code == 409, "one person is not two"
    with opened.act() as act:
        assert opened.rows(act)[1].state == State.OPEN
    assert signed_in(app, opened, Role.AKIM).post(f"{opened.path}/annul", data={}).status_code == 403
    assert office.post(f"{opened.path}/annul", data={}).status_code == 302
    with opened.act() as act:
        assert opened.rows(act)[1].state == State.ANNULLED
    page = english(app).get(opened.path).text
    assert "Кодтар жарияланып кетті" in page
    assert english(app).post(f"{opened.path}/challenge", json={}).status_code == 409
    assert office.post(f"{opened.path}/repeat").status_code == 302
    with opened.act() as act:
        _cycle, poll = opened.rows(act)
        assert (poll.state, poll.attempt) == (State.PREPARING, 2)
        assert poll.uuid != opened.demo.poll_uuid
        assert cards.numbers(act, poll).made == 0, "new cards are made"
    assert opened.demo.poll_uuid in english(app).get(opened.path).text, "the annulled poll stays readable"
