"""A cycle that was played to its end on both kinds of database, and the moments at which something is due."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text, update

from pb import clock, migrations
from pb.act import Act
from pb.app import create_app
from pb.audit.models import AuditEvent
from pb.cards.models import CardWithdrawal
from pb.checks.models import Explanation
from pb.core import sealing
from pb.core.belenios.groups import ED25519
from pb.cycles.models import Cycle
from pb.db import Database
from pb.demo import okrug
from pb.demo.cycle import Driver, Stage
from pb.gatherings.models import Answer, Gathering, Matter, Minutes, Question
from pb.identity.models import Person
from pb.polls.models import Poll
from pb.roll.models import Correction, Import, Request
from pb.settings import Settings
from pb.voting.models import BallotEvidence, CastBallot
from tests.conftest import Postgres
from tests.frozen.world import without_rules
from tests.polls.open_poll import REGISTRAR_KEY
from tests.village import KEYS, path_of, sole

VOTERS, ROLL = 12, 40
ORIGIN = "http://localhost"
REASON = "Аяған қарт, карточкасын көршісі жоғалтты"
ENDED_DAYS = 170  # the box closed some 136 days ago and the akim agreed some 121 days ago
FILE = b"asar-the-lines-of-a-file-that-was-never-taken-in"
ASKED_BY, CONTACT, ASKED = "Сұраушы Бекзат", "8 777 000 11 22", "Мен тізімде жоқпын"
CORRECTED, NUMBER = "Түзетілген Айгүл", b"asar-an-IIN-of-somebody-who-was-added"
PERSONAL = (FILE, ASKED_BY.encode(), CONTACT.encode(), ASKED.encode(), CORRECTED.encode(), NUMBER)
SALT = b"a salt of a text or of a card..."
EVIDENCE = "MIIB-the-certificate-of-a-voter-with-an-IIN-in-it"


@dataclass
class Ended:
    """A cycle whose result was adopted."""

    database: Database
    cycle_id: UUID
    poll_id: UUID
    settings: Settings

    @contextmanager
    def act(self, at: datetime | None = None) -> Iterator[Act]:
        with self.database.work() as session:
            yield Act(session, sole(session), None, frozenset(), at or clock.now())

    @property
    def path(self) -> str:
        """The address of the cycle: `/krasnoyar/2027`."""
        with self.database.work(writing=False) as session:
            return path_of(session, self.cycle_id)

    def poll(self, act: Act) -> Poll:
        return act.session.get_one(Poll, self.poll_id)

    def cycle(self, act: Act) -> Cycle:
        return act.session.get_one(Cycle, self.cycle_id)


def _settings(database: Database, folder: Path) -> Settings:
    url = database.engine.url.render_as_string(hide_password=False)
    return Settings(url, "a key for tests alone, forty characters!", KEYS.pepper, KEYS.seal, folder, ORIGIN)


def _played(database: Database, folder: Path) -> tuple[UUID, UUID]:
    """Plays a cycle to its end some months ago, without a worker, whose events would be of today.

    Rows that the demonstration has none of are put beside its own."""
    settings = _settings(database, folder)
    now = clock.now()
    with create_app(settings, database).test_request_context(base_url=ORIGIN):
        with database.work() as session:
            okrug.build(session, KEYS, now - timedelta(days=ENDED_DAYS + 10))
        driver = Driver(
            database=database,
            keys=KEYS,
            origin=ORIGIN,
            fiscal_year=clock.local(now).year + 1,
            begins=clock.local(now - timedelta(days=ENDED_DAYS)).date(),
            voters=VOTERS,
            projects=4,
            roll_size=ROLL,
            report=lambda _stage, _figures: None,
            codes_key=sealing.public_text(REGISTRAR_KEY),
            rule={"group_name": ED25519.name},
        )
        demo = driver.run(Stage.BUDGET)
    assert demo.poll_id is not None
    with database.work() as session:
        tracker = session.scalars(select(CastBallot.tracker).where(CastBallot.position == 1)).one()
        person = session.scalars(select(Person.id).order_by(Person.id)).all()[:2]
        event = session.scalars(select(AuditEvent.hash).order_by(AuditEvent.position)).first()
    of_poll = {"poll_id": demo.poll_id}
    explained = {
        "minutes_number": "7",
        "text": "A slip.",
        "at": now,
        "faults": ["did_not_vote:3", "lost:ab"],
        "salt": SALT,
    }
    explained |= {"event": event, "chair_event": event}
    answered = {"secretary_id": person[0], "chair_id": person[1], "chair_at": now, "agreed": True}
    withdrawn = {"public_key": "1", "at": now, "event": event, "reason": REASON, "salt": SALT}
    of_roll = {"cycle_id": demo.cycle_id}
    read = {"number": 77, "registrar_id": person[0], "read_at": now, "sealed": FILE, "good": 1, "faults": []}
    asked = {"number": 77, "secret_hash": b"h", "kind": "missing", "name": ASKED_BY, "settlement": "x", "text": ASKED}
    added = {
        "number": 77,
        "kind": "add",
        "name": CORRECTED,
        "settlement": "x",
        "reason": "№ 3",
        "proposed_by": person[0],
    }
    with without_rules(database.engine) as connection:
        evidence = insert(BallotEvidence).values(of_poll | {"tracker": tracker, "statement": "asar/1", "cms": EVIDENCE})
        connection.execute(evidence)
        connection.execute(insert(Explanation).values(of_poll | {"id": uuid4()} | explained | answered))
        connection.execute(insert(CardWithdrawal).values(of_poll | withdrawn))
        connection.execute(insert(Import).values(of_roll | {"id": uuid4()} | read))
        asked |= {"iin_sealed": NUMBER, "contact": CONTACT, "made_at": now, "answer": ""}
        connection.execute(insert(Request).values(of_roll | {"id": uuid4()} | asked))
        added |= {"iin_sealed": NUMBER, "proposed_at": now, "decided_at": now, "approved": True}
        connection.execute(insert(Correction).values(of_roll | {"id": uuid4()} | added))
    return demo.cycle_id, demo.poll_id


def never_adopted(ended: Ended, state: str = "complete") -> None:
    """As if the akim had disagreed with the adoption; in another state than complete nobody went on with the poll."""
    with without_rules(ended.database.engine) as connection:
        of_adoption = (
            select(Minutes.id).join(Gathering).where(Gathering.questions.any(Question.matter == Matter.ADOPTION))
        )
        disagrees = {"agrees": False, "reason": "Келіспеймін"}
        connection.execute(update(Answer).where(Answer.minutes_id.in_(of_adoption)).values(disagrees))
        connection.execute(text("UPDATE polls SET state = :state"), {"state": state})


@pytest.fixture(scope="session")
def played_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, UUID, UUID]:
    folder = tmp_path_factory.mktemp("ended")
    database = Database(f"sqlite:///{folder / 'asar.db'}")
    migrations.upgrade(database.engine)
    found = _played(database, folder)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return folder / "asar.db", *found


@pytest.fixture(scope="session")
def played_on_postgres(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, UUID, UUID]:
    database = Database(postgres.copy("empty", "ended"))
    found = _played(database, tmp_path_factory.mktemp("ended-postgres"))
    database.engine.dispose()
    return "ended", *found


@pytest.fixture(params=["sqlite", "postgresql"])
def ended(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ended]:
    if request.param == "sqlite":
        path, cycle_id, poll_id = request.getfixturevalue("played_file")
        shutil.copy(path, tmp_path / "asar.db")
        database = Database(f"sqlite:///{tmp_path / 'asar.db'}")
    else:
        name, cycle_id, poll_id = request.getfixturevalue("played_on_postgres")
        database = Database(request.getfixturevalue("postgres").copy(name, f"ended_{tmp_path.name}".replace("-", "_")))
    yield Ended(database, cycle_id, poll_id, _settings(database, tmp_path / "state"))
    database.engine.dispose()
