"""Who does something, where and when: handed to every verb of every service."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from pb.identity.models import Person
    from pb.identity.roles import Role
    from pb.territory.models import Territory


@dataclass(frozen=True)
class Act:
    """One request, job or command: its session, territory, actor (None: nobody signed in, or the platform itself),
    the roles the actor holds in that territory, and the moment it happens."""

    session: Session
    territory: "Territory"
    person: "Person | None"
    roles: "frozenset[Role]"
    at: datetime

    def holds(self, *roles: "Role") -> bool:
        return bool(self.roles.intersection(roles))
