"""The staff of an okrug that was never there, given their roles by two bodies and in the order that needs.

The founding comes first; after the cooling-off time the chair confirms, after another the deputy and the office do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from pb.act import Act, Role
from pb.clock import local
from pb.core.national_numbers import IIN
from pb.identity.models import Person
from pb.identity.service import accounts, appointments, founding, holdings
from pb.identity.service.roles import APPOINTMENTS, FOUNDERS
from pb.keyring import Keys
from pb.territory import service as territories
from pb.territory.models import Territory

STEP = timedelta(minutes=1)


@dataclass(frozen=True)
class Member:
    """Somebody who is to hold a staff role; `body` names the organisation that a trustee comes from."""

    role: Role
    iin: IIN
    name: str
    body: str = ""


def appoint_all(
    session: Session, territory: Territory, keys: Keys, members: Sequence[Member], basis: str, at: datetime
) -> datetime:
    """Founds the okrug at `at` and gives all other roles; the accounts may be there already.

    Returns the moment from which everybody may do all that their roles allow.
    """
    act = Act(session, territory, None, frozenset(), at)
    first = {member.role: member for member in members if member.role in FOUNDERS}
    founding.found(act, keys, [founding.Founder(role, first[role].iin, first[role].name, basis) for role in FOUNDERS])
    cooling = timedelta(days=territories.setting(act, "cooling_days"))
    waiting = [member for member in members if member.role not in FOUNDERS]
    held: dict[Role, Person] = {}
    for role in FOUNDERS:
        person = accounts.find(session, first[role].iin, keys)
        if person is not None:
            held[role] = person
    old = dict(held)
    while waiting:
        at, old = at + cooling + STEP, dict(held)
        for member in [member for member in waiting if _pair(member.role, old, held) is not None]:
            at += STEP
            person = accounts.add_person(
                Act(session, territory, None, frozenset(), at), keys, iin=member.iin, name=member.name
            )
            terms = holdings.Terms(member.role, local(at).date(), basis, body=member.body)
            appoint(session, territory, person.id, terms, held, old, at)
            held.setdefault(member.role, person)
            waiting.remove(member)
    return at + cooling + STEP


def appoint(
    session: Session,
    territory: Territory,
    person_id: UUID,
    terms: holdings.Terms,
    proposers: Mapping[Role, Person],
    confirmers: Mapping[Role, Person],
    at: datetime,
    reason: str = "",
) -> None:
    """One role through both bodies: the first pair of the table that is there proposes and confirms."""
    pair = _pair(terms.role, confirmers, proposers)
    if pair is None:
        raise LookupError(f"nobody proposes or confirms {terms.role}")
    proposer, confirmer = pair
    act = Act(session, territory, proposers[proposer], frozenset({proposer}), at)
    proposal = appointments.propose_giving(act, session.get_one(Person, person_id), terms, reason=reason)
    other = Act(session, territory, confirmers[confirmer], frozenset({confirmer}), at)
    appointments.confirm(other, proposal)


def _pair(role: Role, confirmers: Mapping[Role, Person], proposers: Mapping[Role, Person]) -> tuple[Role, Role] | None:
    row = APPOINTMENTS[role]
    for proposer in row.proposes:
        for confirmer in row.confirms:
            if proposer in proposers and confirmer in confirmers:
                return proposer, confirmer
    return None
