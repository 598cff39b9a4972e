"""In which territory's log an event of an account stands: on the server's own pages nobody is in any.

What is done on a territory's page stands in that territory's log. Signing in, a password, an authenticator or an ended
session are of the account and of no page: they stand in the log of the territory that gave the account its first role,
so that whoever reads that log reads all of them, wherever else the account has a role later.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import or_, select

from pb import act as act_of
from pb.act import SERVER, Act
from pb.audit.models import AuditEvent
from pb.clock import local
from pb.errors import NotFound
from pb.identity.models import Grant, Person
from pb.identity.service import holdings, reach
from pb.territory.models import Territory


def of(act: Act, person_id: UUID) -> Act:
    """The act in whose territory an event of this account stands, with the actor's roles there.

    Raises NotFound for an account that was made in no territory: there is none.
    """
    if act.territory is not SERVER:
        return act
    return _in(act, act.person, _first(act, person_id))


def by_its_owner(act: Act, person: Person) -> Act:
    """The act in whose territory an event of this account stands, done by its owner. Raises NotFound as `of` does."""
    return _in(act, person, of(act, person.id).territory)


def events(act: Act, person_id: UUID) -> Sequence[AuditEvent]:
    """What all the logs say of an account, in the order of its moments."""
    held_in = select(Grant.territory_id).where(Grant.person_id == person_id)
    query = select(AuditEvent).where(
        or_(AuditEvent.territory_id.in_(held_in), AuditEvent.territory_id == _first(act, person_id).id),
        AuditEvent.subject_id == person_id,
    )
    return act.session.scalars(query.order_by(AuditEvent.at, AuditEvent.position)).all()


def _in(act: Act, actor: act_of.Person | None, territory: act_of.Territory) -> Act:
    roles = reach.roles_of(act.session, actor.id, territory.id, local(act.at).date()) if actor else frozenset()
    return replace(act, person=actor, territory=territory, roles=roles)


def _first(act: Act, person_id: UUID) -> Territory:
    """The territory of the account's first role, else the one in whose log the account begins."""
    begun = select(AuditEvent.territory_id).where(
        AuditEvent.subject_id == person_id, AuditEvent.action == "identity.person_added"
    )
    territory_id = holdings.first_held_in(act.session, person_id) or act.session.scalars(begun.limit(1)).first()
    if territory_id is None:
        raise NotFound
    return act.session.get_one(Territory, territory_id)
