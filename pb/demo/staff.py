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
from pb.identity.service.roles import FOUNDERS, Level, given_in, level_of
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
    session: Session,
    territory: Territory,
    keys: Keys,
    members: Sequence[Member],
    basis: str,
    at: datetime,
    above: Mapping[Role, Person] | None = None,
) -> datetime:
    """Founds the territory at `at` and gives all other roles; the accounts may be there already.

    `above`: those of its raion, given their roles by `at`, who reach down: then the territory is taken in, not founded.
    Returns the moment from which everybody may do all that their roles allow.
    """
    act = Act(session, territory, None, frozenset(), at)
    if above is None:
        held = found(act, keys, members, basis)
        waiting = [member for member in members if member.role not in held]
    else:
        founding.take_in(act)
        held, waiting = dict(above), list(members)
    cooling = timedelta(days=territories.setting(act, "cooling_days"))
    old = dict(held)
    while waiting:
        at, old = at + cooling + STEP, dict(held)
        while (member := _next(territory, waiting, old, held)) is not None:
            at += STEP
            person = accounts.add_person(
                Act(session, territory, None, frozenset(), at), keys, iin=member.iin, name=member.name
            )
            terms = holdings.Terms(member.role, local(at).date(), basis, body=member.body)
            appoint(session, territory, person.id, terms, held, old, at)
            held.setdefault(member.role, person)
            waiting.remove(member)
    return at + cooling + STEP


def _next(
    territory: Territory, waiting: Sequence[Member], old: Mapping[Role, Person], held: Mapping[Role, Person]
) -> Member | None:
    """The next for whom two bodies are there: whoever was given a role a minute ago may propose already."""
    return next((member for member in waiting if _pair(territory, member.role, old, held) is not None), None)


def found(act: Act, keys: Keys, members: Sequence[Member], basis: str) -> dict[Role, Person]:
    """The first two of a territory, of whom its level has them."""
    roles = FOUNDERS[level_of(act.territory.kind) or Level.OKRUG]
    first = {member.role: member for member in members if member.role in roles}
    founders = [founding.Founder(role, first[role].iin, first[role].name, basis) for role in roles]
    return dict(zip(roles, founding.found(act, keys, founders), strict=True))


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
    pair = _pair(territory, terms.role, confirmers, proposers)
    if pair is None:
        raise LookupError(f"nobody proposes or confirms {terms.role}")
    proposer, confirmer = pair
    act = Act(session, territory, proposers[proposer], frozenset({proposer}), at)
    proposal = appointments.propose_giving(act, session.get_one(Person, person_id), terms, reason=reason)
    other = Act(session, territory, confirmers[confirmer], frozenset({confirmer}), at)
    appointments.confirm(other, proposal)


def _pair(
    territory: Territory, role: Role, confirmers: Mapping[Role, Person], proposers: Mapping[Role, Person]
) -> tuple[Role, Role] | None:
    for proposer, confirmer in given_in(territory.kind)[role].pairs():
        if proposer in proposers and confirmer in confirmers:
            return proposer, confirmer
    return None
