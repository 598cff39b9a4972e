"""Letters to staff: written in the transaction of the event they report, sent by a job after it was committed."""

import smtplib
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from pb import clock
from pb.act import Act
from pb.db import make_private, write_private
from pb.identity.models import Message, Person
from pb.jobs import service as jobs
from pb.settings import Settings

SMTP_SECONDS = 30
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


class Letters(EmailPolicy):
    """The usual rules, but a subject with letters beyond ASCII is encoded with all its blanks.

    Python leaves some between two encoded words, where every mail program drops them.
    """

    def fold(self, name: str, value: Any) -> str:
        whole = self.whole(name, str(value))
        return f"{name}: {whole}{self.linesep}" if whole else str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        whole = self.whole(name, str(value))
        return f"{name}: {whole}{self.linesep}".encode() if whole else bytes(super().fold_binary(name, value))

    def whole(self, name: str, value: str) -> str:
        """What is written of a header that is not left to Python."""
        if name != "Subject" or (value.isascii() and "=?" not in value):
            return ""
        return Header(value, "utf-8", header_name=name).encode(linesep=self.linesep)


def notify(act: Act, people: Iterable[Person], subject: str, body: str) -> None:
    """Puts a letter to each person who has an address into the outbox. It may hold no secret."""
    recipients = [person for person in people if person.email]
    for person in recipients:
        act.session.add(
            Message(territory_id=act.territory.id, person_id=person.id, subject=subject, body=body, written_at=act.at)
        )
    if recipients:
        act.session.flush()
        jobs.ask(act, "outbox.send", act.territory.id)


class Refused(Exception):
    """Some address took no letter; what the library says of it names the address, which stands in no log."""


@jobs.handles("outbox.send", jobs.Priority.LETTERS)
def send(work: jobs.Work) -> str:
    """Sends what the outbox holds of the job's territory, each letter marked in a transaction of its own.

    Without SMTP, into a folder. An address that is refused keeps nobody else's letter: it is tried again with the job.
    Raises Refused, OSError, smtplib.SMTPException.
    """
    sent, refused = 0, set[UUID]()
    while (letter := _next(work, refused)) is not None:
        message_id, message = letter
        try:
            _deliver(work.settings, message_id, message)
        except smtplib.SMTPRecipientsRefused:
            refused.add(message_id)
            continue
        with work.database.work() as session:
            session.get_one(Message, message_id).sent_at = clock.now()
        sent += 1
    if refused:
        raise Refused
    return str(sent)


def _next(work: jobs.Work, refused: set[UUID]) -> tuple[UUID, EmailMessage] | None:
    with work.database.work(writing=False) as session:
        query = select(Message, Person).join(Person, Person.id == Message.person_id)
        query = query.where(
            Message.territory_id == work.territory_id, Message.sent_at.is_(None), Message.id.not_in(refused)
        )
        first = session.execute(query.order_by(Message.written_at).limit(1)).first()
        if first is None:
            return None
        row, person = first
        message = EmailMessage(policy=Letters())
        message["To"], message["Subject"] = person.email, row.subject
        message["From"] = f"asar@{urlsplit(work.settings.base_url).hostname}"
        message["Message-ID"] = f"<{row.id}@asar>"  # the same after a killed attempt: mail servers drop the double
        message["Date"] = format_datetime(row.written_at)
        message.set_content(row.body)
        return row.id, message


def _deliver(settings: Settings, message_id: UUID, message: EmailMessage) -> None:
    with post(settings) as deliver:
        deliver(message_id, message)


Deliver = Callable[[UUID, EmailMessage], None]


@contextmanager
def post(settings: Settings) -> Iterator[Deliver]:
    """What takes letters: one connection for as many as are handed over; without SMTP, a folder.

    Raises OSError or smtplib.SMTPException, and so does what it gives.
    """
    if settings.smtp_url is None:
        folder = make_private(make_private(settings.state_folder) / "outbox")
        yield lambda message_id, message: write_private(folder / f"{message_id}.eml", message.as_bytes())
        return
    with _connected(settings.smtp_url, SMTP_SECONDS) as connection:
        yield lambda _message_id, message: _hand_over(connection, message)


def greet(address: str, seconds: float) -> None:
    """Goes as far as a letter would, and sends none. Raises OSError or smtplib.SMTPException as sending would."""
    with _connected(address, seconds) as connection:
        connection.noop()


def _hand_over(connection: smtplib.SMTP, message: EmailMessage) -> None:
    connection.send_message(message)


@contextmanager
def _connected(address: str, seconds: float) -> Iterator[smtplib.SMTP]:
    """The mail server: under TLS with its certificate verified, but one on this machine.

    `smtps://` speaks TLS from the first byte, `smtp://` asks for it (STARTTLS). Raises OSError or smtplib.SMTPException
    where the server cannot be reached, has no TLS or shows a wrong certificate: nothing is sent then.
    """
    server = urlsplit(address)
    host, port = server.hostname or "localhost", server.port or 0
    verifying = ssl.create_default_context()
    at_once = server.scheme == "smtps"
    with (
        smtplib.SMTP_SSL(host, port, timeout=seconds, context=verifying)
        if at_once
        else smtplib.SMTP(host, port, timeout=seconds)
    ) as connection:
        if not at_once and host not in THIS_MACHINE:
            connection.starttls(context=verifying)
        if server.username:
            connection.login(server.username, server.password or "")
        yield connection
