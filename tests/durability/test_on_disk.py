"""An acknowledged ballot is on the disk: the calls that write it there are seen from outside, before the answer."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from pb.core.belenios.ballots import tracker
from pb.db import Database
from pb.demo.cycle import Demo
from pb.worker import PAUSE_SECONDS
from tests.durability.killing import ROOT, Page, environment, voters_of
from tests.polls.open_poll import OpenPoll
from tests.tools import require_tool

PATIENCE_SECONDS = 60
SERVE = "import sys; sys.path.insert(0, '.'); from pb.cli import main; main(['serve', '--workers', '1'])"
SYNCED = re.compile(r"(?:fsync|fdatasync)\(\d+<([^>]+)>")


@contextmanager
def served_under_strace(url: str, state: Path, log: Path) -> Iterator[int]:
    """`pb serve` with its calls of fsync and fdatasync written down; the port."""
    strace = require_tool("strace")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [strace, "-f", "-qq", "-y", "-e", "trace=fsync,fdatasync", "-o", str(log), sys.executable, "-c", SERVE]
    settings = environment(url, state) | {"ASAR_PORT": str(port), "ASAR_BIND": "127.0.0.1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            until = time.monotonic() + PATIENCE_SECONDS
            while time.monotonic() < until and process.poll() is None:
                with socket.socket() as asked:
                    if asked.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            if process.poll() is not None:
                assert process.stderr is not None
                pytest.fail(process.stderr.read().decode())
            yield port
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def test_a_cast_is_synced_before_it_is_acknowledged(open_file: tuple[Path, Demo], tmp_path: Path) -> None:
    source, demo = open_file
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    shutil.copy(source, state / "asar.db")
    url, log = f"sqlite:///{state / 'asar.db'}", tmp_path / "strace.log"
    database = Database(url)
    voters = voters_of(OpenPoll(database, demo))
    database.engine.dispose()
    path = f"{demo.path}/poll"
    with served_under_strace(url, state, log) as port:
        page = Page.load(port, f"{path}/vote")
        voters[0].vote(port, page, path, demo.poll_uuid)
        until, still = time.monotonic() + 60, -1
        while (now := synced(log, state)) != still:  # those who follow the okrug are told what the log holds so far
            assert time.monotonic() < until, "nothing but voters writes now"
            still = now
            time.sleep(PAUSE_SECONDS + 0.5)
        for voter in voters[1:4]:
            with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
                _receipt, signed_in = voter.sign_in(connection, page, path, demo.poll_uuid)
                before = synced(log, state)
                assert voter.cast(connection, signed_in, path)["tracker"] == tracker(voter.ballot)
                assert synced(log, state) > before


def synced(log: Path, state: Path) -> int:
    """How many calls have put a file of the state folder on the disk so far; a call that failed does not count."""
    lines = [line for line in log.read_text().splitlines() if "= -1" not in line]
    return sum(path.startswith(f"{state}/asar.db") for line in lines for path in SYNCED.findall(line))
