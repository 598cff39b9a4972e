"""How long it is kept what people were told: no longer than it serves them."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from pb.notices.models import Contact, Notice, Sending, State

SENT_FOR = timedelta(days=30)
"""What was sent, or never will be: long enough to find out why somebody got nothing."""
TOLD_FOR = timedelta(days=365)
"""What stands in the page."""
UNPROVED_FOR = timedelta(days=1)
"""An address that nobody showed to be theirs (it may be somebody else's), or that another has replaced."""
TABLES = ("contacts", "follows", "notice_sendings", "notices")


def sweep(session: Session, at: datetime) -> None:
    """Deletes what is over its term. The caller commits."""
    over = (Sending.state != State.WAITING, Sending.next_at < at - SENT_FOR)
    session.execute(delete(Sending).where(*over))
    old = select(Notice.id).where(Notice.at < at - TOLD_FOR)
    session.execute(delete(Sending).where(Sending.notice_id.in_(old)))
    session.execute(delete(Notice).where(Notice.at < at - TOLD_FOR))
    unproved = Contact.verified_at.is_(None) & (Contact.code_until < at - UNPROVED_FOR)
    session.execute(delete(Contact).where(or_(unproved, Contact.replaced_at < at - UNPROVED_FOR)))
