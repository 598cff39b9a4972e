"""How confirmed minutes stand: who holds them now, until when, and what comes next. No state is without a way on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.clock import local
from pb.gatherings.models import Answer, Kind, Minutes
from pb.gatherings.models.referrals import About, Referral, Ruling, Step
from pb.gatherings.service import disagreements, line
from pb.gatherings.service.line import Again
from pb.gatherings.service.minutes import answer_due, nothing_decided
from pb.territory import service as territories
from pb.territory.service import working_days


class Way(StrEnum):
    """Where minutes are on their way."""

    CONFIRMING = "confirming"
    AKIM = "akim"
    SILENT = "silent"
    AGREED = "agreed"
    TO_DISCUSS = "to_discuss"
    CONVENED = "convened"
    DISCUSSED = "discussed"
    DISAGREED = "disagreed"
    MASLIKHAT = "maslikhat"
    SUPERIOR = "superior"
    TO_CONFIRM = "to_confirm"
    UPHELD = "upheld"
    REJECTED = "rejected"
    OWN = "own"
    NOTED = "noted"


LABELS: Final[dict[Way, LazyString]] = {
    Way.CONFIRMING: _("Wait for chair and secretary"),
    Way.AKIM: _("Wait for the akim's answer"),
    Way.SILENT: _("The akim did not answer in time"),
    Way.AGREED: _("Approved by the akim: executed"),
    Way.TO_DISCUSS: _("The akim disagreed: to be discussed again"),
    Way.CONVENED: _("The akim disagreed: a second discussion is convened"),
    Way.DISCUSSED: _("The akim disagreed: discussed again at a later meeting"),
    Way.DISAGREED: _("The akim disagreed a second time"),
    Way.MASLIKHAT: _("At the maslikhat"),
    Way.SUPERIOR: _("With the superior akim"),
    Way.TO_CONFIRM: _("Decided by the superior akim, to be confirmed"),
    Way.UPHELD: _("Upheld by the superior akim: executed"),
    Way.REJECTED: _("Rejected by the superior akim"),
    Way.OWN: _("Signed: goes to the assembly"),
    Way.NOTED: _("Nothing was decided: no answer is needed"),
}
TAGS: Final[dict[Way, str]] = {
    Way.CONFIRMING: "blue",
    Way.AKIM: "amber",
    Way.SILENT: "red",
    Way.AGREED: "green",
    Way.TO_DISCUSS: "red",
    Way.CONVENED: "amber",
    Way.DISCUSSED: "grey",
    Way.DISAGREED: "red",
    Way.MASLIKHAT: "amber",
    Way.SUPERIOR: "amber",
    Way.TO_CONFIRM: "amber",
    Way.UPHELD: "green",
    Way.REJECTED: "red",
    Way.OWN: "green",
    Way.NOTED: "grey",
}
_CHAIR, _AKIM = _("The chair of the meeting"), _("The akim")
_OFFICE = _("The akim's office")
_MASLIKHAT, _SUPERIOR = _("The maslikhat"), _("The superior akim")
HOLDERS: Final[dict[Way, LazyString]] = {
    Way.CONFIRMING: _("Chair and secretary"),
    Way.AKIM: _AKIM,
    Way.SILENT: _CHAIR,
    Way.TO_DISCUSS: _CHAIR,
    Way.CONVENED: _CHAIR,
    Way.DISAGREED: _CHAIR,
    Way.MASLIKHAT: _MASLIKHAT,
    Way.SUPERIOR: _SUPERIOR,
    Way.TO_CONFIRM: _CHAIR,
}
NEXT: Final[dict[Way, LazyString]] = {
    Way.CONFIRMING: _("Both confirm the minutes."),
    Way.AKIM: _("The akim agrees, or disagrees with a reason."),
    Way.SILENT: _("The chair sends them to the maslikhat and the superior akim. Until that akim decides, a late answer "
                  "of the akim is still taken."),
    Way.TO_DISCUSS: _("The chair convenes a second discussion of the same agenda."),
    Way.CONVENED: _("The second discussion is held, and its minutes go to the akim."),
    Way.DISAGREED: _("The chair sends them to the maslikhat and the superior akim."),
    Way.MASLIKHAT: _("A sitting of the maslikhat discusses them."),
    Way.SUPERIOR: _("The superior akim decides."),
    Way.TO_CONFIRM: _("The chair compares the record with the document and confirms it."),
    Way.REJECTED: _("The assembly may discuss the matter again."),
}  # fmt: skip
SETTLED: Final = frozenset({Way.OWN, Way.NOTED, Way.AGREED, Way.DISCUSSED, Way.UPHELD, Way.REJECTED})
OVER: Final = SETTLED | {Way.TO_DISCUSS, Way.CONVENED, Way.DISAGREED}  # the akim answered, and nobody above has them
IN_FORCE: Final = frozenset({Way.AGREED, Way.UPHELD})
TO_SEND: Final = frozenset({Way.SILENT, Way.DISAGREED})
_AFTER: Final[dict[Step, Way]] = {
    Step.SENT: Way.MASLIKHAT,
    Step.DISCUSSED: Way.SUPERIOR,
    Step.DECLINED: Way.SUPERIOR,
    Step.DECIDED: Way.TO_CONFIRM,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """`due` is the last day of who holds them; `late`: it has passed.

    `of_residents`: they met themselves, and whoever convened them, the akim's office, calls them together again.
    `disputed`: the points that the akim named, and of which alone all this is said; of nobody's answer, none.
    `approved`: the places of the decisions that the same answer approved. `discussed`: of those that the akim disputed
    and a later meeting decided, while others of them wait.
    """

    way: Way
    due: date | None = None
    late: bool = False
    of_residents: bool = False
    disputed: tuple[int, ...] = ()
    approved: tuple[int, ...] = ()
    discussed: tuple[int, ...] = ()

    def of_point(self, position: int) -> "Standing":
        """How one decision of these minutes stands: what the akim did not name is approved."""
        if position in self.discussed:
            return Standing(Way.DISCUSSED)
        return Standing(Way.AGREED) if position in self.approved else self

    @property
    def label(self) -> LazyString:
        return LABELS[self.way]

    @property
    def tag(self) -> str:
        return TAGS[self.way]

    @property
    def holder(self) -> LazyString | None:
        if self.of_residents and self.way in {Way.TO_DISCUSS, Way.CONVENED}:
            return _OFFICE
        return HOLDERS.get(self.way)

    @property
    def following(self) -> LazyString | None:
        """What comes next."""
        if self.way is Way.TO_DISCUSS and (self.approved or self.discussed):
            if self.of_residents:
                return _("The akim's office convenes a second discussion of the disputed points.")
            return _("The chair convenes a second discussion of the disputed points.")
        if self.of_residents and self.way is Way.TO_DISCUSS:
            return _("The akim's office convenes a second discussion of the same agenda.")
        return NEXT.get(self.way)


def standing(act: Act, minutes: Minutes) -> Standing:
    """How these minutes stand at the moment of the act."""
    return of_many(act, [minutes])[minutes.id]


def of_many(act: Act, some: Sequence[Minutes]) -> dict[UUID, Standing]:
    """How each of these minutes of one territory stands; asked of the database as often for many as for one."""
    confirmed = [minutes.id for minutes in some if minutes.confirmed]
    answers = {
        row.minutes_id: row for row in act.session.scalars(select(Answer).where(Answer.minutes_id.in_(confirmed)))
    }
    query = select(Referral).where(Referral.minutes_id.in_(confirmed), Referral.about == About.APPROVAL)
    above = {row.minutes_id: row for row in act.session.scalars(query.order_by(Referral.number))}
    terms, today = working_days.terms(act), local(act.at).date()
    known = territories.in_force(act)
    days, sending = known["discussion_days"].value, known["sending_days"].value
    named = disagreements.of_many(act, confirmed)
    disagreeing = [
        row.gathering for row in some if row.id in answers and not answers[row.id].agrees and row.id not in above
    ]
    again, twice = line.again(act, disagreeing), line.disagreed_before(act, disagreeing)

    def one(minutes: Minutes) -> Standing:
        if (way := _without_answer(minutes)) is not None:
            return Standing(way)
        answer, last = answers.get(minutes.id), above.get(minutes.id)
        if answer is not None and answer.agrees:
            return Standing(Way.AGREED)
        if last is not None:
            return _above(act, last)
        if answer is None:
            due = answer_due(act, minutes, terms)
            send_by = terms.calendar(minutes.confirmed_at or act.at).after(due, sending)
            return Standing(Way.AKIM, due) if today <= due else Standing(Way.SILENT, send_by, today > send_by)
        if minutes.gathering_id in twice and minutes.gathering_id not in again.discussed:
            send_by = terms.last_day(answer.at, sending)
            return Standing(Way.DISAGREED, send_by, today > send_by)
        until = terms.last_day(answer.at, days)
        return replace(
            _disagreed(act, minutes.gathering_id, again, until), of_residents=not minutes.gathering.of_members
        )

    def with_points(minutes: Minutes) -> Standing:
        told, stands = named.get(minutes.id), one(minutes)
        if told is None:
            return stands
        waiting = told.disputed
        if stands.way in {Way.TO_DISCUSS, Way.CONVENED}:
            waiting = tuple(point.position for point in again.left[minutes.gathering_id])
        discussed = tuple(place for place in told.disputed if place not in waiting)
        return replace(stands, disputed=waiting, approved=told.approved, discussed=discussed)

    return {minutes.id: with_points(minutes) for minutes in some}


def _without_answer(minutes: Minutes) -> Way | None:
    """How minutes stand that ask the akim for nothing, or not yet."""
    if not minutes.confirmed:
        return Way.CONFIRMING
    if minutes.gathering.kind == Kind.COMMISSION:
        return Way.OWN  # what the commission recommends is decided by the assembly, and answered there
    return Way.NOTED if nothing_decided(minutes) else None


def of_execution(act: Act, minutes: Minutes) -> Standing | None:
    """How a complaint stands that a decision is not executed; None where there is none."""
    last = last_step(act, minutes, About.EXECUTION)
    return _above(act, last) if last is not None else None


def passed_to(step: Referral) -> LazyString | None:
    """Who held the minutes after a step; None after the last one."""
    way = _AFTER.get(Step(step.kind))
    return HOLDERS[way] if way is not None else None


def steps(act: Act, minutes: Minutes, about: About) -> Sequence[Referral]:
    """The way to the maslikhat and the superior akim, the first step first."""
    query = select(Referral).where(Referral.minutes_id == minutes.id, Referral.about == about)
    return act.session.scalars(query.order_by(Referral.number)).all()


def last_step(act: Act, minutes: Minutes, about: About) -> Referral | None:
    found = steps(act, minutes, about)
    return found[-1] if found else None


def _disagreed(act: Act, gathering_id: UUID, again: Again, until: date) -> Standing:
    """The akim disagreed, and nobody above has them: how far the second discussion is, which is convened by a day."""
    if gathering_id in again.discussed:
        return Standing(Way.DISCUSSED)
    if (meets_at := again.to_be.get(gathering_id)) is None:
        return Standing(Way.TO_DISCUSS, until, local(act.at).date() > until)
    day = local(meets_at).date()
    return Standing(Way.CONVENED, day, local(act.at).date() > day)


def _above(act: Act, last: Referral) -> Standing:
    if last.kind == Step.CONFIRMED:
        return Standing(Way.UPHELD if last.outcome == Ruling.UPHELD else Way.REJECTED)
    return Standing(_AFTER[Step(last.kind)], last.due, last.due is not None and local(act.at).date() > last.due)
