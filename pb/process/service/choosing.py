"""Choosing the okrug in which one lives: found by its name, a settlement's or its address, under its raion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from pb.act import NOBODYS
from pb.core.places.kinds import FOURTH_LEVEL
from pb.core.places.matching import alphabetical, begin, folded, nearly, within, words_of
from pb.core.places.settlements import without_kinds
from pb.territory.models import Settlement, Territory
from pb.territory.service import addresses


@dataclass(frozen=True)
class Choice:
    """An okrug and its address."""

    slug: str
    territory: Territory


@dataclass
class Group:
    """A raion or city with its okrugs; `slug` is None where it takes no part itself."""

    territory: Territory | None
    slug: str | None = None
    okrugs: list[Choice] = field(default_factory=list)


def groups(session: Session, typed: str, language: str) -> list[Group]:
    """The okrugs that fit what was typed, each under its raion; raions and okrugs in the order of the alphabet.

    Each word that was typed must be the beginning of a word of the okrug's name in any language, its raion's, a
    settlement's, of its address or of the code of one of them; where that finds nothing, a part of such a word, and
    then a word that is nearly one of them. Nothing typed finds all.
    """
    everywhere = addresses.every(session)
    okrugs = [Choice(place.slug, one) for place, one in everywhere if one.kind in FOURTH_LEVEL]
    slugs = {one.id: place.slug for place, one in everywhere}
    raions = addresses.raions(session, {one.territory.parent_id for one in okrugs if one.territory.parent_id})
    places = addresses.settlements(session)
    fitting = okrugs
    if asked := without_kinds(folded(typed)):
        words = {
            one.slug: words_of(_names(one, raions.get(one.territory.parent_id or NOBODYS), places)) for one in okrugs
        }
        fitting = [one for one in okrugs if begin(asked, words[one.slug])]
        fitting = fitting or [one for one in okrugs if within(asked, words[one.slug])]
        fitting = fitting or [one for one in okrugs if nearly(asked, words[one.slug])]
    by_raion: dict[UUID | None, Group] = {}
    for one in fitting:
        raion = raions.get(one.territory.parent_id or NOBODYS)
        key = raion.id if raion is not None else None
        group = by_raion.setdefault(key, Group(raion, slugs.get(key) if key is not None else None))
        group.okrugs.append(one)
    for group in by_raion.values():
        group.okrugs.sort(key=lambda one: alphabetical(one.territory.name(language)))
    return sorted(
        by_raion.values(), key=lambda group: alphabetical(group.territory.name(language)) if group.territory else ""
    )


def _names(one: Choice, raion: Territory | None, places: Mapping[UUID, Sequence[Settlement]]) -> list[str]:
    named: list[Territory | Settlement] = [
        one.territory,
        *([raion] if raion is not None else []),
        *places.get(one.territory.id, ()),
    ]
    words = [name for each in named for name in (each.name_kk, each.name_ru, each.name_en, each.kato or "")]
    return [one.slug, *words, *(name for place in places.get(one.territory.id, ()) for name in place.former)]


def remembered(session: Session, told: str | None) -> Choice | None:
    """The okrug of an address that a browser kept; None where it is no okrug's, or none that takes part."""
    place = addresses.find(session, told) if told else None
    territory = session.get(Territory, place.id) if place is not None else None
    if place is None or territory is None or territory.kind not in FOURTH_LEVEL:
        return None
    return Choice(place.slug, territory)
