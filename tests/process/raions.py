"""A city with several okrugs, and what the database is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import event

from pb import clock, keyring
from pb.act import Act, Role
from pb.audit import service as audit
from pb.core.belenios import receipt
from pb.core.belenios.messages import generate_uuid
from pb.core.places.kinds import Kind
from pb.cycles import service as cycles
from pb.cycles.models import ORDER, Phase, PollSettings
from pb.db import Database
from pb.demo.places import KRASNOYAR
from pb.polls.models import RECEIPT_CONTEXT, Poll, State
from pb.territory.service import populations, tree
from tests.village import KEYS, MILLION, Village

YEAR = clock.now().year + 1
CITY = "/kokshetau/"


def give_city_an_address(okrug: Village) -> None:
    with okrug.database.work() as session:
        city = tree.describe(session, KRASNOYAR.above)
        if tree.slug_of(session, city.id) is None:
            tree.give_address(Act(session, city, None, frozenset(), clock.now()), "kokshetau")


def neighbour(
    okrug: Village,
    number: int,
    *,
    phase: Phase = Phase.PROPOSALS,
    envelope: int = 60 * MILLION,
    people: int = 0,
    parent: tree.Described = KRASNOYAR.above,
) -> str:
    """Another okrug of the city with a cycle of the coming year; its slug."""
    name = f"Көрші {number}"
    names = (f"{name} ауылдық округі", f"{name} сельский округ", f"Korshi {number} rural okrug")
    described = tree.Described(f"1111{number:05}", Kind.OKRUG, names, (f"Ауыл {number}",))
    slug = f"korshi-{number}"
    with okrug.database.work() as session:
        there = tree.describe(session, described, parent)
        act = Act(session, there, session.get(type(okrug.people[Role.OFFICE]), okrug.people[Role.OFFICE].id),
                  frozenset({Role.OFFICE}), clock.now())  # fmt: skip
        tree.give_address(act, slug)
        if people:
            populations.record(act, YEAR - 1, people, source="stat.gov.kz")
        cycle_there(act, phase, envelope)
    return slug


def cycle_there(act: Act, phase: Phase, envelope: int = 60 * MILLION, year: int = YEAR) -> None:
    """A cycle of the act's okrug that has come to this phase; in the vote its poll is being prepared."""
    today = clock.local(act.at).date()
    days = {f"{step}_until": today + timedelta(days=10 * n) for n, step in enumerate(ORDER[:-1], 1)}
    cycle = cycles.open_cycle(
        act,
        cycles.Plan(
            fiscal_year=year,
            envelope=envelope,
            project_limit=30 * MILLION,
            proposals_per_resident=3,
            poll=PollSettings(choices=3),
            **days,
        ),
    )
    for step in ORDER[1 : ORDER.index(phase) + 1]:
        cycle.phase = step
        act.session.flush()
    if phase is Phase.VOTING:
        private, public = receipt.generate_receipt_key()
        uuid = generate_uuid()
        audit.record(act, "poll.prepared", subject=cycle.id, data={"poll": uuid, "attempt": 1})
        act.session.add(
            Poll(
                cycle_id=cycle.id,
                attempt=1,
                uuid=uuid,
                state=State.PREPARING,
                receipt_private=keyring.seal_bytes(private, KEYS.seal, RECEIPT_CONTEXT),
                receipt_public=public,
                prepared_at=act.at,
            )
        )


@contextmanager
def asked(database: Database) -> Iterator[list[str]]:
    """The statements that the database is asked within."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
