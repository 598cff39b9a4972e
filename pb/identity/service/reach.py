"""Where a role counts: in its own territory, and below it where it reaches down."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from pb.act import Role
from pb.identity.models import Grant
from pb.identity.service.roles import REACHING_DOWN, STAFF
from pb.territory.models import Slug, Territory


def line(session: Session, territory_id: UUID) -> list[UUID]:
    """The territory and what it lies in, the nearest first."""
    return [one.id for one in session.get_one(Territory, territory_id).line]


def held_in(session: Session, territory_id: UUID) -> Any:
    """Grants that count in a territory: given there, or above it where the role reaches down."""
    _itself, *above = line(session, territory_id)
    given_here = Grant.territory_id == territory_id
    return or_(given_here, and_(Grant.territory_id.in_(above), Grant.role.in_(REACHING_DOWN))) if above else given_here


def roles_of(session: Session, person_id: UUID, territory_id: UUID, day: date) -> frozenset[Role]:
    """The roles that a person holds in a territory on a day; what is held in its raion and reaches down counts."""
    query = select(Grant.role).where(
        Grant.person_id == person_id,
        held_in(session, territory_id),
        Grant.since <= day,
        or_(Grant.until.is_(None), Grant.until >= day),
    )
    return frozenset(Role(role) for role in session.scalars(query))


def below(territory_id: UUID) -> Any:
    """The ids of what lies in a territory: raions of an oblast, okrugs of a raion, and their own."""
    children = select(Territory.id).where(Territory.parent_id == territory_id)
    return select(Territory.id).where(
        or_(Territory.parent_id == territory_id, Territory.parent_id.in_(children.scalar_subquery()))
    )


def within(territory_id: UUID) -> Any:
    """Grants in a territory or in what lies in it."""
    return or_(Grant.territory_id == territory_id, Grant.territory_id.in_(below(territory_id)))


def along(session: Session, territory_id: UUID) -> Any:
    """Grants in a territory, in what it lies in and in what lies in it; not those of its neighbours."""
    return or_(Grant.territory_id.in_(line(session, territory_id)), Grant.territory_id.in_(below(territory_id)))


def staffed(session: Session, territory_id: UUID) -> bool:
    """Whether anybody ever held an office along a territory: then it begins with no founding."""
    query = select(Grant.id).where(along(session, territory_id), Grant.role.in_(STAFF))
    return session.scalars(query.limit(1)).first() is not None


def territories_of(session: Session, person_id: UUID, day: date) -> list[Territory]:
    """Where a person holds a role on a day: where it was given, and for one that reaches down what takes part below."""
    query = select(Grant.territory_id, Grant.role).where(
        Grant.person_id == person_id, Grant.since <= day, or_(Grant.until.is_(None), Grant.until >= day)
    )
    grants = session.execute(query).all()
    found = {territory_id for territory_id, _role in grants}
    for above in {territory_id for territory_id, role in grants if role in REACHING_DOWN}:
        found |= set(session.scalars(select(Slug.territory_id).where(Slug.territory_id.in_(below(above)))))
    return list(session.scalars(select(Territory).where(Territory.id.in_(found)).order_by(Territory.kato)).unique())


def is_staff(session: Session, person_id: UUID, day: date, *, or_will_be: bool = False) -> bool:
    """Whether a person holds an office anywhere on a day, or only later."""
    query = select(Grant.id).where(Grant.person_id == person_id, Grant.role.in_(STAFF))
    query = query.where(or_(Grant.until.is_(None), Grant.until >= day))
    if not or_will_be:
        query = query.where(Grant.since <= day)
    return session.scalars(query.limit(1)).first() is not None
