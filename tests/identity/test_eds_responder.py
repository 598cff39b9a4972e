"""Asking a responder over HTTP, and what `pb doctor` says of trust and lists."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import time_machine
from cryptography.x509 import ocsp

from pb.commands.doctor import _signatures
from pb.core.eds.certificates import read_certificate
from pb.core.eds.signing import sign_cms, to_pem
from pb.demo.test_authority import TestPKI
from pb.errors import FieldRefusal
from pb.identity.service import eds_responder, signatures
from pb.settings import Settings
from tests.eds import NOW, eds_settings, person, the_pki

TEXT = "asar-sign-in"


@contextmanager
def answering(answer: bytes, status: int = 200, elsewhere: str = "") -> Iterator[tuple[str, list[bytes]]]:
    """A responder that says one thing; its address and what it was asked."""
    asked: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            if elsewhere:
                self.send_header("Location", elsewhere)
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self) -> None:
            asked.append(b"")
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ready(settings: Settings, tmp_path: Path) -> Settings:
    """EDS with lists of the roots alone: of people nothing is known."""
    written = eds_settings(settings, the_pki(), tmp_path)
    for path in sorted((tmp_path / "crl").iterdir())[2:]:
        path.unlink()
    return written


def signed_in(settings: Settings) -> bool:
    cms = to_pem(sign_cms(TEXT.encode(), person(), at=NOW)).decode()
    return signatures.verify(settings, cms, TEXT, NOW).ok


def test_a_responder_is_asked_for_what_no_list_says(ready: Settings) -> None:
    with pytest.raises(FieldRefusal):
        signed_in(ready)
    with answering(the_pki().answer(person())) as (address, asked):
        assert signed_in(replace(ready, eds_ocsp=address))
    (request,) = asked
    assert ocsp.load_der_ocsp_request(request).serial_number == person().certificate.serial


def test_revoked_is_revoked(ready: Settings) -> None:
    with answering(the_pki().answer(person(), "revoked")) as (address, _asked), pytest.raises(FieldRefusal) as caught:
        signed_in(replace(ready, eds_ocsp=address))
    assert caught.value.message is signatures._REVOKED


@pytest.mark.parametrize(("answer", "status"), [(b"", 200), (b"rubbish", 200), (b"x", 500), (bytes(70_000), 200)])
def test_whatever_is_no_answer_is_unknown(ready: Settings, answer: bytes, status: int) -> None:
    with answering(answer, status) as (address, _asked), pytest.raises(FieldRefusal) as caught:
        signed_in(replace(ready, eds_ocsp=address))
    assert caught.value.message is signatures._UNKNOWN


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_responder_sends_nobody_to_another_address(ready: Settings, status: int) -> None:
    good = the_pki().answer(person())
    with (
        answering(good) as (inside, asked_inside),
        answering(b"", status, inside) as (address, asked),
        pytest.raises(FieldRefusal) as caught,
    ):
        signed_in(replace(ready, eds_ocsp=address))
    assert caught.value.message is signatures._UNKNOWN
    assert len(asked) == 1
    assert asked_inside == []


def test_a_responder_that_is_not_there_is_unknown(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eds_responder, "TIME_OUT", 0.2)
    with pytest.raises(FieldRefusal) as caught:
        signed_in(replace(ready, eds_ocsp="http://127.0.0.1:9/"))
    assert caught.value.message is signatures._UNKNOWN


def told(settings: Settings, pki: TestPKI, after: timedelta = timedelta()) -> dict[str, str]:
    with time_machine.travel(pki.at + after, tick=False):
        return dict(_signatures(settings))


def test_the_doctor_is_content_with_fresh_lists(settings: Settings, tmp_path: Path) -> None:
    found = told(eds_settings(settings, the_pki(), tmp_path), the_pki())
    assert len([name for name in found if name.startswith("certificate: ")]) == 4
    assert set(found.values()) == {""}


def test_the_doctor_tells_what_is_due(settings: Settings, tmp_path: Path) -> None:
    ready = eds_settings(settings, the_pki(), tmp_path)
    later = told(ready, the_pki(), timedelta(days=2))
    assert [fault for name, fault in later.items() if name.startswith("revocation list")] == ["due 2026-11-22"]
    years = told(ready, the_pki(), timedelta(days=11 * 366))
    assert all(fault for name, fault in years.items() if name.startswith("certificate: "))
    for path in (tmp_path / "trust").iterdir():
        if read_certificate_of(path).self_issued:
            path.unlink()
    assert "no trust anchor" in told(ready, the_pki())["electronic signatures"]
    assert "" in told(settings, the_pki()).values()


def read_certificate_of(path: Path):
    from pb.core.eds.certificates import from_pem

    return read_certificate(next(iter(from_pem(path.read_bytes(), "CERTIFICATE"))))
