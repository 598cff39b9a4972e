"""How many people live in a territory and in each of its settlements, by year, and who counted them.

Every count stays; the latest of a year holds. Each stands on its event in the log of the territory.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.errors import FieldRefusal, Forbidden, refuse_all
from pb.territory.models import Population, Settlement, SettlementPopulation
from pb.text import one_line

FIRST_YEAR: Final = 1990
MOST_PEOPLE: Final = 5_000_000
LONGEST_SOURCE: Final = 300

Count = TypeVar("Count", Population, SettlementPopulation)


def of_territory(session: Session, territory_id: UUID) -> Sequence[Population]:
    """Every count of a territory, the latest year first."""
    query = select(Population).where(Population.territory_id == territory_id)
    return session.scalars(query.order_by(Population.year.desc(), Population.recorded_at.desc())).all()


def of_settlements(session: Session, territory_id: UUID) -> Sequence[tuple[Settlement, SettlementPopulation]]:
    """Every count of each settlement of a territory, by the settlement's name and the latest year first."""
    query = select(Settlement, SettlementPopulation).join(
        SettlementPopulation, SettlementPopulation.settlement_id == Settlement.id
    )
    query = query.where(Settlement.territory_id == territory_id).order_by(
        Settlement.name_kk, SettlementPopulation.year.desc(), SettlementPopulation.recorded_at.desc()
    )
    return [(settlement, count) for settlement, count in session.execute(query)]


def at(session: Session, territory_id: UUID, year: int) -> Population | None:
    """The latest count at or before the year's beginning."""
    query = select(Population).where(Population.territory_id == territory_id, Population.year <= year)
    return session.scalars(query.order_by(Population.year.desc(), Population.recorded_at.desc()).limit(1)).first()


def record_by_office(
    act: Act, year: int, people: int, *, source: str, settlement_id: UUID | None = None
) -> Population | SettlementPopulation:
    """The akim's office records a count of its territory, or of one of its settlements.

    Raises Forbidden, FieldRefusal (out of bounds, no source, recorded already, another territory's settlement).
    """
    if not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office records how many people live here."))
    if settlement_id is None:
        return record(act, year, people, source=source)
    return record_of_settlement(act, settlement_id, year, people, source=source)


def record(act: Act, year: int, people: int, *, source: str) -> Population:
    """How many people lived in the territory at the year's beginning; the latest count of a year holds.

    Raises FieldRefusal (out of bounds, no source, the same as the latest of that year).
    """
    refuse_all(faults(act, year, people, source, settlement=False))
    source = one_line(source)
    earlier = [count for count in of_territory(act.session, act.territory.id) if count.year == year]
    _refuse_the_same(earlier, people, source)
    data = {"year": year, "people": people, "source": source}
    event = audit.record(act, "territory.population", subject=act.territory.id, data=data)
    count = Population(
        territory_id=act.territory.id, year=year, recorded_at=act.at, people=people, source=source, event=event.hash
    )
    return _kept(act, count)


def record_of_settlement(act: Act, settlement_id: UUID, year: int, people: int, *, source: str) -> SettlementPopulation:
    """The same of one settlement of the act's territory. Raises FieldRefusal, also for another's settlement."""
    settlement = act.session.get(Settlement, settlement_id)
    if settlement is None or settlement.territory_id != act.territory.id:
        raise FieldRefusal("place", _("Choose the settlement."))
    refuse_all(faults(act, year, people, source, settlement=True))
    source = one_line(source)
    query = select(SettlementPopulation).where(
        SettlementPopulation.settlement_id == settlement.id, SettlementPopulation.year == year
    )
    _refuse_the_same(act.session.scalars(query.order_by(SettlementPopulation.recorded_at.desc())).all(), people, source)
    data = {"year": year, "people": people, "source": source}
    event = audit.record(act, "territory.settlement_population", subject=settlement.id, data=data)
    count = SettlementPopulation(
        settlement_id=settlement.id, year=year, recorded_at=act.at, people=people, source=source, event=event.hash
    )
    return _kept(act, count)


def faults(act: Act, year: int | None, people: int | None, source: str, *, settlement: bool) -> Iterator[FieldRefusal]:
    """What `record` would refuse of this, whatever was recorded earlier; None is what nobody could read."""
    first, last = FIRST_YEAR, local(act.at).year
    if year is not None and not first <= year <= last:
        yield FieldRefusal("year", _("Write a year from %(least)s to %(most)s.", least=str(first), most=str(last)))
    if people is not None and not 0 <= people <= MOST_PEOPLE:
        yield FieldRefusal("people", _("The number is out of bounds."))
    elif people == 0 and not settlement:  # a settlement may be deserted; the share of nobody is no share
        yield FieldRefusal("people", _("Somebody lives here: write how many people do."))
    named = one_line(source)
    if not named:
        yield FieldRefusal("source", _("Name the source of the number."))
    elif len(named) > LONGEST_SOURCE:
        yield FieldRefusal("source", _("Use at most 300 characters."))


def _refuse_the_same(earlier: Sequence[Population | SettlementPopulation], people: int, source: str) -> None:
    """A form that is sent twice records once."""
    if earlier and (earlier[0].people, earlier[0].source) == (people, source):
        raise FieldRefusal("people", _("This number is recorded already for that year."))


def _kept(act: Act, count: Count) -> Count:
    act.session.add(count)
    act.session.flush()
    return count
