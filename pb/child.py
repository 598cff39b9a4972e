"""Work in a child process: what takes long leaves the pages their processor, and what strangers sent is bounded."""

import math
import multiprocessing
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

BEAT_SECONDS = 20.0
NICENESS = 10
Tell = Callable[[int], None]


class ChildFailed(Exception):
    """The work did not end: it was killed, or took more time or memory than it was given."""


def run(
    function: Callable[..., Any],
    *arguments: Any,
    processor_seconds: int,
    seconds: float | None = None,
    memory_bytes: int | None = None,
    heard: Tell | None = None,
    beat: Callable[[], None] | None = None,
) -> Any:
    """What `function(*arguments)` returns in a process of its own; what it raises is raised here.

    `function` stands at the top of a module that is quick to import. With `heard` it is given another first argument,
    which passes numbers on to `heard`. `beat` is called about every 20 seconds.
    Raises ChildFailed beyond `processor_seconds`, `seconds` by the clock, or `memory_bytes`.
    """
    context = multiprocessing.get_context("spawn")
    reads, writes = context.Pipe(duplex=False)
    limits = (processor_seconds, memory_bytes)
    process = context.Process(target=_work, args=(writes, limits, heard is not None, function, arguments))
    process.start()
    writes.close()
    ends = math.inf if seconds is None else time.monotonic() + seconds
    try:
        while True:
            if not wait([reads], timeout=min(BEAT_SECONDS, max(0.0, ends - time.monotonic()))):
                if time.monotonic() >= ends:
                    raise ChildFailed(f"took more than {seconds} seconds")
                if beat is not None:
                    beat()
                continue
            try:
                kind, value = reads.recv()
            except EOFError:
                process.join()
                raise ChildFailed(f"ended with {process.exitcode}") from None
            if kind == "told" and heard is not None:
                heard(value)
            elif kind == "returned":
                return value
            elif kind == "raised":
                raise value
    finally:
        process.kill()
        process.join()
        reads.close()


def _work(
    writes: Connection,
    limits: tuple[int, int | None],
    telling: bool,  # noqa: FBT001 - passed by position to the child
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
) -> None:
    processor_seconds, memory_bytes = limits
    os.nice(NICENESS)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds + 1))
    if memory_bytes is not None and sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    if telling:
        arguments = (lambda number: writes.send(("told", number)), *arguments)
    try:
        answer = ("returned", function(*arguments))
    except Exception as error:  # noqa: BLE001 - whatever it raises belongs to whoever asked for the work
        answer = ("raised", error)
    writes.send(answer)
    writes.close()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
