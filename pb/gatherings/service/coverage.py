"""Which settlements had a gathering this year: of all residents of the okrug, or of their own.

That each settlement has one a year is a measure of practice, and no rule of the law: it is shown, and decides nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.clock import local
from pb.core.places.matching import folded
from pb.core.places.settlements import WORDS
from pb.gatherings.models import Gathering, Kind, State
from pb.territory.models import Settlement

HELD = frozenset({State.MINUTED, State.CONFIRMED})
OF_RESIDENTS = (Kind.GATHERING, Kind.SEPARATE)
Names = Mapping[str, Collection[str]]
"""All names of each settlement, by the one that rows keep."""


def covers(gathering: Gathering, settlements: Names) -> frozenset[str]:
    """Of which of these settlements a gathering was, if it was held: all, or those that a separate one names."""
    if gathering.state not in HELD or gathering.kind not in OF_RESIDENTS:
        return frozenset()
    if gathering.kind == Kind.GATHERING:
        return frozenset(settlements)
    return named(gathering.part, settlements)


def uncovered(act: Act) -> list[str]:
    """The settlements of the act's okrug without a gathering this year, by the names that rows keep."""
    found = uncovered_in(act, [act.territory.id])
    missing = {settlement.name_kk for settlement in found.get(act.territory.id, ())}
    return [kept for kept in act.territory.settlements if kept in missing]


def uncovered_in(act: Act, okrugs: Collection[UUID]) -> dict[UUID, list[Settlement]]:
    """The same of several okrugs, with two queries; okrugs without such a settlement are left out."""
    year = local(act.at).year
    rows = act.session.scalars(select(Settlement).where(Settlement.territory_id.in_(okrugs))).all()
    settlements: dict[UUID, dict[str, list[str]]] = {}
    for row in rows:
        settlements.setdefault(row.territory_id, {})[row.name_kk] = names_of(row)
    query = select(Gathering).where(
        Gathering.territory_id.in_(okrugs), Gathering.kind.in_(OF_RESIDENTS), Gathering.state.in_(HELD)
    )
    covered: dict[UUID, set[str]] = {}
    for gathering in act.session.scalars(query):
        if local(gathering.meets_at).year == year:
            of_okrug = covered.setdefault(gathering.territory_id, set())
            of_okrug |= covers(gathering, settlements.get(gathering.territory_id, {}))
    left: dict[UUID, list[Settlement]] = {}
    for row in rows:
        if row.name_kk not in covered.get(row.territory_id, ()):
            left.setdefault(row.territory_id, []).append(row)
    return left


def of_part(act: Act, gathering: Gathering) -> str | None:
    """The settlement of which a separate gathering is, by the name that rows keep; None where it names none, or two."""
    rows = act.session.scalars(select(Settlement).where(Settlement.territory_id == act.territory.id))
    found = named(gathering.part, {row.name_kk: names_of(row) for row in rows})
    return next(iter(found)) if len(found) == 1 else None


def names_of(settlement: Settlement) -> list[str]:
    """All names of a settlement, former ones too."""
    return [settlement.name_kk, settlement.name_ru, settlement.name_en, *settlement.former]


def is_whole(part: str, settlements: Names) -> bool:
    """Whether a text names a settlement and nothing of it: no street, no block."""
    words = _words(part)
    return any(words == _words(name) for names in settlements.values() for name in names if name)


def named(part: str, settlements: Names) -> frozenset[str]:
    """The settlements that a text names, in any language: «Яр» is not named where «Красный Яр» is."""
    words = _words(part)
    found: dict[str, Sequence[str]] = {}
    for kept, names in settlements.items():
        whole = [name for each in names if (name := _words(each)) and _stands_in(name, words)]
        if whole:
            found[kept] = max(whole, key=len)
    return frozenset(
        kept
        for kept, name in found.items()
        if not any(len(other) > len(name) and _stands_in(name, other) for other in found.values())
    )


def _words(text: str) -> list[str]:
    """Without what a place is: «ауылы», «село»."""
    return [word for word in folded(text) if word not in WORDS]


def _stands_in(part: Sequence[str], whole: Sequence[str]) -> bool:
    return any(list(whole[at : at + len(part)]) == list(part) for at in _places(part, whole))


def _places(part: Sequence[str], whole: Sequence[str]) -> Iterable[int]:
    return range(len(whole) - len(part) + 1)
