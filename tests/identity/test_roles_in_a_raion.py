"""Roles of a raion or city reach down into its okrugs, and exclude along them; neighbours are strangers to each other.

The village's city was founded, its okrug taken in. Beside it stands a settlement of the same city.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Act, Role
from pb.audit import service as audit
from pb.core.places.kinds import Kind
from pb.demo.places import KRASNOYAR
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.identity.models import Grant, Message, Person, Proposal, Suspension
from pb.identity.service import accounts, appointments, founding, holdings, outbox, reach, suspensions
from pb.identity.service.holdings import Terms
from pb.identity.service.roles import FOUNDERS, REACHING_DOWN, Level
from pb.jobs import service as jobs
from pb.settings import Settings
from pb.territory.models import Territory
from pb.territory.service import tree
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.village import KEYS, PASSWORD, SETTLEMENTS, Village, invented_iin, sole

both_databases = pytest.mark.both_databases
NOW = clock.now()
TODAY = clock.local(NOW).date()
DAY = timedelta(days=1)
LONG_AGO = NOW - 20 * DAY
# After the village's own code: its pages without a place are those of the first okrug.
KENT = tree.Described("111099100", Kind.KENT, ("Станционный кенті", "посёлок Станционный", "Stantsionny"), ("Станция",))
RAION = tree.Described("115600000", Kind.RAION, ("Зеренді ауданы", "Зерендинский район", "Zerendi raion"))
VILLAGE = tree.Described("115650000", Kind.VILLAGE, ("Айдабол ауылы", "село Айдабол", "Aidabol"), ("Айдабол",))
ADMINISTRATOR, SECRETARY = "city administrator", "city secretary"


@pytest.fixture
def city(okrug: Village) -> dict[str, Person]:
    """The city's two founders; the settlement beside the okrug has just been taken in."""
    with okrug.act_as(at=LONG_AGO) as act:
        place = tree.describe(act.session, KENT, parent=KRASNOYAR.above)
        there = Act(act.session, place, None, frozenset(), act.at)
        tree.give_address(there, "stantsionny")
        founding.take_in(there)
    with okrug.act_as(place=KRASNOYAR.above.kato) as act:
        (administrator,) = accounts.holders(act, Role.ADMINISTRATOR)
        (secretary,) = accounts.holders(act, Role.MASLIKHAT_SECRETARY)
        return {ADMINISTRATOR: administrator, SECRETARY: secretary}


def newcomer(okrug: Village, number: int) -> UUID:
    with okrug.act_as(at=LONG_AGO) as act:
        return accounts.add_person(act, KEYS, iin=invented_iin(number), name=f"Newcomer {number}").id


def give(
    okrug: Village,
    person: UUID,
    role: Role,
    place: str | None,
    proposer: tuple[Person, Role],
    confirmer: tuple[Person, Role],
    *,
    at: Any = LONG_AGO,
) -> UUID:
    """A role given by these two; the id of the grant."""
    terms = Terms(role, clock.local(at).date(), "order № 1", body="School" if role is Role.TRUSTEE else "")
    with okrug.act_as(proposer[1], person=proposer[0], place=place, at=at) as act:
        subject = act.session.get_one(Person, person)
        proposal = appointments.propose_giving(act, subject, terms, reason="test").id
    with okrug.act_as(confirmer[1], person=confirmer[0], place=place, at=at) as act:
        appointments.confirm(act, appointments.get(act, proposal))
        return act.session.scalars(select(Grant.id).where(Grant.proposal_id == proposal)).one()


def in_the_city(okrug: Village, city: dict[str, Person], number: int, role: Role) -> UUID:
    """Somebody to whom the city's two bodies gave a role."""
    person = newcomer(okrug, number)
    administrator, secretary = (city[ADMINISTRATOR], Role.ADMINISTRATOR), (city[SECRETARY], Role.MASLIKHAT_SECRETARY)
    two = (administrator, secretary) if role in {Role.DEPUTY, Role.ADMINISTRATOR} else (secretary, administrator)
    give(okrug, person, role, KRASNOYAR.above.kato, *two)
    return person


def first_chair(okrug: Village, city: dict[str, Person], person: UUID, *, at: Any = LONG_AGO) -> UUID:
    """The settlement's first chair, by those of the city."""
    proposer = (city[SECRETARY], Role.MASLIKHAT_SECRETARY)
    return give(okrug, person, Role.CHAIR, KENT.kato, proposer, (city[ADMINISTRATOR], Role.ADMINISTRATOR), at=at)


def roles(okrug: Village, person: UUID, place: str | None = None) -> frozenset[Role]:
    with okrug.act_as(place=place) as act:
        return reach.roles_of(act.session, person, act.territory.id, TODAY)


# Where a role counts


@pytest.mark.parametrize("role", sorted(REACHING_DOWN))
def test_a_role_of_the_city_is_held_in_each_of_its_okrugs(okrug: Village, city: dict[str, Person], role: str) -> None:
    person = in_the_city(okrug, city, 700, Role(role))
    for place in (KRASNOYAR.above.kato, KENT.kato, None):
        assert roles(okrug, person, place) == {Role(role)}
        with okrug.act_as(place=place) as act:
            assert person in {one.id for one in accounts.holders(act, Role(role))}
            assert person in {one.person_id for one in holdings.of_role(act, Role(role))}
            assert holdings.held_since(act, person, Role(role)) is not None


@pytest.mark.usefixtures("city")
def test_a_role_of_an_okrug_is_held_neither_beside_nor_above_it(okrug: Village) -> None:
    deputy = okrug.people[Role.DEPUTY].id
    assert roles(okrug, deputy) == {Role.DEPUTY}
    assert roles(okrug, deputy, KENT.kato) == roles(okrug, deputy, KRASNOYAR.above.kato) == frozenset()
    with okrug.act_as(place=KENT.kato) as act:
        assert {Role(grant.role) for grant, _person in holdings.of_staff(act)} == set(FOUNDERS[Level.RAION])


@both_databases
def test_a_deputy_of_the_city_confirms_in_its_okrug(okrug: Village, city: dict[str, Person]) -> None:
    deputy = in_the_city(okrug, city, 701, Role.DEPUTY)
    with okrug.act_as() as act:
        who = act.session.get_one(Person, deputy)
    chair = (okrug.people[Role.CHAIR], Role.CHAIR)
    give(okrug, newcomer(okrug, 702), Role.AUDITOR, None, chair, (who, Role.DEPUTY), at=NOW)


@both_databases
def test_the_settlement_gets_its_people_by_those_of_the_city(okrug: Village, city: dict[str, Person]) -> None:
    chair = newcomer(okrug, 703)
    first_chair(okrug, city, chair)
    with okrug.act_as() as act:
        who = act.session.get_one(Person, chair)
    administrator = (city[ADMINISTRATOR], Role.ADMINISTRATOR)
    give(okrug, newcomer(okrug, 704), Role.OFFICE, KENT.kato, administrator, (who, Role.CHAIR), at=NOW)


@both_databases
@pytest.mark.usefixtures("city")
def test_a_deputy_of_the_okrug_gives_nothing_in_the_settlement(okrug: Village) -> None:
    person, deputy = newcomer(okrug, 705), okrug.people[Role.DEPUTY]
    refused = pytest.raises(DatabaseError, match="frozen_role_proposals_insert")
    with refused, okrug.act_as(Role.DEPUTY, person=deputy, place=KENT.kato) as act:
        subject = act.session.get_one(Person, person)
        appointments.propose_giving(act, subject, Terms(Role.CHAIR, TODAY, "order № 1"))


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.CHAIR, Role.OFFICE, Role.TRUSTEE])
def test_the_city_gives_no_role_that_does_not_reach_down(okrug: Village, city: dict[str, Person], role: Role) -> None:
    person = newcomer(okrug, 706)
    with okrug.act_as(Role.ADMINISTRATOR, person=city[ADMINISTRATOR], place=KRASNOYAR.above.kato) as act:
        subject = act.session.get_one(Person, person)
        with pytest.raises(FieldRefusal) as refusal:
            appointments.propose_giving(act, subject, Terms(role, TODAY, "order № 1", body="School"))
        assert refusal.value.field == "role"
        with pytest.raises(FieldRefusal):
            accounts.admit_resident(act, subject, basis="test")


@both_databases
@pytest.mark.usefixtures("city")
def test_the_database_gives_no_role_that_is_not_of_this_kind_of_place(okrug: Village) -> None:
    person = newcomer(okrug, 707)
    for place, role in (
        (KRASNOYAR.above.kato, Role.RESIDENT),
        (KRASNOYAR.above.kato, Role.CHAIR),
        (None, Role.MASLIKHAT_SECRETARY),
    ):
        with okrug.act_as(place=place) as act:
            event = audit.record(act, "identity.resident_admitted", subject=person)
            # What nobody confirmed either is refused by whichever rule is asked first.
            rule = "placed" if role is Role.RESIDENT else "(placed|two_bodies)"
            with pytest.raises(DatabaseError, match=f"{rule}_role_grants_insert"):
                act.session.execute(insert(Grant).values(row(act, person, role, event.hash)))
            act.session.rollback()


def row(act: Act, person: UUID, role: Role, event: str, **changes: Any) -> dict[str, Any]:
    values = {"id": uuid4(), "person_id": person, "territory_id": act.territory.id, "role": role, "since": TODAY}
    return {**values, "basis": "№ 1", "body": "", "granted_at": act.at, "event": event, **changes}


# What excludes what


def test_one_person_is_registrar_here_and_chair_next_door(okrug: Village, city: dict[str, Person]) -> None:
    person = okrug.people[Role.REGISTRAR].id
    first_chair(okrug, city, person, at=NOW)
    assert roles(okrug, person) == {Role.REGISTRAR}
    assert roles(okrug, person, KENT.kato) == {Role.CHAIR}


def test_a_deputy_of_the_city_is_no_registrar_in_its_okrug_nor_the_other_way_round(
    okrug: Village, city: dict[str, Person]
) -> None:
    deputy = in_the_city(okrug, city, 710, Role.DEPUTY)
    with pytest.raises(FieldRefusal, match="hold these roles together"):
        okrug.appoint(deputy, Role.REGISTRAR)
    with okrug.act_as(Role.ADMINISTRATOR, person=city[ADMINISTRATOR], place=KRASNOYAR.above.kato) as act:
        registrar = act.session.get_one(Person, okrug.people[Role.REGISTRAR].id)
        with pytest.raises(FieldRefusal, match="hold these roles together"):
            appointments.propose_giving(act, registrar, Terms(Role.DEPUTY, TODAY, "order № 1"))


@both_databases
@pytest.mark.parametrize("above", [Role.REGISTRAR, Role.AKIM])
def test_the_database_excludes_along_the_tree(okrug: Village, city: dict[str, Person], above: Role) -> None:
    """Past the service: whoever works in the okrug is to become a deputy of the city."""
    person = okrug.people[above].id
    with okrug.act_as(Role.ADMINISTRATOR, person=city[ADMINISTRATOR], place=KRASNOYAR.above.kato, at=NOW) as act:
        event = audit.record(act, "identity.role_proposed", subject=person)
        proposal = Proposal(
            id=uuid4(),
            kind="give",
            person_id=person,
            role=Role.DEPUTY,
            since=TODAY,
            basis="№ 1",
            proposed_as=Role.ADMINISTRATOR,
            territory_id=act.territory.id,
            proposed_by=city[ADMINISTRATOR].id,
            proposed_at=act.at,
            event=event.hash,
        )
        act.session.add(proposal)
        act.session.flush()
    with okrug.act_as(Role.MASLIKHAT_SECRETARY, person=city[SECRETARY], place=KRASNOYAR.above.kato, at=NOW) as act:
        event = audit.record(act, "identity.role_granted", subject=person)
        decided = {"decision": "approved", "decided_at": act.at, "decided_by": city[SECRETARY].id}
        decided |= {"decided_as": Role.MASLIKHAT_SECRETARY, "decided_event": event.hash}
        act.session.execute(update(Proposal).where(Proposal.id == proposal.id).values(decided))
        with pytest.raises(DatabaseError, match="frozen_role_grants_insert"):
            act.session.execute(
                insert(Grant).values(row(act, person, Role.DEPUTY, event.hash, proposal_id=proposal.id))
            )
        act.session.rollback()


@both_databases
def test_one_body_is_one_along_the_line(okrug: Village, city: dict[str, Person]) -> None:
    """An administrator of the city who is also a deputy in its okrug is no other body than the maslikhat."""
    both = in_the_city(okrug, city, 711, Role.ADMINISTRATOR)
    okrug.appoint(both, Role.DEPUTY, at=LONG_AGO)
    person = newcomer(okrug, 712)
    with okrug.act_as(Role.MASLIKHAT_SECRETARY, person=city[SECRETARY], place=KRASNOYAR.above.kato) as act:
        who = act.session.get_one(Person, both)
        terms = Terms(Role.DEPUTY, TODAY, "order № 1")
        proposal = appointments.propose_giving(act, act.session.get_one(Person, person), terms).id
    with okrug.act_as(Role.ADMINISTRATOR, person=who, place=KRASNOYAR.above.kato) as act:
        with pytest.raises(Forbidden, match="same body"):
            appointments.confirm(act, appointments.get(act, proposal))
        event = audit.record(act, "identity.role_granted", subject=person)
        decided = {"decision": "approved", "decided_at": act.at, "decided_by": both}
        decided |= {"decided_as": Role.ADMINISTRATOR, "decided_event": event.hash}
        with pytest.raises(DatabaseError, match="frozen_role_proposals_update"):
            act.session.execute(update(Proposal).where(Proposal.id == proposal).values(decided))
        act.session.rollback()


# Founding: whoever runs the server brings in nobody above or below what is at work


def founders(level: Level, number: int) -> list[founding.Founder]:
    return [
        founding.Founder(role, invented_iin(number + n), f"Founder {number + n}", "№ 1")
        for n, role in enumerate(FOUNDERS[level])
    ]


def placed(act: Act, what: tree.Described, parent: tree.Described | None = None) -> Act:
    territory = tree.describe(act.session, what, parent=parent)
    return Act(act.session, territory, None, frozenset(), act.at)


def found_past_the_service(act: Act, roles: Sequence[Role], people: Sequence[UUID]) -> None:
    event = audit.record(act, "territory.founded", subject=act.territory.id)
    for role, person in zip(roles, people, strict=True):
        act.session.execute(insert(Grant).values(row(act, person, role, event.hash)))


@both_databases
def test_no_raion_is_founded_above_an_okrug_at_work(okrug: Village) -> None:
    """Played: the operator founds the raion of an okrug at work, and so gets deputies and auditors in it."""
    people = [newcomer(okrug, number) for number in (720, 721)]
    with okrug.act_as() as act:
        founding.found(placed(act, VILLAGE, RAION), KEYS, founders(Level.OKRUG, 722))
    with okrug.act_as(place=RAION.kato) as act, pytest.raises(Conflict):
        founding.found(act, KEYS, founders(Level.RAION, 724))
    with okrug.act_as(place=RAION.kato) as act:
        with pytest.raises(DatabaseError, match="two_bodies_role_grants_insert"):
            found_past_the_service(act, FOUNDERS[Level.RAION], people)
        act.session.rollback()


@both_databases
@pytest.mark.usefixtures("city")
def test_no_okrug_is_founded_below_a_raion_with_people_of_its_own(okrug: Village) -> None:
    people = [newcomer(okrug, number) for number in (730, 731)]
    with okrug.act_as(place=KENT.kato) as act:
        with pytest.raises(Conflict):
            founding.found(act, KEYS, founders(Level.OKRUG, 732))
        with pytest.raises(DatabaseError, match="two_bodies_role_grants_insert"):
            found_past_the_service(act, FOUNDERS[Level.OKRUG], people)
        act.session.rollback()


@both_databases
def test_two_okrugs_of_a_raion_without_people_are_founded_each_by_its_own(okrug: Village) -> None:
    beside = tree.Described("115651000", Kind.VILLAGE, ("Көктерек ауылы", "село Коктерек", "Kokterek"), ("Коктерек",))
    with okrug.act_as() as act:
        founding.found(placed(act, VILLAGE, RAION), KEYS, founders(Level.OKRUG, 740))
        founding.found(placed(act, beside, RAION), KEYS, founders(Level.OKRUG, 742))


@both_databases
def test_an_okrug_at_work_is_not_moved_below_another_raion(okrug: Village) -> None:
    """Played: a raion is founded where nobody is, and the okrug at work moved below it, or what it lies in."""
    with okrug.act_as() as act:
        raion = placed(act, RAION)
        founding.found(raion, KEYS, founders(Level.RAION, 750))
        # It has no address: only its people say that it is at work.
        other = tree.Described("115660000", Kind.VILLAGE, ("Ақкөл ауылы", "село Акколь", "Akkol"), ("Акколь",))
        alone = placed(act, other, tree.Described("115500000", Kind.RAION, ("Б ауданы", "район Б", "B raion")))
        founding.found(alone, KEYS, founders(Level.OKRUG, 752))
        middle = act.session.get_one(Territory, alone.territory.id).parent_id
        there, raion_id = alone.territory.id, raion.territory.id
    for moved in (there, middle):
        with okrug.act_as() as act:
            change = update(Territory).where(Territory.id == moved).values(parent_id=raion_id)
            with pytest.raises(DatabaseError, match="staffed_territories_update"):
                act.session.execute(change)
            act.session.rollback()


@both_databases
@pytest.mark.parametrize("role", [Role.CHAIR, Role.AUDITOR])
def test_a_founding_gives_the_two_of_its_level_alone(okrug: Village, role: Role) -> None:
    people = [newcomer(okrug, number) for number in (760, 761)]
    with okrug.act_as() as act:
        raion = placed(act, RAION)
        with pytest.raises(DatabaseError, match=r"(two_bodies|placed)_role_grants_insert"):
            found_past_the_service(raion, (Role.ADMINISTRATOR, role), people)
        act.session.rollback()


def test_a_founder_with_another_office_keeps_the_account_and_a_resident_s_is_opened_anew(okrug: Village) -> None:
    """Played: the operator founds an okrug nobody knows, names this one's chair, and gets a link."""
    with okrug.act_as() as act:
        chair = act.session.get_one(Person, okrug.people[Role.CHAIR].id)
        resident = act.session.get_one(Person, okrug.people[Role.RESIDENT].id)
        accounts.set_password(act, chair, "four plain words together")
        accounts.set_password(act, resident, "four plain words together")
        there = placed(act, VILLAGE, RAION)
        iins = {chair: 1 + list(Role).index(Role.CHAIR), resident: 1 + list(Role).index(Role.RESIDENT)}
        two = [
            founding.Founder(role, invented_iin(iins[person]), "N", "№ 1")
            for role, person in zip(FOUNDERS[Level.OKRUG], (resident, chair), strict=True)
        ]
        assert founding.found(there, KEYS, two) == [resident, chair]
        assert resident.password_hash is None
        assert chair.password_hash is not None
        assert founding.invite(there, chair) is None
        assert founding.invite(there, resident) is not None
        chair.password_hash = None  # the okrug's two bodies have just invited again
        with pytest.raises(Conflict):
            founding.invite_again(there, Role.CHAIR)


@pytest.mark.usefixtures("city")
def test_an_okrug_is_taken_in_once_and_below_a_founded_raion_alone(okrug: Village) -> None:
    with okrug.act_as(place=KENT.kato) as act:
        assert any(event.action == "territory.taken_in" for event in audit.every(act))
        with pytest.raises(Conflict):
            founding.take_in(act)
    with okrug.act_as() as act, pytest.raises(Conflict):
        founding.take_in(placed(act, VILLAGE, RAION))
    with okrug.act_as(place=KRASNOYAR.above.kato) as act, pytest.raises(Conflict):
        founding.take_in(act)


# Two bodies of one okrug do not decide about the account of another's people


@both_databases
def test_the_settlement_opens_and_suspends_no_account_of_the_okrug(okrug: Village, city: dict[str, Person]) -> None:
    """Played: chair and office of the settlement invite the okrug's registrar again, and get the link."""
    chair, office = newcomer(okrug, 770), newcomer(okrug, 771)
    first_chair(okrug, city, chair)
    with okrug.act_as() as act:
        theirs = act.session.get_one(Person, chair), act.session.get_one(Person, office)
        registrar = act.session.get_one(Person, okrug.people[Role.REGISTRAR].id)
        resident = act.session.get_one(Person, okrug.people[Role.RESIDENT].id)
    administrator = (city[ADMINISTRATOR], Role.ADMINISTRATOR)
    give(okrug, office, Role.OFFICE, KENT.kato, administrator, (theirs[0], Role.CHAIR), at=NOW - 10 * DAY)
    for person in (registrar, resident):
        with okrug.act_as(Role.OFFICE, person=theirs[1], place=KENT.kato) as act:
            subject = act.session.get_one(Person, person.id)
            with pytest.raises(Conflict, match="another territory"):
                suspensions.propose(act, subject, suspensions.Kind.SUSPEND, basis="order № 1")
            event = audit.record(act, "identity.suspension_proposed", subject=person.id)
            told = {"territory_id": act.territory.id, "kind": "suspend", "person_id": person.id, "basis": "№ 1"}
            told |= {"role": suspensions.role_of(act, subject), "proposed_by": office, "proposed_as": "office"}
            with pytest.raises(DatabaseError, match="elsewhere_suspensions_insert"):
                act.session.execute(insert(Suspension).values(id=uuid4(), proposed_at=act.at, event=event.hash, **told))
            act.session.rollback()
    with okrug.act_as(Role.OFFICE, person=theirs[1], place=KENT.kato) as act:
        subject = act.session.get_one(Person, registrar.id)
        with pytest.raises(Conflict, match="another territory"):
            appointments.propose_inviting(act, subject, basis="order № 1")
        event = audit.record(act, "identity.role_proposed", subject=registrar.id)
        told = {"territory_id": act.territory.id, "kind": "invite", "person_id": registrar.id, "role": "registrar"}
        told |= {"basis": "№ 1", "proposed_by": office, "proposed_as": "office"}
        with pytest.raises(DatabaseError, match="elsewhere_role_proposals_insert"):
            act.session.execute(insert(Proposal).values(id=uuid4(), proposed_at=act.at, event=event.hash, **told))
        act.session.rollback()


def test_the_desk_of_the_settlement_makes_no_new_code_for_a_resident_of_the_okrug(
    okrug: Village, city: dict[str, Person]
) -> None:
    """Played: a clerk next door says that somebody forgot the password, and holds the new code."""
    clerk, chair = newcomer(okrug, 772), newcomer(okrug, 773)
    first_chair(okrug, city, chair)
    iin = invented_iin(1 + list(Role).index(Role.RESIDENT))
    with okrug.act_as() as act:
        accounts.set_password(act, act.session.get_one(Person, okrug.people[Role.RESIDENT].id), PASSWORD)
        who = act.session.get_one(Person, clerk)
    with okrug.act_as(Role.CLERK, person=who, place=KENT.kato) as act:
        with pytest.raises(FieldRefusal) as refusal:
            accounts.register_resident(act, KEYS, iin=iin, name="N", settlement="Станция", forgotten=True)
        assert refusal.value.field == "iin"
    with okrug.act_as(Role.CLERK) as act:
        own = act.session.get_one(Person, okrug.people[Role.RESIDENT].id).name
        accounts.register_resident(act, KEYS, iin=iin, name=own, settlement=SETTLEMENTS[0], forgotten=True)


def test_the_account_page_tells_where_its_roles_are_held(
    okrug: Village, city: dict[str, Person], sign_in: SignIn
) -> None:
    registrar = okrug.people[Role.REGISTRAR]
    first_chair(okrug, city, registrar.id, at=NOW)
    page = sign_in(Role.REGISTRAR).get("/account").text
    assert re.search(r'href="/krasnoyar/">[^<]+</a>: Registrar', page)
    assert re.search(r'href="/stantsionny/">[^<]+</a>: Chair of the assembly', page)


@both_databases
def test_the_city_decides_about_an_account_of_two_of_its_okrugs(okrug: Village, city: dict[str, Person]) -> None:
    registrar = okrug.people[Role.REGISTRAR].id
    first_chair(okrug, city, registrar, at=NOW)
    with okrug.act_as(Role.OFFICE) as act, pytest.raises(Conflict, match="another territory"):
        appointments.propose_inviting(act, act.session.get_one(Person, registrar), basis="№ 1", reason="test")
    with okrug.act_as(Role.MASLIKHAT_SECRETARY, person=city[SECRETARY], place=KRASNOYAR.above.kato) as act:
        subject = act.session.get_one(Person, registrar)
        proposal = appointments.propose_inviting(act, subject, basis="№ 1", reason="test").id
        suspension = suspensions.propose(act, subject, suspensions.Kind.SUSPEND, basis="№ 1").id
    with okrug.act_as(Role.ADMINISTRATOR, person=city[ADMINISTRATOR], place=KRASNOYAR.above.kato) as act:
        assert appointments.confirm(act, appointments.get(act, proposal)).anew
        suspensions.confirm(act, suspensions.get(act, suspension))


@both_databases
def test_a_role_of_the_okrug_is_not_ended_by_the_settlement(okrug: Village, city: dict[str, Person]) -> None:
    """Past the service: the proposal of another territory names the grant."""
    person = okrug.people[Role.SECRETARY].id
    chair = newcomer(okrug, 775)
    first_chair(okrug, city, chair)
    with okrug.act_as() as act:
        (grant,) = holdings.of_role(act, Role.SECRETARY)
        who = act.session.get_one(Person, chair)
    with okrug.act_as(Role.CHAIR, person=who, place=KENT.kato) as act:
        with pytest.raises(Exception, match=r"^$|NotFound"):
            holdings.get(act, grant.id)
        kept = act.session.get_one(Grant, grant.id)
        proposal = appointments.propose_ending(act, kept, last_day=TODAY, basis="№ 1", reason="test").id
    with (
        pytest.raises(DatabaseError, match="two_bodies_role_grants_update"),
        okrug.act_as(Role.ADMINISTRATOR, person=city[ADMINISTRATOR], place=KENT.kato) as act,
    ):
        appointments.confirm(act, appointments.get(act, proposal))
    assert Role.SECRETARY in roles(okrug, person)


# Pages and letters


def test_the_first_chair_is_proposed_and_confirmed_on_the_okrug_s_pages(
    city: dict[str, Person], sign_in: SignIn, client: LintingClient
) -> None:
    secretary, administrator = sign_in(person=city[SECRETARY]), sign_in(person=city[ADMINISTRATOR])
    form = secretary.get("/stantsionny/roles/new").text
    assert set(re.findall(r'<option value="(\w+)"', form)) == {"chair", "observer"}
    told = {"iin": invented_iin(780).text, "name": "Сара Нұрлан", "role": "chair", "since": TODAY.isoformat()}
    answer = secretary.post("/stantsionny/roles/new", data={**told, "until": "", "basis": "minutes № 1", "reason": ""})
    assert answer.status_code == 302
    waiting = re.search(r"/stantsionny/roles/proposals/[0-9]+", administrator.get("/stantsionny/roles").text)
    assert waiting is not None
    assert administrator.post(f"{waiting[0]}/confirm").status_code == 200
    page = client.get("/stantsionny/permissions").text
    assert "Сара Нұрлан" in page
    assert re.search(r"Invented of the city</b> · Held in: city of Kokshetau", page)
    assert "Сара Нұрлан" not in client.get("/krasnoyar/permissions").text


def test_the_okrug_s_page_of_roles_shows_who_reaches_down_and_ends_nothing_of_theirs(sign_in: SignIn) -> None:
    page = sign_in(Role.OFFICE).get("/krasnoyar/roles").text
    assert "Held in" in page
    assert "End this role<span" in page
    assert not re.search(r"End this role<span class=\"hidden\">: [^<]*Invented of the city", page)


def test_the_city_has_pages_of_its_own_roles(okrug: Village, city: dict[str, Person], sign_in: SignIn) -> None:
    with okrug.act_as(place=KRASNOYAR.above.kato) as act:
        tree.give_address(act, "kokshetau")
    secretary = sign_in(person=city[SECRETARY])
    assert "Invented of the city" in secretary.get("/kokshetau/roles").text
    form = secretary.get("/kokshetau/roles/new").text
    assert set(re.findall(r'<option value="(\w+)"', form)) == {"deputy", "maslikhat_secretary", "auditor", "observer"}


@pytest.mark.usefixtures("city")
def test_a_letter_is_of_one_okrug_and_its_own_job_sends_it(okrug: Village, settings: Settings) -> None:
    with okrug.act_as() as act:
        outbox.notify(act, [act.session.get_one(Person, okrug.people[Role.CHAIR].id)], "Ours", "Text")
        ours = sole(act.session).id
    with okrug.act_as(place=KENT.kato) as act:
        outbox.notify(act, [act.session.get_one(Person, okrug.people[Role.OFFICE].id)], "Theirs", "Text")
        theirs = act.territory.id
    outbox.send(jobs.Work(okrug.database, settings, uuid4(), theirs, theirs, ""))
    with okrug.act_as() as act:
        sent = {row.territory_id: row.sent_at for row in act.session.scalars(select(Message)) if "s" in row.subject}
        assert sent[theirs] is not None
        assert sent[ours] is None
