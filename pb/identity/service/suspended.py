"""Whether an account is suspended: asked whenever somebody comes in, and with each request of a session."""

from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.errors import Forbidden
from pb.identity.models import Suspension
from pb.identity.service import security


def is_suspended(session: Session, person_id: UUID) -> bool:
    """Whether the latest decision of two bodies about this account shut it."""
    query = select(Suspension.kind).where(Suspension.person_id == person_id, Suspension.decision == "approved")
    return session.scalars(query.order_by(Suspension.decided_at.desc()).limit(1)).first() == "suspend"


def refuse(session: Session, person_id: UUID) -> None:
    """Raises Forbidden for a suspended account."""
    if is_suspended(session, person_id):
        security.tell("suspended_refused", person_id)
        raise Forbidden(_("This account is suspended. Two bodies can let it in again; the akim's office knows more."))
