"""The server is killed while people vote: what was acknowledged is in the archive, and nothing is there by halves."""

import random
import shutil
from pathlib import Path

from pb.db import Database
from pb.demo.cycle import Demo
from tests.durability.killing import Poll, Serving, serving, voters_of
from tests.polls.open_poll import OpenPoll

KILLS = 20


def test_no_kill_loses_an_acknowledged_ballot_or_leaves_half_of_one(
    open_file: tuple[Path, Demo], tmp_path: Path
) -> None:
    source, demo = open_file
    database = Database(f"sqlite:///{source}")
    voters = voters_of(OpenPoll(database, demo))
    database.engine.dispose()
    kills = unanswered = 0
    randomly = random.Random(12)
    for number in range(1, KILLS + 1):
        state = tmp_path / str(number)
        state.mkdir(mode=0o700)
        shutil.copy(source, state / "asar.db")
        url = f"sqlite:///{state / 'asar.db'}"
        poll = Poll(url, demo, voters)
        with serving(url, state) as server:
            poll.run(server, Serving.kill, randomly)
        kills += poll.kills
        unanswered += poll.unanswered
        if kills >= KILLS:
            break
    assert kills >= KILLS
    assert unanswered > 0, "the kills met voters"
