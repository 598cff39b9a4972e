"""A file that only grows: all who download it read one copy on the disk, and none of them holds a database open."""

import fcntl
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from pb.db import make_private, write_private


def grown(
    path: Path, count: int, parts: Callable[[int], Iterable[bytes]], mark: Callable[[int], str | None]
) -> tuple[BinaryIO, int]:
    """The file with its first `count` parts at least, opened at its beginning, and how many bytes those are.

    `parts(n)` gives the parts from number n on up to `count`; `mark(n)` tells what the source's first n parts end with,
    None if it has not that many. A file that ends otherwise (an older database was put back) is replaced by a new one;
    one that broke off while it grew is cut where it was whole. Who reads it meanwhile is not disturbed.
    """
    make_private(path.parent)
    ends = path.with_name(path.name + ".ends")
    with os.fdopen(os.open(path.with_name(path.name + ".lock"), os.O_WRONLY | os.O_CREAT, 0o600), "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        there, size = _known(path, ends, mark)
        if there == 0:
            write_private(path, b"")
        if there < count:
            with path.open("r+b") as file:
                file.truncate(size)
                file.seek(size)
                for part in parts(there):
                    file.write(part)
                size = file.tell()
            replacing = ends.with_name(ends.name + ".new")
            write_private(replacing, json.dumps({"count": count, "bytes": size, "mark": mark(count)}).encode())
            replacing.replace(ends)
        return path.open("rb"), size


def _known(path: Path, ends: Path, mark: Callable[[int], str | None]) -> tuple[int, int]:
    """How many parts the file holds for certain, and their bytes."""
    try:
        kept = json.loads(ends.read_bytes())
        there, size, known = int(kept["count"]), int(kept["bytes"]), kept["mark"]
        whole = path.stat().st_size >= size
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
    return (there, size) if whole and known is not None and mark(there) == known else (0, 0)
