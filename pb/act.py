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
    """One request, job or command: its session, its territory, the actor and the moment.

    `person` is None when nobody signed in or the platform itself acts; `roles` are those held in the territory.
    """

    session: Session
    territory: "Territory"
    person: "Person | None"
    roles: "frozenset[Role]"
    at: datetime

    def holds(self, *roles: "Role") -> bool:
        return bool(self.roles.intersection(roles))
