"""Confirmed minutes with a mistake stay: new minutes that name them, with their own number, say what is right.

They are frozen, printed, confirmed and signed as any minutes are: see `minutes`, `scans` and `signing`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.audit import service as audit
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound
from pb.formats import numbered
from pb.gatherings.models import CONFIRMED, Correction, DeclinedCorrection, Minutes
from pb.gatherings.service import minutes as record
from pb.gatherings.service import officers

LANGUAGES: Final = ("kk", "ru")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong and what is right, in `language`, and how it was found; `position`: of which point of the agenda.

    Without a position it is about the minutes as a whole; without `wrong` something is missing there.
    """

    right: str
    language: str
    reason: str
    wrong: str = ""
    position: int | None = None


def all_of(act: Act, minutes: Minutes) -> Sequence[Correction]:
    """All that were drawn up, the first one first."""
    query = select(Correction).where(Correction.corrects_id == minutes.id)
    return act.session.scalars(query.order_by(Correction.year, Correction.serial)).all()


def get(act: Act, minutes: Minutes, which: int) -> Correction:
    """The first correction of these minutes is 1. Raises NotFound."""
    found = all_of(act, minutes)
    if not 0 < which <= len(found):
        raise NotFound
    return found[which - 1]


def place_of(act: Act, correction: Correction) -> int:
    """Which correction of its minutes it is, from 1: so its page is called."""
    return 1 + [one.id for one in all_of(act, correction.corrects)].index(correction.id)


def confirmed_of(act: Act, rows: Iterable[Minutes]) -> Mapping[UUID, Sequence[Correction]]:
    """What counts of each of these minutes, in one question."""
    found: dict[UUID, list[Correction]] = {}
    if known := {row.id for row in rows}:
        query = select(Correction).where(Correction.corrects_id.in_(known), CONFIRMED)
        for one in act.session.scalars(query.order_by(Correction.year, Correction.serial)):
            found.setdefault(one.corrects.id, []).append(one)
    return found


def told(act: Act, minutes: Minutes) -> Sequence[Correction]:
    """What counts of these minutes, the first one first."""
    return confirmed_of(act, [minutes]).get(minutes.id, ()) if minutes.confirmed else ()


def in_words(rows: Iterable[Correction], *positions: int) -> list[str]:
    """What is right, in a line for each of these that is about one of the points; 0: about the minutes as a whole."""
    return [
        str(_("Corrected, minutes %(number)s: %(words)s", number=numbered(row.number), words=row.body["right"]))
        for row in rows
        if row.position in positions
    ]


def waiting(act: Act, minutes: Minutes) -> Correction | None:
    """The one that is not confirmed yet."""
    return next((one for one in all_of(act, minutes) if one.waits), None)


def to_confirm(act: Act) -> list[Correction]:
    """Those of the territory where the signature that is missing is the actor's own."""
    query = select(Correction).where(Correction.territory_id == act.territory.id, ~CONFIRMED)
    return [one for one in act.session.scalars(query) if record.may_confirm(act, one)]


def may_write(act: Act, minutes: Minutes) -> bool:
    """Whether the actor may draw up a correction now, or draw up again the one that waits."""
    return act.person is not None and minutes.confirmed and officers.keeps_record(act, minutes.gathering)


def may_decline(act: Act, minutes: Minutes) -> bool:
    """Whether the actor is chair or secretary of the meeting, who confirm a correction or decline it."""
    return officers.presides(act, minutes.gathering) or officers.is_secretary(act, minutes.gathering)


def decline(act: Act, minutes: Minutes, reason: str) -> Correction:
    """The correction that waits proves needless: it keeps its number, says why, and waits for nobody any more.

    Raises Forbidden, Conflict (none waits), FieldRefusal (no reason).
    """
    if act.person is None or not may_decline(act, minutes):
        raise Forbidden(_("Only the chair and the secretary confirm the minutes."))
    row = waiting(act, minutes)
    if row is None:
        raise Conflict(_("There are no minutes that wait for confirmation."))
    act.session.refresh(row, with_for_update=True)
    if not reason.strip():
        raise FieldRefusal("why", _("Write why the correction is needless: everybody reads it."))
    audit.record(act, "correction.declined", subject=minutes.gathering_id, data={"sha256": row.sha256})
    row.declined = DeclinedCorrection(by_id=act.person.id, at=act.at, reason=reason.strip())
    act.session.flush()
    return row


def write(act: Act, minutes: Minutes, mistake: Mistake) -> Correction:
    """Who keeps the record of the meeting draws up new minutes that correct these.

    The first time they get the next number of the present year; until both confirmed, drawing up again replaces what
    they say. Raises Forbidden, Conflict (not confirmed yet), FieldRefusal (nothing written; no such point).
    """
    if act.person is None or not officers.keeps_record(act, minutes.gathering):
        raise Forbidden(_("Only who keeps the record of the meeting does this."))
    if not minutes.confirmed:
        raise Conflict(_("These minutes are not confirmed yet: draw them up again."))
    _refuse_incomplete(minutes, mistake)
    audit.take_turn(act)
    row = waiting(act, minutes) or _first(act, minutes)
    record.freeze(act, row, _body(act, row, minutes, mistake), minutes=minutes.number)
    return row


def _first(act: Act, minutes: Minutes) -> Correction:
    year, serial = record.next_number(act, act.at)
    return Correction(
        id=uuid4(),
        gathering_id=minutes.gathering_id,
        corrects_id=minutes.id,
        territory_id=minutes.territory_id,
        year=year,
        serial=serial,
    )


def _refuse_incomplete(minutes: Minutes, mistake: Mistake) -> None:
    if mistake.position is not None and mistake.position not in {
        point["position"] for point in minutes.body["questions"]
    }:
        raise FieldRefusal("point", _("Choose a point of the agenda."))
    if not mistake.right.strip():
        raise FieldRefusal("text", _("Write what is right."))
    if not mistake.reason.strip():
        raise FieldRefusal("reason", _("Write how the mistake was found."))


def _body(act: Act, row: Correction, minutes: Minutes, mistake: Mistake) -> dict[str, Any]:
    """What the correction says: it names the minutes that it corrects by number and digest."""
    return {
        "number": row.number,
        "corrects": {"number": minutes.number, "sha256": minutes.sha256},
        "position": mistake.position,
        "wrong": mistake.wrong.strip(),
        "right": mistake.right.strip(),
        "language": mistake.language,
        "reason": mistake.reason.strip(),
        "written_by": act.person.name if act.person is not None else "",
        "remarks": "",
    }
