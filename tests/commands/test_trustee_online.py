"""`pb trustee shuffle --server`: fetched from, shuffled for and handed in to a platform that is really served."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from werkzeug.serving import make_server

from pb import clock
from pb.act import Role
from pb.audit.models import AuditEvent
from pb.commands import poll_page
from pb.commands.trustee import trustee
from pb.core.belenios.credentials import generate_code, normalise_code
from pb.core.belenios.groups import ED25519
from pb.core.belenios.messages import EventType
from pb.core.belenios.shuffles import Shuffle
from pb.demo.cycle import Demo
from pb.identity.models import Grant
from pb.polls.service import archive
from pb.trustees.models import PollShuffle, ShuffleCode
from pb.voting.service import closing
from pb.worker import Background
from tests.browser.serving import Quiet, listening
from tests.polls.trustees import Ceremony, copied, driven
from tests.village import found

RULE = {"ballot_kind": "points", "points_each": 5, "points_total": 10, "group_name": "Ed25519"}


@pytest.fixture(scope="module")
def tallied_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    return driven(tmp_path_factory.mktemp("tallied"), "shuffle", 40, trustees_needed=2, **RULE)


@pytest.fixture
def tallied(tallied_file: tuple[Path, Demo], tmp_path: Path) -> Iterator[Ceremony]:
    yield from copied(tallied_file, tmp_path)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll_page, "PAUSE_SECONDS", 0.2)


@contextmanager
def served(poll: Ceremony) -> Iterator[str]:
    """The address of the poll's page at a server of its own, with the thread that does the jobs."""
    assert poll.app is not None
    server = make_server("127.0.0.1", 0, poll.app, threaded=True, request_handler=Quiet)
    worker = Background(poll.app, lambda _database: False)
    worker.start()
    try:
        with listening(server):
            yield f"http://127.0.0.1:{server.server_port}{poll.path}"
    finally:
        worker.stop()


def code_of(poll: Ceremony, number: int) -> str:
    """The code that a trustee's page shows once the button is pressed."""
    answer = poll.client(number).post(f"{poll.path}/trustee")
    assert answer.status_code == 200, answer.text
    return answer.text.partition('<p class="lead mono"><b>')[2].partition("</b>")[0]


def run(address: str, code: str, *options: str) -> Result:
    return CliRunner().invoke(trustee, ["shuffle", "--server", address, *options], input=f"{code}\n")


def stands(poll: Ceremony) -> list[EventType]:
    with poll.act() as act:
        row = poll.rows(act)[1]
        events = archive.events(act.session, row, first=max(0, row.height - 2), count=3)
        return [event.type for _digest, event in events]


def handed_in(poll: Ceremony) -> int:
    with poll.act() as act:
        return act.session.scalar(select(func.count()).select_from(PollShuffle)) or 0


def test_two_trustees_shuffle_over_the_network(tallied: Ceremony) -> None:
    with served(tallied) as address:
        first = code_of(tallied, 0)
        assert len(normalise_code(first)) == 24
        done = run(address + "/", f" {first.lower()} ")
        assert done.exit_code == 0, done.output
        assert "The archive verifies" in done.output
        assert "The shuffle is right" in done.output
        assert first not in done.output
        assert run(address, code_of(tallied, 2)).exit_code == 0
    assert stands(tallied)[-1] is EventType.END_SHUFFLES
    assert tallied.stage(0) == "decryption"
    with tallied.act() as act:
        kept = [row.digest for row in act.session.scalars(select(ShuffleCode))]
        assert len(kept) == 2
        events = act.session.scalars(select(AuditEvent).order_by(AuditEvent.position))
        logged = [event for event in events if "shuffle" in event.action]
        assert all(first not in str(event.data) and kept[0] not in str(event.data) for event in logged)
        by = [event.actor_id for event in logged if event.action == "poll.shuffle_handed_in"]
    assert by == [tallied.person_id(Role.TRUSTEE, 0), tallied.person_id(Role.TRUSTEE, 2)]


def test_a_code_is_shown_only_when_asked_for_and_a_new_one_takes_its_place(tallied: Ceremony) -> None:
    page = tallied.client(0).get(f"{tallied.path}/trustee").text
    assert "Show a one-time code" in page
    assert '<p class="lead mono">' not in page
    with served(tallied) as address:
        first, second = code_of(tallied, 0), code_of(tallied, 0)
        refused = run(address, first)
        assert refused.exit_code == 1
        assert "newer one has taken its place" in refused.output
        assert run(address, second).exit_code == 0


def test_wrong_expired_and_used_codes_hand_nothing_in(tallied: Ceremony) -> None:
    with served(tallied) as address:
        assert "This code is not of this poll" in run(address, generate_code()).output
        assert "Этот код не от этого голосования" in run(address, generate_code(), "--lang", "ru").output
        assert "typing error" in run(address, "0" * 23 + "1").output
        expiring = code_of(tallied, 0)
        with time_machine.travel(clock.now() + timedelta(hours=25), tick=True):
            assert "This code has expired" in run(address, expiring).output
        assert handed_in(tallied) == 0
        code = code_of(tallied, 0)
        assert run(address, code).exit_code == 0
        again = run(address, code)
        assert "The shuffle is right" in again.output, "a used code only tells what came of its shuffle"
        assert "sent" not in again.output
    assert handed_in(tallied) == 1
    headers = {"Authorization": f"Bearer {normalise_code(code)}"}
    answer = tallied.client(1).post(f"{tallied.path}/shuffles", data="{}", headers=headers, token=False)
    assert (answer.status_code, "used already" in answer.text) == (409, True)


def test_who_is_not_next_is_told_so(tallied: Ceremony) -> None:
    with served(tallied) as address:
        second = code_of(tallied, 1)
        assert run(address, code_of(tallied, 0)).exit_code == 0
        assert tallied.client(0).post(f"{tallied.path}/trustee").status_code == 409, "no code without a turn"
        person_id = tallied.person_id(Role.TRUSTEE, 1)
        held = select(Grant).where(Grant.person_id == person_id, Grant.role == Role.TRUSTEE)
        okrug = found(tallied.database)
        with tallied.act() as act:
            grant, today = act.session.scalars(held).one().id, clock.local(act.at).date()
        okrug.end_role(grant, last_day=today - timedelta(days=1))
        assert "Your role does not allow this." in run(address, second).output
        okrug.appoint(person_id, Role.TRUSTEE, body="again")
        assert run(address, second).exit_code == 0
        assert tallied.stage(2) == "decryption"
        assert handed_in(tallied) == 2


def test_another_stage_and_a_shuffle_that_is_being_checked_are_told(tallied: Ceremony) -> None:
    late, other = code_of(tallied, 0), code_of(tallied, 1)
    with served(tallied) as address:
        with tallied.act() as act:
            poll = tallied.rows(act)[1]
            act.session.add(PollShuffle(poll_id=poll.id, position=3, data="{}", handed_in_at=act.at))
        assert "being checked" in run(address, late).output
        with tallied.act() as act:
            act.session.scalars(select(PollShuffle)).one().verdict = False
        for role in (Role.CHAIR, Role.OFFICE):
            with tallied.act(role) as act:
                cycle, poll = tallied.rows(act)
                closing.annul(act, cycle, poll, "Қате")
        assert "There is nothing to shuffle now." in run(address, other).output
    assert handed_in(tallied) == 1


def test_a_wrong_shuffle_is_told_and_a_new_code_is_needed(tallied: Ceremony, monkeypatch: pytest.MonkeyPatch) -> None:
    from pb.commands import shuffling

    right = shuffling._shuffle_of

    def wrong(*arguments: Any) -> tuple[str, int]:
        made, count = right(*arguments)
        parsed = Shuffle.parse(made, ED25519)
        row = parsed.ciphertexts[0]
        return Shuffle(((row[1], row[0], *row[2:]),), parsed.proofs).to_json(ED25519), count

    with served(tallied) as address:
        monkeypatch.setattr(shuffling, "_shuffle_of", wrong)
        code = code_of(tallied, 0)
        assert "found the shuffle wrong" in run(address, code).output
        monkeypatch.setattr(shuffling, "_shuffle_of", right)
        assert "found the shuffle wrong" in run(address, code).output
        assert run(address, code_of(tallied, 0)).exit_code == 0


def test_a_cookie_and_a_token_are_neither_needed_nor_enough(tallied: Ceremony) -> None:
    path = f"{tallied.path}/shuffles"
    assert tallied.client(0).get(path).status_code == 403
    assert tallied.client(0).post(path, data="{}", token=False).status_code == 403
    headers = {"Authorization": f"Bearer {normalise_code(code_of(tallied, 0))}"}
    stranger = tallied.client(1)  # whoever else is signed in at this browser
    answer = stranger.post(path, data="{}", headers=headers, token=False)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "shuffle")
    assert stranger.post(path, data=b"\xff", headers=headers, token=False).status_code == 422
    assert tallied.log("poll.shuffle_handed_in") == []


def test_as_much_as_some_thousand_ballots_need_is_taken_and_no_more(tallied: Ceremony) -> None:
    headers = {"Authorization": f"Bearer {normalise_code(code_of(tallied, 0))}", "Accept": "application/json"}
    for size, status, told in (
        (20 * 1024 * 1024, 422, "This is not a shuffle"),
        (33 * 1024 * 1024, 413, "This is too large."),
    ):
        path = f"{tallied.path}/shuffles"
        answer = tallied.client(0).post(path, data=b"[" * size, headers=headers, token=False)
        assert answer.status_code == status
        assert told in answer.get_json()["error"]["message"]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://okrug.example/krasnoyar/2027/poll", "must begin with https"),
        ("ftp://okrug.example/krasnoyar/2027/poll", "must begin with https"),
        ("https://okrug.example/", "not the address of a poll's page"),
        ("https://okrug.example/krasnoyar/2027/poll?x=1", "not the address"),
        ("https://me@okrug.example/krasnoyar/2027/poll", "not the address"),
        ("https://[okrug/krasnoyar/2027/poll", "not an address"),
        ("http://127.0.0.1:9/krasnoyar/2027/poll", "The connection to the platform fail"),
    ],
)
def test_an_address_of_something_else_is_told_in_plain_words(address: str, told: str) -> None:
    done = run(address, generate_code())
    assert done.exit_code == 1
    assert told in done.output


def test_both_ways_at_once_or_half_of_one_are_refused(tmp_path: Path) -> None:
    for arguments in ([], ["--out", str(tmp_path / "x")], ["--server", "https://x", "--out", str(tmp_path / "x")]):
        assert CliRunner().invoke(trustee, ["shuffle", *arguments]).exit_code == 2


class Odd(BaseHTTPRequestHandler):
    """A platform that is none."""

    answer: tuple[int, bytes] = (200, b"")
    seen: list[str] = []  # noqa: RUF012 - of the class, which the server makes anew for each request

    def do_GET(self) -> None:
        self.seen.append(self.headers["Authorization"])
        status, body = self.answer
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, b"<html>", "something else"),
        (200, b'{"poll": "../../etc", "state": "wanted"}', "something else"),
        (200, b"[" * 60_000, "something else"),
        (302, b"", "leads to another address"),
        (500, b"\x1b[2J", "refused (status 500)"),
        (403, rb'{"error": {"message": "No\u001b[2J."}}', "No[2J."),
    ],
)
def test_a_platform_that_is_none_is_told_and_gets_no_second_call(status: int, body: bytes, told: str) -> None:
    Odd.answer, Odd.seen = (status, body), []
    server: Any = HTTPServer(("127.0.0.1", 0), Odd)
    with listening(server):
        done = run(f"http://127.0.0.1:{server.server_port}/krasnoyar/2027/poll", "0" * 24)
    assert done.exit_code == 1
    assert told in done.output
    assert "\x1b" not in done.output
    assert len(Odd.seen) == 1
