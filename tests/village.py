"""An okrug in a throw-away database with an invented person in every role, built through the services.

The IINs are of the 19th century: they cannot belong to anybody. A `Village` opens a unit of work for each act, as a
request does; an `Okrug` has one session for a whole test of services, and a moment that the test moves on.
"""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb import clock, keyring
from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.core.national_numbers import IIN, check_digit, parse_iin
from pb.core.places.kinds import FOURTH_LEVEL
from pb.core.poll.bilingual import Bilingual
from pb.cycles import service as cycles
from pb.cycles.models import ORDER, Cycle, Phase, PollSettings
from pb.db import Database
from pb.demo import staff
from pb.demo.places import KRASNOYAR, Place
from pb.gatherings.models import Answer, Gathering, Kind, Member, Minutes, Office, Paper, Record, State, Version
from pb.gatherings.service import agenda, arrivals, convening, meetings, membership
from pb.gatherings.service.drafting import fingerprint
from pb.gatherings.service.rules import Count
from pb.identity.models import SECOND_FACTOR_CONTEXT, Grant, Person
from pb.identity.service import accounts, appointments, holdings, second_factor
from pb.identity.service.holdings import Terms
from pb.identity.service.roles import APPOINTMENTS, Level
from pb.keyring import KeyRing, Keys
from pb.proposals.models import Category, Ground, Proposal, Verdict
from pb.proposals.service import proposals
from pb.proposals.service.contents import Content
from pb.reviews import service as reviews
from pb.reviews.service import Findings
from pb.territory import service as territories
from pb.territory.models import Setting, Slug, Territory
from pb.territory.service import addresses, tree
from pb.web import places

KEYS = Keys(pepper=KeyRing({1: b"p" * 32}), seal=KeyRing({1: b"s" * 32}))
PASSWORD = "four plain words together"
MILLION = 1_000_000_00
SETTLEMENTS = ["Красный Яр", "Қызылжұлдыз"]
SETTLED = datetime(2026, 9, 1, 6, tzinfo=UTC)
"""When the okrug was founded; nine days later all have their roles: before every moment that a test travels to."""
START = datetime(2026, 11, 21, 6, tzinfo=UTC)
"""When the tests in one session begin."""


def invented_iin(number: int, born: str = "800416", century: int = 2) -> IIN:
    """The IIN of somebody who never lived: born on 16 April 1880, unless a test needs another age.

    Prefixes that can never be issued are passed over.
    """
    serial = number * 3
    while (digit := check_digit(f"{born}{century}{serial:04}")) is None:
        serial += 1
    return parse_iin(f"{born}{century}{serial:04}{digit}", clock.now().date())


@dataclass
class Village:
    """The okrug of a test: each act opens a unit of work of its own, as a request does."""

    database: Database
    people: dict[Role, Person] = field(default_factory=dict)
    trustees: list[Person] = field(default_factory=list)
    place: Place = KRASNOYAR

    @property
    def home(self) -> str:
        """The okrug's own address."""
        return f"/{self.place.slug}"

    @contextmanager
    def act_as(
        self, *roles: Role, at: datetime | None = None, person: Person | None = None, place: str | None = None
    ) -> Iterator[Act]:
        """An act of the person of the first role with these roles alone; without any, of nobody.

        In the okrug, or in the place of this code.
        """
        with self.database.work() as session:
            who = person or (self.people[roles[0]] if roles else None)
            present = session.get(Person, who.id) if who is not None else None
            where = tree.find(session, place or self.place.slug)
            assert where is not None
            yield Act(session, where, present, frozenset(roles), at or clock.now())

    def last_moment(self) -> datetime:
        """When the log's last event was: what a test lets happen in the past does not come before it."""
        with self.act_as() as act:
            query = select(AuditEvent.at).where(AuditEvent.territory_id == act.territory.id)
            return act.session.scalars(query.order_by(AuditEvent.position.desc()).limit(1)).one()

    def appoint(
        self,
        person_id: UUID,
        role: Role,
        *,
        at: datetime | None = None,
        by: Role | None = None,
        reason: str = "test",
        **terms: Any,
    ) -> UUID:
        """A role given by two bodies, the first of the table or proposed `by` another; the id of the grant."""
        moment = at or clock.now()
        whole = {"since": clock.local(moment).date(), "basis": "order № 1", **terms}
        row = APPOINTMENTS[Level.OKRUG][role]
        with self.act_as(by or row.proposes[0], at=moment) as act:
            person = act.session.get_one(Person, person_id)
            proposal = appointments.propose_giving(act, person, Terms(role, **whole), reason=reason).id
        self.confirm(proposal, at=moment)
        with self.act_as(at=moment) as act:
            return act.session.scalars(select(Grant.id).where(Grant.proposal_id == proposal)).one()

    def end_role(self, grant_id: UUID, *, last_day: date | None = None, basis: str = "order № 2") -> None:
        """A role ended by two bodies."""
        with self.act_as() as act:
            role = Role(holdings.get(act, grant_id).role)
        with self.act_as(self._ending(role)) as act:
            day = last_day or clock.local(act.at).date()
            grant = holdings.get(act, grant_id)
            proposal = appointments.propose_ending(act, grant, last_day=day, basis=basis, reason="test").id
        self.confirm(proposal)

    def _ending(self, role: Role) -> Role:
        """Another who proposes than the one who proposed it, where the okrug has another."""
        own = [one for one in APPOINTMENTS[Level.OKRUG][role].proposes if one is not Role.MASLIKHAT_SECRETARY]
        return own[-1]

    def confirm(self, proposal_id: UUID, *, by: Role | None = None, at: datetime | None = None) -> None:
        """The other body confirms: the first of the table that may."""
        with self.act_as() as act:
            role = Role(appointments.get(act, proposal_id).role)
        with self.act_as(by or APPOINTMENTS[Level.OKRUG][role].confirms[0], at=at) as act:
            appointments.confirm(act, appointments.get(act, proposal_id))

    def open_account(self, person_id: UUID) -> str:
        """Somebody of the staff has the password of all tests and an authenticator: its secret."""
        with self.act_as() as act:
            person = accounts.set_password(act, act.session.get_one(Person, person_id), PASSWORD)
            secret = second_factor.fresh_secret()
            sealed = keyring.seal_bytes(secret, KEYS.seal, SECOND_FACTOR_CONTEXT)
            second_factor.set_up(act, person, sealed, 0)
            return secret.decode()

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
            for step in ORDER[1 : ORDER.index(phase) + 1]:
                cycle.phase = step
                act.session.flush()
            return cycle.id

    def path(self, cycle_id: UUID) -> str:
        """The address of a cycle: `/krasnoyar/2027`."""
        with self.database.work(writing=False) as session:
            return path_of(session, cycle_id)

    def called(self, argument: str, row_id: UUID) -> str:
        """What stands in addresses for a row: `called("appointment_id", …)` is the number of its event in the log."""
        with self.database.work(writing=False) as session:
            return called(session, argument, row_id)

    def cycle_at(self, path: str) -> UUID:
        """The cycle at `/krasnoyar/2027`, or of a page below it."""
        year, _dash, attempt = path.split("/")[2].partition("-")
        with self.act_as() as act:
            query = select(Cycle.id).where(Cycle.territory_id == act.territory.id, Cycle.fiscal_year == int(year))
            return act.session.scalars(query.where(Cycle.attempt == int(attempt or 1))).one()

    @contextmanager
    def in_cycle(self, cycle_id: UUID, *roles: Role, at: datetime | None = None) -> Iterator[tuple[Act, Cycle]]:
        with self.act_as(*roles, at=at) as act:
            yield act, cycles.get(act, cycle_id)


def without_notice(act: Act, *, standing: bool = True) -> None:
    """Meetings may be convened for today, so that tests need not wait: no form and no command takes so short a term.

    And the assembly has a standing chair and secretary, as a raion's regulation may say, or not.
    """
    for name, value in (("notice_days", 0), ("standing_officers", int(standing))):
        version = Setting(id=uuid4(), name=name, value=value, source="Decision № 7", since=clock.local(act.at).date())
        version.territory_id, version.recorded_at = act.territory.id, act.at
        data = {"name": version.name, "value": value, "since": version.since.isoformat()}
        audit.record(act, "territory.setting", subject=version.id, data=data)
        act.session.add(version)
        act.session.flush()


def open_meeting(act: Act, gathering: Gathering, present: Iterable[UUID] | None = None) -> meetings.Quorum:
    """These members come (all, if none are given); where they are enough they adopt the agenda as it was notified."""
    everybody = [attendance.member_id for attendance in gathering.attendances]
    quorum = arrivals.mark_present(act, gathering, everybody if present is None else present)
    if quorum.reached and gathering.agenda_adopted_at is None:
        agenda.adopt(act, gathering, Count(quorum.present, 0, 0))
    return quorum


@dataclass
class Okrug:
    """The okrug in one session, its cycle, and the moment of the test, which the test moves on."""

    session: Session
    territory: Territory
    people: dict[Role, Person]
    at: datetime = START
    cycle: Cycle = field(init=False)

    def act(self, *roles: Role, person: Person | None = None) -> Act:
        """An act of the person of the first role, holding these roles alone."""
        who = person or (self.people[roles[0]] if roles else None)
        return Act(self.session, self.territory, who, frozenset(roles), self.at)

    def open_cycle(self, **settings: int) -> Cycle:
        """A cycle under the settings of the okrug, and with no notice unless they say more."""
        today = self.at.date()
        if "notice_days" not in settings:
            without_notice(self.act(Role.OFFICE))
        else:
            settings = {"standing_officers": 1, **settings}
        for name, value in settings.items():
            territories.record_setting(self.act(Role.OFFICE), name, value, source="Decision № 7", since=today)
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
        return self.cycle

    @property
    def path(self) -> str:
        """The address of the cycle: `/krasnoyar/2027`."""
        return f"{HOME}/{self.session.get_one(Cycle, self.cycle.id).year}"

    def enter(self, phase: Phase) -> None:
        """Step by step, without what the steps ask for."""
        for step in ORDER[ORDER.index(Phase(self.cycle.phase)) + 1 : ORDER.index(phase) + 1]:
            self.cycle.phase = step
            self.session.flush()

    def propose(self, title: str = "Lighting of Abai street", cost: int = 5 * MILLION, **changes: str) -> Proposal:
        """A submitted proposal of the resident."""
        act, written = self.act(Role.RESIDENT), content(title=title, cost=cost, **changes)
        return proposals.submit(act, self.cycle, proposals.save_draft(act, self.cycle, written))

    def accept(self, proposal: Proposal) -> None:
        reviews.review(self.act(Role.OFFICE), self.cycle, proposal, accepting(proposal))

    def accept_two(self) -> None:
        """Two accepted projects in the phase of the gathering."""
        first, second = self.propose("Lamps"), self.propose("Park")
        self.enter(Phase.REVIEW)
        self.accept(first)
        self.accept(second)
        self.enter(Phase.GATHERING)

    def seat_assembly(self, size: int = 5) -> None:
        """An assembly with a chair, a secretary and `size` - 2 other members."""
        offices = [Office.CHAIR, Office.SECRETARY, *[Office.MEMBER] * (size - 2)]
        for number, office in enumerate(offices, 1):
            election = membership.Election(
                f"Member {number}", "Красный Яр", office, date(2025, 1, 1), date(2028, 12, 31), "minutes № 1"
            )
            elect(self.act(Role.OFFICE), self.act(Role.CHAIR), election)


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


def accepting(proposal: Proposal) -> Findings:
    """Findings that accept a proposal at its cost, in its author's words."""
    titles, solutions = (Bilingual(text, text) for text in (proposal.title, proposal.solution))
    return findings(cost=proposal.cost, titles=titles, summaries=solutions)


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
        "language": "ru",
        "ground": Ground.OTHER if changes.get("verdict") is Verdict.REFUSE else None,
        "titles": Bilingual("Lighting of Abai street", "Lighting of Abai street"),
        "summaries": Bilingual("Put up lamps.", "Put up lamps."),
    }
    return Findings(**{**whole, **changes})  # type: ignore[arg-type]


def elect(office: Act, second: Act, *elections: membership.Election) -> list[Member]:
    """Members whom the office recorded, and the second person confirmed."""
    recorded = [membership.record(office, election) for election in elections]
    for member in recorded:
        membership.confirm(second, member)
    return recorded


HOME = f"/{KRASNOYAR.slug}"
"""The okrug's own address."""


def path_of(session: Session, cycle_id: UUID) -> str:
    """The address of a cycle."""
    cycle = session.get_one(Cycle, cycle_id)
    place = addresses.of(session, cycle.territory_id)
    assert place is not None
    return f"/{place.slug}/{cycle.year}"


def called(session: Session, argument: str, row_id: UUID) -> str:
    """What stands in addresses for a row, the argument of a view."""
    found = places.naming(argument).write(session, row_id)
    assert found is not None
    return found.text


def territory_of(session: Session, place: Place) -> Territory:
    territory = tree.find(session, place.slug)
    assert territory is not None
    return territory


def sole(session: Any) -> Territory:
    """The okrug of a test's world; of several that with the first code."""
    query = select(Territory).join(Slug, Slug.territory_id == Territory.id).where(Territory.kind.in_(FOURTH_LEVEL))
    found: Territory = session.scalars(query.order_by(Territory.kato).limit(1)).one()
    return found


RAION_ADMINISTRATOR = 99
"""The number of the invented person who keeps the platform for the whole city."""


def settle(database: Database, place: Place = KRASNOYAR) -> None:
    """Builds a place and its people, who are the same in every place, in a raion that was founded by two bodies."""
    with database.work() as session:
        where = {"paper_place": "Акимат, Абай көшесі, 1", "paper_place_ru": "", "paper_place_en": ""}
        described = replace(place.described, **where)
        territory = tree.describe(session, described, parent=place.above)
        act = Act(session, territory, None, frozenset(), SETTLED)
        tree.give_address(act, place.slug)
        members_of_staff, above = [], []
        for number, role in enumerate([*Role, Role.TRUSTEE, Role.TRUSTEE], 1):
            person = accounts.add_person(
                act,
                KEYS,
                iin=invented_iin(number),
                name=f"Invented {role} {number}",
                settlement=SETTLEMENTS[0],
                email=None if role is Role.RESIDENT else f"{role}{number}@example.kz",
            )
            if role is Role.RESIDENT:
                accounts.admit_resident(act, person, basis="test")
                continue
            if role is Role.MASLIKHAT_SECRETARY:
                above.append(staff.Member(role, invented_iin(number), person.name))
                continue
            body = f"body {number}" if role is Role.TRUSTEE else ""
            members_of_staff.append(staff.Member(role, invented_iin(number), person.name, body))
        above.append(staff.Member(Role.ADMINISTRATOR, invented_iin(RAION_ADMINISTRATOR), "Invented of the city"))
        city = Act(session, territory.above, None, frozenset(), SETTLED)
        founders = staff.found(city, KEYS, above, "test")
        staff.appoint_all(session, territory, KEYS, members_of_staff, "test", SETTLED, founders)


def found(database: Database, place: Place = KRASNOYAR) -> Village:
    """The village that was settled in this database."""
    village = Village(database, place=place)
    with village.act_as() as act:
        for role, person in _holders(act):
            village.people.setdefault(role, person)
            if role is Role.TRUSTEE:
                village.trustees.append(person)
    return village


def _holders(act: Act) -> Iterator[tuple[Role, Person]]:
    for person, roles in accounts.people_with_roles(act):
        yield from ((role, person) for role in roles)


@contextmanager
def small_okrug(settled_file: Path, folder: Path, **settings: int) -> Iterator[Okrug]:
    """A copy of the settled okrug with a cycle that is open for proposals."""
    shutil.copyfile(settled_file, folder / "okrug.db")
    database = Database(f"sqlite:///{folder / 'okrug.db'}")
    with database.work() as session:
        okrug = Okrug(session, sole(session), {})
        for role, person in _holders(okrug.act()):
            okrug.people.setdefault(role, person)
        okrug.open_cycle(**settings)
        yield okrug
        session.rollback()
    database.engine.dispose()


def print_minutes(act: Act, drawn: Record) -> Paper:
    """The PDF of minutes that stand in their first version, without waiting for the printer."""
    pdf = b"%PDF-1.7 minutes " + drawn.sha256.encode()
    sha256 = hashlib.sha256(pdf).hexdigest()
    told = {"version": 1, "pdf": sha256}
    audit.record(
        replace(act, person=None, roles=frozenset()), f"{drawn.kind}.printed", subject=drawn.gathering_id, data=told
    )
    paper = Paper(minutes_id=drawn.id, version=1, pdf=pdf, sha256=sha256, made_at=act.at)
    act.session.add(paper)
    act.session.flush()
    return paper


def meeting_confirmed_and_answered(
    act: Act, cycle_id: UUID, body: dict[str, Any], *, confirmed: bool = True, answered: bool = True
) -> Gathering:
    """A meeting whose minutes say `body`: both confirmed them, and the akim agreed; each step with its event.

    Without `confirmed` the minutes wait for both, without `answered` for the akim.
    """
    people = {role: accounts.holders(act, role)[0] for role in (Role.CHAIR, Role.SECRETARY, Role.AKIM)}

    def log(action: str, role: Role, **data: Any) -> None:
        audit.record(replace(act, person=people[role], roles=frozenset({role})), action, subject=held_id, data=data)

    held_id, sha256 = uuid4(), fingerprint(body)
    log("gathering.convened", Role.CHAIR)
    rules = asdict(convening.rules_of(act, cycles.get(act, cycle_id))) | {"standing_officers": True}
    plan = {"cycle_id": cycle_id, "number": 1, "kind": Kind.ASSEMBLY, "meets_at": act.at, "place": "School № 1"}
    held = Gathering(
        id=held_id, territory_id=act.territory.id, state=State.CONVENED, convened_at=act.at, **plan, **rules
    )
    act.session.add(held)
    act.session.flush()
    log("minutes.drawn_up", Role.SECRETARY, sha256=sha256)
    held.state = State.MINUTED
    here = Minutes.territory_id == act.territory.id
    serial = 1 + (act.session.scalar(select(func.max(Minutes.serial)).where(here)) or 0)
    numbered = {"territory_id": act.territory.id, "year": clock.local(act.at).year, "serial": serial}
    said = {"body": body, "remarks": body.get("remarks", ""), "sha256": sha256}
    drawn = Minutes(gathering_id=held_id, drawn_up_at=act.at, **said, **numbered)
    act.session.add(drawn)
    act.session.flush()
    by = {"at": act.at, "by_id": people[Role.SECRETARY].id}
    act.session.add(Version(minutes_id=drawn.id, version=1, body=body, sha256=drawn.sha256, **by))
    act.session.flush()
    print_minutes(act, drawn)
    if not confirmed:
        return held
    log("minutes.confirmed", Role.CHAIR, sha256=sha256)
    drawn.chair_at, drawn.chair_id = act.at, people[Role.CHAIR].id
    act.session.flush()
    log("minutes.confirmed", Role.SECRETARY, sha256=sha256)
    drawn.secretary_at, drawn.secretary_id = act.at, people[Role.SECRETARY].id
    act.session.flush()
    held.state = State.CONFIRMED
    act.session.flush()
    if not answered:
        return held
    log("minutes.answered", Role.AKIM)
    akim = people[Role.AKIM].id
    act.session.add(Answer(minutes_id=drawn.id, akim_id=akim, at=act.at, due=act.at.date(), agrees=True))
    act.session.flush()
    return held
