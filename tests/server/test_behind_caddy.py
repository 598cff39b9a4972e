"""The server behind Debian's Caddy with the file of `deploy/`: slow clients, wrong hosts, forged addresses."""

import contextlib
import http.client
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from pb.settings import Settings
from tests.jobs.test_jobs import environment_of
from tests.tools import require_tool
from tests.village import invented_iin

ROOT = Path(__file__).parents[2]
SERVE = "from pb.cli import main; main(['serve'])"


@dataclass(frozen=True)
class Site:
    port: int

    def ask(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.msg, answer.read().decode(errors="replace")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def wait_for(port: int, *programs: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert all(program.poll() is None for program in programs)
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    pytest.fail("nothing listens")


@contextlib.contextmanager
def proxied(folder: Path, site: str, inner: int, outer: int, tls: int) -> Iterator[subprocess.Popen[bytes]]:
    """Caddy with the file of `deploy/`, at other ports, its certificates its own; what it writes is in `written`."""
    ports = f"admin off\n\tlocal_certs\n\tskip_install_trust\n\thttp_port {outer}\n\thttps_port {tls}\n"
    configured = (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")
    assert configured.count("admin off\n") == 1
    (folder / "Caddyfile").write_text(configured.replace("admin off\n", ports), encoding="utf-8")
    environment = {
        **os.environ,
        "ASAR_SITE": site,
        "ASAR_UPSTREAM": f"127.0.0.1:{inner}",
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    command = [require_tool("caddy"), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with (folder / "written").open("wb") as written:
        proxy = subprocess.Popen(command, env=environment, stdout=written, stderr=written)
        try:
            yield proxy
        finally:
            proxy.terminate()
            proxy.wait(timeout=60)


@pytest.fixture
def site(okrug: object, settings: Settings, tmp_path: Path) -> Iterator[Site]:
    """The platform behind the proxy, as `deploy/Caddyfile` puts it there, but for the certificate."""
    assert okrug
    inner, outer, tls = free_port(), free_port(), free_port()
    environment = environment_of(settings, "")
    served = environment | {
        "ASAR_PORT": str(inner),
        "ASAR_BASE_URL": f"http://127.0.0.1:{outer}",
        "ASAR_PROXIES": "1",
    }
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    platform = subprocess.Popen([sys.executable, "-c", SERVE], cwd=ROOT, env=served, **quiet)  # type: ignore[call-overload]
    try:
        with proxied(tmp_path, f"http://127.0.0.1:{outer}", inner, outer, tls) as proxy:
            wait_for(inner, platform, proxy)
            wait_for(outer, platform, proxy)
            yield Site(outer)
    finally:
        platform.terminate()
        platform.wait(timeout=60)


def sign_in(site: Site, forged: str) -> int:
    """One wrong attempt to sign in, which claims to come from elsewhere."""
    _status, headers, text = site.ask("GET", "/sign-in")
    cookie = SimpleCookie(headers["Set-Cookie"])
    session = "; ".join(f"{name}={morsel.value}" for name, morsel in cookie.items())
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    assert found
    form = urlencode({"csrf_token": found[1], "iin": invented_iin(77).text, "password": "x"})
    sent = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": session,
        "X-Forwarded-For": forged,
        "X-Real-IP": forged,
        "Forwarded": f"for={forged}",
    }
    status, _headers, _text = site.ask("POST", "/sign-in", form, sent)
    return status


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_platform_stands_behind_its_proxy(site: Site) -> None:
    """One proxy and one server for all of it: starting them takes the time."""
    status, headers, text = site.ask("GET", "/krasnoyar/")
    assert status == 200
    assert "<html" in text
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    for name in ("Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options"):
        assert len(headers.get_all(name) or []) == 1, name
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"

    # Forged addresses open no new bucket: whoever says each time that it comes from elsewhere is stopped all the same.
    answers = [sign_in(site, f"203.0.113.{number}") for number in range(24)]
    assert answers[0] in {200, 401, 422}
    assert answers[-1] == 429

    # Another host's name brings nothing at all.
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        site.ask("GET", "/", headers={"Host": "evil.example"})

    # Slow writers and readers, while somebody looks at a page.
    with contextlib.ExitStack() as open_ones:
        for number in range(120):
            slow = open_ones.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            begun = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 9000\r\n\r\nx" % site.port
            asked = b"GET /krasnoyar/log.jsonl HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % site.port
            slow.sendall(begun if number % 2 else asked)
        took = []
        for _ in range(5):
            begun_at = time.monotonic()
            assert site.ask("GET", "/krasnoyar/")[0] == 200
            took.append(time.monotonic() - begun_at)
        assert sorted(took)[2] < 1

    # A body larger than any route takes is refused.
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as large:
        large.sendall(b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 900000000\r\n\r\n" % site.port)
        with contextlib.suppress(OSError):
            for _ in range(600):
                large.sendall(b"x" * 65_536)
        with contextlib.suppress(ConnectionResetError):
            assert large.recv(100).split()[1:2] in ([b"413"], [b"502"], [])

    # What the proxy answers by itself is as guarded as a page.
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    with contextlib.closing(connection):
        connection.putrequest("POST", "/sign-in")
        connection.putheader("Content-Length", "900000000")
        connection.endheaders()
        with contextlib.suppress(OSError):
            for _ in range(600):
                connection.send(b"x" * 65_536)
        with contextlib.suppress(OSError, http.client.HTTPException):
            refused = connection.getresponse()
            assert refused.status >= 400
            assert refused.headers["X-Content-Type-Options"] == "nosniff"
            assert "frame-ancestors 'none'" in refused.headers["Content-Security-Policy"]


def test_while_the_server_is_away_the_proxy_says_so_in_three_languages(tmp_path: Path) -> None:
    """Played: the registrar got a bare "504" although the roll was taken in."""
    inner, outer, tls = free_port(), free_port(), free_port()
    with proxied(tmp_path, f"http://127.0.0.1:{outer}", inner, outer, tls) as proxy:
        wait_for(outer, proxy)
        status, headers, text = Site(outer).ask("GET", "/")
    assert (status, headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    for words in ("орындалған болуы мүмкін", "могло быть выполнено", "may have been done"):
        assert words in text


def test_the_proxy_writes_nothing_of_a_visit_under_whatever_name(tmp_path: Path) -> None:
    """Played: another Host, a trailing dot or a capital letter wrote the address and 29 kB of headers for each visit.

    The server is away: what fails is not written either, for it would name who asked.
    """
    inner, outer, tls = free_port(), free_port(), free_port()
    named, foreign = "asar.example.kz", ("foreign.kz", "asar.example.kz.", "127.0.0.1")
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with proxied(tmp_path, named, inner, outer, tls) as proxy:
        wait_for(tls, proxy)
        wait_for(outer, proxy)

        def answer(port: int, host: str) -> bytes:
            asked = f"GET /krasnoyar/2027/poll/vote HTTP/1.1\r\nHost: {host}\r\nX-Marked: {'m' * 9000}\r\n"
            with contextlib.ExitStack() as stack:
                plain = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
                wrapped = trusting.wrap_socket(plain, server_hostname=named) if port == tls else plain
                stack.enter_context(wrapped)
                wrapped.sendall(f"{asked}Connection: close\r\n\r\n".encode())
                with contextlib.suppress(ConnectionResetError):
                    return wrapped.recv(100)
                return b""

        deadline = time.monotonic() + 30  # its own certificate is made after the start
        while True:
            with contextlib.suppress(ssl.SSLError):
                begun = answer(tls, named)
                break
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert b" 502 " in begun
        assert b" 502 " in answer(tls, "ASAR.example.kz")
        assert b" 308 " in answer(outer, named)
        for host in foreign:
            assert answer(tls, host) == b""
            assert answer(outer, host) == b""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", tls), timeout=20) as broken:
            broken.sendall(b"GET / HTTP/1.1\r\nHost: foreign.kz\r\n\r\n")
            broken.recv(100)
        time.sleep(1)
    written = (tmp_path / "written").read_text(encoding="utf-8")
    assert "certificate obtained" in written
    assert not re.findall("remote_ip|http.log|mmmm|krasnoyar|foreign|127.0.0.1:[0-9]+->", written)


def test_each_server_of_the_other_proxy_writes_nothing_of_a_visit() -> None:
    servers = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8").split("\nserver {")[1:]
    assert len(servers) == 3
    for server in servers:
        assert "\n    access_log off;\n" in server
        assert re.search(r"\n    error_log  \S+ emerg;\n", server)
    assert "listen 80 default_server" in servers[-1]
    assert "listen 443 ssl http2 default_server" in servers[-1]
    assert "return 444" in servers[-1]
