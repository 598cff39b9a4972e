"""`make siege`: every attack of strangers at once, beside sixty people who vote, until the poll closes.

    .venv/bin/python tools/siege.py --minutes 60 [--postgresql]

`pb serve` runs as it does for a village. A person loads the voter's page and casts every minute or so; another loads
the page every second. Printed are the times of both, how late the poll was closed, and what became of the strangers'
requests. Exit status 1 where a ballot was lost, the closing was late by more than a second, or more than one page of a
hundred took a second.

The strangers have a lower claim to the processor (`nice`) than the server and the voters: they would have machines of
their own, and what counts is what they cost the server. SIGTERM and SIGINT end server and strangers, with all their
children.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="asar-siege-run-"))

from sqlalchemy import select

from pb import clock, migrations
from pb.audit.models import AuditEvent
from pb.db import Database
from pb.demo.cycle import Stage
from tests.conftest import Postgres
from tests.durability.killing import Page, Poll, Unanswered, Voter, environment, voters_of
from tests.polls.open_poll import OpenPoll, driven

VOTERS = 60
PORT = 8199
NICE = 10  # of the strangers, who would not share a machine with the server
ENDING_SECONDS = 40  # longer than the server gives its processes
PAGE_SECONDS = 1.0
LAST_CAST_SECONDS = 5  # so long before the closing the last one votes
CLOSING_SECONDS = 5  # within which the poll is closed, if late
PREPARATION = timedelta(minutes=3)  # until everything stands and the first may vote


def main() -> int:
    signal.signal(signal.SIGTERM, _leave)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--postgresql", action="store_true")
    wanted = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="asar-siege-"))
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'asar.db'}"
        if wanted.postgresql:
            postgres = Postgres(Path(tempfile.mkdtemp(prefix="pg-siege-")))
            stack.callback(postgres.server.cleanup)
            url = postgres.copy("empty", "siege")
        database = Database(url)
        if not wanted.postgresql:
            migrations.upgrade(database.engine)
        closes_at = (clock.now() + PREPARATION + timedelta(minutes=wanted.minutes)).replace(second=0, microsecond=0)
        cards = {"roll_size": VOTERS + 10, "spare_cards": VOTERS, "closes_at": closes_at}
        with driven(database, folder, **cards) as driver:
            demo = driver.run(Stage.VOTING)
        poll = Poll(url, demo, voters_of(OpenPoll(database, demo), VOTERS))
        with served(url, folder), strangers(poll.path):
            times = vote(poll, closes_at)
        return report(database, poll, closes_at, times)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(1)  # through every `with`: what was started is ended


@contextmanager
def started(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A program in a group of its own, which is ended with all its children: first asked to, then killed."""
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True, **options) as program:
        try:
            yield program
        finally:
            program.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                program.wait(timeout=ENDING_SECONDS)
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)


@contextmanager
def served(url: str, folder: Path) -> Iterator[None]:
    command = [sys.executable, "-c", "from pb.cli import main; main(['serve'])"]
    settings = environment(url, folder) | {"ASAR_PORT": str(PORT)}
    with (folder / "server.log").open("w") as log, started(command, env=settings, stdout=log, stderr=log):
        _wait_until_it_answers()
        yield


def _wait_until_it_answers() -> None:
    for _attempt in range(120):
        try:
            socket.create_connection(("127.0.0.1", PORT), timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise RuntimeError("the server does not answer")


@contextmanager
def strangers(path: str) -> Iterator[None]:
    command = ["nice", "-n", str(NICE), sys.executable, "tools/strangers.py", str(PORT), path]
    with started(command):
        yield


def vote(poll: Poll, closes_at: datetime) -> dict[str, list[float]]:
    """Sixty people vote, evenly until the closing; the seconds that pages and casts took."""
    times: dict[str, list[float]] = {"page": [], "cast": []}
    watching = threading.Thread(target=_load_pages, args=(poll, closes_at, times["page"]), daemon=True)
    watching.start()
    left = (closes_at - clock.now()).total_seconds() - LAST_CAST_SECONDS
    began = time.monotonic()
    for number, voter in enumerate(poll.voters, start=1):
        time.sleep(max(0.0, began + number * left / len(poll.voters) - time.monotonic()))
        times["cast"].append(_cast(poll, voter))
    watching.join()
    time.sleep(max(0.0, (closes_at - clock.now()).total_seconds() + CLOSING_SECONDS))
    return times


def _load_pages(poll: Poll, closes_at: datetime, times: list[float]) -> None:
    while clock.now() < closes_at - timedelta(seconds=PAGE_SECONDS):
        begun = time.monotonic()
        Page.load(PORT, f"{poll.path}/vote")
        times.append(time.monotonic() - begun)
        time.sleep(PAGE_SECONDS)


def _cast(poll: Poll, voter: Voter) -> float:
    page = Page.load(PORT, f"{poll.path}/vote")
    begun = time.monotonic()
    while True:
        try:
            poll.receipts[voter.iin] = voter.vote(PORT, page, poll.path, poll.demo.poll_uuid)
        except Unanswered:
            poll.unanswered += 1
            time.sleep(0.2)
        else:
            return time.monotonic() - begun


def report(database: Database, poll: Poll, closes_at: datetime, times: dict[str, list[float]]) -> int:
    """Looks into the database, says what it found; the exit status."""
    poll.check()
    with OpenPoll(database, poll.demo).act() as act:
        closed = act.session.scalars(select(AuditEvent.at).where(AuditEvent.action == "poll.closed")).one_or_none()
    for kind, seconds in times.items():
        seconds.sort()
        hundredth = seconds[-1 - len(seconds) // 100]
        half = seconds[len(seconds) // 2]
        told = f"half within {half:.3f} s, 99 % within {hundredth:.3f} s, worst {seconds[-1]:.3f} s"
        print(f"{kind}: {len(seconds)}, {told}")
    late = (closed - closes_at).total_seconds() if closed else float("inf")
    print(f"ballots acknowledged {len(poll.receipts)} of {VOTERS}, none lost; calls unanswered {poll.unanswered}")
    print(f"closed {late:.3f} s after the time")
    slow = sum(second >= 1 for second in times["page"])
    return int(len(poll.receipts) < VOTERS or late > 1 or slow * 100 > len(times["page"]))


if __name__ == "__main__":
    sys.exit(main())
