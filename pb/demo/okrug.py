"""A place of the demonstration with its people in every role. Everybody in it is invented."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from pb.act import Act, Role
from pb.clock import local
from pb.demo import people, staff
from pb.demo.people import Invented
from pb.demo.places import KRASNOYAR, Place, Raion
from pb.gatherings.models import Office
from pb.gatherings.service import membership
from pb.identity.models import Person
from pb.identity.service import accounts, reach
from pb.identity.service.roles import FOUNDERS, Level
from pb.keyring import Keys
from pb.territory import service as territories
from pb.territory.models import Territory
from pb.territory.service import populations, tree

BASIS = "демонстрация"
INVENTED = "Демонстрация: сан ойдан шығарылған · число вымышлено"
REGULATION = "Демонстрация: жиналыс регламенті · регламент собрания"
BEFORE = timedelta(days=12)


def build(session: Session, keys: Keys, at: datetime, place: Place = KRASNOYAR) -> Territory:
    """Makes the place, a person for each role, some residents, and an assembly of eleven.

    Its raion comes some days earlier, unless it is there. All takes nine days from `at` on: roles need two bodies, and
    each of them some days until it confirms anything.
    """
    territory = tree.describe(session, place.described, parent=place.above)
    founders = _build_raion(session, keys, at - BEFORE, place.raion)
    act = Act(session, territory, None, frozenset(), at)
    tree.give_address(act, place.slug)
    if place.people:
        populations.record(act, local(at).year, place.people, source=INVENTED)
    for invented in [*people.staff(place), *people.residents(place)]:
        person = accounts.add_person(act, keys, iin=invented.iin, name=invented.name, settlement=invented.settlement)
        if invented.role is Role.RESIDENT:
            accounts.admit_resident(act, person, basis=BASIS)
    members_of_staff = _members(people.staff(place))
    _elect_assembly(act, place, staff.appoint_all(session, territory, keys, members_of_staff, BASIS, at, founders))
    return territory


def _build_raion(session: Session, keys: Keys, at: datetime, raion: Raion) -> dict[Role, Person]:
    """The raion with its people, made if it is not there: the two who founded it."""
    territory = tree.find(session, raion.described.kato)
    if territory is None:
        raise LookupError("the raion of this place is not known")
    invented = people.staff_above(raion)
    if tree.slug_of(session, territory.id) is None:
        tree.give_address(Act(session, territory, None, frozenset(), at), raion.slug)
        staff.appoint_all(session, territory, keys, _members(invented), BASIS, at)
    founders = {person.role: accounts.find(session, person.iin, keys) for person in reversed(invented)}
    return {role: founders[role] for role in FOUNDERS[Level.RAION]}  # type: ignore[misc]


def _members(invented: Sequence[Invented]) -> list[staff.Member]:
    return [
        staff.Member(person.role, person.iin, person.name, person.body)
        for person in invented
        if person.role is not None
    ]


def _elect_assembly(act: Act, place: Place, at: datetime) -> None:
    office = act_of(act.session, Role.OFFICE, at, place=place)
    names = dict(zip(people.ROLES, people.STAFF[place.slug], strict=True))
    elected = [
        (names[Role.CHAIR], Office.CHAIR),
        (names[Role.SECRETARY], Office.SECRETARY),
        *((name, Office.MEMBER) for name in people.OTHER_MEMBERS),
    ]
    day = local(at).date()
    # So that the standing roles of the demonstration hold its meetings; where residents meet, they elect both.
    territories.record_setting(office, "standing_officers", 1, source=REGULATION, since=day)
    chair, secretary = (act_of(act.session, role, at, place=place) for role in (Role.CHAIR, Role.SECRETARY))
    for number, (name, position) in enumerate(elected):
        member = membership.record(
            office,
            membership.Election(
                name=name,
                settlement=place.settlements[-1] if number in {5, 9} else place.settlements[0],
                office=position,
                term_from=day,
                term_until=membership.longest(office, day),
                electing_document="Бөлек жиындардың № 1 хаттамалары",
            ),
        )
        membership.confirm(secretary if position is Office.CHAIR else chair, member)


def act_of(session: Session, role: Role | None, at: datetime, number: int = 0, place: Place = KRASNOYAR) -> Act:
    """An act in a place of the `number`-th holder of a role (by name), or of nobody."""
    territory = tree.find(session, place.slug)
    if territory is None:
        raise LookupError("this place of the demonstration is not built")
    nobody = Act(session, territory, None, frozenset(), at)
    if role is None:
        return nobody
    person: Person = accounts.holders(nobody, role)[number]
    roles = reach.roles_of(session, person.id, territory.id, local(at).date())
    return Act(session, territory, person, roles, at)
