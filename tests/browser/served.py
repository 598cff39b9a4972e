"""The demonstration's okrug behind a real server, without demo mode, with cycles to look at."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import select

from pb import clock, migrations
from pb.act import Role
from pb.core.national_numbers import IIN
from pb.db import Database
from pb.demo import okrug, people, together
from pb.demo.cycle import Demo, Driver, Stage
from pb.gatherings.models import Gathering, Kind, Matter, Seat
from pb.gatherings.service import agenda, arrivals, convening, elections
from pb.gatherings.service.rules import Count
from pb.identity.service import accounts
from pb.proposals.models import Proposal
from pb.roll.models import Entry
from pb.settings import Settings
from pb.winners.models import Winner
from tests.browser.serving import PHONE, give_session, origin_of, serving
from tests.village import KEYS, PASSWORD, without_notice

PROJECTS = 13


@dataclass(frozen=True)
class Plan:
    """A cycle of the okrug: how far it is played, days since it began, ballots, and settings of its rule."""

    through: Stage
    begun: int
    voters: int
    projects: int = PROJECTS
    rule: Mapping[str, Any] = field(default_factory=dict)


PLANS: Mapping[str, Plan] = {
    Stage.BUDGET: Plan(Stage.BUDGET, begun=460, voters=12, rule={"group_name": "Ed25519"}),
    Stage.VOTING: Plan(Stage.VOTING, begun=22, voters=2),
    Stage.PROPOSALS: Plan(Stage.PROPOSALS, begun=2, voters=0),
}
"""A finished cycle, an open vote over 12 projects, and one that collects ideas."""


@dataclass
class Served:
    """Where the okrug is served, and what there is to see in it."""

    origin: str
    app: Flask
    settings: Settings
    database: Database
    cycles: Mapping[str, Demo]
    meetings: Mapping[str, int]
    """The numbers of two meetings that are being held: of the assembly, and of residents."""

    @property
    def resident(self) -> IIN:
        """A resident whose password is the tests' own: the first by name."""
        with self.database.work(writing=False) as session:
            person = okrug.act_of(session, Role.RESIDENT, clock.now()).person
            assert person is not None
            return next(one.iin for one in people.residents() if one.name == person.name)

    def path(self, stage: str, rest: str = "") -> str:
        return f"{self.cycles[stage].path}{rest or '/'}"

    def year(self, stage: str) -> str:
        return self.cycles[stage].path.rpartition("/")[2]

    def context(
        self, browser: Browser, role: Role | None = None, language: str = "kk", **options: Any
    ) -> BrowserContext:
        """A browser context of somebody who holds the role and is signed in, or of a stranger."""
        context = browser.new_context(**{"viewport": PHONE, **options})
        context.add_cookies([{"name": "lang", "value": language, "url": self.origin}])
        if role is not None:
            with self.database.work(writing=False) as session:
                person = okrug.act_of(session, role, clock.now()).person
            assert person is not None
            give_session(context, self.app, self.database, person.id)
        return context

    def first(self, model: type[Entry] | type[Gathering] | type[Proposal], stage: str) -> int:
        """The number of the first proposal, meeting or entry of the roll of a cycle."""
        with self.database.work(writing=False) as session:
            query = select(model.number).where(model.cycle_id == self.cycles[stage].cycle_id).order_by(model.number)
            found: int = session.scalars(query).first()  # type: ignore[assignment]
            return found

    def winner(self, stage: str) -> int:
        """The number of the proposal that won a cycle."""
        with self.database.work(writing=False) as session:
            query = select(Proposal.number).join(Winner, Winner.proposal_id == Proposal.id)
            query = query.where(Winner.cycle_id == self.cycles[stage].cycle_id).order_by(Winner.position)
            found: int = session.scalars(query).first()  # type: ignore[assignment]
            return found


@contextmanager
def served(folder: Path, plans: Mapping[str, Plan] = PLANS) -> Iterator[Served]:
    """Builds the okrug with these cycles and serves it."""
    database = Database(f"sqlite:///{folder / 'asar.db'}")
    migrations.upgrade(database.engine)

    def settings_at(origin: str) -> Settings:
        return Settings(
            database_url=f"sqlite:///{folder / 'asar.db'}",
            secret_key="a key for tests alone, forty characters!",
            iin_pepper=KEYS.pepper,
            seal_key=KEYS.seal,
            state_folder=folder,
            base_url=origin,
            limits=False,
        )

    with serving(database, settings_at) as app:
        with app.test_request_context(base_url=origin_of(app)):
            cycles = _build(database, origin_of(app), plans)
            held = _hold(database)
        yield Served(origin_of(app), app, app.extensions["settings"], database, cycles, held)
    database.engine.dispose()


def _build(database: Database, origin: str, plans: Mapping[str, Plan]) -> dict[str, Demo]:
    now = clock.now()
    with database.work() as session:
        okrug.build(session, KEYS, now - timedelta(days=480))
    drivers = {
        name: Driver(
            database=database,
            keys=KEYS,
            origin=origin,
            fiscal_year=clock.local(now).year + place,
            begins=clock.local(now - timedelta(days=plan.begun)).date(),
            voters=plan.voters,
            projects=plan.projects,
            roll_size=30,
            report=lambda _stage, _figures: None,
            rule=plan.rule,
        )
        for place, (name, plan) in enumerate(plans.items())
    }
    played = together.play({name: (driver, plans[name].through) for name, driver in drivers.items()})
    with database.work() as session:
        resident = okrug.act_of(session, Role.RESIDENT, clock.now())
        assert resident.person is not None
        accounts.set_password(resident, resident.person, PASSWORD)
    return played


def _hold(database: Database) -> dict[str, int]:
    points = (
        convening.Point(Matter.OTHER, "Балалар алаңы", "kk", "Асқар Оспанов"),
        convening.Point(Matter.ELECTION, "Комиссия", "kk", seat=Seat.OTHER, places=1),
    )
    numbers = {}
    for kind in (Kind.ASSEMBLY, Kind.GATHERING):
        with database.work() as session:
            office = okrug.act_of(session, Role.OFFICE, clock.now())
            without_notice(office)
            begins = office.at + timedelta(milliseconds=1)
            entitled = 900 if kind is Kind.GATHERING else None
            plan = convening.Plan(kind, begins, "Мәдениет үйі", points, entitled=entitled)
            meeting = convening.convene(office, plan)
            numbers[kind.value], meeting_id = meeting.number, meeting.id
        with database.work() as session:
            role = Role.SECRETARY if kind is Kind.ASSEMBLY else Role.OFFICE
            keeper = okrug.act_of(session, role, clock.now())
            meeting, settlement = session.get_one(Gathering, meeting_id), keeper.territory.settlements[0]
            if kind is Kind.GATHERING:
                arrivals.register(keeper, meeting, "Айгүл Сейітқызы", settlement)
                continue
            everybody = [row.member_id for row in meeting.attendances]
            arrivals.mark_present(keeper, meeting, everybody[1:])
            agenda.adopt(keeper, meeting, Count(len(everybody) - 1, 0, 0))
            # The first point is what became of earlier decisions: it is put in where there are any.
            election = next(point for point in meeting.questions if point.places)
            elections.nominate(keeper, meeting, election, "Асқар Оспанов", settlement)
    return numbers
