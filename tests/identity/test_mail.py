"""Letters to a mail server elsewhere go under TLS with its certificate verified, or not at all."""

import datetime as dt
import smtplib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pb.identity.service import outbox
from pb.settings import Settings

ELSEWHERE = "127.0.0.2"  # not one of the names of this machine, and yet nothing leaves it
HERE = "127.0.0.1"
ANSWERS = {"STARTTLS": b"220 go on\r\n", "DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate that no authority knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = builder.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
    path = tmp_path_factory.mktemp("mail") / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def mail_server(
    host: str, certificate: Path | None = None, *, at_once: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """A mail server, its port and what it was told: with a certificate it offers TLS, or speaks it `at_once`."""
    told: list[str] = []
    offers = b"250-mail\r\n250-STARTTLS\r\n250 8BITMIME\r\n" if certificate else b"250 mail\r\n"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate is not None:
        context.load_cert_chain(certificate)

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                self.converse()
            except (OSError, ValueError):
                told.append("broken off")

        def converse(self) -> None:
            if at_once:
                context.wrap_socket(self.request, server_side=True)
                return
            self.wfile.write(b"220 mail\r\n")
            for line in self.rfile:
                word = line.decode().split()[0].upper()
                told.append(word)
                self.wfile.write(offers if word == "EHLO" else ANSWERS.get(word, b"250 well\r\n"))
                if word == "STARTTLS":
                    context.wrap_socket(self.request, server_side=True)
                    return
                if word == "DATA":
                    while self.rfile.readline() != b".\r\n":
                        pass
                    self.wfile.write(b"250 taken\r\n")

    with socketserver.ThreadingTCPServer((host, 0), Conversation) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server.server_address[1], told
        server.shutdown()
        thread.join()


def send(settings: Settings, address: str) -> None:
    letter = EmailMessage()
    letter["To"], letter["From"], letter["Subject"] = "a@example.kz", "asar@example.kz", "Асар"
    letter.set_content("Мәтін")
    outbox._deliver(replace(settings, smtp_url=address), uuid4(), letter)


def test_a_mail_server_on_this_machine_needs_no_tls(settings: Settings) -> None:
    with mail_server(HERE) as (port, told):
        send(settings, f"smtp://{HERE}:{port}")
    assert "DATA" in told


def test_nothing_goes_in_the_clear_to_another_machine(settings: Settings) -> None:
    with mail_server(ELSEWHERE) as (port, told), pytest.raises(smtplib.SMTPNotSupportedError):
        send(settings, f"smtp://{ELSEWHERE}:{port}")
    assert not {"MAIL", "DATA", "AUTH"} & set(told)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_is_refused(settings: Settings, self_signed: Path, scheme: str) -> None:
    with (
        mail_server(ELSEWHERE, self_signed, at_once=scheme == "smtps") as (port, told),
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        send(settings, f"{scheme}://somebody:secret@{ELSEWHERE}:{port}")
    assert not {"MAIL", "DATA", "AUTH"} & set(told)
