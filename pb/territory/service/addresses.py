"""What addresses say of territories: a present slug, and earlier ones and the classifier's code that lead to it."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from pb.act import Act
from pb.core.places import slugs
from pb.core.places.kinds import FOURTH_LEVEL
from pb.territory.models import Settlement, Slug, Territory

MOST_LIKE = 5
LEAST_LIKE = 0.6  # of difflib's measure: one wrong letter of three, or two of seven


class Place(NamedTuple):
    """A territory that takes part, and the address that is shown."""

    id: UUID
    slug: str


def find(session: Session, told: str) -> Place | None:
    """The territory that this slug was ever given to, or that has this code; None where it takes no part."""
    given = select(Slug.territory_id).where(Slug.slug == told)
    if told.isdigit():
        given = select(Territory.id).where(Territory.kato == told)
    query = select(Slug.territory_id, Slug.slug).where(Slug.territory_id == given.scalar_subquery())
    row = session.execute(query.order_by(Slug.since.desc(), Slug.slug.desc()).limit(1)).first()
    return Place(*row) if row is not None else None


def of(session: Session, territory_id: UUID) -> Place | None:
    """The territory with its present address; None where it takes no part."""
    query = select(Slug.slug).where(Slug.territory_id == territory_id)
    slug = session.scalars(query.order_by(Slug.since.desc(), Slug.slug.desc()).limit(1)).first()
    return Place(territory_id, slug) if slug is not None else None


def only(session: Session) -> Place | None:
    """The okrug of a server that has one; None where there are several, or none yet."""
    query = select(Slug.territory_id).distinct().join(Territory, Territory.id == Slug.territory_id)
    found = session.scalars(query.where(Territory.kind.in_(FOURTH_LEVEL)).limit(2)).all()
    return of(session, found[0]) if len(found) == 1 else None


def path(act: Act) -> str:
    """The path of the act's territory, as papers have it: `/krasnoyar`. A territory without an address has its code."""
    place = of(act.session, act.territory.id)
    return f"/{place.slug if place else act.territory.kato}"


def every(session: Session, within: UUID | None = None) -> Sequence[tuple[Place, Territory]]:
    """Every territory that takes part, by its code, with its present address; those alone that lie `within` one."""
    query = (
        select(Slug.slug, Territory)
        .join(Territory, Territory.id == Slug.territory_id)
        .options(lazyload(Territory.places), lazyload(Territory.above))
        .order_by(Territory.kato, Slug.since, Slug.slug)
    )
    rows = session.execute(query.where(Territory.parent_id == within) if within is not None else query)
    latest = {territory.id: (Place(territory.id, slug), territory) for slug, territory in rows}
    return list(latest.values())


def among(session: Session, territory_ids: Iterable[UUID]) -> Sequence[tuple[Place, Territory]]:
    """Those of the territories that take part, by their code, each with its present address: one query for all."""
    query = (
        select(Slug.slug, Territory)
        .join(Territory, Territory.id == Slug.territory_id)
        .where(Territory.id.in_(list(territory_ids)))
        .options(lazyload(Territory.places), lazyload(Territory.above))
        .order_by(Territory.kato, Slug.since, Slug.slug)
    )
    latest = {one.id: (Place(one.id, slug), one) for slug, one in session.execute(query)}
    return list(latest.values())


def settlements(session: Session) -> Mapping[UUID, Sequence[Settlement]]:
    """The settlements of every territory that takes part."""
    query = select(Settlement).where(Settlement.territory_id.in_(select(Slug.territory_id)))
    within: dict[UUID, list[Settlement]] = {}
    for place in session.scalars(query.order_by(Settlement.kato, Settlement.name_kk)):
        within.setdefault(place.territory_id, []).append(place)
    return within


def raions(session: Session, territory_ids: Iterable[UUID]) -> Mapping[UUID, Territory]:
    """These territories by their identifiers, with nothing of what they lie in."""
    query = select(Territory).where(Territory.id.in_(list(territory_ids)))
    rows = session.scalars(query.options(lazyload(Territory.places), lazyload(Territory.above)))
    return {territory.id: territory for territory in rows}


def like(session: Session, told: str) -> Sequence[tuple[Place, Territory]]:
    """Territories that somebody may have meant: whose address is nearly this, or begins or ends as it does."""
    wanted = slugs.slug(told)[: slugs.LONGEST]
    by_slug = {found[0].slug: found for found in every(session)}
    near = get_close_matches(wanted, by_slug, n=MOST_LIKE, cutoff=LEAST_LIKE)
    near += [slug for slug in by_slug if slug.startswith(f"{wanted}-") or wanted.startswith(f"{slug}-")]
    return [by_slug[slug] for slug in dict.fromkeys(near)][:MOST_LIKE]
