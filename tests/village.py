"""An okrug in a throw-away database with an invented person in every role, built through the services.

The IINs are of the 19th century: they cannot belong to anybody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pb import clock
from pb.act import Act, Role
from pb.core.national_numbers import IIN, check_digit, parse_iin
from pb.cycles import service as cycles
from pb.cycles.models import ORDER, Cycle, Phase, PollSettings
from pb.db import Database
from pb.identity.models import Person
from pb.identity.service import accounts
from pb.keyring import KeyRing, Keys
from pb.territory import service as territories
from pb.territory.models import Territory

KEYS = Keys(pepper=KeyRing({1: b"p" * 32}), seal=KeyRing({1: b"s" * 32}))
PASSWORD = "four plain words together"
MILLION = 1_000_000_00
SETTLEMENTS = ["Красный Яр", "Кызыл Жулдыз"]
SETTLED = datetime(2026, 9, 1, 6, tzinfo=UTC)
"""When the people got their roles: before every moment that a test travels to."""


def invented_iin(number: int) -> IIN:
    """The IIN of somebody born on 16 April 1880; prefixes that can never be issued are passed over."""
    serial = number * 3
    while (digit := check_digit(f"8004162{serial:04}")) is None:
        serial += 1
    return parse_iin(f"8004162{serial:04}{digit}", clock.now().date())


@dataclass
class Village:
    """The okrug of a test: each act opens a unit of work of its own, as a request does."""

    database: Database
    people: dict[Role, Person] = field(default_factory=dict)
    trustees: list[Person] = field(default_factory=list)

    @contextmanager
    def act_as(self, *roles: Role, at: datetime | None = None, person: Person | None = None) -> Iterator[Act]:
        """An act of the person of the first role with these roles alone; without any, of nobody."""
        with self.database.work() as session:
            who = person or (self.people[roles[0]] if roles else None)
            present = session.get(Person, who.id) if who is not None else None
            yield Act(session, sole(session), present, frozenset(roles), at or clock.now())

    def open_cycle(self, *, phase: Phase = Phase.PROPOSALS, at: datetime | None = None, **changes: Any) -> UUID:
        """A cycle of the coming year, ten days a phase; a later phase is entered without its conditions."""
        moment = at or clock.now()
        today = clock.local(moment).date()
        plan: dict[str, Any] = {
            "fiscal_year": today.year + 1,
            "envelope": 60 * MILLION,
            "project_limit": 30 * MILLION,
            "proposals_per_resident": 3,
            **{f"{phase}_until": today + timedelta(days=10 * n) for n, phase in enumerate(ORDER[:-1], 1)},
        }
        names = {field.name for field in fields(PollSettings)}
        poll = PollSettings(**{"choices": 3, **{name: changes[name] for name in names & changes.keys()}})
        plan |= {name: value for name, value in changes.items() if name not in names}
        with self.act_as(Role.OFFICE, at=moment) as act:
            cycle = cycles.open_cycle(act, cycles.Plan(**plan, poll=poll))
            cycle.phase = phase
            return cycle.id

    @contextmanager
    def in_cycle(self, cycle_id: UUID, *roles: Role, at: datetime | None = None) -> Iterator[tuple[Act, Cycle]]:
        with self.act_as(*roles, at=at) as act:
            yield act, cycles.get(act, cycle_id)


def sole(session: Any) -> Territory:
    territory = territories.sole(session)
    assert territory is not None
    return territory


def settle(database: Database) -> None:
    """Builds the okrug and its people in an empty database."""
    with database.work() as session:
        territory = Territory(
            kato="111033000",
            name_kk="Краснояр ауылдық округі",
            name_ru="Красноярский сельский округ",
            name_en="Krasnoyar rural okrug",
            parent_kk="Көкшетау қаласы",
            parent_ru="город Кокшетау",
            parent_en="city of Kokshetau",
            settlements=SETTLEMENTS,
            paper_place="Акимат, Абай көшесі, 1",
        )
        session.add(territory)
        session.flush()
        act = Act(session, territory, None, frozenset(), SETTLED)
        for number, role in enumerate([*Role, Role.TRUSTEE, Role.TRUSTEE], 1):
            person = accounts.add_person(
                act,
                KEYS,
                iin=invented_iin(number),
                name=f"Invented {role} {number}",
                settlement=SETTLEMENTS[0],
                email=None if role is Role.RESIDENT else f"{role}{number}@example.kz",
            )
            accounts.grant(act, person, role, basis="test", body=f"body {number}" if role is Role.TRUSTEE else "")


def found(database: Database) -> Village:
    """The village that was settled in this database."""
    village = Village(database)
    with village.act_as() as act:
        for person, roles in accounts.people_with_roles(act):
            for role in roles:
                village.people.setdefault(role, person)
            if Role.TRUSTEE in roles:
                village.trustees.append(person)
    return village
