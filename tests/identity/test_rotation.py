"""New keys while a poll is open: everything sealed moves, what was frozen stays, and everybody is still found."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, func, select, update
from sqlalchemy.exc import DatabaseError

from pb import clock, keyring
from pb.audit import service as audit
from pb.core import national_numbers
from pb.db import Base
from pb.identity.models import SECOND_FACTOR_CONTEXT, Person, SecondFactor
from pb.identity.service import iin as numbers
from pb.identity.service import rotation, second_factor
from pb.identity.service.accounts import find
from pb.jobs import service as jobs
from pb.keyring import KeyRing, Keys
from pb.polls.models import Poll
from pb.roll.models import Entry
from pb.roll.service import commitments, entries
from pb.settings import Settings
from tests.conftest import english, make_app
from tests.frozen.world import without_rules
from tests.polls.open_poll import OpenPoll
from tests.village import KEYS

both_databases = pytest.mark.both_databases
NEW = Keys(
    pepper=KeyRing({1: KEYS.pepper.key, 2: b"q" * 32}),
    seal=KeyRing({1: KEYS.seal.key, 2: b"t" * 32}),
)
MARK = keyring.header(2)


def renewed(settings: Settings) -> Settings:
    return replace(settings, iin_pepper=NEW.pepper, seal_key=NEW.seal)


def rotate(opened: OpenPoll, settings: Settings) -> None:
    with opened.act() as act:
        rotation.ask(act, NEW)
    assert jobs.run_all(opened.database, settings) >= 1
    with opened.act() as act:
        job = jobs.find(act, rotation.KIND, act.territory.id, "seal 2, pepper 2")
        assert job is not None
        assert job.state == "done", job.outcome


@both_databases
def test_everything_moves_while_voting_is_open_and_nobody_is_lost(
    opened: OpenPoll, settings: Settings, app: Flask
) -> None:
    client = english(app)
    opened.sign_in(client, 0)
    assert opened.cast(client, opened.ballot(0, 1)).status_code == 201
    with opened.act() as act:
        before = act.session.scalars(select(Entry.iin_lookup).order_by(Entry.number)).all()
    rotate(opened, renewed(settings))
    with opened.act() as act:
        cycle, _poll = opened.rows(act)
        for _table, column, _context in rotation.sealed_columns():
            first = func.substr(column, 1, 6, type_=LargeBinary)
            old = select(func.count()).where(column.is_not(None), first != MARK)
            assert act.session.scalar(old) == 0, column
        after = act.session.scalars(select(Entry.iin_lookup).order_by(Entry.number)).all()
        assert after == before, "what the voters of an open poll are found by stays frozen"
        assert set(act.session.scalars(select(Entry.iin_pepper))) == {1}
        assert set(act.session.scalars(select(Person.iin_pepper))) == {2}
        assert commitments.holds(act, cycle, NEW), "the commitments rest on the numbers, not on keys"
        assert entries.find(act, cycle, opened.voter(3).iin, NEW) is not None
        log = [event for event in audit.every(act) if event.action == "keys.rotated"]
        assert len(log) == 1
        assert log[0].data["seal"] == 2
        person = act.session.scalars(select(Person)).first()
        assert person is not None
        iin = national_numbers.parse_iin(numbers.unseal(person.iin_sealed, NEW.seal), clock.now().date())
        assert find(act.session, iin, NEW) is person
        # without the old keys: only the frozen look-ups still need their pepper
        fresh = Keys(KeyRing({2: b"q" * 32}), KeyRing({2: b"t" * 32}))
        assert find(act.session, iin, fresh) is person
        assert entries.find(act, cycle, opened.voter(3).iin, fresh) is None
    other = make_app(renewed(settings), opened.database)
    client = english(other)
    assert opened.sign_in(client, 1).status_code == 200
    assert opened.cast(client, opened.ballot(1, 0)).status_code == 201, "the receipt's key opens too"


def test_what_was_sealed_before_versions_moves_too(opened: OpenPoll, settings: Settings) -> None:
    with opened.act() as act:
        person = act.session.scalars(select(Person)).first()
        assert person is not None
        digits = numbers.unseal(person.iin_sealed, KEYS.seal)
        person_id = person.id
    with without_rules(opened.database.engine) as connection:  # a row of before the rules
        connection.execute(update(Person).where(Person.id == person_id).values(iin_sealed=_of_old(digits)))
    with opened.act() as act:
        person = act.session.get_one(Person, person_id)
        secret = second_factor.fresh_secret()
        sealed = keyring.seal_bytes(secret, KEYS.seal, SECOND_FACTOR_CONTEXT)
        second_factor.set_up(act, person, sealed, 0)
        assert rotation.standing(act.session)["people.iin_sealed"]["-"] == 1
    rotate(opened, renewed(settings))
    with opened.act() as act:
        assert numbers.unseal(act.session.get_one(Person, person_id).iin_sealed, KeyRing({2: b"t" * 32})) == digits
        factor = act.session.get_one(SecondFactor, person_id)
        moved = keyring.unseal_bytes(factor.secret_sealed, NEW.seal, SECOND_FACTOR_CONTEXT)
        assert moved == secret, "an authenticator goes on working"
        told = rotation.standing(act.session)
        assert set(told["second_factors.secret_sealed"]) == {"2"}
        assert set(told["people.iin_sealed"]) == set(told["people.iin_lookup"]) == {"2"}
        assert set(told["roll_entries.iin_lookup"]) == {"1"}


def _of_old(digits: str) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = b"n" * 12
    return nonce + AESGCM(KEYS.seal.key).encrypt(nonce, digits.encode(), b"iin")


def test_a_rotation_that_was_stopped_goes_on_where_it_was(
    opened: OpenPoll, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 7)
    calls: list[int] = []

    def stopping(_work: jobs.Work, percent: int) -> None:
        calls.append(percent)
        if len(calls) == 3:
            raise InterruptedError

    with monkeypatch.context() as patched:
        patched.setattr(jobs.Work, "progress", stopping)
        with opened.act() as act:
            rotation.ask(act, NEW)
        jobs.run_all(opened.database, renewed(settings))
    with opened.act() as act:
        standing = rotation.standing(act.session)
        versions = {version for column in standing for version in standing[column] if "sealed" in column}
        assert versions == {"1", "2"}, "half of it is done"
        job = jobs.find(act, rotation.KIND, act.territory.id, "seal 2, pepper 2")
        assert job is not None
        job.asked_at = clock.now()
    assert jobs.run_all(opened.database, renewed(settings))
    with opened.act() as act:
        assert all(
            set(versions) <= {"2"} for name, versions in rotation.standing(act.session).items() if "sealed" in name
        )


def test_a_process_with_the_old_keys_does_not_do_it(opened: OpenPoll, settings: Settings) -> None:
    with opened.act() as act:
        rotation.ask(act, NEW)
    jobs.run_all(opened.database, settings)
    with opened.act() as act:
        job = jobs.find(act, rotation.KIND, act.territory.id, "seal 2, pepper 2")
        assert job is not None
        assert (job.state, job.outcome) == ("queued", "KeysDiffer")


@both_databases
def test_a_look_up_counts_under_its_own_pepper_alone(opened: OpenPoll) -> None:
    """Played: with a pepper that leaked and was put out of use, rows of the roll were written for any IIN."""
    old, entry_id = opened.voter(0).iin, opened.entry_id(0)
    with opened.act() as act:
        cycle, _poll = opened.rows(act)
        assert entries.find(act, cycle, old, NEW) is not None, "a row of the old pepper is found with the new one"
    for version, found in ((2, numbers.lookup(old, KEYS.pepper)), (1, numbers.lookup(old, NEW.pepper))):
        with without_rules(opened.database.engine) as connection:
            values = {"iin_pepper": version, "iin_lookup": found}
            connection.execute(update(Entry).where(Entry.id == entry_id).values(values))
        with opened.act() as act:
            cycle, _poll = opened.rows(act)
            assert entries.find(act, cycle, old, NEW) is None
            assert entries.find_ever(act, cycle, old, NEW) is None
            assert entries.find_in_any_okrug(act.session, old, NEW) is None
    with without_rules(opened.database.engine) as connection:
        values = {"iin_pepper": 2, "iin_lookup": numbers.lookup(old, NEW.pepper)}
        connection.execute(update(Entry).where(Entry.id == entry_id).values(values))
    with opened.act() as act:
        cycle, _poll = opened.rows(act)
        assert entries.find(act, cycle, old, NEW) is not None
        assert entries.find_in_any_okrug(act.session, old, NEW) is not None


@contextmanager
def refused(opened: OpenPoll) -> Iterator[Any]:
    with opened.database.engine.connect() as connection:
        with pytest.raises(DatabaseError, match="frozen_"):
            yield connection
        connection.rollback()


@both_databases
def test_the_frozen_seals_change_only_to_a_newer_key(opened: OpenPoll, settings: Settings) -> None:
    with opened.act() as act:
        entry = act.session.scalars(select(Entry)).first()
        _cycle, poll = opened.rows(act)
        assert entry is not None
        same = keyring.header(1) + b"another number under the same key"
        newer = keyring.header(2) + b"another number under a newer key"
        before = {"entry": entry.iin_sealed, "poll": poll.receipt_private}
        assert keyring.sealed_with(before["entry"]) == 1
    for values in (
        {"iin_sealed": same},
        {"iin_sealed": b"nothing"},
        {"iin_sealed": newer, "iin_lookup": b"x" * 32},
        {"iin_sealed": newer, "name": "Another"},
        {"iin_pepper": 2},
        {"gone_on": clock.now().date(), "gone_reason": "moved"},
    ):
        with refused(opened) as connection:
            connection.execute(update(Entry).where(Entry.id == entry.id).values(values))
    for values in ({"receipt_private": same}, {"receipt_private": newer, "receipt_public": "x"}):
        with refused(opened) as connection:
            connection.execute(update(Poll).values(values))
    rotate(opened, renewed(settings))
    with refused(opened) as connection:  # once each version: back is no way
        connection.execute(update(Entry).where(Entry.id == entry.id).values(iin_sealed=before["entry"]))


def test_every_column_of_sealed_bytes_says_so() -> None:
    """A new one that does not is left behind by a rotation."""
    said = {f"{table.name}.{column.name}" for table, column, _context in rotation.sealed_columns()}
    named = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and ("sealed" in column.name or "private" in column.name)
    }
    assert named <= said
    assert {"people.iin_sealed", "roll_entries.iin_sealed", "roll_imports.sealed", "polls.receipt_private"} <= said
    assert {lookup.table.name for lookup in rotation.lookup_columns()} == {"people", "roll_entries"}
