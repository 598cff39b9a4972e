"""Deputies of a raion's maslikhat, recorded by its secretary: who represents which settlement, and when they receive.

They are told to residents; what an account may do is its role's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.core import alphabet
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.maslikhat.models import (
    LONGEST_DOCUMENT,
    LONGEST_NAME,
    LONGEST_PHONE,
    LONGEST_RECEPTION,
    Deputy,
    DeputyPlace,
)
from pb.territory.models import Settlement, Territory
from pb.text import one_line


@dataclass(frozen=True, slots=True)
class Mandate:
    """A deputy: `codes` of the okrugs and settlements of the constituency, the term and the document that says so."""

    name: str
    codes: str
    term_from: date | None
    term_until: date | None
    document: str
    reception_kk: str
    reception_ru: str
    phone: str


def record(act: Act, mandate: Mandate) -> Deputy:
    """The secretary of the raion's maslikhat records a deputy.

    Raises Forbidden, Conflict (not on the raion's page), FieldRefusal (`faults`).
    """
    _require(act)
    refuse_all(faults(act, mandate))
    taken = select(func.max(Deputy.number)).where(Deputy.territory_id == act.territory.id)
    deputy = Deputy(
        id=uuid4(),
        territory_id=act.territory.id,
        number=(act.session.scalar(taken) or 0) + 1,
        name=one_line(mandate.name),
        term_from=mandate.term_from,
        term_until=mandate.term_until,
        document=one_line(mandate.document),
        reception_kk=one_line(mandate.reception_kk),
        reception_ru=one_line(mandate.reception_ru),
        phone=one_line(mandate.phone),
        recorded_at=act.at,
    )
    data = {"number": deputy.number, "places": _codes(mandate.codes)}
    audit.record(act, "maslikhat.deputy_recorded", subject=deputy.id, data=data)
    act.session.add(deputy)
    act.session.flush()
    act.session.add_all(DeputyPlace(deputy_id=deputy.id, kato=code) for code in _codes(mandate.codes))
    act.session.flush()
    act.session.refresh(deputy)
    return deputy


def end(act: Act, deputy: Deputy, last_day: date | None, document: str) -> None:
    """The mandate ends before its term. Raises Forbidden, FieldRefusal, Conflict (it has ended)."""
    _require(act)
    act.session.refresh(deputy, with_for_update=True)
    if deputy.ended_on is not None:
        raise Conflict(_("This mandate was ended already."))
    refuse_all(faults_of_ending(act, deputy, last_day, document))
    audit.record(act, "maslikhat.deputy_ended", subject=deputy.id, data={"number": deputy.number})
    deputy.ended_on, deputy.end_document = last_day, one_line(document)
    act.session.flush()


def get(act: Act, deputy_id: UUID) -> Deputy:
    """A deputy of the act's raion. Raises NotFound."""
    deputy = act.session.get(Deputy, deputy_id)
    if deputy is None or deputy.territory_id != act.territory.id:
        raise NotFound
    return deputy


def current(act: Act) -> list[Deputy]:
    """Those of the raion whose mandate holds today, by name."""
    return [deputy for deputy in _of_raion(act) if _holds(act, deputy)]


def former(act: Act) -> list[Deputy]:
    """Those whose mandate is over, or begins later."""
    return [deputy for deputy in _of_raion(act) if not _holds(act, deputy)]


def by_settlement(act: Act) -> list[tuple[str, list[Deputy]]]:
    """Of each settlement of the okrug, as rows keep its name, the deputies of today; those that have one alone."""
    okrug = act.session.get_one(Territory, act.territory.id)
    deputies = current(act)
    found = []
    for place in sorted(okrug.places, key=lambda place: alphabet.key(place.name_kk)):
        codes = {okrug.kato, place.kato}
        own = [deputy for deputy in deputies if codes & {each.kato for each in deputy.places}]
        if own:
            found.append((place.name_kk, own))
    return found


def names(act: Act, deputies: Iterable[Deputy], tongue: str) -> Mapping[str, str]:
    """What the places of these deputies are called, by code."""
    wanted = {place.kato for deputy in deputies for place in deputy.places}
    if not wanted:
        return {}
    okrugs = act.session.scalars(select(Territory).where(Territory.kato.in_(wanted))).unique()
    told = {okrug.kato: okrug.name(tongue) for okrug in okrugs}
    places = act.session.scalars(select(Settlement).where(Settlement.kato.in_(wanted)))
    return told | {place.kato: place.name_kk if tongue == "kk" else place.name_ru for place in places if place.kato}


def codes_below(act: Act, tongue: str) -> list[tuple[str, str]]:
    """Code and name of each okrug of the raion and of its settlements, in that order."""
    query = select(Territory).where(Territory.parent_id == act.territory.id).order_by(Territory.kato)
    told = []
    for okrug in act.session.scalars(query).unique():
        told.append((okrug.kato, okrug.name(tongue)))
        told += [(one.kato, one.name_kk if tongue == "kk" else one.name_ru) for one in okrug.places if one.kato]
    return told


def faults(act: Act, mandate: Mandate) -> Iterator[FieldRefusal]:
    """What `record` would refuse."""
    for name, longest in (("name", LONGEST_NAME), ("phone", LONGEST_PHONE), ("document", LONGEST_DOCUMENT)):
        yield from _faults_of_line(name, getattr(mandate, name), longest)
    codes = _codes(mandate.codes)
    unknown = sorted(set(codes) - {code for code, _name in codes_below(act, "kk")})
    if not codes:
        yield FieldRefusal("codes", _("Write the code of at least one okrug or settlement."))
    elif unknown:
        yield FieldRefusal("codes", _("No okrug and no settlement here has this code: %(code)s", code=unknown[0][:20]))
    if mandate.term_from is None or mandate.term_until is None:
        yield FieldRefusal("term_until", _("Write the date."))
    elif mandate.term_until <= mandate.term_from:
        yield FieldRefusal("term_until", _("The term ends after it begins."))
    if not mandate.reception_kk.strip() and not mandate.reception_ru.strip():
        yield FieldRefusal("reception_kk", _("Write when and where residents are received."))
    for name in ("reception_kk", "reception_ru"):
        if len(one_line(getattr(mandate, name))) > LONGEST_RECEPTION:
            yield FieldRefusal(name, _("Use at most 300 characters."))


def faults_of_ending(act: Act, deputy: Deputy, last_day: date | None, document: str) -> Iterator[FieldRefusal]:
    """What `end` would refuse."""
    if last_day is None:
        yield FieldRefusal("last_day", _("Write the date."))
    elif not deputy.term_from <= last_day <= local(act.at).date():
        yield FieldRefusal("last_day", _("Write a day of the term that has come."))
    yield from _faults_of_line("document", document, LONGEST_DOCUMENT)


def _faults_of_line(name: str, typed: str, longest: int) -> Iterator[FieldRefusal]:
    if not one_line(typed):
        yield FieldRefusal(name, _("Fill this in."))
    elif len(one_line(typed)) > longest:
        yield FieldRefusal(name, _("Use at most %(max)d characters.", max=longest))


def _codes(typed: str) -> list[str]:
    return list(dict.fromkeys(code for code in re.split(r"[\s,;]+", typed) if code))


def _holds(act: Act, deputy: Deputy) -> bool:
    today = local(act.at).date()
    return deputy.term_from <= today <= (deputy.ended_on or deputy.term_until)


def _of_raion(act: Act) -> Sequence[Deputy]:
    here = act.session.get_one(Territory, act.territory.id)
    raion_id = here.parent_id if here.kind in FOURTH_LEVEL else here.id
    found = act.session.scalars(select(Deputy).where(Deputy.territory_id == raion_id))
    return sorted(found, key=lambda deputy: alphabet.key(deputy.name))


def _require(act: Act) -> None:
    if act.person is None or not act.holds(Role.MASLIKHAT_SECRETARY):
        raise Forbidden(_("The secretary of the maslikhat records its deputies."))
    if act.territory.kind in FOURTH_LEVEL:
        raise Conflict(_("Deputies are recorded on the page of the raion."))
