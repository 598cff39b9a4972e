"""Where people of a territory turn to: telephone, addresses, the place to vote, the apparatus's number."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.audit import service as audit
from pb.core.national_numbers import BINError, Reason, parse_bin, plain, with_lost_zeros
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import FieldRefusal, Forbidden, refuse_all
from pb.territory.models import Territory
from pb.text import one_line

LONGEST: Final[Mapping[str, int]] = {
    "contact": 300,
    **dict.fromkeys(("address", "address_ru", "address_en", "paper_place", "paper_place_ru", "paper_place_en"), 200),
}
FIELDS: Final = ("bin", *LONGEST)
# A raion or city holds no vote of its own, and its akim signs no answer here.
OF_A_RAION: Final = ("contact", "address", "address_ru", "address_en")
# +7 or 8, the code of the place or the operator, the number: eleven digits, parted as people part them.
TELEPHONE: Final = re.compile(r"(?:\+7|\b8)(?:[\s().–-]*\d){10}(?!\d)")
_BIN_FAULTS: Final[Mapping[Reason, LazyString]] = {
    Reason.FORM: _("A BIN has twelve digits."),
    Reason.CHECK: _("Check the BIN: one of its twelve digits is not right."),
}
_NO_BIN: Final = _("This is not the BIN of a body: check its digits.")


def may_change(act: Act) -> bool:
    """The akim's office changes its okrug's; a raion or city has no such office: its administrator changes them."""
    return act.holds(Role.OFFICE if act.territory.kind in FOURTH_LEVEL else Role.ADMINISTRATOR)


def asked(kind: str) -> tuple[str, ...]:
    """Those of `FIELDS` that a territory of this kind has."""
    return FIELDS if kind in FOURTH_LEVEL else OF_A_RAION


def refuse_others(act: Act) -> None:
    """Raises Forbidden for whoever may not change them."""
    if not may_change(act):
        raise Forbidden(_("Only the akim's office, or in a raion or city its administrator, changes this."))


def change_by_office(act: Act, told: Mapping[str, str]) -> None:
    """Records those of `FIELDS` that differ. Raises Forbidden, FieldRefusal (all faults, nothing that differs)."""
    refuse_others(act)
    territory = act.session.get_one(Territory, act.territory.id)
    differing = {name: text for name, text in told.items() if one_line(text) != getattr(territory, name)}
    if not differing:
        raise FieldRefusal("contact", _("All of this is recorded already."))
    change(act, differing)


def change(act: Act, told: Mapping[str, str]) -> None:
    """Records these of `FIELDS` with one event in the log; what is not named stays. Raises FieldRefusal."""
    told = {name: one_line(text) for name, text in told.items()}
    refuse_all(faults(told))
    if told.get("bin"):
        told["bin"] = parse_bin(told["bin"]).text
    audit.record(act, "territory.office", subject=act.territory.id, data=told)
    territory = act.session.get_one(Territory, act.territory.id)
    for name, text in told.items():
        setattr(territory, name, text)
    act.session.flush()


def faults(told: Mapping[str, str]) -> Iterator[FieldRefusal]:
    """What `change` would refuse of this."""
    for name, longest in LONGEST.items():
        if len(told.get(name, "")) > longest:
            yield FieldRefusal(name, _("Use at most %(number)s characters.", number=longest))
    if told.get("contact") and not TELEPHONE.search(told["contact"]):
        yield FieldRefusal(
            "contact", _("Write a telephone number with its code, eleven digits, for example 8 (71632) 2-13-45.")
        )
    if told.get("bin") and (fault := bin_fault(told["bin"])) is not None:
        yield FieldRefusal("bin", fault)


def bin_fault(typed: str) -> LazyString | None:
    """What is wrong with a BIN that was typed; offers zeros that a spreadsheet dropped."""
    try:
        parse_bin(plain(typed))
    except BINError as error:
        if (whole := with_lost_zeros(typed)) is not None:
            with suppress(BINError):
                repaired = parse_bin(whole).text
                return _("A BIN has twelve digits. Is it %(number)s, with the zeros in front?", number=repaired)
        return _BIN_FAULTS.get(error.reason, _NO_BIN)
    return None
