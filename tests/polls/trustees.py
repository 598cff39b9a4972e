"""Polls whose driver was stopped where its trustees begin, for tests in which they go on over HTTP."""

import json
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from pb import clock, migrations
from pb.act import Role
from pb.app import create_app
from pb.audit.models import AuditEvent
from pb.core.belenios import possession, threshold
from pb.core.belenios.canonical import dump_json, hash_mod, sha256_hex
from pb.core.belenios.factors import ProvedDecryption, decrypt, prove_factors
from pb.core.belenios.groups import Group
from pb.core.belenios.messages import Election, EncryptedTally, PartialDecryption, Proof
from pb.core.belenios.threshold import Dealing
from pb.core.belenios.trustee_list import SignedMessage
from pb.db import Database
from pb.demo import okrug
from pb.demo.cycle import Demo, Driver, Stage
from pb.demo.trustees import Trustees as Cast
from pb.jobs import service as jobs
from pb.polls.models import Poll
from pb.polls.service import archive, state
from pb.settings import Settings
from pb.trustees.service import decrypting, places
from tests.conftest import english, make_app
from tests.linting import LintingClient
from tests.polls.open_poll import ORIGIN, OpenPoll
from tests.sessions import session_of
from tests.village import KEYS

SIZE = 3


class Stopped(Exception):
    """The driver is stopped where the trustees begin."""


@dataclass
class Ceremony(OpenPoll):
    """A poll in preparation; the trustees' seeds and private keys are known to the test alone."""

    app: Flask | None = None
    seeds: list[str] = field(default_factory=lambda: [threshold.generate_seed() for _ in range(SIZE)])
    keys: dict[int, int] = field(default_factory=dict)

    def client(self, number: int) -> LintingClient:
        assert self.app is not None
        client = english(self.app)
        with self.database.work() as work, client.session_transaction() as session:
            session.update(session_of(work, self.person_id(Role.TRUSTEE, number)))
        return client

    def post(self, number: int, call: str, **body: Any) -> TestResponse:
        return self.client(number).post(f"{self.path}/trustee/{call}", json=body)

    def work(self) -> None:
        """The jobs that wait are done, as the serving process does them."""
        assert self.app is not None
        jobs.run_all(self.database, self.app.extensions["settings"])

    def decrypt(self, number: int, *, wrong: bool = False) -> None:
        answer = self.post(number, "decryption", partial_decryption=factors(self, number, wrong=wrong))
        assert answer.status_code == 202, answer.text
        self.work()

    def fault(self, number: int) -> str:
        with self.act(Role.TRUSTEE, number) as act:
            return places.own(act, self.rows(act)[1]).fault

    def file(self, number: int, name: str) -> list[Any]:
        return list(json.loads(self.client(number).get(f"{self.path}/trustee/files/{name}.json").text))

    def poll(self) -> Poll:
        with self.act() as act:
            return self.rows(act)[1]

    @property
    def group(self) -> Group:
        return state.group_of(self.poll())

    def place(self, number: int) -> int:
        with self.act(Role.TRUSTEE, number) as act:
            return places.own(act, self.rows(act)[1]).position

    def certificate(self, number: int, **changes: int) -> str:
        terms = {"size": SIZE, "threshold": 2, "index": self.place(number)} | changes
        return dump_json(threshold.make_certificate(self.group, self.seeds[number], **terms).to_value())

    def certificates(self, number: int) -> list[SignedMessage]:
        return [SignedMessage.from_value(one, self.group.q) for one in self.file(number, "certificates")]

    def dealing(self, number: int) -> Dealing:
        return threshold.deal(self.group, self.seeds[number], threshold=2, certs=self.certificates(number))

    def share(self, number: int) -> str:
        dealings = [Dealing.parse(dump_json(one), self.group) for one in self.file(number, "dealings")]
        self.keys[self.place(number)], share = threshold.accept_shares(
            self.group, self.seeds[number], threshold=2, certs=self.certificates(number), dealings=dealings
        )
        return dump_json(share.to_value(self.group))

    def confirmation(self, number: int) -> dict[str, Any]:
        poll = self.poll()
        return possession.prove_confirmation(
            self.group,
            self.keys[self.place(number)],
            uuid=poll.uuid,
            trustees_sha256=sha256_hex(poll.trustees_json or ""),
        ).to_value()

    def all_take(self, *calls: str) -> None:
        for call in calls:
            for number in range(SIZE):
                answer = self.post(number, call, **{call: self.message(number, call)})
                assert answer.status_code == 201, answer.text

    def message(self, number: int, call: str) -> str:
        if call == "certificate":
            return self.certificate(number)
        return self.dealing(number).to_json() if call == "dealing" else self.share(number)

    def stage(self, number: int) -> str:
        page = self.client(number).get(f"{self.path}/trustee").text
        return page.partition('data-stage="')[2].partition('"')[0]

    def log(self, action: str) -> list[dict[str, Any]]:
        with self.act() as act:
            return [
                one.data
                for one in act.session.scalars(select(AuditEvent).order_by(AuditEvent.position))
                if one.action == action
            ]


def driven(folder: Path, method: str, days: int, **rule: Any) -> tuple[Path, Demo]:
    """A database whose driver was stopped when it called this method of the trustees, and what the driver knew."""
    file = folder / "asar.db"
    database = Database(f"sqlite:///{file}")
    migrations.upgrade(database.engine)
    url = str(database.engine.url)
    settings = Settings(url, "a key for tests alone, forty characters!", KEYS.pepper, KEYS.seal, folder, ORIGIN)
    known: list[Demo] = []
    prepare = Driver._prepare

    def remember(driver: Driver, demo: Demo) -> Any:
        known.append(demo)
        return prepare(driver, demo)

    def stop(*_arguments: Any) -> None:
        raise Stopped

    with create_app(settings, database).test_request_context(base_url=ORIGIN), pytest.MonkeyPatch.context() as patched:
        patched.setattr(Driver, "_prepare", remember)
        patched.setattr(Cast, method, stop)
        with database.work() as session:
            okrug.build(session, KEYS, clock.now() - timedelta(days=400))
        driver = Driver(
            database=database,
            keys=KEYS,
            origin=ORIGIN,
            fiscal_year=clock.local(clock.now()).year + 1,
            begins=clock.local(clock.now() - timedelta(days=days)).date(),
            voters=12,
            projects=4,
            roll_size=14,
            report=lambda _stage, _figures: None,
            rule=rule,
        )
        with pytest.raises(Stopped):
            driver.run(Stage.TALLY)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return file, known[0]


def copied(source: tuple[Path, Demo], folder: Path) -> Iterator[Ceremony]:
    shutil.copy(source[0], folder / "asar.db")
    database = Database(f"sqlite:///{folder / 'asar.db'}")
    url = str(database.engine.url)
    settings = Settings(url, "a key for tests alone, forty characters!", KEYS.pepper, KEYS.seal, folder, ORIGIN)
    yield Ceremony(database, source[1], make_app(settings, database), keys=source[1].trustee_keys)
    database.engine.dispose()


def factors(tallied: Ceremony, number: int, *, wrong: bool = False) -> str:
    """This trustee's decryption; a wrong one has factors of another key with proofs that hold nonetheless."""
    with tallied.act() as act:
        poll = tallied.rows(act)[1]
        election, tally = state.election_of(poll.election_json or ""), decrypting.encrypted_tally(act.session, poll)
    assert tally is not None
    private_key = tallied.keys[tallied.place(number)]
    if not wrong:
        return decrypt(election, private_key, tally).to_json(election.group)
    made = forged(election, private_key, tally)
    return ProvedDecryption(made, prove_factors(election, private_key, tally, made)).to_json(election.group)


def forged(election: Election, private_key: int, tally: EncryptedTally) -> PartialDecryption:
    """The proof binds neither alpha nor the factor: c is computed first, and the factor made to fit it."""
    group = election.group
    statement = f"decrypt|{election.hash}|{group.serialise(group.generator.exp(private_key))}"
    rows, proofs = [], []
    for row in tally.questions:
        made, proved = [], []
        for ciphertext in row:
            w = secrets.randbelow(group.q)
            a = group.generator.exp(w)
            b = group.generator.exp(secrets.randbelow(group.q))
            c = hash_mod(group.q, f"{statement}|{group.serialise(a)},{group.serialise(b)}")
            r = (w - private_key * c) % group.q
            rest = group.mul(b, group.inv(group.exp(ciphertext.alpha, r)))
            made.append(group.exp(rest, pow(c, -1, group.q)))
            proved.append(Proof(c, r))
        rows.append(tuple(made))
        proofs.append(tuple(proved))
    return PartialDecryption(tuple(rows), tuple(proofs))


def bel(tallied: Ceremony, folder: Path) -> Path:
    with tallied.act() as act:
        poll = tallied.rows(act)[1]
        path = folder / f"{poll.uuid}.bel"
        path.write_bytes(b"".join(archive.stream(act.session, poll)))
    return path


def refused(answer: TestResponse, status: int, text: str) -> None:
    assert answer.status_code == status, answer.text
    assert text in answer.get_json()["error"]["message"]
