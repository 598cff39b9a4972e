"""Who does something, where and when: handed to every verb of every service."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from pb.core.places.settlements import Settlements


class Role(StrEnum):
    RESIDENT = "resident"
    OFFICE = "office"
    AKIM = "akim"
    CHAIR = "chair"
    SECRETARY = "secretary"
    REGISTRAR = "registrar"
    CLERK = "clerk"
    TRUSTEE = "trustee"
    DEPUTY = "deputy"
    MASLIKHAT_SECRETARY = "maslikhat_secretary"
    AUDITOR = "auditor"
    OBSERVER = "observer"
    ADMINISTRATOR = "administrator"


class Territory(Protocol):
    """What every verb may ask of the okrug; the row itself is `pb.territory.models.Territory`."""

    @property
    def id(self) -> UUID: ...
    @property
    def kato(self) -> str: ...
    @property
    def name_kk(self) -> str: ...
    @property
    def name_ru(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def bin(self) -> str: ...
    @property
    def settlements(self) -> list[str]: ...
    def known_settlements(self) -> Settlements: ...
    def settlement_names(self, kept: str) -> list[str]: ...
    def settlements_named(self, part: str) -> list[str]: ...
    def settlement(self, kept: str, language: str) -> str: ...
    @property
    def contact(self) -> str: ...
    def name(self, language: str) -> str: ...
    def parent(self, language: str) -> str: ...
    def place_to_vote(self, language: str) -> str: ...


NOBODYS: Final = UUID(int=0)


@dataclass(frozen=True)
class Server:
    """Where the server's own pages are: in no territory. It has no row, so no log takes an event of it."""

    id: UUID = NOBODYS
    kato: str = ""
    name_kk: str = ""
    name_ru: str = ""
    kind: str = ""
    bin: str = ""
    contact: str = ""

    @property
    def settlements(self) -> list[str]:
        return []

    def known_settlements(self) -> Settlements:
        return Settlements(())

    def settlement_names(self, kept: str) -> list[str]:  # noqa: ARG002
        return []

    def settlements_named(self, part: str) -> list[str]:  # noqa: ARG002
        return []

    def settlement(self, kept: str, language: str) -> str:  # noqa: ARG002
        return kept

    def name(self, language: str) -> str:  # noqa: ARG002
        return ""

    def parent(self, language: str) -> str:  # noqa: ARG002
        return ""

    def place_to_vote(self, language: str) -> str:  # noqa: ARG002
        return ""


SERVER: Final = Server()


class Person(Protocol):
    """What every verb may ask of the actor; the row itself is `pb.identity.models.Person`."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def settlement(self) -> str: ...


@dataclass(frozen=True)
class Act:
    """One request, job or command: its session, its territory, the actor and the moment.

    `territory` is SERVER on the server's own pages. `person` is None when nobody signed in or the platform itself
    acts; `roles` are those held in the territory, or in a raion that it lies in where they reach down.
    """

    session: Session
    territory: Territory
    person: Person | None
    roles: frozenset[Role]
    at: datetime

    def holds(self, *roles: Role) -> bool:
        return bool(self.roles.intersection(roles))
