"""How long pages of budgets take, and a file of 5,000 lines: a raion of 20 okrugs, 200 lines a year for three years.

On SQLite, one process, Flask's test client; the median of several calls by the processor's clock. The page on
which one signs in is the measure of the machine beside them. Exit status 1 above 100 ms for an
okrug's budget, 300 ms for the raion, 5 s for the import.

    python -m benchmarks.budget
"""

import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks._raion_world import KEYS, settings_of
from pb import clock, migrations
from pb.act import Act, Role
from pb.app import create_app
from pb.budget.models import Budget, Line, Version
from pb.budget.service import importing
from pb.classification import service as classification
from pb.core.budget.codes import Side
from pb.db import Database
from pb.demo import okrug
from pb.territory.models import Slug, Territory
from tests.frozen.world import without_rules

OKRUGS, LINES, ROWS, YEARS = 20, 200, 5_000, 3
CALLS = 7
A_WHILE = 40  # since its people were appointed
TARGETS = {"an okrug's budget": 0.1, "one version": 0.1, "the raion's budgets": 0.3, "an import": 5.0}


def codes(act: Act, year: int) -> Iterator[str]:
    """Codes of spending that the classification has: programmes with their subprogrammes and specifics."""
    known = classification.codes(act, year)
    entries = [entry.levels for entry in known.entries if entry.levels.side is Side.SPENDING]
    programmes = [code for code in entries if code.depth == 4 and code.administrator == "124" and code.group != "00"]
    specifics = sorted({code.specific for code in entries if code.depth == 6})
    for specific in specifics:
        for subprogramme in ("015", "011", "028", "029"):
            for programme in programmes:
                text = f"{programme.text}.{subprogramme}.{specific}"
                if known.get(text) is not None:
                    yield text


def fill(database: Database, first: int) -> list[tuple[int, str]]:
    """An okrug with its people, nineteen beside it, and a budget of each; returns what an import may name."""
    migrations.upgrade(database.engine)
    with database.work() as session:
        okrug.build(session, KEYS, clock.now() - timedelta(days=A_WHILE))
    with database.work() as session:
        act = okrug.act_of(session, Role.OFFICE, clock.now())
        here = session.get_one(Territory, act.territory.id)
        whole = {column.name: getattr(here, column.name) for column in Territory.__table__.columns}
        some = list(codes(act, first))
        person = act.person.id if act.person is not None else None
    there: list[UUID] = [whole["id"], *(uuid4() for _each in range(OKRUGS - 1))]
    with without_rules(database.engine) as connection:
        for number, territory_id in enumerate(there):
            if number:
                kato = str(int(whole["kato"]) + number * 100)
                connection.execute(Territory.__table__.insert().values({**whole, "id": territory_id, "kato": kato}))
                slug = {
                    "slug": f"okrug-{number}",
                    "territory_id": territory_id,
                    "since": clock.now(),
                    "event": "0" * 64,
                }
                known = {column.name for column in Slug.__table__.columns}
                connection.execute(Slug.__table__.insert().values({k: v for k, v in slug.items() if k in known}))
            budget_id, version_id = uuid4(), uuid4()
            connection.execute(
                Budget.__table__.insert().values(id=budget_id, territory_id=territory_id, first_year=first)
            )
            made: dict[str, Any] = {"kind": "draft", "proposer": "akim", "reason": "", "language": "kk"}
            connection.execute(
                Version.__table__.insert().values(
                    id=version_id, budget_id=budget_id, number=1, made_at=clock.now(), made_by=person, **made
                )
            )
            rows = [
                {"version_id": version_id, "year": year, "part": "spending", "code": code, "amount": 10_000 * place}
                for year in range(first, first + YEARS)
                for place, code in enumerate(some[:LINES], 1)
            ]
            connection.execute(Line.__table__.insert(), rows)
    return [(year, code) for year in range(first, first + YEARS) for code in some]


def timed(call: Callable[[], object]) -> float:
    """The median of several calls, in seconds of this process's processor."""
    call()
    took = []
    for _again in range(CALLS):
        begun = time.process_time()
        call()
        took.append(time.process_time() - begun)
    return statistics.median(took)


def get(client: FlaskClient, path: str) -> Callable[[], None]:
    def call() -> None:
        answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")

    return call


def take(database: Database, first: int, rows: list[tuple[int, str]]) -> float:
    """A file is read, judged and taken into a draft: seconds by the clock, for its reader is a process of its own."""
    spent = Counter(year for year, _code in rows)
    balances = [f"{year};8.01.1;{count}" for year, count in spent.items()]
    data = "\n".join(["year;code;amount", *balances, *(f"{year};{code};1" for year, code in rows)]).encode()
    begun = time.perf_counter()
    received = importing.receive(data)
    with database.work() as session:
        act = okrug.act_of(session, Role.OFFICE, clock.now())
        version = session.scalars(
            select(Version).join(Budget).where(Budget.territory_id == act.territory.id, Budget.first_year == first)
        ).one()
        report = importing.judge(act, version, received)
        if report.faults:
            raise SystemExit(str(report.faults[0].told))
        importing.take(act, version, report, sure=True)
    return time.perf_counter() - begun


def main() -> int:
    missed = []
    first = clock.local(clock.now()).year + 1
    with tempfile.TemporaryDirectory(prefix="budget-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'asar.db'}"
        database = Database(url)
        rows = fill(database, first)
        client = create_app(settings_of(url, folder), database).test_client()
        pages = {
            "an okrug's budget": f"/krasnoyar/budget/{first}",
            "one version": f"/krasnoyar/budget/{first}/versions/1",
            "the raion's budgets": f"/kokshetau/budgets?year={first}",
        }
        found = {what: timed(get(client, path)) for what, path in pages.items()}
        peer = timed(get(client, "/sign-in"))
        found["an import"] = take(database, first, list(islice(rows, ROWS)))
        sys.stdout.write(f"  the page on which one signs in: {peer * 1000:.0f} ms\n")
        for what, seconds in found.items():
            late = seconds > TARGETS[what]
            missed += [what] if late else []
            sys.stdout.write(
                f"  {what}: {seconds * 1000:.0f} ms, {seconds / peer:.1f} times that page"
                f" (at most {TARGETS[what] * 1000:.0f} ms){'  missed' if late else ''}\n"
            )
        database.engine.dispose()
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
