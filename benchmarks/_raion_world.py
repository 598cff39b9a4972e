"""A raion with 300 okrugs, written into an empty database by bulk inserts past its rules: invented from end to end.

One okrug has an open poll with a long roll and a long log, the others three cycles of a hundred proposals each and a
roll. The open poll is made by the demonstration's driver through the services; what is many is added beside it.
"""

import random
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Table, func, select, text, update

from benchmarks.import_roll import people
from pb import clock, migrations
from pb.app import create_app
from pb.audit import service as audit
from pb.core import search
from pb.core.belenios.groups import ED25519
from pb.core.national_numbers import parse_iin
from pb.cycles.models import Cycle
from pb.db import Database
from pb.demo import okrug
from pb.demo.cycle import Demo, Driver, Stage
from pb.demo.people import FAMILY, GIVEN
from pb.demo.places import KRASNOYAR
from pb.identity.service import iin as numbers
from pb.keyring import KeyRing, Keys
from pb.proposals.models import Category
from pb.roll.models import Commitment, Confirmation
from pb.roll.service import commitments
from pb.settings import Settings
from tests.frozen.world import without_rules

KEYS = Keys(KeyRing({1: b"p" * 32}), KeyRing({1: b"s" * 32}))
ORIGIN = "http://localhost"
SIGNING = "a key for benchmarks, forty characters!!"
RAION = "kokshetau"
ROLL = 26  # of the driver
PUBLIC_KEY_DIGITS = 617  # of the usual group: what is stored is as long as there
ROWS_AT_ONCE = 2000
CYCLES = 3
REISSUES = 50


@dataclass(frozen=True)
class Size:
    """How much there is of what."""

    okrugs: int = 300
    people: int = 200_000
    voters: int = 20_000
    events: int = 100_000
    proposals: int = 100


@dataclass(frozen=True)
class Built:
    """Where what is measured stands."""

    demo: Demo
    somebody: str
    proposal: str
    log_pages: int
    late_page: int


def settings_of(url: str, folder: Path) -> Settings:
    """Those of the benchmark: no limits, and so no page that is remembered for five seconds."""
    return Settings(url, SIGNING, KEYS.pepper, KEYS.seal, folder, ORIGIN, limits=False)


def build(database: Database, folder: Path, size: Size) -> Built:
    """Fills an empty database."""
    migrations.upgrade(database.engine)
    demo = _open_poll(database, folder)
    maker = Maker(size, random.Random(1))  # noqa: S311 - names and shapes of digits
    with without_rules(database.engine) as connection:
        maker.fill(connection, demo.cycle_id)
    with database.work() as session:
        session.connection().execute(text("ANALYZE" if database.engine.dialect.name == "postgresql" else "SELECT 1"))
    _commit_to_the_roll(database, demo.cycle_id)
    return Built(demo, maker.somebody, f"{demo.path}/proposals/50", size.events // audit.PAGE, size.voters * 7 // 200)


def _open_poll(database: Database, folder: Path) -> Demo:
    settings = settings_of(database.engine.url.render_as_string(hide_password=False), folder)
    with create_app(settings, database).test_request_context(base_url=ORIGIN):
        with database.work() as session:
            okrug.build(session, KEYS, clock.now() - timedelta(days=100))
        return Driver(
            database=database,
            keys=KEYS,
            origin=ORIGIN,
            fiscal_year=clock.local(clock.now()).year + 1,
            begins=clock.local(clock.now() - timedelta(days=22)).date(),
            voters=0,
            projects=20,
            roll_size=ROLL,
            report=lambda _stage, _figures: None,
            closes_at=clock.now() + timedelta(hours=20),
            rule={"group_name": ED25519.name},
        ).run(Stage.VOTING)


def _commit_to_the_roll(database: Database, cycle_id: UUID) -> None:
    """The roll is longer than what was committed to at the opening: the commitments follow it."""
    with database.work(writing=False) as session:
        act = okrug.act_of(session, None, clock.now())
        cycle = session.get_one(Cycle, cycle_id)
        salts = {row.id: row.salt for row in commitments.every(act, cycle)}
        made = {row: commitments.commitment(act, cycle, KEYS, salt) for row, salt in salts.items()}
        confirmed = commitments.commitment(act, cycle, KEYS, session.get_one(Confirmation, cycle_id).salt)
    with without_rules(database.engine) as connection:
        for row, value in made.items():
            connection.execute(update(Commitment).where(Commitment.id == row).values(commitment=value))
        connection.execute(update(Confirmation).where(Confirmation.cycle_id == cycle_id).values(commitment=confirmed))


class Maker:
    """Rows of many okrugs like the first one."""

    def __init__(self, size: Size, chance: random.Random) -> None:
        self.size, self.chance = size, chance
        self.tables = migrations.metadata().tables
        self.somebody = ""

    def fill(self, connection: Connection, cycle_id: UUID) -> None:
        """A raion around the okrug of this cycle, whose poll is open."""
        self.connection = connection
        cycle = self._row("cycles", id=cycle_id)
        territory = self._row("territories", id=cycle["territory_id"])
        slugs = self.tables["territory_slugs"]
        if connection.execute(select(slugs.c.slug).where(slugs.c.slug == RAION)).first() is None:
            self._add("territory_slugs", [self._slug(territory["parent_id"], RAION)])
        for step in range(1, CYCLES):
            self._earlier_cycle(cycle, territory["id"], step, self._staff())
        self.more(connection, cycle_id)

    def more(self, connection: Connection, cycle_id: UUID) -> None:
        """As many proposals, voters, events and okrugs as `size` says; what is there counts."""
        self.connection = connection
        staff = self._staff()
        cycle = self._row("cycles", id=cycle_id)
        territory = self._row("territories", id=cycle["territory_id"])
        subjects = self._proposals(cycle, staff, first=self._last("proposals", cycle_id) + 1)
        self._roll(cycle, staff, self.size.voters)
        self._log(territory["id"], subjects, staff)
        there = self.connection.execute(select(func.count()).select_from(self.tables["territory_slugs"])).scalar_one()
        others = self.size.okrugs - 1
        for number in range(there - 2, others):
            place = self._okrug(territory, number)
            newest = {**cycle, "id": uuid4(), "territory_id": place, "phase": "review"}
            self._add("cycles", [newest])
            self._proposals(newest, staff)
            for step in range(1, CYCLES):
                self._earlier_cycle(cycle, place, step, staff)
            self._entries(newest["id"], (self.size.people - self.size.voters) // max(others, 1), sealed=False)

    def _staff(self) -> list[UUID]:
        return list(self.connection.execute(select(self.tables["people"].c.id).order_by("id")).scalars())

    def _row(self, table: str, **found_by: Any) -> dict[str, Any]:
        query = select(self.tables[table]).filter_by(**found_by)
        return dict(self.connection.execute(query).mappings().one())

    def _last(self, table: str, cycle_id: UUID) -> int:
        known = self.tables[table]
        found = select(func.max(known.c.number)).where(known.c.cycle_id == cycle_id)
        return self.connection.execute(found).scalar() or 0

    def _add(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        known: Table = self.tables[table]
        waiting = iter(rows)
        while some := [dict(row) for row in islice(waiting, ROWS_AT_ONCE)]:
            self.connection.execute(known.insert(), some)

    def _slug(self, territory_id: UUID, slug: str) -> dict[str, Any]:
        since = datetime(2026, 1, 1, tzinfo=UTC)
        return {"slug": slug, "territory_id": territory_id, "since": since, "event": "0" * 64}

    def _okrug(self, like: Mapping[str, Any], number: int) -> UUID:
        place = uuid4()
        names = {f"name_{tongue}": f"{like[f'name_{tongue}']} {number}" for tongue in ("kk", "ru", "en")}
        self._add("territories", [{**like, **names, "id": place, "kato": f"{500_000_000 + number}"}])
        self._add("territory_slugs", [self._slug(place, f"okrug-{number}")])
        for name in KRASNOYAR.settlements:
            settlement = {f"name_{tongue}": name for tongue in ("kk", "ru", "en")}
            self._add("settlements", [{"id": uuid4(), "territory_id": place, "kato": None, "former": [], **settlement}])
        return place

    def _earlier_cycle(self, like: Mapping[str, Any], place: UUID, step: int, staff: list[UUID]) -> list[UUID]:
        back = timedelta(days=365 * step)
        days = {name: value - back for name, value in like.items() if isinstance(value, date | datetime)}
        year = like["fiscal_year"] - step
        earlier = {**like, **days, "id": uuid4(), "territory_id": place, "fiscal_year": year, "phase": "works"}
        self._add("cycles", [earlier])
        return self._proposals(earlier, staff)

    def _proposals(self, cycle: Mapping[str, Any], staff: list[UUID], first: int = 1) -> list[UUID]:
        rows = [
            {
                "id": uuid4(),
                "cycle_id": cycle["id"],
                "author_id": staff[number % len(staff)],
                "number": number,
                "draft": 1000 + number,
                "language": "ru",
                "title": f"Освещение улицы Абая, участок {number}",
                "problem": "Вечером темно, дети идут из школы по дороге. " * 8,
                "solution": "Поставить двенадцать опор со светодиодными светильниками. " * 8,
                "settlement": KRASNOYAR.settlements[number % len(KRASNOYAR.settlements)],
                "place": "улица Абая",
                "category": list(Category)[number % len(Category)],
                "cost": 5_000_000_00,
                "state": "accepted" if number % 2 else "submitted",
                "created_at": cycle["opened_at"],
                "submitted_at": cycle["opened_at"],
            }
            for number in range(first, self.size.proposals + 1)
        ]
        self._add("proposals", rows)
        self._add("proposal_words", [self._words(row) for row in rows])
        self._add("reviews", [self._review(row, staff[0]) for row in rows if row["state"] == "accepted"])
        return [row["id"] for row in rows]

    @staticmethod
    def _words(proposal: Mapping[str, Any]) -> dict[str, Any]:
        texts = (proposal[name] for name in ("title", "problem", "solution", "place"))
        return {"proposal_id": proposal["id"], "words": search.index(*texts)}

    def _review(self, proposal: Mapping[str, Any], reviewer: UUID) -> dict[str, Any]:
        return {
            "id": uuid4(),
            "proposal_id": proposal["id"],
            "reviewer_id": reviewer,
            "at": proposal["created_at"],
            "okrug_competent": True,
            "competent_body": "",
            "feasible": True,
            "feasibility": "",
            "title_kk": f"Абай көшесінің жарығы, {proposal['number']} учаскесі",
            "title_ru": proposal["title"],
            "summary_kk": "Он екі тірек пен шам.",
            "summary_ru": "Двенадцать опор и светильников.",
            "cost": 4_000_000_00,
            "cost_explanation": "",
            "programme": "008",
            "verdict": "accept",
            "reason": "",
        }

    def _entries(self, cycle_id: UUID, count: int, *, sealed: bool) -> list[UUID]:
        first = self._last("roll_entries", cycle_id) + 1
        one = numbers.seal(parse_iin(next(people(1, changed=False))[0], date.max), KEYS.seal)
        known = (line[0] for line in people(count + ROLL, changed=False)) if sealed else iter(())
        rows = []
        for number in range(first, count + 1):
            name = f"{self.chance.choice(FAMILY)} {self.chance.choice(GIVEN)} {self.chance.choice(GIVEN)}-{number}"
            rows.append(
                {
                    "id": uuid4(),
                    "cycle_id": cycle_id,
                    "number": number,
                    "iin_lookup": secrets.token_bytes(32),
                    "iin_pepper": 1,
                    "iin_sealed": numbers.seal(parse_iin(next(known), date.max), KEYS.seal) if sealed else one,
                    "name": name,
                    "settlement": KRASNOYAR.settlements[number % len(KRASNOYAR.settlements)],
                    "imported_at": datetime(2026, 1, 1, tzinfo=UTC),
                    "gone_on": None,
                    "gone_reason": None,
                }
            )
        self._add("roll_entries", rows)
        if rows and not self.somebody:
            self.somebody = rows[len(rows) // 2]["name"].split("-")[0]
        return [row["id"] for row in rows]

    def _roll(self, cycle: Mapping[str, Any], staff: list[UUID], count: int) -> None:
        """Voters with cards: a third handed over, a quarter of all voted, some re-issued."""
        poll = self._row("polls", cycle_id=cycle["id"])
        event = self.connection.execute(select(self.tables["credentials"].c.event).limit(1)).scalar_one()
        hour = poll["opened_at"].replace(minute=0, second=0, microsecond=0)
        ballots_there = self.connection.execute(
            select(func.count()).select_from(self.tables["cast_ballots"])
        ).scalar_one()
        entries = self._entries(cycle["id"], count, sealed=True)

        lost = max(1, len(entries) // REISSUES)

        def card(number: int, entry: UUID) -> dict[str, Any]:
            handed = number % 3 == 0
            return {
                "poll_id": poll["id"],
                "entry_id": entry,
                "public_key": self._public_key(),
                "made_at": poll["prepared_at"],
                "event": event,
                "by_page": False,
                "handed_over_at": hour if handed else None,
                "clerk_id": staff[0] if handed else None,
                "released_at": None,
                "withdrawn_at": hour if number % lost == 0 else None,
            }

        self._add("credentials", (card(number, entry) for number, entry in enumerate(entries)))
        voted = entries[: len(entries) // 4]
        voting = {"poll_id": poll["id"], "hour": hour}
        self._add("participations", ({**voting, "entry_id": entry, "channel": "web"} for entry in voted))
        ballots = [
            {
                **voting,
                "position": number + 1,
                "entry_id": entry,
                "tracker": f"{number:043}",
                "code": f"{number:020}",
                "height": poll["height"] + number + 1,
                "record": poll["records"] + number,
                "event": "",
            }
            for number, entry in enumerate(voted, ballots_there)
        ]
        records = ({"poll_id": poll["id"], "position": one["record"], "name": "x", "data": b"{}"} for one in ballots)
        self._add("archive_records", records)
        self._add("cast_ballots", ballots)
        self._reissues(poll, entries[::lost], staff, event)

    def _reissues(self, poll: Mapping[str, Any], entries: list[UUID], staff: list[UUID], event: str) -> None:
        keys = {"poll_id": poll["id"], "made_at": poll["prepared_at"], "event": event, "by_page": False}
        approved = {"approved_at": poll["opened_at"], "approved_by": staff[1], "replaced_at": None}
        reserve = self.tables["reserve_credentials"].c.number
        last = (
            self.connection.execute(
                select(func.max(reserve)).where(self.tables["reserve_credentials"].c.poll_id == poll["id"])
            ).scalar()
            or 0
        )
        for number, entry in enumerate(entries, last + 1):
            hashed = f"{number:064}"
            self._add("reserve_credentials", [{**keys, "number": number, "public_key": self._public_key()}])
            row = {"poll_id": poll["id"], "entry_id": entry, "reason": "утеряна", "salt": b"1" * 32, "event": hashed}
            proposed = {"proposed_at": poll["opened_at"], "proposed_by": staff[0], "proposed_event": f"1{number:063}"}
            kept = {"withdrawn_key": self._public_key(), "handed_over_at": None, "clerk_id": None, "reserve": number}
            self._add("reissues", [{"id": uuid4(), **row, **proposed, **approved, **kept}])

    def _public_key(self) -> str:
        return str(self.chance.randrange(10 ** (PUBLIC_KEY_DIGITS - 1), 10**PUBLIC_KEY_DIGITS))

    def _log(self, territory_id: UUID, subjects: list[UUID], staff: list[UUID]) -> None:
        """The okrug's log goes on to its length, each event under the hash of the one before."""
        head = self._row("audit_heads", territory_id=territory_id)
        last = self._row("audit_events", hash=head["hash"])
        roles = ["office", "registrar", "clerk", ""]

        def events() -> Iterator[dict[str, Any]]:
            previous = last["hash"]
            for position in range(last["position"] + 1, self.size.events + 1):
                event = {
                    "position": position,
                    "previous": previous,
                    "at": last["at"],
                    "action": "roll.correction_proposed",
                    "actor_id": staff[position % len(staff)],
                    "actor_roles": roles[position % len(roles)],
                    "subject_id": subjects[position % len(subjects)],
                    "data": {"number": position, "entry": position % 977},
                }
                published = {
                    "position": position,
                    "previous": previous,
                    "at": event["at"].astimezone(UTC).isoformat(),
                    "action": event["action"],
                    "actor": str(event["actor_id"]),
                    "roles": event["actor_roles"],
                    "subject": str(event["subject_id"]),
                    "data": event["data"],
                }
                previous = audit.digest_of(published)
                yield {**event, "hash": previous, "territory_id": territory_id}

        rows = events()
        heads = self.tables["audit_heads"]
        while some := list(islice(rows, ROWS_AT_ONCE)):
            self._add("audit_events", some)
            head = some[-1]
        end = {"position": head["position"], "hash": head["hash"]}
        self.connection.execute(heads.update().where(heads.c.territory_id == territory_id).values(**end))
