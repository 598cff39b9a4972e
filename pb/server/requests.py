"""Requests as the server reads them: how large, whose, and whether they cost much.

What a route takes and what a cookie proves the application says, by the functions that the server is given.
"""

from collections.abc import Callable
from typing import NamedTuple

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import RequestEntityTooLarge
from werkzeug.http import parse_list_header

from pb.addresses import network_of

# What is a little too large is read, so that the application can say so in the person's language: as much again as the
# route takes, and between these two.
LEAST_SLACK, MOST_SLACK = 64 * 1024, 2 * 1024 * 1024

LargestBody = Callable[[str, str, bool], int]
"""By method and path, and whether the request shows a proof that no stranger has."""
Dear = Callable[[str, str], bool]
Proof = Callable[[str], str | None]


class PutOut(NamedTuple):
    """What finds no place is answered so, made ahead: to a browser with a page, to a page's script in JSON."""

    page: bytes
    to_scripts: bytes

    def to(self, request: "BoundedRequest | None") -> bytes:
        """The answer to a request; to HEAD its header alone."""
        if request is None:
            return self.page
        kind = request.headers.get("CONTENT_TYPE", "")
        answer = self.to_scripts if kind.startswith("application/json") else self.page
        head, blank, _body = answer.partition(b"\r\n\r\n")
        return head + blank if request.command == "HEAD" else answer


class TooLarge(RequestEntityTooLarge):
    """Answered with a page that was made ahead, in all languages: nothing of the request is read that tells which."""

    def __init__(self, page: bytes) -> None:
        super().__init__("")
        self.page = page

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:  # noqa: ARG002 - waitress
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            (
                "Content-Security-Policy",
                "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
            ),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return f"{self.code} {self.reason}", headers, self.page


class BoundedRequest(HTTPRequestParser):
    """A request whose body is bounded by its route before a byte of it is read."""

    network: str | None = None  # of the address that the trusted proxies wrote
    dear = False
    proof: str | None = None  # whose request it is, as its cookies prove
    _most = 0  # bytes of the body that are read

    def parse_header(self, header_plus: bytes) -> None:
        """Raises ParsingError, which is answered: anything else the loop would log, a kilobyte for each request."""
        try:
            self._parse_header(header_plus)
        except ValueError as error:
            raise ParsingError("This cannot be read.") from error

    def _parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        self.network = self._forwarded_network(self.adj.proxies)
        self.dear = self.adj.dear(self.command, self.path)
        cookies = self.headers.get("COOKIE", "")
        self.proof = self.adj.proof(cookies) if cookies else None
        largest = self.adj.largest_body(self.command, self.path, self.proof is not None)
        self._most = largest + min(max(LEAST_SLACK, largest), MOST_SLACK)
        self._bound(self.content_length)

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        self._bound(self.body_bytes_received)
        return consumed

    def _bound(self, size: int) -> None:
        """What has no length said before is counted as it comes."""
        if size > self._most:
            self.error = TooLarge(self.adj.too_large)
            self.completed = True

    def _forwarded_network(self, proxies: int) -> str | None:
        """As werkzeug's ProxyFix takes it, which tells the application."""
        said = parse_list_header(self.headers.get("X_FORWARDED_FOR", "")) if proxies else []
        return network_of(said[-proxies]) if proxies and len(said) >= proxies and said[-proxies] else None
