"""A client of a poll's page for a trustee's machine: one address, one one-time code, the standard library alone.

The code goes into a header and nowhere else; no redirection is followed, which would carry it to another place.
"""

import io
import json
import re
import time
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

import click

from pb.commands.spoken import gettext, language

ADDRESS: Final = re.compile(r"(/[\w.~-]+)*/[a-z][a-z0-9-]{2,39}/[0-9]{4}(-[1-9][0-9]?)?/poll/?")
POLL: Final = re.compile(r"[1-9A-HJ-NP-Za-km-z]{14}")
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
SECONDS: Final = 60
"""How long the platform may take to answer."""
WAITING_SECONDS: Final = 30 * 60
PAUSE_SECONDS: Final = 2
LARGEST_ANSWER: Final = 64 * 1024
LARGEST_ARCHIVE: Final = 4 * 2**30
BLOCK: Final = 64 * 1024
Progress = Callable[[int], None]
"""Called with the number of bytes that were sent or received."""


class _NoRedirection(HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        return None


class _Upload(io.BytesIO):
    """A body that is sent block by block, so that the time limit is for each block and not for all of it."""

    def __init__(self, data: bytes, progress: Progress) -> None:
        super().__init__(data)
        self._progress = progress

    def read(self, size: int | None = -1, /) -> bytes:
        block = super().read(size)
        self._progress(len(block))
        return block


class PollPage:
    """A poll's page, called with a trustee's one-time code."""

    def __init__(self, address: str, code: str) -> None:
        self.address = checked_address(address)
        self._code = code
        # A proxy is for the way to other machines.
        handlers = [ProxyHandler({})] if urlsplit(self.address).hostname in LOCAL else []
        self._opener: OpenerDirector = build_opener(_NoRedirection, *handlers)

    def standing(self) -> tuple[str, str]:
        """The poll's identifier, and what is to be done: wanted, checking, right or wrong. Raises ClickException."""
        value = self._ask("/shuffles")
        poll, state = value.get("poll"), value.get("state")
        if not isinstance(poll, str) or POLL.fullmatch(poll) is None or not isinstance(state, str):
            raise click.ClickException(
                gettext("The platform answered with something else. Is this the poll's address?")
            )
        return poll, state

    def download(self, poll: str, path: Path, progress: Progress) -> None:
        """Writes the public archive into a file. Raises ClickException."""
        size = 0
        with self._open(f"/{poll}.bel", secret=False) as answer, path.open("wb") as file:
            while block := self._read(answer, BLOCK):
                size += len(block)
                if size > LARGEST_ARCHIVE:
                    raise click.ClickException(gettext("The archive is too large."))
                file.write(block)
                progress(len(block))

    def hand_in(self, shuffle: str, progress: Progress) -> None:
        """Sends a shuffle. Raises ClickException with the platform's own words if it refuses."""
        self._ask("/shuffles", shuffle.encode("ascii"), progress)

    def verdict(self) -> bool:
        """Waits until the platform has checked the shuffle. Raises ClickException."""
        until = time.monotonic() + WAITING_SECONDS
        while time.monotonic() < until:
            _poll, state = self.standing()
            if state in {"right", "wrong"}:
                return state == "right"
            time.sleep(PAUSE_SECONDS)
        raise click.ClickException(
            gettext("The platform has not checked the shuffle yet. Your page will tell what came of it.")
        )

    def _ask(self, path: str, body: bytes | None = None, progress: Progress | None = None) -> dict[str, Any]:
        with self._open(path, body, progress) as answer:
            text = self._read(answer, LARGEST_ANSWER)
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            value = None
        return value if isinstance(value, dict) else {}

    def _open(
        self, path: str, body: bytes | None = None, progress: Progress | None = None, *, secret: bool = True
    ) -> BinaryIO:
        headers = {"Accept": "application/json", "User-Agent": "pb-trustee"}
        if secret:
            headers["Authorization"] = f"Bearer {self._code}"
        if body is not None:
            headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        data = None if body is None else _Upload(body, progress or (lambda _bytes: None))
        request = Request(f"{self.address}{path}?lang={language()}", data, headers)  # noqa: S310 - the scheme is checked
        try:
            opened: BinaryIO = self._opener.open(request, timeout=SECONDS)
        except HTTPError as error:
            with error:
                raise click.ClickException(_refusal(error)) from None
        except (URLError, OSError, HTTPException) as error:
            raise click.ClickException(_unreachable(error)) from None
        return opened

    @staticmethod
    def _read(answer: BinaryIO, size: int) -> bytes:
        try:
            return answer.read(size)
        except (OSError, HTTPException) as error:
            raise click.ClickException(_unreachable(error)) from None


def checked_address(address: str) -> str:
    """The address of a poll's page, without the slash at its end. Raises ClickException."""
    try:
        parts = urlsplit(address.strip())
        local = parts.hostname in LOCAL
        _port = parts.port
    except ValueError:
        raise click.ClickException(gettext("This is not an address.")) from None
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise click.ClickException(gettext("The address must begin with https://."))
    if ADDRESS.fullmatch(parts.path) is None or parts.query or parts.fragment or "@" in parts.netloc:
        raise click.ClickException(gettext("This is not the address of a poll's page: https://…/okrug/year/poll"))
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _refusal(error: HTTPError) -> str:
    """The platform's own words, without anything that could steer a terminal."""
    if 300 <= error.code < 400:
        return gettext("The platform leads to another address. Give the poll's address as the browser shows it.")
    try:
        message = json.loads(error.read(LARGEST_ANSWER))["error"]["message"]
    except (ValueError, RecursionError, KeyError, TypeError, OSError, HTTPException):
        message = None
    if not isinstance(message, str):
        return gettext("The platform refused (status %(status)s). Is this the poll's address?", status=error.code)
    return "".join(character for character in message[:500] if character.isprintable())


def _unreachable(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    return gettext("The connection to the platform failed: %(why)s", why=f"{reason or type(error).__name__}")
