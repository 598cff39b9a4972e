"""Sessions as the platform begins them, for tests that need somebody signed in and not the signing in."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from pb import clock
from pb.act import Act
from pb.identity.models import Person
from pb.web import account
from tests.village import sole


def session_of(session: Session, person_id: UUID) -> dict[str, Any]:
    """What a cookie holds for somebody who signed in at this moment."""
    person = session.get_one(Person, person_id)
    act = Act(session, sole(session), person, frozenset(), clock.now())
    return {"_user_id": str(person.id), "_fresh": True, **account.marks(act, person)}
