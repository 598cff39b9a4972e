"""How many ballots a second an installation on SQLite takes in: one serving process against two, in the same run.

Eight people at once sign in with their cards and cast ballots that were made beforehand; each is on the disk before its
receipt is sent. Exit status 1 where two processes take in less than 1.2 times as many as one.

    python -m benchmarks.cast_ballots [--voters 60]
"""

import argparse
import itertools
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from pb import migrations
from pb.db import Database
from pb.demo.cycle import Stage
from tests.durability.killing import Page, Poll, serving, voters_of
from tests.polls.open_poll import OpenPoll, driven

AT_ONCE = 8
TARGET = 1.2


def casts_a_second(poll: Poll, folder: Path, processes: int) -> float:
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(poll.url, folder)) for _each in range(processes)]
        pages = [Page.load(server.port, f"{poll.path}/vote") for server in servers]
        turns = itertools.cycle(zip(servers, pages, strict=True))
        with ThreadPoolExecutor(AT_ONCE) as people:
            began = time.perf_counter()
            casts = [
                people.submit(voter.vote, server.port, page, poll.path, poll.demo.poll_uuid)
                for voter, (server, page) in zip(poll.voters, turns, strict=False)
            ]
            for cast in casts:
                cast.result()
            return len(poll.voters) / (time.perf_counter() - began)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voters", type=int, default=60)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = Database(f"sqlite:///{folder / 'asar.db'}")
        migrations.upgrade(database.engine)
        cards = {"roll_size": wanted.voters + 10, "spare_cards": wanted.voters}
        with driven(database, folder, **cards) as driver:
            demo = driver.run(Stage.VOTING)
        voters = voters_of(OpenPoll(database, demo), wanted.voters)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.engine.dispose()
        rates = []
        for processes in (1, 2):
            copy = folder / f"{processes}.db"
            shutil.copy(folder / "asar.db", copy)
            rates.append(casts_a_second(Poll(f"sqlite:///{copy}", demo, voters), folder, processes))
    ratio = rates[1] / rates[0]
    sys.stdout.write(f"casts a second: {rates[0]:.1f} by one process, {rates[1]:.1f} by two ({ratio:.2f} times)\n")
    return int(ratio < TARGET)


if __name__ == "__main__":
    sys.exit(main())
