"""How confirmed minutes stand: who holds them now, until when, and what comes next. No state is without a way on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.clock import local
from pb.gatherings.models import Answer, Gathering, Minutes, State
from pb.gatherings.models.referrals import About, Referral, Ruling, Step
from pb.gatherings.service import meetings
from pb.gatherings.service.minutes import answer_due


class Way(StrEnum):
    """Where minutes are on their way."""

    CONFIRMING = "confirming"
    AKIM = "akim"
    SILENT = "silent"
    AGREED = "agreed"
    TO_DISCUSS = "to_discuss"
    DISCUSSED = "discussed"
    DISAGREED = "disagreed"
    MASLIKHAT = "maslikhat"
    SUPERIOR = "superior"
    TO_CONFIRM = "to_confirm"
    UPHELD = "upheld"
    REJECTED = "rejected"


LABELS: Final[dict[Way, LazyString]] = {
    Way.CONFIRMING: _("Wait for chair and secretary"),
    Way.AKIM: _("Wait for the akim's answer"),
    Way.SILENT: _("The akim did not answer in time"),
    Way.AGREED: _("Approved by the akim: executed"),
    Way.TO_DISCUSS: _("The akim disagreed: to be discussed again"),
    Way.DISCUSSED: _("The akim disagreed: discussed again at a later meeting"),
    Way.DISAGREED: _("The akim disagreed a second time"),
    Way.MASLIKHAT: _("At the maslikhat"),
    Way.SUPERIOR: _("With the superior akim"),
    Way.TO_CONFIRM: _("Decided by the superior akim, to be confirmed"),
    Way.UPHELD: _("Upheld by the superior akim: executed"),
    Way.REJECTED: _("Rejected by the superior akim"),
}
TAGS: Final[dict[Way, str]] = {
    Way.CONFIRMING: "blue",
    Way.AKIM: "amber",
    Way.SILENT: "red",
    Way.AGREED: "green",
    Way.TO_DISCUSS: "red",
    Way.DISCUSSED: "grey",
    Way.DISAGREED: "red",
    Way.MASLIKHAT: "amber",
    Way.SUPERIOR: "amber",
    Way.TO_CONFIRM: "amber",
    Way.UPHELD: "green",
    Way.REJECTED: "red",
}
_CHAIR, _AKIM = _("The chair of the meeting"), _("The akim")
_MASLIKHAT, _SUPERIOR = _("The maslikhat"), _("The superior akim")
HOLDERS: Final[dict[Way, LazyString]] = {
    Way.CONFIRMING: _("Chair and secretary"),
    Way.AKIM: _AKIM,
    Way.SILENT: _CHAIR,
    Way.TO_DISCUSS: _CHAIR,
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
    Way.DISAGREED: _("The chair sends them to the maslikhat and the superior akim."),
    Way.MASLIKHAT: _("A sitting of the maslikhat discusses them."),
    Way.SUPERIOR: _("The superior akim decides."),
    Way.TO_CONFIRM: _("The chair compares the record with the document and confirms it."),
    Way.REJECTED: _("The assembly may discuss the matter again."),
}  # fmt: skip
SETTLED: Final = frozenset({Way.AGREED, Way.DISCUSSED, Way.UPHELD, Way.REJECTED})
OVER: Final = SETTLED | {Way.TO_DISCUSS, Way.DISAGREED}  # the akim answered, and nobody above has them
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
    """`due` is the last day of who holds them; `late`: it has passed."""

    way: Way
    due: date | None = None
    late: bool = False

    @property
    def label(self) -> LazyString:
        return LABELS[self.way]

    @property
    def tag(self) -> str:
        return TAGS[self.way]

    @property
    def holder(self) -> LazyString | None:
        return HOLDERS.get(self.way)

    @property
    def following(self) -> LazyString | None:
        """What comes next."""
        return NEXT.get(self.way)


def standing(act: Act, minutes: Minutes) -> Standing:
    """How these minutes stand at the moment of the act."""
    if not minutes.confirmed:
        return Standing(Way.CONFIRMING)
    answer = meetings.answer_to(act, minutes)
    if answer is not None and answer.agrees:
        return Standing(Way.AGREED)
    last = last_step(act, minutes, About.APPROVAL)
    if last is not None:
        return _above(act, last)
    if answer is None:
        due = answer_due(act, minutes)
        late = local(act.at).date() > due
        return Standing(Way.SILENT if late else Way.AKIM, due, late)
    if _held_again(act, minutes.gathering):
        return Standing(Way.DISCUSSED)
    return Standing(Way.DISAGREED if disagreed_before(act, minutes.gathering) else Way.TO_DISCUSS)


def of_execution(act: Act, minutes: Minutes) -> Standing | None:
    """How a complaint stands that a decision is not executed; None where there is none."""
    last = last_step(act, minutes, About.EXECUTION)
    return _above(act, last) if last is not None else None


def steps(act: Act, minutes: Minutes, about: About) -> Sequence[Referral]:
    """The way to the maslikhat and the superior akim, the first step first."""
    query = select(Referral).where(Referral.minutes_id == minutes.id, Referral.about == about)
    return act.session.scalars(query.order_by(Referral.number)).all()


def last_step(act: Act, minutes: Minutes, about: About) -> Referral | None:
    found = steps(act, minutes, about)
    return found[-1] if found else None


def disagreed_before(act: Act, gathering: Gathering) -> bool:
    """Whether the akim disagreed with an earlier discussion: that of a meeting in whose place this one was held."""
    while gathering.previous_id is not None:
        gathering = act.session.get_one(Gathering, gathering.previous_id)
        if gathering.state == State.CONFIRMED:
            minutes = meetings.minutes_of(act, gathering)
            answer = act.session.get(Answer, minutes.id) if minutes else None
            if answer is not None and not answer.agrees:
                return True
    return False


def _held_again(act: Act, gathering: Gathering) -> bool:
    return act.session.scalars(select(Gathering.id).where(Gathering.previous_id == gathering.id)).first() is not None


def _above(act: Act, last: Referral) -> Standing:
    if last.kind == Step.CONFIRMED:
        return Standing(Way.UPHELD if last.outcome == Ruling.UPHELD else Way.REJECTED)
    return Standing(_AFTER[Step(last.kind)], last.due, last.due is not None and local(act.at).date() > last.due)
