"""Sessions as the platform begins them, for tests that need somebody signed in and not the signing in."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from pb import clock
from pb.identity.models import Person
from pb.identity.service import sessions


def session_of(session: Session, person_id: UUID, device: str = "a test") -> dict[str, Any]:
    """What a cookie holds for somebody who signed in at this moment; the row of it is kept at once."""
    _row, token = sessions.keep(session, clock.now(), session.get_one(Person, person_id), device)
    session.commit()
    return {"_user_id": token, "_fresh": True}
