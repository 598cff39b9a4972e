"""One submission for each form that a page shows: two taps are one deed.

A form carries a random token. The transaction that does what the form asks for keeps the token with the address that
it leads to; the unique key decides between two requests at once: the second waits for the first one's end, on SQLite
for its lock, on PostgreSQL for its row. What is kept is the key of the submission, made of token, sender, address and
content: the same form with another content is another submission.

The row keeps the hour alone: a clerk's forms would else tell to the second when each card was handed over. An address
that a form leads to names no voter's card, for the same reason.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from pb.act import Act
from pb.errors import Conflict
from pb.identity.models import SentForm

LIFE = timedelta(hours=14)
"""Longer than a page can be sent at all: its token against forgery ends after twelve hours. Rows have the full hour."""
TOKEN_LENGTH = 43
LONGEST_ADDRESS, LONGEST_TOLD = 2000, 500
SWEPT = 100  # old rows with each new one
MOST_OF_A_PERSON = 50
"""The submissions of one person that are kept, the latest: two taps lie seconds apart, and nobody fills the table."""


class Earlier(NamedTuple):
    """Where the first submission led; `told` what whoever sent it again should know, if more than that it was done."""

    address: str
    told: str


def new_token() -> str:
    """A token for one form of one page: 256 random bits in base64url."""
    return secrets.token_urlsafe(32)


def key_of(token: str, sender: str, address: str, content: Sequence[tuple[str, str]]) -> str:
    """The key of a submission: 256 bits in base64url."""
    whole = json.dumps([token, sender, address, content]).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(whole).digest()).rstrip(b"=").decode()


def claim(act: Act, key: str, sender: str) -> Earlier | None:
    """Takes the key for this transaction; where an earlier submission of the same led to, or None.

    A transaction that is rolled back leaves the key free. Raises Conflict where the earlier one led nowhere.
    """
    _sweep(act)
    insert = postgresql.insert if act.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"token": key, "sender": sender, "at": _hour(act.at)}
    taken = act.session.execute(insert(SentForm).values(row).on_conflict_do_nothing().returning(SentForm.token))
    if taken.first() is not None:
        _keep_the_latest(act, key, sender)
        return None
    return find(act, key)


def find(act: Act, key: str) -> Earlier | None:
    """Where the same led when it was sent before; None where it was not. Nothing is written.

    Raises Conflict where it led nowhere.
    """
    query = select(SentForm.address, SentForm.told).where(SentForm.token == key)
    before = act.session.execute(query).one_or_none()
    if before is None:
        return None
    if before.address is None:
        raise Conflict(_("This form was sent already. Load the page again and look what came of it."))
    return Earlier(str(before.address), before.told)


def lead(act: Act, key: str, earlier: Earlier) -> None:
    """Keeps where the submission led, and what the second is told there."""
    values = {"address": earlier.address[:LONGEST_ADDRESS], "told": earlier.told[:LONGEST_TOLD]}
    act.session.execute(update(SentForm).where(SentForm.token == key).values(values))


def release(act: Act, key: str) -> None:
    """The submission led to no address of its own (a file, another question): the same form may be sent again."""
    act.session.execute(delete(SentForm).where(SentForm.token == key))


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _sweep(act: Act) -> None:
    """Rows that another transaction sweeps at this moment are left to it: nobody waits."""
    old = select(SentForm.token).where(SentForm.at < act.at - LIFE).limit(SWEPT).with_for_update(skip_locked=True)
    act.session.execute(delete(SentForm).where(SentForm.token.in_(old)))


def _keep_the_latest(act: Act, key: str, sender: str) -> None:
    latest_first = select(SentForm.token).where(SentForm.sender == sender, SentForm.token != key)
    # Within one hour any: the second tap comes before another form of the same person does.
    latest_first = latest_first.order_by(SentForm.at.desc()).offset(MOST_OF_A_PERSON - 1).limit(SWEPT)
    older = latest_first.with_for_update(skip_locked=True)
    act.session.execute(delete(SentForm).where(SentForm.token.in_(older)))
