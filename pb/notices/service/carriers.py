"""What takes a message away: the mail server, an SMS provider by HTTP, or a folder where neither is set up."""

import json
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from email.message import EmailMessage
from email.utils import format_datetime
from http.client import HTTPException
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener
from uuid import UUID

import structlog
from flask_babel import force_locale

from pb import clock
from pb.db import make_private, write_private
from pb.formats import LOCALES
from pb.identity.service import outbox
from pb.notices.models import Channel
from pb.settings import Settings

SMS_SECONDS = 15
BUSY = 429
UNSUBSCRIBE = "List-Unsubscribe"
FOR_GOOD = 500  # from here on a mail server's answer is no "not now"
log = structlog.get_logger()


class Parcel(NamedTuple):
    """One message. `unsubscribe` is the whole address of the link that every mail but a code carries."""

    id: UUID
    address: str
    subject: str
    body: str
    unsubscribe: str = ""


class Undelivered(Exception):
    """It was not taken. `final`: it will not be; `kind` says why and nothing of whom."""

    def __init__(self, kind: str, *, final: bool = False) -> None:
        super().__init__(kind)
        self.kind, self.final = kind, final


HandOver = Callable[[Parcel], None]


def speaking(tongue: str) -> AbstractContextManager[None]:
    """Texts of the catalogues in this language."""
    spoken: AbstractContextManager[None] = force_locale(LOCALES[tongue])
    return spoken


def carrier(settings: Settings, channel: Channel) -> AbstractContextManager[HandOver]:
    """What takes several messages of a channel, one after the other; each may raise Undelivered, and so may this."""
    return _post(settings) if channel is Channel.MAIL else _sms(settings)


@contextmanager
def _post(settings: Settings) -> Iterator[HandOver]:
    with ExitStack() as stack:
        try:
            deliver = stack.enter_context(outbox.post(settings))
        except (smtplib.SMTPException, OSError):
            raise Undelivered("unreachable") from None  # what the library says may name the address
        yield lambda parcel: _hand_over(deliver, parcel.id, letter(settings, parcel))


def _hand_over(deliver: outbox.Deliver, message_id: UUID, message: EmailMessage) -> None:
    try:
        deliver(message_id, message)
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = [code for code, _text in refusal.recipients.values()]
        raise Undelivered("refused", final=bool(codes) and min(codes) >= FOR_GOOD) from None
    except (smtplib.SMTPException, OSError):
        raise Undelivered("unreachable") from None


class _Unfolded(outbox.Letters):
    """The usual rules, but a link stays as it is.

    Python would encode one that is longer than a line, and no mail program would find it.
    """

    def whole(self, name: str, value: str) -> str:
        """What is written of a header that is not left to Python."""
        return value if name == UNSUBSCRIBE else super().whole(name, value)


def letter(settings: Settings, parcel: Parcel) -> EmailMessage:
    """The mail, with the same Message-ID at each attempt: mail servers drop the double.

    RFC 8058: the two headers by which a mail program offers to unsubscribe with one press.
    """
    message = EmailMessage(policy=_Unfolded())
    message["To"], message["Subject"] = parcel.address, parcel.subject
    message["From"] = f"asar@{urlsplit(settings.base_url).hostname}"
    message["Message-ID"] = f"<{parcel.id}@asar>"
    message["Date"] = format_datetime(clock.now())
    if parcel.unsubscribe:
        message[UNSUBSCRIBE] = f"<{parcel.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(parcel.body)
    return message


class _NoRedirect(HTTPRedirectHandler):
    """The key goes to the address that was set up, and to no other."""

    def redirect_request(self, *_arguments: object, **_named: object) -> None:
        return None


@contextmanager
def _sms(settings: Settings) -> Iterator[HandOver]:
    yield lambda parcel: _send_sms(settings, parcel)


def _send_sms(settings: Settings, parcel: Parcel) -> None:
    """JSON by POST: `id` is the same at each attempt, and the provider sends it once."""
    if settings.sms_url is None:
        folder = make_private(make_private(settings.state_folder) / "outbox")
        write_private(folder / f"{parcel.id}.sms", f"{parcel.address}\n{parcel.body}\n".encode())
        log.info("sms_kept", message=str(parcel.id))  # neither number nor text
        return
    told = json.dumps({"id": str(parcel.id), "to": parcel.address, "text": parcel.body}, ensure_ascii=False)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Authorization": f"Bearer {settings.sms_key}",
        "Idempotency-Key": str(parcel.id),
    }
    request = Request(settings.sms_url, data=told.encode(), headers=headers, method="POST")  # noqa: S310 - a setting, checked
    opener = build_opener(_NoRedirect, HTTPSHandler(context=ssl.create_default_context()))
    try:
        with opener.open(request, timeout=SMS_SECONDS):
            return
    except HTTPError as error:
        with error:
            raise Undelivered("refused", final=error.code < FOR_GOOD and error.code != BUSY) from None
    except (OSError, HTTPException):
        raise Undelivered("unreachable") from None
