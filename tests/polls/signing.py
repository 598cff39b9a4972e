"""Voters with a digital signature: a throw-away PKI, the release of codes in a thread, what a browser would send."""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pb import clock
from pb.act import Role
from pb.codes.service.desk import Desk
from pb.codes.service.nonces import UsedNonces
from pb.codes.service.server import Server
from pb.core import sealing
from pb.core.belenios import ballots, credentials
from pb.core.eds.signing import KeyPair, sign_cms, to_pem
from pb.core.eds.statements import release_text, tracker_text
from pb.db import Database
from pb.demo.test_authority import TestPKI, make_pki
from pb.polls.service import state
from pb.settings import Settings
from tests.conftest import english, make_app
from tests.linting import LintingClient
from tests.polls.open_poll import GROUP, HANDED_OVER, ORIGIN, PROJECTS, REGISTRAR_KEY, OpenPoll
from tests.sessions import session_of
from tests.village import KEYS

UNCLAIMED = HANDED_OVER  # the first voter whose card lies at the akimat


@dataclass
class Signatures:
    """An app that takes digital signatures of this PKI, and the code-releasing process beside it."""

    app: Flask
    pki: TestPKI
    desk: Desk
    folder: Path

    def key_of(self, opened: OpenPoll, number: int, algorithm: str = "gost", **changes: Any) -> KeyPair:
        """The signing key of the `number`-th voter."""
        return self.pki.person(iin=opened.voter(number).iin.text, algorithm=algorithm, **changes)


def write_trust(pki: TestPKI, folder: Path) -> tuple[Path, Path]:
    """The PKI's certificates and fresh lists as an installation has them: the two folders."""
    trust, crl = folder / "trust", folder / "crl"
    trust.mkdir(parents=True)
    crl.mkdir()
    for number, pair in enumerate([*pki.roots.values(), *pki.authorities.values()]):
        (trust / f"{number}.pem").write_bytes(to_pem(pair.certificate.raw, "CERTIFICATE"))
    for number, one in enumerate(pki.lists()):
        (crl / f"{number}.crl").write_bytes(one)
    return trust, crl


@contextmanager
def signatures(settings: Settings, database: Database, folder: Path) -> Iterator[Signatures]:
    pki = make_pki(clock.now().replace(microsecond=0))
    trust, crl = write_trust(pki, folder)
    short = Path(tempfile.mkdtemp(prefix="asar-"))  # a socket's path has at most 107 bytes
    desk = Desk(
        private_key=REGISTRAR_KEY,
        pepper=KEYS.pepper,
        origin=ORIGIN,
        trusted=lambda: (pki.trust(), pki.revocations()),
        nonces=UsedNonces(folder / "nonces.db"),
        log=folder / "log.jsonl",
    )
    with Server(short / "socket", lambda request: desk.answer(request, clock.now())) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        changed = replace(settings, eds_trust=trust, eds_crl=crl, codes_socket=short / "socket")
        try:
            yield Signatures(make_app(changed, database), pki, desk, folder)
        finally:
            server.shutdown()
            thread.join()
            shutil.rmtree(short)


def pem(text: str, key: KeyPair, at: datetime | None = None) -> str:
    """A detached signature of a text, as NCALayer gives it."""
    return to_pem(sign_cms(text.encode(), key, attached=False, at=at or clock.now())).decode()


@dataclass
class Browser:
    """A voter's browser: a client, the key that it made, and what it learnt."""

    opened: OpenPoll
    client: FlaskClient
    key: KeyPair

    def __post_init__(self) -> None:
        self.own = sealing.generate_key()
        self.secret = 0

    def challenge(self) -> str:
        return str(self.client.post(f"{self.opened.path}/challenge", json={"for": "signature"}).get_json()["nonce"])

    def ask(self, **changes: Any) -> TestResponse:
        """Asks for the code; `changes` replace parts of the statement, or `text` and `cms` as a whole."""
        parts = {
            "origin": ORIGIN,
            "poll": self.opened.demo.poll_uuid,
            "key": sealing.public_text(self.own),
            "nonce": changes.pop("nonce", None) or self.challenge(),
            "at": clock.now(),
        }
        whole = {name: changes.pop(name) for name in ("text", "cms") if name in changes}
        parts |= changes
        text = whole.get("text") or release_text(**parts)
        body = {"text": text, "cms": whole.get("cms") or pem(text, self.key)}
        answer = self.client.post(f"{self.opened.path}/release", json=body)
        if answer.status_code == 200 and "released" in answer.get_json():
            told = answer.get_json()
            context = sealing.released_context(self.opened.demo.poll_uuid, told["public_key"], parts["nonce"])
            code = sealing.unseal(told["released"], self.own, context).decode()
            self.secret = credentials.derive(GROUP, self.opened.demo.poll_uuid, code)
            assert credentials.public_credential(GROUP, self.secret) == told["public_key"]
        return answer

    def ballot(self, *places: int) -> str:
        with self.opened.act() as act:
            election = state.election_of(self.opened.rows(act)[1].election_json or "")
        bits = [int(place in places) for place in range(PROJECTS)]
        return ballots.encrypt_ballot(election, self.secret, [bits]).to_json(GROUP)

    def tracker_text(self, ballot: str) -> str:
        return tracker_text(ORIGIN, self.opened.demo.poll_uuid, ballots.tracker(ballot))

    def cast(self, ballot: str, cms: str | None) -> TestResponse:
        body = {"ballot": ballot} | ({} if cms is None else {"cms": cms})
        return self.client.post(f"{self.opened.path}/ballots", json=body)


def browser(signing: Signatures, opened: OpenPoll, number: int = UNCLAIMED, algorithm: str = "gost") -> Browser:
    return Browser(opened, english(signing.app), signing.key_of(opened, number, algorithm))


def staff(signing: Signatures, opened: OpenPoll, role: Role) -> LintingClient:
    client = english(signing.app)
    with opened.database.work() as work, client.session_transaction() as session:
        session.update(session_of(work, opened.person_id(role)))
    return client


def voted(signing: Signatures, opened: OpenPoll, number: int = UNCLAIMED, algorithm: str = "gost") -> str:
    """A voter with a signature votes; the tracker."""
    voter = browser(signing, opened, number, algorithm)
    assert voter.ask().status_code == 200
    ballot = voter.ballot(1)
    answer = voter.cast(ballot, pem(voter.tracker_text(ballot), voter.key))
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["receipt"]["tracker"])
