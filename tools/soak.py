"""`make soak`: the server, and on PostgreSQL its database too, are killed a thousand times while people vote.

    .venv/bin/python tools/soak.py --kills 1000

Half of the kills are on SQLite, half on PostgreSQL; there every third takes the database's server with all its
processes. After each kill the box is looked at (`tests/durability/killing.py`). Exit status 1, and the folder is left,
where something acknowledged was lost or something is there by halves.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="asar-soak-run-"))

import psutil
from sqlalchemy import Engine, text

from pb import migrations
from pb.db import Database, make_engine
from pb.demo.cycle import Demo
from tests.conftest import Postgres
from tests.durability.killing import Poll, Serving, Voter, serving, voters_of
from tests.polls.open_poll import OpenPoll, open_poll

RECOVERY_SECONDS = 180
EVERY = 3  # of so many kills on PostgreSQL one takes the database


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}")
    randomly = random.Random(wanted.seed)  # noqa: S311 - moments of kills are no secrets
    folder = Path(tempfile.mkdtemp(prefix="asar-soak-"))
    kinds = [wanted.only] if wanted.only else ["sqlite", "postgresql"]
    for kind in kinds:
        soak = on_sqlite if kind == "sqlite" else on_postgresql
        began = time.monotonic()
        kills, unanswered, ballots = soak(folder, wanted.kills // len(kinds), randomly)
        seconds = time.monotonic() - began
        print(f"{kind}: {kills} kills, {ballots} ballots, {unanswered} calls unanswered, {seconds:.0f} s: all is whole")
    shutil.rmtree(folder)
    return 0


def on_sqlite(folder: Path, kills: int, randomly: random.Random) -> tuple[int, int, int]:
    """Kills the serving process; kills, unanswered calls, ballots."""
    source = folder / "source"
    source.mkdir()
    database = Database(f"sqlite:///{source / 'asar.db'}")
    migrations.upgrade(database.engine)
    demo = open_poll(database, source)
    voters = voters_of(OpenPoll(database, demo))
    merge(database.engine)

    def fresh(state: Path) -> str:
        shutil.copy(source / "asar.db", state / "asar.db")
        return f"sqlite:///{state / 'asar.db'}"

    return rounds(folder, kills, demo, voters, fresh, Serving.kill, randomly)


def on_postgresql(folder: Path, kills: int, randomly: random.Random) -> tuple[int, int, int]:
    """Kills the serving process or the database under it; kills, unanswered calls, ballots."""
    postgres = Postgres(Path(tempfile.mkdtemp(prefix="pg-soak-")))
    database = Database(postgres.copy("empty", "open_poll"))
    demo = open_poll(database, folder)
    voters = voters_of(OpenPoll(database, demo))
    database.engine.dispose()
    postgres.server.psql("ALTER SYSTEM SET recovery_init_sync_method = 'syncfs'")  # else each file is synced by itself

    def fresh(state: Path) -> str:
        for name in databases(postgres):
            postgres.server.psql(f"DROP DATABASE {name} WITH (FORCE)")  # those of rounds before
        return postgres.copy("open_poll", state.name)

    def kill(server: Serving) -> None:
        if randomly.randrange(EVERY):
            server.kill()
        else:
            kill_postgresql(postgres)

    try:
        return rounds(folder, kills, demo, voters, fresh, kill, randomly)
    finally:
        postgres.server.cleanup()


def databases(postgres: Postgres) -> list[str]:
    """The databases of earlier rounds."""
    engine = make_engine(str(postgres.server.get_uri("postgres")))
    with engine.connect() as connection:
        names = connection.execute(text("SELECT datname FROM pg_database WHERE datname LIKE 'round%'")).scalars().all()
    engine.dispose()
    return [str(name) for name in names]


def kill_postgresql(postgres: Postgres) -> None:
    """Ends the database's server and all its processes at once, as a power failure does, and starts it again."""
    postmaster = psutil.Process(postgres.server.get_pid())
    doomed = [postmaster, *postmaster.children(recursive=True)]
    for process in doomed:
        try:
            process.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(doomed, timeout=10)
    until = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            postgres.server.ensure_postgres_running()
            postgres.server.psql("SELECT 1")
        except (subprocess.SubprocessError, RuntimeError, AssertionError):
            # Recovery on a busy disk takes longer than the library waits: the server goes on with it meanwhile.
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
        else:
            return


def rounds(
    folder: Path,
    kills: int,
    demo: Demo,
    voters: list[Voter],
    fresh: Callable[[Path], str],
    kill: Callable[[Serving], None],
    randomly: random.Random,
) -> tuple[int, int, int]:
    """Polls one after the other, each in a fresh copy, until there were enough kills."""
    done = unanswered = ballots = number = 0
    while done < kills:
        number += 1
        state = folder / f"round_{number}"
        state.mkdir(mode=0o700)
        poll = Poll(fresh(state), demo, voters)
        with serving(poll.url, state) as server:
            poll.run(server, kill, randomly)
        done, unanswered, ballots = done + poll.kills, unanswered + poll.unanswered, ballots + len(poll.receipts)
        shutil.rmtree(state)
        print(f"  {done} kills, {ballots} ballots", flush=True)
    return done, unanswered, ballots


def merge(engine: Engine) -> None:
    """Takes SQLite's log of writes into its file, so that the file alone can be copied."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
