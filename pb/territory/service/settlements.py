"""The names of settlements in three languages, and how they change.

Rows of rolls, proposals and people keep the Kazakh name that a settlement had: it stays known when the name changes.
"""

import re
from typing import Final, NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.audit import service as audit
from pb.core import text as texts
from pb.core.places.settlements import Settlements
from pb.errors import FieldRefusal, Forbidden, NotFound, refuse_all
from pb.territory.models import Settlement, Territory
from pb.text import one_line

LONGEST_NAME: Final = 120
# Names of the classifier begin with a quotation mark at most; tags, and what a spreadsheet computes, are no names.
PLAIN: Final = re.compile(r"[\"«„“]?\s?\w[^<>=@|{}\[\]\\]*")
FIELDS: Final = ("name_kk", "name_ru", "name_en")


class Names(NamedTuple):
    """What a settlement is called; without an English name the Russian one is shown.

    One that keeps its Kazakh name keeps its English name too where none is told.
    """

    kk: str
    ru: str
    en: str = ""


def record_by_office(act: Act, names: Names, settlement_id: UUID | None = None) -> Settlement:
    """The akim's office records the names of one of its settlements, or (None) a settlement that was not known.

    Raises Forbidden, NotFound (another territory's settlement), FieldRefusal.
    """
    if not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office records the names of settlements."))
    return record(act, names, settlement_id)


def record(act: Act, names: Names, settlement_id: UUID | None = None) -> Settlement:
    """Records the names with an event in the log of the act's territory. Raises NotFound, FieldRefusal."""
    territory = act.session.get_one(Territory, act.territory.id)
    settlement, others = _parted(territory, settlement_id)
    names = _told(names, settlement)
    refuse_all(_faults(names, settlement, others))
    before = Names(settlement.name_kk, settlement.name_ru, settlement.name_en) if settlement else None
    if settlement is None:
        settlement = Settlement(former=[])
        territory.places.append(settlement)
    if before is not None and before.kk != names.kk:
        settlement.former = sorted({*settlement.former, before.kk} - {names.kk, *(one.name_kk for one in others)})
    settlement.name_kk, settlement.name_ru, settlement.name_en = names
    act.session.flush()
    data = {"names": names._asdict()} | ({"before": before._asdict()} if before else {})
    audit.record(act, "territory.settlement", subject=settlement.id, data=data)
    return settlement


def faults(act: Act, names: Names, settlement_id: UUID | None = None) -> list[FieldRefusal]:
    """What is wrong with the names. Raises NotFound (another territory's settlement)."""
    settlement, others = _parted(act.session.get_one(Territory, act.territory.id), settlement_id)
    return _faults(_told(names, settlement), settlement, others)


def _parted(territory: Territory, settlement_id: UUID | None) -> tuple[Settlement | None, list[Settlement]]:
    """The settlement that is meant, and the others of the territory. Raises NotFound."""
    settlement = next((one for one in territory.places if one.id == settlement_id), None)
    if settlement is None and settlement_id is not None:
        raise NotFound
    return settlement, [one for one in territory.places if one is not settlement]


def _told(names: Names, settlement: Settlement | None) -> Names:
    names = Names(*map(one_line, names))
    if settlement is not None and not names.en and names.kk == settlement.name_kk:
        return names._replace(en=settlement.name_en)  # nobody wants a name gone that still is one
    return names


def _faults(names: Names, settlement: Settlement | None, others: list[Settlement]) -> list[FieldRefusal]:
    faults = []
    for field, name in zip(FIELDS, names, strict=True):
        if not name and field != "name_en":
            faults.append(FieldRefusal(field, _("Write the name.")))
        elif len(name) > LONGEST_NAME:
            faults.append(FieldRefusal(field, _("Use at most 120 characters.")))
        elif name and not PLAIN.fullmatch(name):
            faults.append(FieldRefusal(field, _("Write the name alone, without signs such as < > = @ in it.")))
        elif name and not texts.has_letter(name):
            faults.append(FieldRefusal(field, _("A name has letters: write the name of the settlement.")))
    known = Settlements((one.name_kk, (one.name_ru, one.name_en, *one.former)) for one in others)
    for field, name in zip(FIELDS, names, strict=True):
        if name and known.knows(name):
            faults.append(FieldRefusal(field, _("Another settlement here has or had this name.")))
    if not faults and settlement and names == (settlement.name_kk, settlement.name_ru, settlement.name_en):
        faults.append(FieldRefusal("name_kk", _("These names are recorded already.")))
    return faults
