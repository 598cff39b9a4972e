"""One submission for each form that a page shows: two taps are one deed.

A form carries a random token. The transaction that does what the form asks for keeps the token with the address that
it leads to; the unique key decides between two requests at once: the second waits for the first one's end, on SQLite
for its lock, on PostgreSQL for its row.
"""

import secrets
from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from pb.act import Act
from pb.errors import Conflict
from pb.identity.models import SentForm

LIFE = timedelta(hours=13)
"""Longer than a page can be sent at all: its token against forgery ends after twelve hours."""
TOKEN_LENGTH = 43
LONGEST_ADDRESS = 2000
SWEPT = 100  # old rows with each new one


def new_token() -> str:
    """A token for one form of one page: 256 random bits in base64url."""
    return secrets.token_urlsafe(32)


def claim(act: Act, token: str, sender: str, route: str) -> str | None:
    """Takes the token for this transaction; the address that an earlier submission of the same form led to, or None.

    A transaction that is rolled back leaves the token free. Raises Conflict where somebody else sent this form, or
    it was sent to another address.
    """
    _sweep(act)
    insert = postgresql.insert if act.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"token": token, "sender": sender, "route": route, "at": act.at}
    taken = act.session.execute(insert(SentForm).values(row).on_conflict_do_nothing().returning(SentForm.token))
    if taken.first() is not None:
        return None
    query = select(SentForm.sender, SentForm.route, SentForm.address).where(SentForm.token == token)
    before = act.session.execute(query).one()
    if (before.sender, before.route) != (sender, route) or before.address is None:
        raise Conflict(_("This form was sent already. Load the page again and look what came of it."))
    return str(before.address)


def lead(act: Act, token: str, address: str) -> None:
    """Keeps the address that the submission led to."""
    act.session.execute(update(SentForm).where(SentForm.token == token).values(address=address[:LONGEST_ADDRESS]))


def release(act: Act, token: str) -> None:
    """The submission led to no address of its own (a file, another question): the same form may be sent again."""
    act.session.execute(delete(SentForm).where(SentForm.token == token))


def _sweep(act: Act) -> None:
    """Rows that another transaction sweeps at this moment are left to it: nobody waits."""
    old = select(SentForm.token).where(SentForm.at < act.at - LIFE).limit(SWEPT).with_for_update(skip_locked=True)
    act.session.execute(delete(SentForm).where(SentForm.token.in_(old)))
