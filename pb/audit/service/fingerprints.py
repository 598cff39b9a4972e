"""Rows as the log tells of them: an event names the digest of what it brings, and `pb doctor` computes it anew.

Triggers compare what SQL can: how many rows, their numbers, who made them. Whoever takes the triggers away for a while
changes rows all the same, so the doctor compares whole rows, one query for a table and one for its events.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table, inspect, select
from sqlalchemy.orm import Session

from pb.audit.models import AuditEvent
from pb.db import Base


class Kept(NamedTuple):
    """Rows of `model` that events of `actions` tell of in their `fact`.

    `columns`: those that the event knew, where others change later; else all. `together`: the columns that rows of one
    event share, where it brings several; else each row has its own event. `once`: the column that the event filled.
    """

    model: type[Base]
    actions: Collection[str]
    fact: str = "digest"
    columns: Collection[str] = ()
    together: tuple[str, ...] = ()
    once: str = ""


class Difference(NamedTuple):
    """Rows that the log does not tell of as they stand: which, by their key; or how many are `gone`."""

    table: str
    row: str
    gone: int = 0


def of_rows(rows: Iterable[Base], columns: Collection[str] = ()) -> str:
    """SHA-256 (hexadecimal) of rows, also of ones that are still to be written: their columns as JSON, in any order."""
    return of_values(map(_values, rows), columns)


def of_row(row: Base, columns: Collection[str] = (), **changes: Any) -> str:
    """The same of one row, with the values that it gets after its event."""
    return of_values([{**_values(row), **changes}], columns)


def of_values(rows: Iterable[Mapping[str, Any]], columns: Collection[str] = ()) -> str:
    """The same of rows that are written as values of their columns."""
    each = ({name: _plain(row[name]) for name in row if not columns or name in columns} for row in rows)
    told = sorted(json.dumps(values, ensure_ascii=False, sort_keys=True) for values in each)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def differing(session: Session, every: Iterable[Kept]) -> list[Difference]:
    """The rows of these tables that no event tells of as they stand, and how many of those told of are gone.

    In one query for the events of all of them, and one for each table.
    """
    every = list(every)
    actions = {action for kept in every for action in kept.actions}
    events: dict[str, list[dict[str, Any]]] = {action: [] for action in actions}
    query = select(AuditEvent.action, AuditEvent.data).where(AuditEvent.action.in_(sorted(actions)))
    for action, data in session.execute(query):
        events[action].append(data)
    found: list[Difference] = []
    for kept in every:
        told = {data[kept.fact] for action in kept.actions for data in events[action] if kept.fact in data}
        found += _differing(session, kept, told)
    return found


def _differing(session: Session, kept: Kept, told: set[str]) -> list[Difference]:
    table = cast("Table", kept.model.__table__)
    found, wrong = set(), []
    names = kept.together or tuple(column.name for column in table.primary_key)
    query = select(table).order_by(*(table.c[name] for name in names))
    if kept.once:
        query = query.where(table.c[kept.once].is_not(None))
    for key, some in groupby(session.execute(query).mappings(), key=itemgetter(*names)):
        digest = of_values(map(dict, some), kept.columns)
        found.add(digest)
        if digest not in told:
            shown = key if isinstance(key, tuple) else (key,)
            wrong.append(Difference(table.name, " ".join(str(_plain(value)) for value in shown)))
    gone = len(told - found) - len(wrong)  # what was changed is gone as it was told
    return [*wrong, Difference(table.name, "", gone)] if gone > 0 else wrong


def _values(row: Base) -> dict[str, Any]:
    """Its columns; of a row that is not written yet, what a column has where nothing is said."""
    values = {}
    for one in inspect(type(row)).column_attrs:
        column, value = one.columns[0], getattr(row, one.key)
        default = column.default
        values[column.name] = default.arg if value is None and default is not None and default.is_scalar else value
    return values


def _plain(value: Any) -> Any:
    """As the database gives it back."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return str(value) if isinstance(value, str) else value
