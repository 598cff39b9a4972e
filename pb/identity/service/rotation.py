"""New keys: whatever is sealed is sealed anew, and look-ups are made anew, in batches that can stop at any moment.

The columns themselves say what they hold: `info={"sealed": CONTEXT}` for sealed bytes, `info={"lookup_of": COLUMN,
"pepper": COLUMN}` for a look-up. What is under the newest key already is passed over, so that a job that was
stopped goes on where it was.

Look-ups of a frozen roll stay as they are: they say who the voters of a poll were, and triggers keep them. The pepper
of their time therefore stays in the setting beside the new one for as long as the roll is kept, and every search tries
all peppers; a poll may be under way while a pepper is rotated.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, LargeBinary, Table, func, select, true, update
from sqlalchemy.orm import Session

from pb import clock, keyring
from pb.act import Act
from pb.audit import service as audit
from pb.db import Base
from pb.identity.service import iin as numbers
from pb.jobs import service as jobs
from pb.jobs.models import Job
from pb.keyring import KeyRing, Keys
from pb.territory.service import tree

KIND = "keys.rotate"
BATCH = 500
HEADER_BYTES = len(keyring.header(1))
Changing = Callable[[], ColumnElement[bool]]
_changing: dict[str, Changing] = {}


class KeysDiffer(Exception):
    """The process was started with other keys than the rotation was asked for: restart it."""


class Sealed(NamedTuple):
    """A column of sealed bytes and what they are sealed for."""

    table: Table
    column: Column[bytes]
    context: bytes


class Lookup(NamedTuple):
    """A look-up, the sealed number that it is of, and the version of its pepper."""

    table: Table
    column: Column[bytes]
    sealed: Column[bytes]
    pepper: Column[int]


def lookups_change_where(table: str) -> Callable[[Changing], Changing]:
    """Registers which rows of a table a new pepper may touch; without it, all."""

    def register(condition: Changing) -> Changing:
        _changing[table] = condition
        return condition

    return register


def ask(act: Act, keys: Keys) -> Job:
    """Asks for everything to be brought under the newest keys. Raises nothing: asked twice, it is one job."""
    data = {"seal": keys.seal.version, "pepper": keys.pepper.version}
    audit.record(act, "keys.rotation_asked", subject=act.territory.id, data=data)
    return jobs.ask(act, KIND, act.territory.id, _argument(keys))


@jobs.handles(KIND, jobs.Priority.UPKEEP)
def rotate(work: jobs.Work) -> str:
    """The job: batch by batch, each in a transaction of its own; then an audit event with what was done."""
    keys = Keys(work.settings.iin_pepper, work.settings.seal_key)
    if work.argument != _argument(keys):
        raise KeysDiffer(work.argument)
    done: Counter[str] = Counter()
    steps: list[tuple[str, Callable[[Session], int]]] = [
        *(("sealed", partial(_reseal, sealed=column, ring=keys.seal)) for column in sealed_columns()),
        *(("lookups", partial(_look_up_anew, lookup=lookup, keys=keys)) for lookup in lookup_columns()),
    ]
    for number, (name, step) in enumerate(steps):
        while True:
            with work.database.work() as session:
                count = step(session)
            if not count:
                break
            done[name] += count
            work.progress(min(99, 100 * number // len(steps)))
    with work.database.work() as session:
        data = {"seal": keys.seal.version, "pepper": keys.pepper.version, **done}
        for territory in tree.taking_part(session):  # the keys are the server's: each log tells of them
            act = Act(session, territory, None, frozenset(), clock.now())
            audit.record(act, "keys.rotated", subject=territory.id, data=data)
    return f"{done['sealed']} sealed, {done['lookups']} look-ups"


def sealed_columns() -> Iterator[Sealed]:
    """Every column that holds sealed bytes."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if "sealed" in column.info:
                yield Sealed(table, column, column.info["sealed"])


def lookup_columns() -> Iterator[Lookup]:
    """Every column by which an IIN is found."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if "lookup_of" in column.info:
                yield Lookup(table, column, table.c[column.info["lookup_of"]], table.c[column.info["pepper"]])


def standing(session: Session) -> dict[str, dict[str, int]]:
    """How many rows of each column are under each version (`-` for what was sealed before keys had versions)."""
    versions: dict[str, dict[str, int]] = {}
    for table, column, _context in sealed_columns():
        query = select(header(column), func.count()).where(column.is_not(None)).group_by(header(column))
        counts: Counter[str] = Counter()
        for first, count in session.execute(query):
            version = keyring.sealed_with(first)
            counts[str(version) if version is not None else "-"] += count
        versions[f"{table.name}.{column.name}"] = dict(counts)
    for lookup in lookup_columns():
        rows = session.execute(select(lookup.pepper, func.count()).group_by(lookup.pepper))
        versions[f"{lookup.table.name}.{lookup.column.name}"] = {str(version): count for version, count in rows}
    return versions


def _argument(keys: Keys) -> str:
    return f"seal {keys.seal.version}, pepper {keys.pepper.version}"


def header(column: ColumnElement[bytes]) -> ColumnElement[bytes]:
    """What the sealed bytes of a column begin with: compared with `keyring.header` of a version."""
    return func.substr(column, 1, HEADER_BYTES, type_=LargeBinary)


def _reseal(session: Session, sealed: Sealed, ring: KeyRing) -> int:
    """One batch under the newest key; how many. Raises InvalidTag when the key of a row is not in the setting."""
    table, column, context = sealed
    other = header(column) != keyring.header(ring.version)
    key = next(iter(table.primary_key))
    rows = session.execute(select(key, column).where(column.is_not(None), other).limit(BATCH)).all()
    for identity, before in rows:
        after = keyring.seal_bytes(keyring.unseal_bytes(before, ring, context), ring, context)
        # Only if it still is what was read: a row that changed meanwhile is met again.
        session.execute(update(table).where(key == identity, column == before).values({column.name: after}))
    return len(rows)


def _look_up_anew(session: Session, lookup: Lookup, keys: Keys) -> int:
    table = lookup.table
    condition = _changing[table.name]() if table.name in _changing else true()
    query = (
        select(table.c.id, lookup.sealed)
        .where(lookup.pepper != keys.pepper.version, lookup.sealed.is_not(None), condition)
        .limit(BATCH)
    )
    rows = session.execute(query).all()
    for identity, sealed in rows:
        values: dict[str, Any] = {
            lookup.column.name: numbers.lookup_of(numbers.unseal(sealed, keys.seal), keys.pepper),
            lookup.pepper.name: keys.pepper.version,
        }
        session.execute(update(table).where(table.c.id == identity).values(values))
    return len(rows)
