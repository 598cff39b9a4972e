"""The code-releasing process's socket: one line of JSON in, one line out, both short, and no connection that stays."""

import json
import os
import socket
import socketserver
from collections.abc import Callable
from pathlib import Path
from typing import Any

LONGEST_LINE = 64 * 1024
SECONDS = 10
Answer = Callable[[Any], dict[str, str]]


class ReleaseUnreachable(Exception):
    """Nobody answers at the socket, or not in the protocol."""


class Server(socketserver.ThreadingUnixStreamServer):
    """Serves `answer` at a socket that only its owner opens, or its group too. Raises OSError if one listens there."""

    daemon_threads = True

    def __init__(self, path: Path, answer: Answer, *, group: bool = False) -> None:
        self.answer = answer
        if path.is_socket():
            _remove_left_over(path)
        before = os.umask(0o117 if group else 0o177)
        try:
            super().__init__(str(path), _Conversation)
        finally:
            os.umask(before)


class _Conversation(socketserver.StreamRequestHandler):
    timeout = SECONDS

    def handle(self) -> None:
        """Reads one line; whoever sends none in time, or a longer one, gets no answer."""
        assert isinstance(self.server, Server)  # noqa: S101 - the only server that makes it
        try:
            line = self.rfile.readline(LONGEST_LINE + 1)
        except TimeoutError:
            return
        if len(line) > LONGEST_LINE or not line.endswith(b"\n"):
            return
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            request = None
        self.wfile.write(json.dumps(self.server.answer(request)).encode() + b"\n")


def _remove_left_over(path: Path) -> None:
    """A socket file that a dead process left is in the way; one that is answered is not ours to take."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(SECONDS)
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink()
            return
    raise OSError(f"another process listens at {path}")


def ask(path: Path, request: dict[str, str]) -> dict[str, str]:
    """Sends a request and waits for the answer. Raises ReleaseUnreachable."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(SECONDS)
            connection.connect(str(path))
            connection.sendall(json.dumps(request).encode() + b"\n")
            with connection.makefile("rb") as answers:
                answer = json.loads(answers.readline(LONGEST_LINE))
    except (OSError, ValueError) as error:
        raise ReleaseUnreachable from error
    if not isinstance(answer, dict) or not all(isinstance(value, str) for value in answer.values()):
        raise ReleaseUnreachable
    return answer
