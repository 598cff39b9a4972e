"""A small okrug in a throw-away database, with one invented person per role, for the tests of the services."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from pb import migrations
from pb.act import Act, Role
from pb.cycles import service as cycles
from pb.cycles.models import ORDER, Cycle, Phase, PollSettings
from pb.db import Database
from pb.gatherings.models import Office
from pb.gatherings.service import members
from pb.identity.models import Person
from pb.proposals.models import Category, Proposal, Verdict
from pb.proposals.service import proposals
from pb.proposals.service.proposals import Content
from pb.reviews import service as reviews
from pb.reviews.service import Findings
from pb.territory.models import Territory

START = datetime(2026, 11, 21, 6, tzinfo=UTC)
MILLION = 1_000_000_00


@dataclass
class Okrug:
    """The okrug, its cycle, and the moment of the test, which the test moves on."""

    session: Session
    territory: Territory
    people: dict[Role, Person]
    at: datetime = START
    cycle: Cycle = field(init=False)

    def act(self, *roles: Role, person: Person | None = None) -> Act:
        """An act of the person of the first role, holding these roles alone."""
        who = person or (self.people[roles[0]] if roles else None)
        return Act(self.session, self.territory, who, frozenset(roles), self.at)

    def open_cycle(self) -> Cycle:
        today = self.at.date()
        days = {f"{phase}_until": today + timedelta(days=10 * n) for n, phase in enumerate(ORDER[:-1], 1)}
        plan = cycles.Plan(
            fiscal_year=2027,
            envelope=60 * MILLION,
            project_limit=20 * MILLION,
            proposals_per_resident=2,
            poll=PollSettings(choices=3),
            **days,
        )
        self.cycle = cycles.open_cycle(self.act(Role.OFFICE), plan)
        self.cycle.notice_days = 0
        return self.cycle

    def enter(self, phase: Phase) -> None:
        self.cycle.phase = phase
        self.session.flush()

    def propose(self, title: str = "Lighting of Abai street", cost: int = 5 * MILLION) -> Proposal:
        """A submitted proposal of the resident."""
        act = self.act(Role.RESIDENT)
        return proposals.submit(act, self.cycle, proposals.save_draft(act, self.cycle, content(title=title, cost=cost)))

    def accept(self, proposal: Proposal) -> None:
        reviews.review(self.act(Role.OFFICE), self.cycle, proposal, findings(cost=proposal.cost))

    def seat_assembly(self, size: int = 5) -> None:
        """An assembly with a chair, a secretary and `size` - 2 other members."""
        offices = [Office.CHAIR, Office.SECRETARY, *[Office.MEMBER] * (size - 2)]
        for number, office in enumerate(offices, 1):
            election = members.Election(
                f"Member {number}", "Красный Яр", office, date(2025, 1, 1), date(2028, 12, 31), "minutes № 1"
            )
            members.add(self.act(Role.OFFICE), election)


def content(**changes: object) -> Content:
    """A complete proposal."""
    whole: dict[str, object] = {
        "title": "Lighting of Abai street",
        "problem": "It is dark.",
        "solution": "Put up lamps.",
        "settlement": "Красный Яр",
        "place": "Abai street",
        "category": Category.LIGHTING,
        "cost": 5 * MILLION,
    }
    return Content(**{**whole, **changes})  # type: ignore[arg-type]


def findings(**changes: object) -> Findings:
    """Findings that bear an acceptance."""
    whole: dict[str, object] = {
        "verdict": Verdict.ACCEPT,
        "okrug_competent": True,
        "competent_body": "",
        "feasible": True,
        "feasibility": "",
        "cost": 5 * MILLION,
        "cost_explanation": "",
        "programme": "008",
        "reason": "",
    }
    return Findings(**{**whole, **changes})  # type: ignore[arg-type]


@cache
def _migrated() -> Path:
    """An empty database with all tables and triggers, made once per run and copied by each test."""
    path = Path(tempfile.mkdtemp(prefix="asar-tests-")) / "empty.db"
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database.engine)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    return path


@contextmanager
def small_okrug(folder: Path) -> Iterator[Okrug]:
    """The okrug with its cycle open for proposals."""
    shutil.copyfile(_migrated(), folder / "okrug.db")
    database = Database(f"sqlite:///{folder / 'okrug.db'}")
    with database.work() as session:
        territory = Territory(
            kato="111033000",
            name_kk="Краснояр ауылдық округі",
            name_ru="Красноярский сельский округ",
            name_en="Krasnoyar rural okrug",
            parent_kk="Көкшетау қаласы",
            parent_ru="город Кокшетау",
            parent_en="city of Kokshetau",
            settlements=["Красный Яр", "Кызыл Жулдыз"],
            paper_place="Akimat",
        )
        session.add(territory)
        people = {
            role: Person(name=f"Person {role}", iin_lookup=role.encode(), iin_sealed=b"", created_at=START)
            for role in Role
        }
        session.add_all(people.values())
        session.flush()
        okrug = Okrug(session, territory, people)
        okrug.open_cycle()
        yield okrug
        session.rollback()
    database.engine.dispose()
