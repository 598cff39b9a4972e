"""Minutes go to the maslikhat and the superior akim: sent, discussed, decided, confirmed by a second person.

The maslikhat's secretary records what became of them there; whether that is what the document says is for the chair,
so that no person alone makes a decision hold.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.formats import day as in_words
from pb.gatherings.models import Minutes, Outcome
from pb.gatherings.models.referrals import (
    FOLLOWING,
    LONGEST_NUMBER,
    LONGEST_WORDS,
    About,
    Ground,
    Referral,
    Ruling,
    Step,
)
from pb.gatherings.service import meetings, officers
from pb.gatherings.service import minutes as minutes_service
from pb.gatherings.service.standing import TO_SEND, Way, last_step, standing
from pb.media.service import files, showing
from pb.media.service.files import Received
from pb.media.service.showing import Seen
from pb.territory import service as territories
from pb.territory.service import working_days
from pb.text import one_line

WITH_PAPER: Final = frozenset({Step.SENT, Step.DISCUSSED, Step.DECIDED})
"""What somebody did outside, on a document that may come with the record; the others only judge a record."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is recorded of a step: `question` is the decision that is not executed, `outcome` what was decided."""

    day: date | None
    reference: str = ""
    words: str = ""
    outcome: str = ""
    question: UUID | None = None


def may(act: Act, minutes: Minutes, about: About) -> frozenset[Step]:
    """Which steps the actor may take now."""
    return frozenset(step for step in Step if not _hindered(act, minutes, about, step))


def require(act: Act, minutes: Minutes, about: About, step: Step) -> None:
    """Raises Forbidden, Conflict (not now), as taking the step would."""
    if hindered := _hindered(act, minutes, about, step):
        raise hindered


def take(
    act: Act, minutes: Minutes, about: About, step: Step, record: Record, paper: Received | None = None
) -> Referral:
    """Records the next step, with its document. Raises Forbidden, Conflict (not now), FieldRefusal (`faults`)."""
    act.session.refresh(minutes, with_for_update=True)  # of two at once the second sees the step of the first
    require(act, minutes, about, step)
    refuse_all(faults(act, minutes, about, step, record))
    last = last_step(act, minutes, about)
    row = Referral(
        minutes_id=minutes.id,
        about=about,
        number=last.number + 1 if last is not None else 1,
        kind=step,
        ground=_ground(act, minutes, about) if step is Step.SENT else "",
        question_id=record.question if about is About.EXECUTION and step is Step.SENT else None,
        at=act.at,
        by_id=act.person.id if act.person else None,
        day=record.day if step not in {Step.CONFIRMED, Step.DECLINED} else local(act.at).date(),
        reference=one_line(record.reference),
        outcome=record.outcome if step is Step.DECIDED else "",
        words=record.words.strip(),
        due=working_days.last_day(act, act.at, territories.setting(act, "superior_days")),
    )
    if step is Step.CONFIRMED and last is not None:
        row.outcome, row.due = last.outcome, None
        if about is About.APPROVAL and last.outcome == Ruling.UPHELD:
            minutes_service.refuse_unchecked(act, minutes.gathering)
    if paper is not None and step in WITH_PAPER:
        row.paper_id = files.add_paper(act, row.by_id, paper).id
    told = {"about": about.value, "step": row.number, **({"outcome": row.outcome} if row.outcome else {})}
    told |= {"file": paper.sha256} if paper is not None and row.paper_id is not None else {}
    audit.record(act, f"referral.{step}", subject=minutes.gathering_id, data=told)
    act.session.add(row)
    act.session.flush()
    return row


def faults(act: Act, minutes: Minutes, about: About, step: Step, record: Record) -> Iterator[FieldRefusal]:
    """What is wrong with what was typed, each at its field."""
    if step in {Step.SENT, Step.DISCUSSED, Step.DECIDED}:
        yield from _faults_of_day(act, minutes, about, record.day)
    if step in {Step.SENT, Step.DECIDED}:
        if not one_line(record.reference):
            yield FieldRefusal("reference", _("Write the number."))
        elif len(one_line(record.reference)) > LONGEST_NUMBER:
            yield FieldRefusal("reference", _("Use at most 40 characters."))
    if step is Step.DECIDED and record.outcome not in list(Ruling):
        yield FieldRefusal("outcome", _("Choose what was decided."))
    if about is About.EXECUTION and step is Step.SENT and record.question not in decisions(act, minutes):
        yield FieldRefusal("question", _("Choose the decision that is not executed."))
    if step in {Step.DECIDED, Step.DECLINED} and not record.words.strip():
        yield FieldRefusal("words", _("Write it in words: everybody reads it."))
    if len(record.words.strip()) > LONGEST_WORDS:
        yield FieldRefusal("words", _("Use at most %(max)d characters.", max=LONGEST_WORDS))


def decisions(act: Act, minutes: Minutes) -> dict[UUID, int]:
    """What is to be executed of these minutes, for it is in force: point and its place on the agenda."""
    holding = meetings.in_force(act, minutes)
    points = [point for point in minutes.gathering.questions if point.outcome == Outcome.APPROVED]
    return {point.id: point.position for point in points if point.amends_id is None and point.id in holding}


@showing.shows
def seen(act: Act, ids: Collection[UUID]) -> Seen:
    """The documents of this way everybody sees."""
    found = act.session.scalars(select(Referral.minutes_id).where(Referral.paper_id.in_(ids)).limit(1)).first()
    return Seen.EVERYBODY if found is not None else Seen.NOBODY


def _hindered(act: Act, minutes: Minutes, about: About, step: Step) -> Forbidden | Conflict | None:
    """Why the actor may not take this step now."""
    last = last_step(act, minutes, about)
    if not _by_its_role(act, minutes, about, step):
        return Forbidden(_("Your role does not allow this."))
    if last is not None and step in {Step.CONFIRMED, Step.DECLINED} and act.person and last.by_id == act.person.id:
        return Forbidden(_("A second person confirms what was recorded."))
    if step not in FOLLOWING[Step(last.kind) if last is not None else None]:
        return Conflict(_("It does not stand there now. Look at what was recorded last."))
    if about is About.EXECUTION:
        return None if decisions(act, minutes) else Conflict(_("Only a decision that was approved is to be executed."))
    stands = standing(act, minutes).way
    if (step is Step.SENT and stands not in TO_SEND) or stands is Way.AGREED:
        return Conflict(_("These minutes do not wait for the superior akim."))
    return None


def _by_its_role(act: Act, minutes: Minutes, about: About, step: Step) -> bool:
    if act.person is None:
        return False
    chairs = officers.presides(act, minutes.gathering) or act.holds(Role.CHAIR)
    if step is Step.SENT and about is About.EXECUTION:
        return chairs or officers.keeps_record(act, minutes.gathering)
    return act.holds(Role.MASLIKHAT_SECRETARY) if step in {Step.DISCUSSED, Step.DECIDED} else chairs


def _ground(act: Act, minutes: Minutes, about: About) -> Ground:
    if about is About.EXECUTION:
        return Ground.UNEXECUTED
    return Ground.SILENT if meetings.answer_to(act, minutes) is None else Ground.DISAGREED


def _faults_of_day(act: Act, minutes: Minutes, about: About, day: date | None) -> Iterator[FieldRefusal]:
    last = last_step(act, minutes, about)
    earliest = last.day if last is not None else local(minutes.gathering.meets_at).date()
    if day is None:
        yield FieldRefusal("day", _("Write the date."))
    elif day > local(act.at).date():
        yield FieldRefusal("day", _("This day has not come yet. The latest day: today."))
    elif day < earliest:
        yield FieldRefusal("day", _("This was not before: %(day)s", day=in_words(earliest)))
