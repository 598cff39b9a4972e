"""Rows that serve for minutes or hours, and their end: none outlives its use where nobody happens to come by.

Each has a moment, and a moment beside a card, a network or a person would in the end tell whose ballot is whose. The
requests that use them sweep them; in a village where nothing comes for months the erasure does, and each backup.
"""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from pb.identity.models import AccountSession, SentForm, UsedNonce
from pb.identity.service import sent_forms, sessions

TABLES = ("account_sessions", "sent_forms", "used_nonces")


def sweep(session: Session, at: datetime) -> None:
    """Deletes what is over: forms that were sent, nonces, sessions of accounts. The caller commits."""
    session.execute(delete(SentForm).where(SentForm.at < at - sent_forms.LIFE))
    session.execute(delete(UsedNonce).where(UsedNonce.until <= at))
    session.execute(delete(AccountSession).where(AccountSession.made_at < at - sessions.KEPT_FOR))
