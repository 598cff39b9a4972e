"""What all browser tests share: a phone's size, a server at a free port, a session's cookie, a page that is heard."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import BaseServer
from typing import Any
from uuid import UUID

from flask import Flask
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from pb.db import Database
from pb.settings import Settings
from tests.applications import make_app
from tests.sessions import session_of

PHONE: ViewportSize = {"width": 360, "height": 740}
expect.set_options(timeout=30_000)  # a busy machine is no reason to fail: what must be fast is measured elsewhere
REFUSED = "Failed to load resource"  # what Chromium says of a refused call, which is what many tests ask for


class Quiet(WSGIRequestHandler):
    def log_request(self, *_arguments: object) -> None:
        """An access log would hide what a failed test has to say."""

    def connection_dropped(self, _error: BaseException, environ: dict[str, Any] | None = None) -> None:
        """Werkzeug closes no file where a browser left while the rest of its request was read."""
        if environ is not None and "tests.answer" in environ:
            environ["tests.answer"].close()


class Answer:
    """What the application answers, closed once, by whoever comes first."""

    def __init__(self, parts: Any) -> None:
        self._parts, self._closed = parts, False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts)

    def close(self) -> None:
        if not self._closed and hasattr(self._parts, "close"):
            self._closed = True
            self._parts.close()


def kept(app: Flask) -> Callable[..., Answer]:
    """The application, whose answers can be closed from outside."""

    def call(environ: dict[str, Any], start_response: Any) -> Answer:
        environ["tests.answer"] = Answer(app(environ, start_response))
        return environ["tests.answer"]

    return call


@contextmanager
def serving(database: Database, settings_at: Callable[[str], Settings]) -> Iterator[Flask]:
    """Serves the application in a thread until the block ends; its settings are made when its address is known."""
    # The port is known when the socket is bound; the app, which must know its address, comes after it.
    server = make_server("127.0.0.1", 0, make_app, threaded=True, request_handler=Quiet)
    app = make_app(settings_at(f"http://127.0.0.1:{server.server_port}"), database)
    server.app = kept(app)
    with listening(server):
        yield app


@contextmanager
def listening(server: BaseServer) -> Iterator[None]:
    """Serves in a thread until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def origin_of(app: Flask) -> str:
    return str(app.extensions["settings"].base_url)


def give_session(context: BrowserContext, app: Flask, database: Database, person_id: UUID) -> None:
    """Gives a browser the cookie of somebody who signed in at this moment."""
    with database.work() as session:
        marks = session_of(session, person_id)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    context.add_cookies([{"name": "session", "value": serializer.dumps(marks), "url": origin_of(app)}])


@contextmanager
def heard_page(context: BrowserContext, *expected: str) -> Iterator[Page]:
    """A page of this context. What its scripts complain about is a failure, except what a test expects."""
    page = context.new_page()
    page.set_default_timeout(15_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page
    assert [error for error in errors if not any(known in error for known in (REFUSED, *expected))] == []


def tracker_of(page: Page) -> str:
    """The tracker on the receipt, once the receipt is there."""
    tracker = page.locator("[data-receipt=tracker]")
    expect(tracker).not_to_be_empty()
    return str(tracker.text_content())
