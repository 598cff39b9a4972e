"""How long the citizens' budget takes, and the okrugs of a raion side by side: 20 okrugs, 12 years, 200 lines a year.

Each year of each okrug has a report on its execution, with as many lines. On SQLite, one process, Flask's test client;
the median of several calls by the processor's clock. Exit status 1 above 100 ms for an edition, 300 ms for the raion.

    python -m benchmarks.citizens
"""

import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, select

from benchmarks._raion_world import KEYS, settings_of
from benchmarks.budget import A_WHILE, LINES, OKRUGS, codes, get, timed
from pb import clock, migrations
from pb.act import Role
from pb.app import create_app
from pb.budget.models import Budget, Execution, ExecutionLine, Line, Step, Version
from pb.budget.service import FIRST_YEAR
from pb.db import Database
from pb.demo import okrug
from pb.territory.models import Slug, Territory
from tests.frozen.world import without_rules

YEARS = 12
TARGETS = {"an edition": 0.1, "the okrugs side by side": 0.3}


def fill(database: Database, last: int) -> None:
    """An okrug with its people, nineteen beside it, and twelve budgets of each that went before an assembly."""
    migrations.upgrade(database.engine)
    with database.work() as session:
        okrug.build(session, KEYS, clock.now() - timedelta(days=A_WHILE))
    with database.work() as session:
        act = okrug.act_of(session, Role.OFFICE, clock.now())
        here = session.get_one(Territory, act.territory.id)
        whole = {column.name: getattr(here, column.name) for column in Territory.__table__.columns}
        slug = session.scalars(select(Slug).where(Slug.territory_id == here.id)).one()
        address = {column.name: getattr(slug, column.name) for column in Slug.__table__.columns}
        some = list(codes(act, last))[:LINES]
        person = act.person.id if act.person is not None else uuid4()
    with without_rules(database.engine) as connection:
        for number in range(OKRUGS):
            territory_id: UUID = uuid4() if number else whole["id"]
            if number:
                kato = str(int(whole["kato"]) + number * 100)
                connection.execute(insert(Territory).values({**whole, "id": territory_id, "kato": kato}))
                named = {"slug": f"okrug-{number}", "territory_id": territory_id, "event": f"{number:064x}"}
                connection.execute(insert(Slug).values({**address, **named}))
            for place, year in enumerate(range(FIRST_YEAR, FIRST_YEAR + YEARS), 1):
                _budget(connection, territory_id, person, year, place, some)


def _budget(connection: Connection, territory_id: UUID, person: UUID, year: int, number: int, some: list[str]) -> None:
    """A budget that was put before the assembly, and a report on it."""
    budget_id, version_id, report_id, now = uuid4(), uuid4(), uuid4(), clock.now()
    connection.execute(insert(Budget).values(id=budget_id, territory_id=territory_id, first_year=year))
    made: dict[str, Any] = {"kind": "draft", "proposer": "akim", "reason": "", "language": "kk"}
    connection.execute(
        insert(Version).values(id=version_id, budget_id=budget_id, number=1, made_at=now, made_by=person, **made)
    )
    connection.execute(
        insert(Step).values(
            version_id=version_id, number=1, move="put", at=now, by_id=person, day=date(year - 1, 8, 1), language="kk"
        )
    )
    report = {"year": year, "until": date(year, 12, 31), "lines": len(some), "sha256": "0" * 64}
    connection.execute(
        insert(Execution).values(
            id=report_id, territory_id=territory_id, number=number, taken_at=now, taken_by=person, **report
        )
    )
    connection.execute(insert(Line), list(_lines(version_id, year, some)))
    connection.execute(
        insert(ExecutionLine),
        [
            {"execution_id": report_id, "part": "spending", "code": code, "number": place, "paid": 9_000 * place}
            for place, code in enumerate(some, 1)
        ],
    )


def _lines(version_id: UUID, first: int, some: list[str]) -> Iterator[dict[str, Any]]:
    for year in range(first, first + 3):
        for place, code in enumerate(some, 1):
            yield {"version_id": version_id, "year": year, "part": "spending", "code": code, "amount": 10_000 * place}


def main() -> int:
    last = clock.local(clock.now()).year
    with tempfile.TemporaryDirectory(prefix="citizens-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'asar.db'}"
        database = Database(url)
        fill(database, last)
        client = create_app(settings_of(url, folder), database).test_client()
        pages = {
            "an edition": f"/krasnoyar/budget/{last}/citizens/draft-1",
            "the okrugs side by side": "/kokshetau/citizens",
        }
        found = {what: timed(get(client, path)) for what, path in pages.items()}
        peer = timed(get(client, "/sign-in"))
        sys.stdout.write(f"  the page on which one signs in: {peer * 1000:.0f} ms\n")
        for what, seconds in found.items():
            sys.stdout.write(
                f"  {what}: {seconds * 1000:.0f} ms, {seconds / peer:.1f} times that page"
                f" (at most {TARGETS[what] * 1000:.0f} ms){'  missed' if seconds > TARGETS[what] else ''}\n"
            )
        database.engine.dispose()
    return int(any(seconds > TARGETS[what] for what, seconds in found.items()))


if __name__ == "__main__":
    sys.exit(main())
