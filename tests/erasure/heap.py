"""What stands in PostgreSQL's files of a table, also in rows that nobody can select any more."""

import struct
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Engine, text

PAGE = 8192
HEADER = 24  # bytes before the pointers to rows
USED = 1  # of a pointer: a row stands there, dead or alive


def transactions(engine: Engine, tables: Iterable[str]) -> dict[str, set[int]]:
    """By table the numbers of the transactions that wrote, took away or locked its rows."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        place = text("SELECT pg_relation_filepath(CAST(:table AS regclass))")
        paths = {table: folder / connection.execute(place, {"table": table}).scalar_one() for table in tables}
    return {table: _in_file(path.read_bytes()) for table, path in paths.items()}


def _in_file(data: bytes) -> set[int]:
    found = set()
    for start in range(0, len(data), PAGE):
        page = data[start : start + PAGE]
        (lower,) = struct.unpack_from("<H", page, 12)
        for place in range(HEADER, lower, 4):
            (pointer,) = struct.unpack_from("<I", page, place)
            if pointer >> 15 & 3 == USED:
                found.update(struct.unpack_from("<II", page, pointer & 0x7FFF))
    return found - {0}
