"""A poll whose trustees made a key together: any two of three decrypt, and whoever fails or cheats is named."""

import json
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from werkzeug.test import TestResponse

from pb import clock, migrations
from pb.audit.models import AuditEvent
from pb.config import Settings
from pb.core.belenios import decryption, possession, threshold
from pb.core.belenios.canonical import ProtocolError, dump_json, hash_mod, sha256_hex
from pb.core.belenios.groups import Group
from pb.core.belenios.messages import Election, EncryptedTally, PartialDecryption, Proof
from pb.core.belenios.report import Stage as Reached
from pb.core.belenios.threshold import Dealing
from pb.core.belenios.trustee_list import Pedersen, SignedMessage, Trustees
from pb.core.belenios.verify import verify
from pb.db import Database
from pb.demo import okrug
from pb.demo.cycle import Demo, Driver, Stage
from pb.demo.trustees import Trustees as Cast
from pb.identity.roles import Role
from pb.polls import archive, counting, decrypting, state
from pb.polls.models import Fault, Poll, PollTrustee, State
from pb.web.app import create_app
from tests.conformance.outside import belenios_accepts
from tests.conftest import english, make_app
from tests.linting import LintingClient
from tests.polls.open_poll import ORIGIN, OpenPoll
from tests.sessions import session_of
from tests.village import KEYS

SIZE = 3
RULE = {"trustees_needed": 2}


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
        with self.database.work(writing=False) as work, client.session_transaction() as session:
            session.update(session_of(work, self.person_id(Role.TRUSTEE, number)))
        return client

    def post(self, number: int, call: str, **body: Any) -> TestResponse:
        return self.client(number).post(f"{self.path}/trustee/{call}", json=body)

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
            return state.own_place(act, self.rows(act)[1]).position

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
            return [one.data for one in act.session.scalars(select(AuditEvent)) if one.action == action]


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
            tell=lambda _stage, _figures: None,
            rule=RULE | rule,
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


@pytest.fixture(scope="module")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    return driven(tmp_path_factory.mktemp("prepared"), "make_keys", 22)


@pytest.fixture(scope="module")
def tallied_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    return driven(tmp_path_factory.mktemp("tallied"), "decrypt", 40)


@pytest.fixture
def prepared(prepared_file: tuple[Path, Demo], tmp_path: Path) -> Iterator[Ceremony]:
    yield from copied(prepared_file, tmp_path)


@pytest.fixture
def tallied(tallied_file: tuple[Path, Demo], tmp_path: Path) -> Iterator[Ceremony]:
    yield from copied(tallied_file, tmp_path)


def refused(answer: TestResponse, status: int, text: str) -> None:
    assert answer.status_code == status, answer.text
    assert text in answer.get_json()["error"]["message"]


def test_three_trustees_make_a_key_of_which_two_decrypt(prepared: Ceremony) -> None:
    assert [prepared.stage(number) for number in range(SIZE)] == ["certificate"] * SIZE
    prepared.all_take("certificate")
    assert prepared.stage(0) == "dealing"
    prepared.all_take("dealing")
    assert prepared.stage(0) == "share"
    prepared.all_take("share")
    poll = prepared.poll()
    (group,) = Trustees.parse(poll.trustees_json or "", prepared.group).kinds
    assert isinstance(group, Pedersen)
    assert (group.threshold, group.size) == (2, SIZE)
    for number in range(SIZE):
        assert prepared.stage(number) == "confirmation"
        assert prepared.post(number, "confirmation", proof=prepared.confirmation(number)).status_code == 201
        assert prepared.stage(number) == "wait"
    assert len(prepared.log("poll.trustees_fixed")) == 1


def test_each_step_waits_for_all_and_a_message_can_be_replaced_until_then(prepared: Ceremony) -> None:
    assert prepared.post(0, "certificate", certificate=prepared.certificate(0)).status_code == 201
    assert prepared.stage(0) == "wait"
    prepared.seeds[0] = threshold.generate_seed()
    assert prepared.post(0, "certificate", certificate=prepared.certificate(0)).status_code == 201
    refused(prepared.post(0, "dealing", dealing="{}"), 409, "not the one that the trustees take now")
    refused(prepared.post(0, "share", share="{}"), 409, "not the one that the trustees take now")
    refused(prepared.post(0, "complaint", dealer=2), 409, "not the one that the trustees take now")
    refused(prepared.post(0, "key", trustee="{}"), 409, "together, in three steps")
    refused(prepared.post(0, "confirmation", proof={}), 409, "Not all trustees")
    for number in (1, 2):
        assert prepared.post(number, "certificate", certificate=prepared.certificate(number)).status_code == 201
    refused(prepared.post(0, "certificate", certificate=prepared.certificate(0)), 409, "not the one")
    prepared.all_take("dealing", "share")
    refused(prepared.post(0, "share", share="{}"), 409, "the list of trustees is fixed")


def test_messages_of_another_place_group_or_key_are_refused(prepared: Ceremony) -> None:
    for wrong in ({"index": 3}, {"size": 4}, {"threshold": 3}):
        answer = prepared.post(0, "certificate", certificate=prepared.certificate(0, **wrong))
        refused(answer, 422, "not a certificate for your place")
    assert prepared.post(0, "certificate", certificate=prepared.certificate(0)).status_code == 201
    prepared.seeds[1], own = prepared.seeds[0], prepared.seeds[1]
    refused(prepared.post(1, "certificate", certificate=prepared.certificate(1)), 422, "the same key")
    prepared.seeds[1] = own
    prepared.all_take("certificate")
    dealt = prepared.dealing(0)
    refused(prepared.post(1, "dealing", dealing=dealt.to_json()), 422, "not a dealing")
    refused(prepared.post(0, "dealing", dealing=replace(dealt, secrets=dealt.secrets[:2]).to_json()), 422, "not a deal")
    prepared.all_take("dealing")
    refused(prepared.post(1, "share", share=prepared.share(0)), 422, "does not fit what was dealt")


def test_a_trustee_who_deals_wrongly_is_named_and_all_deal_again(prepared: Ceremony) -> None:
    prepared.all_take("certificate")
    for number in range(SIZE):
        dealt = prepared.dealing(number)
        if number == 1:  # a share for another trustee in the place of each
            dealt = replace(dealt, secrets=(dealt.secrets[1], dealt.secrets[0], *dealt.secrets[2:]))
        assert prepared.post(number, "dealing", dealing=dealt.to_json()).status_code == 201
    cheat = prepared.place(1)
    with pytest.raises(ProtocolError) as found:
        prepared.share(0)
    assert found.value.trustee == cheat
    refused(prepared.post(0, "complaint", dealer=prepared.place(0)), 422, "another trustee")
    refused(prepared.post(0, "complaint", dealer=9), 422, "another trustee")
    assert prepared.post(0, "complaint", dealer=cheat).status_code == 201
    assert [one["dealer"] for one in prepared.log("poll.trustee_complaint")] == [cheat]
    assert [prepared.stage(number) for number in range(SIZE)] == ["wait", "certificate", "wait"]
    assert "your dealing was wrong" in prepared.client(1).get(f"{prepared.path}/trustee").text
    assert "Was wrong, does it again" in prepared.client(0).get(f"{prepared.path}/trustee").text
    prepared.seeds[1] = threshold.generate_seed()
    assert prepared.post(1, "certificate", certificate=prepared.certificate(1)).status_code == 201
    prepared.all_take("dealing", "share")
    assert prepared.poll().trustees_json
    assert "Was wrong" not in prepared.client(0).get(f"{prepared.path}/trustee").text


def test_nobody_else_takes_a_step(prepared: Ceremony) -> None:
    assert prepared.app is not None
    office = english(prepared.app)
    with prepared.database.work(writing=False) as work, office.session_transaction() as session:
        session.update(session_of(work, prepared.person_id(Role.OFFICE)))
    for call in ("certificate", "dealing", "share", "complaint", "shuffle"):
        assert office.post(f"{prepared.path}/trustee/{call}", json={}).status_code == 403
    assert office.get(f"{prepared.path}/trustee/files/dealings.json").status_code == 403


def factors(tallied: Ceremony, number: int, *, wrong: bool = False) -> str:
    """This trustee's decryption; a wrong one has factors of another key with proofs that hold nonetheless."""
    with tallied.act() as act:
        poll = tallied.rows(act)[1]
        election, tally = state.election_of(poll.election_json or ""), decrypting.encrypted_tally(act.session, poll)
    assert tally is not None
    private_key = tallied.keys[tallied.place(number)]
    made = decryption.partial_decryption(election, private_key, tally)
    return (forged(election, private_key, tally) if wrong else made).to_json(election.group)


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


@pytest.mark.parametrize("pair", [(0, 1), (2, 0)])
def test_any_two_decrypt_and_the_archive_holds(tallied: Ceremony, tmp_path: Path, pair: tuple[int, int]) -> None:
    first, second = pair
    assert tallied.post(first, "decryption", partial_decryption=factors(tallied, first)).status_code == 201
    assert tallied.poll().state == State.DECRYPTING
    refused(tallied.post(first, "decryption", partial_decryption="{}"), 409, "in already")
    refused(tallied.post(second, "decryption", partial_decryption=factors(tallied, first)), 422, "does not fit")
    assert tallied.post(second, "decryption", partial_decryption=factors(tallied, second)).status_code == 201
    assert tallied.poll().state == State.COMPLETE
    report = verify(bel(tallied, tmp_path))
    assert report.ok, report.failure
    assert report.stage is Reached.COMPLETE
    assert belenios_accepts(report.election, bel(tallied, tmp_path).read_bytes())
    third = 3 - first - second
    refused(tallied.post(third, "decryption", partial_decryption="{}"), 409, "nothing to decrypt")
    with tallied.act() as act:
        cycle, _poll = tallied.rows(act)
        counted = counting.outcome(act, cycle)
        assert counted is not None
        assert counted.voted == 12


def test_a_wrong_factor_is_found_by_a_third_and_its_trustee_asked_again(tallied: Ceremony, tmp_path: Path) -> None:
    assert tallied.post(0, "decryption", partial_decryption=factors(tallied, 0, wrong=True)).status_code == 201
    assert tallied.post(1, "decryption", partial_decryption=factors(tallied, 1)).status_code == 201
    assert tallied.poll().state == State.DECRYPTING
    assert tallied.stage(2) == "decryption", "nobody can be named by two: the third is asked"
    assert tallied.post(2, "decryption", partial_decryption=factors(tallied, 2)).status_code == 201
    assert tallied.poll().state == State.COMPLETE
    with tallied.act() as act:
        places = state.trustees(act, tallied.rows(act)[1])
        named = [one.position for one in places if one.fault == Fault.DECRYPTION]
    assert named == [tallied.place(0)]
    assert named in [one["trustees"] for one in tallied.log("poll.decryption_failed")]
    assert verify(bel(tallied, tmp_path)).ok


def test_what_the_ceremony_left_is_frozen_by_the_opening(tallied: Ceremony) -> None:
    changes = [
        update(PollTrustee).values(certificate_json="{}"),
        update(PollTrustee).values(dealing_json="{}"),
        update(PollTrustee).values(share_json="{}"),
        update(Poll).values(threshold=3),
        update(Poll).values(group_name="Ed25519"),
    ]
    for change in changes:
        with tallied.database.engine.connect() as connection, pytest.raises(DatabaseError, match="frozen_"):
            connection.execute(change)
