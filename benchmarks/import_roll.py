"""How long a roll of 20 000 lines takes from the file to the database, and how much memory: CSV and XLSX.

Each import runs in a process of its own: reading with its report, the difference, taking it in, the commitment; then
the same roll once more with every tenth name changed. Exit status 1 above 20 s or 300 MB.

    python -m benchmarks.import_roll [--lines 20000]
"""

import argparse
import io
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
from sqlalchemy import select
from sqlalchemy.orm import Session

from pb import migrations
from pb.act import Act, Role
from pb.core.national_numbers import check_digit, parse_iin
from pb.core.places.kinds import Kind
from pb.cycles import service as cycles
from pb.cycles.models import ORDER, Cycle, Phase, PollSettings
from pb.db import Database
from pb.identity.models import Person
from pb.identity.service import accounts
from pb.keyring import KeyRing, Keys
from pb.roll.service import imports
from pb.territory.service import tree

SECONDS, MEGABYTES = 20, 300
SETTLEMENTS = ["Красный Яр", "Кызыл Жулдыз"]
KEYS = Keys(KeyRing({1: b"p" * 32}), KeyRing({1: b"s" * 32}))
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)


def people(lines: int, *, changed: bool) -> Iterator[tuple[str, str, str]]:
    """Invented people of the 19th century."""
    count = 0
    for day in range(10_000):
        born = date(1850, 1, 1) + timedelta(days=day)
        for serial in range(10):
            prefix = f"{born:%y%m%d}1{serial:04}"
            digit = check_digit(prefix)
            if digit is None:
                continue
            if count == lines:
                return
            name = f"Тұрғын Ойдан-Шығарылған {count}" + (" жаңа" if changed and count % 10 == 0 else "")
            yield f"{prefix}{digit}", name, SETTLEMENTS[count % 2]
            count += 1


def written(kind: str, lines: int, *, changed: bool) -> bytes:
    if kind == "csv":
        rows = "".join(",".join(row) + "\n" for row in people(lines, changed=changed))
        return f"iin,name,settlement\n{rows}".encode()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["iin", "name", "settlement"])
    for row in people(lines, changed=changed):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def settle(database: Database) -> None:
    """An okrug with a registrar and a cycle in the phase of the roll."""
    migrations.upgrade(database.engine)
    with database.work() as session:
        okrug = tree.Described("111033000", Kind.OKRUG, ("x", "x", "x"), SETTLEMENTS, "x")
        territory = tree.describe(session, okrug, parent=tree.Described("111000000", Kind.CITY, ("x", "x", "x")))
        act = Act(session, territory, None, frozenset(), NOW)
        tree.give_address(act, "benchmark")
        iin = parse_iin(next(people(1, changed=False))[0], NOW.date())
        person = accounts.add_person(act, KEYS, iin=iin, name="Registrar")  # the acts below hold the role
        plan = cycles.Plan(
            fiscal_year=2027,
            envelope=100_000_000,
            project_limit=100_000_000,
            proposals_per_resident=1,
            poll=PollSettings(choices=1),
            **{f"{phase}_until": NOW.date() + timedelta(days=20 * n) for n, phase in enumerate(ORDER[:-1], 1)},
        )
        cycle = cycles.open_cycle(Act(session, territory, person, frozenset({Role.OFFICE}), NOW), plan)
        for step in ORDER[1 : ORDER.index(Phase.VOTING) + 1]:
            cycle.phase = step
            session.flush()


def registrar(session: Session) -> tuple[Act, Cycle]:
    (territory,) = tree.taking_part(session)
    act = Act(session, territory, session.scalars(select(Person)).one(), frozenset({Role.REGISTRAR}), NOW)
    return act, session.scalars(select(Cycle)).one()


def import_file(path: Path, data: bytes) -> None:
    """What the three requests of the registrar do: the file, its report, the word to take it in."""
    csv = imports.as_csv(data)
    database = Database(f"sqlite:///{path}")
    with database.work() as session:
        act, cycle = registrar(session)
        waiting_id = imports.read_file(act, cycle, KEYS, csv, whole=True).id
    with database.work(writing=False) as session:
        act, cycle = registrar(session)
        imports.difference(act, cycle, KEYS, imports.get_import(act, cycle, waiting_id))
    with database.work() as session:
        act, cycle = registrar(session)
        imports.confirm_import(act, cycle, KEYS, imports.get_import(act, cycle, waiting_id))
    database.engine.dispose()


def measure(path: Path, data: bytes, measurements: "multiprocessing.Queue[tuple[float, float]]") -> None:
    start = time.perf_counter()
    import_file(path, data)
    measurements.put((time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def run(kind: str, lines: int) -> bool:
    """Imports the roll, then its changes; whether both met the targets."""
    spawning = multiprocessing.get_context("spawn")
    met = True
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "asar.db"
        database = Database(f"sqlite:///{path}")
        settle(database)
        database.engine.dispose()
        for changed in (False, True):
            measurements: multiprocessing.Queue[tuple[float, float]] = spawning.Queue()
            process = spawning.Process(target=measure, args=(path, written(kind, lines, changed=changed), measurements))
            process.start()
            process.join()
            if process.exitcode:
                raise SystemExit(process.exitcode)
            seconds, megabytes = measurements.get()
            met = met and seconds <= SECONDS and megabytes <= MEGABYTES
            sys.stdout.write(
                f"{kind}, {lines} lines, {'every tenth changed' if changed else 'all new'}: {seconds:.1f} s, "
                f"{megabytes:.0f} MB (at most {SECONDS} s and {MEGABYTES} MB are wanted)\n"
            )
    return met


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lines", type=int, default=20_000)
    lines = parser.parse_args().lines
    return int(not all([run("csv", lines), run("xlsx", lines)]))


if __name__ == "__main__":
    sys.exit(main())
