"""A small site for tests of the browser's scripts: the project's own templates and static files under the strict
policy of the real one, with JSON endpoints that a test hands in. Every request is kept."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import jinja2

from pb import formats
from tests.applications import Compiled

PB = Path(__file__).resolve().parents[2] / "pb"
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'"
)
_compiled = Compiled()
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8"}
Endpoint = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]


@dataclass
class Request:
    method: str
    path: str
    body: str
    token: str | None


@dataclass
class Site:
    """`pages`: path → HTML; `endpoints`: path → function of the JSON body to (status, JSON)."""

    pages: dict[str, str] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [json.loads(request.body) for request in self.requests if request.path == path and request.body]


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.requests.append(Request("GET", self.path, "", None))
            path = self.path.split("?")[0]
            file = PB / path.lstrip("/")
            if self.path in site.pages:
                self.answer(200, TYPES[".html"], site.pages[self.path].encode())
            elif path.startswith("/static/") and file.is_file():
                self.answer(200, TYPES[file.suffix], file.read_bytes())
            else:
                self.answer(404, "text/plain", b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            site.requests.append(Request("POST", self.path, body, self.headers["X-CSRFToken"]))
            status, value = site.endpoints[self.path](json.loads(body))
            self.answer(status, "application/json", json.dumps(value).encode())

        def answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    return Handler


@dataclass(frozen=True)
class Language:
    code: str
    url: str
    label: str
    current: bool


def render(
    template: str, *, locale: str = "en", url: str = "/", texts: dict[str, str] | None = None, **values: Any
) -> str:
    """A template of the project as the web layer would give it. `texts`: translations; others stay English."""

    def gettext(message: str, **variables: Any) -> str:
        translated = (texts or {}).get(message, message)
        return translated % variables if variables else translated

    def ngettext(one: str, many: str, num: int) -> str:
        return (one if num == 1 else many) % {"num": num}

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PB / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        bytecode_cache=_compiled,
    )
    environment.filters["settlement"] = str
    environment.filters.update(
        called=lambda one: one.called(locale).text,
        title_of=lambda one: one.called(locale).text,
        said=lambda it: it.text,
        said_in=lambda text, _language: text,
    )
    environment.globals.update(
        _=gettext,
        ngettext=ngettext,
        locale=locale,
        languages=[Language(code, f"{url}?lang={code}", code, code == locale) for code in ("kk", "ru", "en")],
        viewer=None,
        request=SimpleNamespace(method="GET", path=url),
        home="/krasnoyar/",
        okrug_name="Краснояр",
        office=None,
        csv_note=lambda: "",
        numbered=formats.numbered,
        money=lambda tiyn: f"{tiyn // 100:,} ₸".replace(",", "\N{NO-BREAK SPACE}"),
        day=str,
        moment=str,
        static_url=lambda path: f"/static/{path}",
        csrf_token=lambda: "token-of-the-test",
        offer_signing=lambda: None,
        url_for=lambda endpoint: f"/{endpoint}",
        demo=False,
        speaking="",
        emblem=None,
        faulty=False,
        kiosk=False,
        kiosk_start="/vote",
        form_token=lambda: "token-of-the-form",
        form_page=url,
        forms_shown=lambda: False,
        form_begins=lambda: "",
        form_stands=lambda: False,
        notice=None,
        steps=None,
        menu_of=lambda _cycle: [],
        own_link=[],
        room_links=[],
        footer_links=[],
    )
    return environment.get_template(template).render(values)
