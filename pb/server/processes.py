"""Processes that accept at one address: the first one starts the others, and none of them outlives it."""

import contextlib
import errno
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

import structlog

BACKLOG = 2_000
STOPPING_SECONDS = 15.0
PAUSE_SECONDS = 1.0
SIGNALS = (signal.SIGTERM, signal.SIGINT)
Serve = Callable[[socket.socket], None]
log = structlog.get_logger()


def listen(address: str, port: int) -> socket.socket:
    """A socket that accepts at the address. Raises OSError where another program accepts at the port.

    At whatever address of this computer it does: `localhost` leads a browser to one server and a program to another.
    """
    _refuse_taken(port)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.create_server((address, port), family=family, backlog=BACKLOG)


def _refuse_taken(port: int) -> None:
    """Raises OSError (EADDRINUSE) if anybody accepts at the port, at an address of version 4 or 6."""
    for family, everywhere in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):  # noqa: S104 - nothing listens
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind((everywhere, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise OSError(errno.EADDRINUSE, f"another program accepts at port {port} already") from error
            # A computer without this version of addresses has nobody there.


class Processes:
    """The processes of one server: started anew when they end, ended when the first one is."""

    def __init__(self, number: int, listener: socket.socket, serve: Serve) -> None:
        self._number, self._listener, self._serve = number, listener, serve
        self._alive: dict[int, float] = {}
        self._stopping = False
        # Nobody writes to it: its end at the reader says that the first process is gone, however it went.
        self._reads, self._writes = os.pipe()

    def run(self) -> None:
        """Serves until SIGTERM or SIGINT."""
        for number in SIGNALS:
            signal.signal(number, self._stop)
        while not self._stopping:
            while len(self._alive) < self._number and not self._stopping:
                self._start()
            self._reap()
            time.sleep(PAUSE_SECONDS / 5)
        self._end()

    def _start(self) -> None:
        # A signal between the fork and the child's own handlers would be taken by its parent's, and forgotten.
        waiting = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            if self._stopping:
                return
            process = os.fork()
            if process == 0:
                self._become_server(waiting)
            self._alive[process] = time.monotonic()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, waiting)

    def _become_server(self, mask: set[int]) -> NoReturn:
        status = 1
        try:
            os.close(self._writes)
            # The first process tells its children; a Ctrl+C at the terminal reaches them too, and waits for that.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, _leave)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            threading.Thread(target=_end_with, args=(self._reads,), name="first-process", daemon=True).start()
            self._serve(self._listener)
            status = 0
        except SystemExit:
            status = 0
        except Exception:  # whatever is none ends this process too, below: it never does its parent's work
            log.exception("server_failed")
        finally:
            os._exit(status)

    def _reap(self) -> None:
        for process, since in list(self._alive.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                del self._alive[process]
                if not self._stopping:
                    log.error("server_ended", process=process, status=os.waitstatus_to_exitcode(status))
                    # What fails at once fails again: not a thousand times a second.
                    time.sleep(max(0.0, PAUSE_SECONDS - (time.monotonic() - since)))

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _end(self) -> None:
        for number, seconds in ((signal.SIGTERM, STOPPING_SECONDS), (signal.SIGKILL, STOPPING_SECONDS)):
            for process in self._alive:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, number)
            until = time.monotonic() + seconds
            while self._alive and time.monotonic() < until:
                self._reap()
                time.sleep(PAUSE_SECONDS / 20)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _end_with(reads: int) -> None:
    """Waits until the first process is gone, and ends this one: at once, if it does not end by itself."""
    os.read(reads, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOPPING_SECONDS)
    os._exit(1)
