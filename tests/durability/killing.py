"""Voters who cast over HTTP while the server is killed and started again, and what must hold after every kill."""

import base64
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any, Self

from sqlalchemy import make_url, select

from pb.audit import service as audit
from pb.core.belenios import credentials, possession
from pb.core.belenios.ballots import tracker
from pb.core.belenios.canonical import dump_json
from pb.core.belenios.receipt import FIELDS
from pb.core.belenios.verify import verify
from pb.core.belenios.verify_receipt import verify_receipt
from pb.db import Database
from pb.demo.cycle import Demo
from pb.polls.models import Participation
from pb.polls.service import archive
from pb.voting.models import CastBallot
from tests.polls.open_poll import GROUP, HANDED_OVER, ORIGIN, OpenPoll
from tests.village import KEYS

ROOT = Path(__file__).resolve().parents[2]
VOTERS_AT_ONCE = 3
PATIENCE_SECONDS = 60
LONGEST_CAST_SECONDS = 0.12  # a cast takes about this long from its first call to its receipt
FAILED = 500


class Unanswered(Exception):
    """The server went away, or its database did: the voter does not know whether the ballot is in the box."""


@dataclass(frozen=True)
class Voter:
    """A voter with everything made beforehand: the ballot, with its proofs, and the card's secret."""

    iin: str
    secret: int
    ballot: str

    def vote(self, port: int, page: "Page", path: str, uuid: str) -> dict[str, Any]:
        """Signs in and casts; the receipt, also of a ballot that is there already. Raises Unanswered."""
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
                receipt, signed_in = self.sign_in(connection, page, path, uuid)
                return receipt or self.cast(connection, signed_in, path)
        except (OSError, HTTPException, ValueError) as error:
            raise Unanswered from error

    def sign_in(
        self, connection: HTTPConnection, page: "Page", path: str, uuid: str
    ) -> tuple[dict[str, Any] | None, "Page"]:
        """Shows the card; the receipt of a ballot that is there already, and the page that may cast."""
        status, told, _page = page.call(connection, f"{path}/challenge", {})
        assert status == 200, told
        nonce = told["nonce"]
        proof = possession.prove_login(GROUP, self.secret, origin=ORIGIN, uuid=uuid, nonce=nonce)
        public = credentials.public_credential(GROUP, self.secret)
        body = {"iin": self.iin, "credential": public, "nonce": nonce, "proof": proof.to_value()}
        status, told, signed_in = page.call(connection, f"{path}/voter", body)
        assert status == 200, told
        return told.get("receipt"), signed_in

    def cast(self, connection: HTTPConnection, page: "Page", path: str) -> dict[str, Any]:
        """Sends the ballot; the receipt of the one that is in the box."""
        status, told, _page = page.call(connection, f"{path}/ballots", {"ballot": self.ballot})
        assert status in {201, 409}, told
        return dict(told["receipt"])


@dataclass(frozen=True)
class Page:
    """What a browser keeps of the voter's page: the token against forgery, and the session's cookie."""

    token: str
    cookie: str

    @classmethod
    def load(cls, port: int, path: str) -> Self:
        with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request("GET", path, headers={"Host": "localhost"})
            answer = connection.getresponse()
            found = re.search(r'name="?csrf-token"? content="([^"]+)"', answer.read().decode())
            assert found is not None, answer.status
            return cls(found[1], _cookies(answer))

    def call(self, connection: HTTPConnection, path: str, body: dict[str, Any]) -> tuple[int, Any, "Page"]:
        """One call of the page's script; its status, its answer, and the page with the session's new cookie."""
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.token, "Cookie": self.cookie}
        connection.request("POST", path, json.dumps(body), {"Host": "localhost", **headers})
        answer = connection.getresponse()
        data = answer.read()
        if answer.status >= FAILED:
            raise Unanswered
        return answer.status, json.loads(data), Page(self.token, _cookies(answer) or self.cookie)


def _cookies(answer: HTTPResponse) -> str:
    return "; ".join(value.partition(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie")


def voters_of(opened: OpenPoll, number: int = HANDED_OVER) -> list[Voter]:
    """The first voters, all with a card, their ballots made."""
    return [
        Voter(opened.voter(place).iin.text, opened.secret(place), opened.ballot(place, place % 4))
        for place in range(number)
    ]


def environment(url: str, state: Path) -> dict[str, str]:
    """The settings of an installation on this database, whose poll the tests' open poll is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASAR_")}
    return kept | {
        "ASAR_STATE": str(state),
        "ASAR_DATABASE_URL": url,
        "ASAR_SECRET_KEY": "a key for tests alone, forty characters!",
        "ASAR_IIN_PEPPER": base64.b64encode(KEYS.pepper.key).decode(),
        "ASAR_SEAL_KEY": base64.b64encode(KEYS.seal.key).decode(),
        "ASAR_BASE_URL": ORIGIN,
    }


@dataclass
class Serving:
    """A process that serves, started again after each kill."""

    starter: "subprocess.Popen[str]"
    number: int = 0
    port: int = 0

    def start(self) -> None:
        assert self.starter.stdin is not None
        assert self.starter.stdout is not None
        self.starter.stdin.write("start\n")
        self.starter.stdin.flush()
        number, port = self.starter.stdout.readline().split()
        self.number, self.port = int(number), int(port)

    def kill(self) -> None:
        os.kill(self.number, signal.SIGKILL)
        self.port = 0


@contextmanager
def serving(url: str, state: Path) -> Iterator[Serving]:
    """Serves an installation; the process that serves is killed at the end."""
    command = [sys.executable, "-m", "tests.durability.serving_process"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(url, state), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        running = Serving(starter)
        try:
            running.start()
            yield running
        finally:
            assert starter.stdin is not None
            starter.stdin.close()


def in_one_moment(url: str) -> str:
    """The database as it stands at one moment: PostgreSQL may yet end what a killed server had asked it to commit."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        address = address.update_query_dict({"options": "-c default_transaction_isolation=repeatable\\ read"})
    return address.render_as_string(hide_password=False)


@dataclass
class Poll:
    """An open poll under attack: who votes, which receipts arrived, how often something was killed."""

    url: str
    demo: Demo
    voters: Sequence[Voter]
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    kills: int = 0
    unanswered: int = 0

    @property
    def path(self) -> str:
        return f"{self.demo.path}/poll"

    def run(self, server: Serving, kill: Callable[[Serving], None], randomly: random.Random) -> None:
        """Lets all voters vote, kills at random moments until they have, and looks at the database after each kill."""
        waiting = list(self.voters)
        page = Page.load(server.port, f"{self.path}/vote")
        threads = [threading.Thread(target=self._vote, args=(waiting, server, page)) for _ in range(VOTERS_AT_ONCE)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            awaited = len(self.receipts) + randomly.randint(0, 3)
            while any(thread.is_alive() for thread in threads) and len(self.receipts) < awaited:
                time.sleep(0.002)
            time.sleep(randomly.uniform(0, LONGEST_CAST_SECONDS))
            kill(server)
            self.kills += 1
            self.check()
            if server.port == 0:
                server.start()
        for thread in threads:
            thread.join()
        self.check()
        assert len(self.receipts) == len(self.voters), "everybody voted in the end"

    def _vote(self, waiting: list[Voter], server: Serving, page: Page) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                voter = waiting.pop()
            except IndexError:
                return
            while time.monotonic() < until:
                try:
                    receipt = voter.vote(server.port, page, self.path, self.demo.poll_uuid)
                except Unanswered:
                    self.unanswered += 1
                    time.sleep(0.02)
                    continue
                assert receipt["tracker"] == tracker(voter.ballot)
                self.receipts[voter.iin] = receipt
                break

    def check(self) -> None:
        """No acknowledged ballot is lost, nobody is marked without a ballot nor the other way, the archive is whole."""
        receipts = list(self.receipts.values())  # those that had arrived before the database is looked at
        database = Database(in_one_moment(self.url))
        opened = OpenPoll(database, self.demo)
        with opened.act() as act:
            _cycle, poll = opened.rows(act)
            marked = sorted(act.session.scalars(select(Participation.entry_id)))
            ballots = act.session.execute(select(CastBallot.entry_id, CastBallot.tracker)).all()
            assert marked == sorted(entry for entry, _tracker in ballots)
            with closing(archive.copy(act.session, poll)) as file:
                report = verify(file)
                assert report.ok, report.failure
                assert report.ballots == len(ballots)
                for receipt in receipts:
                    file.seek(0)
                    verify_receipt(dump_json({name: receipt[name] for name in FIELDS}), file)
            assert {receipt["tracker"] for receipt in receipts} <= {tracker for _entry, tracker in ballots}
            assert audit.first_fault(act) is None
        database.engine.dispose()
