"""The checks that cost time, here or in other processes, and their outcome in the order of the archive.

However many processes work, the first failure of the archive is the one that is reported, and only a bounded number of
checks waits: memory does not grow with the archive.
"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import perf_counter
from types import TracebackType
from typing import Any, Final, Self

from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.report import Place, Recorder, Step

BATCH: Final = 16
"""Ballots that travel to another process together."""
WAITING: Final = 3
"""Batches per process that may wait for their turn or for being noted."""

Call = tuple[Callable[..., None], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The seconds of each check of a batch that passed, and the error of the one that did not."""

    seconds: list[float]
    error: ProtocolError | None


def perform(calls: Sequence[Call]) -> Outcome:
    """Run a batch up to its first failure: what the other processes do."""
    seconds: list[float] = []
    for function, arguments in calls:
        start = perf_counter()
        try:
            function(*arguments)
        except ProtocolError as error:
            return Outcome(seconds, error)
        seconds.append(perf_counter() - start)
    return Outcome(seconds, None)


class CheckFailed(Exception):
    """A check failed that was started earlier: the error, and the place it belongs to."""

    def __init__(self, error: ProtocolError, place: Place) -> None:
        super().__init__(error.message)
        self.error = error
        self.place = place


class Checks(AbstractContextManager["Checks"]):
    """Runs checks in `jobs` processes, or at once where `jobs` is 1."""

    def __init__(self, recorder: Recorder, jobs: int) -> None:
        self._recorder = recorder
        self._jobs = jobs
        self._executor: ProcessPoolExecutor | None = None
        self._batch: list[tuple[Place, int, Call]] = []
        self._sent: deque[tuple[list[tuple[Place, int]], Future[Outcome]]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def run(self, step: Step, count: int, function: Callable[..., None], *arguments: Any) -> None:
        """Check, now or soon; `count` is added to the step's count when it passes.

        Raises ProtocolError for this check, CheckFailed for an earlier one.
        """
        if self._jobs == 1:
            with self._recorder.step(step, count):
                function(*arguments)
            return
        self._recorder.enter(step)
        self._batch.append((self._recorder.place, count, (function, arguments)))
        if step is not Step.BALLOTS or len(self._batch) >= BATCH:
            self._send()

    def _send(self) -> None:
        if self._executor is None:
            context = multiprocessing.get_context("spawn")  # forking a process that has threads may hang it
            self._executor = ProcessPoolExecutor(self._jobs, mp_context=context)
        batch, self._batch = self._batch, []
        future = self._executor.submit(perform, [call for _place, _count, call in batch])
        self._sent.append(([(place, count) for place, count, _call in batch], future))
        while len(self._sent) > WAITING * self._jobs:
            self._take()

    def _take(self) -> None:
        places, future = self._sent.popleft()
        outcome = future.result()
        for (place, count), seconds in zip(places, outcome.seconds, strict=False):
            self._recorder.count(place.step, count, seconds)
        if outcome.error is not None:
            self._sent.clear()
            self._batch.clear()
            raise CheckFailed(outcome.error, places[len(outcome.seconds)][0])

    def finish(self) -> None:
        """Wait for everything that was started. Raises CheckFailed for the first that did not pass."""
        if self._batch:
            self._send()
        while self._sent:
            self._take()
