"""Confirmed minutes with a mistake stay; a correction that names them says what is right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, and_, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Correction, Gathering, Minutes, Office, Verdict
from pb.gatherings.service import officers

LANGUAGES: Final = ("kk", "ru")
INSTEAD_OF_THE_CHAIR: Final = (Role.DEPUTY, Role.AUDITOR)
"""Who confirms where the elected chair has no account: so no mistake stays for want of a second person."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction of minutes (`of`: their number), with what was said to it; None while it waits."""

    of: str
    row: Correction
    verdict: Verdict | None

    @property
    def number(self) -> str:
        """What it is called: the first one of № 7/2027 is 7/2027-1."""
        return f"{self.of}-{self.row.number}"

    @property
    def confirmed(self) -> bool:
        return self.verdict is not None and self.verdict.confirmed


def all_of(act: Act, minutes: Minutes) -> list[Corrected]:
    """All that were written, the first one first."""
    return _read(act, _query().where(Correction.minutes_id == minutes.id), {minutes.id: minutes})


def confirmed_of(act: Act, rows: Iterable[Minutes]) -> Mapping[UUID, Sequence[Corrected]]:
    """What counts of each of these minutes, in one question."""
    known = {row.id: row for row in rows}
    found: dict[UUID, list[Corrected]] = {}
    if known:
        query = _query().where(Correction.minutes_id.in_(known), Verdict.confirmed)
        for one in _read(act, query, known):
            found.setdefault(one.row.minutes_id, []).append(one)
    return found


def told(act: Act, minutes: Minutes) -> dict[int, list[Corrected]]:
    """What counts of these minutes, by the place of the point that it is about; 0: of the minutes as a whole."""
    return about(confirmed_of(act, [minutes]).get(minutes.id, ()), minutes.gathering) if minutes.confirmed else {}


def waiting(act: Act, minutes: Minutes) -> Corrected | None:
    """The one that nobody has confirmed or declined yet."""
    return next((one for one in all_of(act, minutes) if one.verdict is None), None)


def may_write(act: Act, minutes: Minutes) -> bool:
    """Whether the actor may write a correction now."""
    return (
        act.person is not None
        and minutes.confirmed
        and officers.keeps_record(act, minutes.gathering)
        and waiting(act, minutes) is None
    )


def may_judge(act: Act, minutes: Minutes) -> bool:
    """Whether the actor may confirm or decline the one that waits."""
    waits = waiting(act, minutes)
    return waits is not None and act.person is not None and waits.row.by_id != act.person.id and _judges(act, minutes)


def write(act: Act, minutes: Minutes, position: int | None, *, text: str, language: str, reason: str) -> Corrected:
    """Who keeps the record of the meeting writes what is right, of one point or of the minutes as a whole.

    Raises Forbidden, Conflict (not confirmed; another correction waits), FieldRefusal (nothing written; no such point).
    """
    if act.person is None or not officers.keeps_record(act, minutes.gathering):
        raise Forbidden(_("Only who keeps the record of the meeting does this."))
    if not minutes.confirmed:
        raise Conflict(_("These minutes are not confirmed yet: draw them up again."))
    audit.take_turn(act)
    if waiting(act, minutes) is not None:
        raise Conflict(_("Another correction of these minutes waits for the chair."))
    points = {question.position: question.id for question in minutes.gathering.questions}
    if position is not None and position not in points:
        raise FieldRefusal("point", _("Choose a point of the agenda."))
    if not text.strip():
        raise FieldRefusal("text", _("Write what is right."))
    if not reason.strip():
        raise FieldRefusal("reason", _("Write how the mistake was found."))
    number = len(all_of(act, minutes)) + 1
    told = {"number": minutes.number, "correction": number}
    audit.record(act, "minutes.correction_written", subject=minutes.gathering_id, data=told)
    row = Correction(
        minutes_id=minutes.id,
        number=number,
        question_id=points[position] if position is not None else None,
        language=language,
        text=text.strip(),
        reason=reason.strip(),
        at=act.at,
        by_id=act.person.id,
    )
    act.session.add(row)
    act.session.flush()
    return Corrected(minutes.number, row, None)


def judge(act: Act, minutes: Minutes, *, right: bool, reason: str) -> Verdict:
    """The chair of the meeting confirms the correction that waits, or declines it with a reason.

    Raises Forbidden, Conflict (none waits), FieldRefusal (declined without a reason).
    """
    if act.person is None or not _judges(act, minutes):
        raise Forbidden(_("Only the chair of the meeting confirms a correction."))
    audit.take_turn(act)
    waits = waiting(act, minutes)
    if waits is None:
        raise Conflict(_("No correction waits for the chair."))
    if waits.row.by_id == act.person.id:
        raise Forbidden(_("You wrote it. Another person confirms it."))
    if not right and not reason.strip():
        raise FieldRefusal("reason", _("Write what is wrong with it."))
    told = {"number": minutes.number, "correction": waits.row.number}
    action = "minutes.correction_confirmed" if right else "minutes.correction_declined"
    audit.record(act, action, subject=minutes.gathering_id, data=told)
    row = Verdict(
        minutes_id=minutes.id,
        number=waits.row.number,
        confirmed=right,
        reason=reason.strip(),
        at=act.at,
        by_id=act.person.id,
    )
    act.session.add(row)
    act.session.flush()
    return row


def _judges(act: Act, minutes: Minutes) -> bool:
    meeting = minutes.gathering
    if meeting.standing_officers or officers.of(meeting, Office.CHAIR, with_account=True) is not None:
        return officers.presides(act, meeting)
    return act.holds(*INSTEAD_OF_THE_CHAIR)


def _query() -> Select[Correction, Verdict]:
    same = and_(Verdict.minutes_id == Correction.minutes_id, Verdict.number == Correction.number)
    return select(Correction, Verdict).outerjoin(Verdict, same).order_by(Correction.minutes_id, Correction.number)


def _read(act: Act, query: Select[Correction, Verdict], known: Mapping[UUID, Minutes]) -> list[Corrected]:
    rows = act.session.execute(query)
    return [Corrected(known[row.minutes_id].number, row, verdict) for row, verdict in rows]


def about(found: Iterable[Corrected], gathering: Gathering) -> dict[int, list[Corrected]]:
    """Corrections by the place of the point that they are about; 0: of the minutes as a whole."""
    places = {question.id: question.position for question in gathering.questions}
    told: dict[int, list[Corrected]] = {}
    for one in found:
        told.setdefault(places.get(one.row.question_id, 0) if one.row.question_id else 0, []).append(one)
    return told
