"""The demo okrug: Краснояр ауылдық округі with its people in every role. Everybody in it is invented."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from pb.act import Act, Role
from pb.clock import local
from pb.demo import people, staff
from pb.gatherings.models import Office
from pb.gatherings.service import members
from pb.identity.models import Person
from pb.identity.service import accounts
from pb.keyring import Keys
from pb.territory import service as territories
from pb.territory.models import Territory

KATO = "111033000"
BASIS = "демонстрация"


def build(session: Session, keys: Keys, at: datetime) -> Territory:
    """Makes the okrug, a person for each role, some residents, and an assembly of eleven.

    It takes nine days from `at` on: roles need two bodies, and each of them some days until it confirms anything.
    """
    territory = Territory(
        kato=KATO,
        name_kk="Краснояр ауылдық округі",
        name_ru="Красноярский сельский округ",
        name_en="Krasnoyar rural okrug",
        parent_kk="Көкшетау қаласы",
        parent_ru="город Кокшетау",
        parent_en="city of Kokshetau",
        settlements=list(people.SETTLEMENTS),
        paper_place="Краснояр ауылдық округі әкімінің аппараты / Аппарат акима Красноярского сельского округа",
    )
    session.add(territory)
    session.flush()
    act = Act(session, territory, None, frozenset(), at)
    for invented in [*people.staff(), *people.residents()]:
        person = accounts.add_person(act, keys, iin=invented.iin, name=invented.name, settlement=invented.settlement)
        if invented.role is Role.RESIDENT:
            accounts.admit_resident(act, person, basis=BASIS)
    members_of_staff = [
        staff.Member(invented.role, invented.iin, invented.name, people.BODIES.get(invented.name, ""))
        for invented in people.staff()
        if invented.role is not None
    ]
    _elect_assembly(act, staff.appoint_all(session, territory, keys, members_of_staff, BASIS, at))
    return territory


def _elect_assembly(act: Act, at: datetime) -> None:
    office = act_of(act.session, Role.OFFICE, at)
    names = dict(people.STAFF)
    elected = [
        (names[Role.CHAIR], Office.CHAIR),
        (names[Role.SECRETARY], Office.SECRETARY),
        *((name, Office.MEMBER) for name in people.OTHER_MEMBERS),
    ]
    day = local(at).date()
    for number, (name, position) in enumerate(elected):
        members.add(
            office,
            members.Election(
                name=name,
                settlement=people.SETTLEMENTS[1] if number in {5, 9} else people.SETTLEMENTS[0],
                office=position,
                term_from=day,
                term_until=date(day.year + 4, day.month, min(day.day, 28)),
                electing_document="Бөлек жиындар хаттамалары / протоколы раздельных сходов",
            ),
        )


def act_of(session: Session, role: Role | None, at: datetime, number: int = 0) -> Act:
    """An act of the `number`-th holder of a role (by name), or of nobody."""
    territory = territories.sole(session)
    if territory is None:
        raise LookupError("the demo okrug is not built")
    nobody = Act(session, territory, None, frozenset(), at)
    if role is None:
        return nobody
    person: Person = accounts.holders(nobody, role)[number]
    roles = accounts.roles_of(session, person, territory.id, local(at).date())
    return Act(session, territory, person, roles, at)
