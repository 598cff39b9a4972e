"""Meetings as they stand: found, counted, and what came of them. Convening and holding have modules of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import selectinload

from pb.act import Act
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Forbidden, NotFound
from pb.gatherings.models import (
    DISCUSSING,
    Answer,
    Attendance,
    Conflict,
    Disagreement,
    Gathering,
    Matter,
    Minutes,
    Outcome,
    Question,
    State,
)
from pb.gatherings.models.referrals import About, Referral, Ruling, Step
from pb.gatherings.service import line, officers, presence
from pb.gatherings.service.rules import has_quorum, quorum_needed
from pb.proposals.models import Proposal, Review
from pb.proposals.models import State as ProposalState
from pb.proposals.service import outcomes, proposals

WHOLE = (
    selectinload(Gathering.attendances).joinedload(Attendance.member),
    selectinload(Gathering.questions).options(
        selectinload(Question.conflicts).joinedload(Conflict.member),
        selectinload(Question.presences),
        selectinload(Question.named_votes),
        selectinload(Question.candidates),
        selectinload(Question.corrections),
    ),
)
"""What pages of a meeting show of it, asked for once, and not once for each member and point."""
REMINDED_DAYS: Final = 30
"""For how long it is asked for that a meeting without a quorum be held again: then it is known that it will not."""
PHASES = {Matter.PROJECT: Phase.GATHERING, Matter.ADOPTION: Phase.RESULT}


@proposals.tells_votes
def voted_on(act: Act, proposal_id: UUID) -> bool:
    """Whether votes of the assembly are recorded on a proposal."""
    query = select(Question.id).where(Question.proposal_id == proposal_id, Question.outcome.is_not(None))
    return act.session.scalars(query.limit(1)).first() is not None


def to_decide(act: Act, gathering: Gathering) -> list[Question]:
    """The agenda but for what was taken off it, with its amendments, or its author withdrew, since it was convened."""
    off = {question.id for question in gathering.questions if question.removed}
    standing = [question for question in gathering.questions if not off & {question.id, question.amends_id}]
    if gathering.matter is not Matter.PROJECT:
        return standing
    query = select(Question.id).join(Proposal, Proposal.id == Question.proposal_id)
    query = query.where(Question.gathering_id == gathering.id, Proposal.state == ProposalState.WITHDRAWN)
    withdrawn = set(act.session.scalars(query))
    return [question for question in standing if question.id not in withdrawn]


@dataclass(frozen=True, slots=True)
class Quorum:
    """Attendance against the threshold: `needed` of `entitled` must be present.

    `entitled` are the members of the assembly, or the residents who may come.
    """

    entitled: int
    present: int
    needed: int
    reached: bool


def quorum_of(gathering: Gathering, present: int | None = None) -> Quorum:
    """So many present (those who are here now) against the meeting's quorum."""
    if present is None:
        present = presence.count(gathering)
    total = presence.entitled(gathering)
    needed = quorum_needed(total, gathering.quorum_percent)
    return Quorum(total, present, needed, has_quorum(present, total, gathering.quorum_percent))


def quorum_in_words(quorum: Quorum, *, of_members: bool) -> LazyString:
    """How many must be present, and of whom."""
    if of_members:
        return _("A quorum is %(needed)s of %(members)s members.", needed=quorum.needed, members=quorum.entitled)
    return _(
        "A quorum is %(needed)s of %(entitled)s residents who may vote.",
        needed=quorum.needed,
        entitled=quorum.entitled,
    )


def ends_early(gathering: Gathering) -> bool:
    """Whether too many left the meeting: its minutes say what stayed undecided."""
    under_way = gathering.state in {State.QUORATE, State.MINUTED} and gathering.agenda_adopted_at is not None
    return under_way and not quorum_of(gathering).reached


def quorum_lost(act: Act, gathering: Gathering) -> bool:
    """Whether so many left that nothing of what stays undecided can be decided, until some of them are back."""
    if gathering.state != State.QUORATE or quorum_of(gathering).reached:
        return False
    return any(question.outcome is None for question in to_decide(act, gathering))


def left_undecided(act: Act, gathering: Gathering) -> bool:
    """Whether a meeting ended before all was decided: of a cycle's, all of its matter. The cycle waits for another."""
    of_matter = (one for one in to_decide(act, gathering) if gathering.matter in {None, one.matter})
    return gathering.state in {State.MINUTED, State.CONFIRMED} and any(one.outcome is None for one in of_matter)


def opened_with(gathering: Gathering) -> frozenset[UUID]:
    """The members who were there when the meeting opened."""
    return frozenset(attendance.member_id for attendance in gathering.attendances if attendance.present)


def present_at(gathering: Gathering, question: Question) -> frozenset[UUID]:
    """The members at a question; while it is not recorded, those who are here now."""
    if question.outcome is not None:
        return frozenset(row.member_id for row in question.presences)
    return presence.here(gathering)


def get(act: Act, gathering_id: UUID) -> Gathering:
    """A meeting of this territory. Raises NotFound."""
    gathering = act.session.get(Gathering, gathering_id, options=WHOLE)
    if gathering is None or gathering.territory_id != act.territory.id:
        raise NotFound
    return gathering


def cycle_of(act: Act, gathering: Gathering) -> Cycle | None:
    """The cycle that the meeting is of, if any."""
    return cycles.get(act, gathering.cycle_id) if gathering.cycle_id else None


def question_of(gathering: Gathering, question_id: UUID) -> Question:
    """A question of this meeting's agenda. Raises NotFound."""
    for question in gathering.questions:
        if question.id == question_id:
            return question
    raise NotFound


def of_cycle(act: Act, cycle: Cycle) -> Sequence[Gathering]:
    """The meetings of a cycle, latest first."""
    query = select(Gathering).where(Gathering.cycle_id == cycle.id).order_by(Gathering.number.desc())
    return act.session.scalars(query.options(selectinload(Gathering.questions))).all()


def of_territory(act: Act) -> Sequence[Gathering]:
    """All meetings here, of cycles and others, the latest day first."""
    query = select(Gathering).where(Gathering.territory_id == act.territory.id)
    query = query.options(selectinload(Gathering.questions))  # a cycle's meeting is called by its matter
    return act.session.scalars(query.order_by(Gathering.meets_at.desc(), Gathering.number.desc())).all()


def of_no_cycle(act: Act) -> Sequence[Gathering]:
    """The meetings here of which something may still wait for somebody: of no cycle, and not called off."""
    query = select(Gathering).where(Gathering.territory_id == act.territory.id, Gathering.cycle_id.is_(None))
    open_still = query.where(Gathering.state != State.CALLED_OFF, Gathering.state != State.INQUORATE)
    return act.session.scalars(open_still.order_by(Gathering.number)).all()


def to_hold_again(act: Act) -> list[Gathering]:
    """The meetings here of no cycle in whose place another is to be held: they had no quorum, or the akim disagreed."""
    later = select(Gathering.previous_id).where(Gathering.previous_id.is_not(None))
    query = select(Gathering).where(Gathering.territory_id == act.territory.id, Gathering.cycle_id.is_(None))
    refused = select(Minutes.gathering_id).join(Answer, Answer.minutes_id == Minutes.id).where(~Answer.agrees)
    fresh = Gathering.meets_at > act.at - timedelta(days=REMINDED_DAYS)
    last = and_(Gathering.state == State.INQUORATE, fresh, Gathering.id.not_in(later))
    query = query.where(or_(last, Gathering.id.in_(refused))).order_by(Gathering.number)
    found = {line.last(act, one).id: one for one in act.session.scalars(query) if may_be_held_again(act, one)}
    return list(found.values())  # one of each line


def to_come(act: Act) -> list[Gathering]:
    """The meetings here that are to be held, the next one first; none of a cycle that was ended."""
    query = select(Gathering).where(
        Gathering.territory_id == act.territory.id, Gathering.meets_at > act.at, Gathering.state != State.CALLED_OFF
    )
    found = act.session.scalars(query.order_by(Gathering.meets_at, Gathering.number))
    return [one for one in found if one.cycle_id is None or cycles.get(act, one.cycle_id).phase != Phase.ENDED]


def last(act: Act, cycle: Cycle, matter: Matter) -> Gathering | None:
    """The cycle's last meeting on a matter."""
    return next((held for held in of_cycle(act, cycle) if held.matter is matter), None)


def minutes_of(act: Act, gathering: Gathering) -> Minutes | None:
    return act.session.scalars(select(Minutes).where(Minutes.gathering_id == gathering.id)).one_or_none()


def answer_to(act: Act, minutes: Minutes) -> Answer | None:
    return act.session.get(Answer, minutes.id)


UPHELD = and_(
    Referral.minutes_id == Minutes.id,
    Referral.about == About.APPROVAL,
    Referral.kind == Step.CONFIRMED,
    Referral.outcome == Ruling.UPHELD,
)
"""The superior akim decided that the decisions hold: a silent or disagreeing akim does not stop them."""
NAMES_SOME = select(Disagreement.question_id).where(Disagreement.minutes_id == Answer.minutes_id).exists()
"""A disagreement names its decisions: one that names none approves nothing."""
IN_FORCE = or_(
    and_(
        select(Answer.minutes_id)
        .where(Answer.minutes_id == Minutes.id, or_(Answer.agrees, NAMES_SOME))
        .correlate(Minutes)
        .exists(),
        ~select(Disagreement.question_id).where(Disagreement.question_id == Question.id).correlate(Question).exists(),
    ),
    select(Referral.minutes_id).where(UPHELD).correlate(Minutes).exists(),
)
"""Of a point (`Question`) of `Minutes`: the akim agreed, or named others alone, or the superior akim decided for it."""

DECIDING = Gathering.kind.not_in(DISCUSSING)
"""Meetings that decide: what is discussed to whoever came binds nobody."""


def in_force(act: Act, minutes: Minutes) -> frozenset[UUID]:
    """The points of these minutes that hold: approved by the akim, or upheld by the superior one."""
    query = select(Question.id).join(Minutes, Minutes.gathering_id == Question.gathering_id)
    decided = Question.outcome.in_((Outcome.APPROVED, Outcome.REJECTED))
    return frozenset(act.session.scalars(query.where(Minutes.id == minutes.id, decided, IN_FORCE)))


def in_force_since(act: Act, minutes: Minutes, point: Question) -> datetime | None:
    """When the akim approved a point, or the superior akim's decision was confirmed; None while it does not hold."""
    answer = answer_to(act, minutes)
    named = select(Disagreement.question_id).where(Disagreement.minutes_id == minutes.id)
    disputed = set(act.session.scalars(named))
    if answer is not None and (answer.agrees or disputed) and point.id not in disputed:
        return answer.at
    return act.session.scalar(select(Referral.at).join(Minutes, UPHELD).where(Minutes.id == minutes.id))


def decided_above(act: Act, minutes: Minutes) -> Referral | None:
    """The record of what the superior akim decided on minutes, unless it was sent back; None before."""
    last = _last_above(act, minutes)
    return last if last is not None and last.kind in {Step.DECIDED, Step.CONFIRMED} else None


def _last_above(act: Act, minutes: Minutes) -> Referral | None:
    query = select(Referral).where(Referral.minutes_id == minutes.id, Referral.about == About.APPROVAL)
    return act.session.scalars(query.order_by(Referral.number.desc()).limit(1)).first()


def decided(act: Act, cycle: Cycle, matter: Matter) -> Minutes | None:
    """The confirmed minutes of the cycle's last meeting on a matter that the akim, or the superior akim, approved.

    None while a meeting that too many left has its points before another one.
    """
    last = next(iter(_in_force(act, cycle, matter)), None)
    return None if last is None or left_undecided(act, last.gathering) else last


def settled(act: Act, cycle: Cycle) -> Mapping[UUID, Outcome]:
    """What became of the projects at meetings in force: one that too many left, and the one that went on with it."""
    held = [minutes.gathering for minutes in reversed(_in_force(act, cycle, Matter.PROJECT))]
    last = [gathering for gathering in held if said_yes(gathering)] or held[-1:]  # after a no all is asked again
    points = (point for gathering in last for point in gathering.questions)
    return {point.proposal_id: Outcome(point.outcome) for point in points if point.proposal_id and point.outcome}


def _in_force(act: Act, cycle: Cycle, matter: Matter) -> Sequence[Minutes]:
    """The minutes of the cycle's meetings on a matter that hold, the latest meeting first."""
    query = (
        select(Minutes)
        .join(Gathering, Gathering.id == Minutes.gathering_id)
        .where(Gathering.cycle_id == cycle.id, Gathering.state == State.CONFIRMED)
        .where(Gathering.questions.any(and_(Question.matter == matter, Question.outcome.is_not(None), IN_FORCE)))
        .order_by(Gathering.number.desc())
    )
    return act.session.scalars(query).all()


def approved(act: Act, cycle: Cycle) -> list[tuple[Proposal, Review]]:
    """The projects that the assembly put to the vote, with cost and programme, in the order of their numbers.

    Empty until all are decided, the minutes are confirmed and the akim agreed.
    """
    if decided(act, cycle, Matter.PROJECT) is None:
        return []
    yes = {proposal_id for proposal_id, outcome in settled(act, cycle).items() if outcome == Outcome.APPROVED}
    return [(proposal, done) for proposal, done in outcomes.accepted(act, cycle) if proposal.id in yes]


def adopted(act: Act, cycle: Cycle) -> Minutes | None:
    """The minutes in which the assembly adopted the result of the vote and the akim agreed, or None."""
    minutes = decided(act, cycle, Matter.ADOPTION)
    return minutes if minutes is not None and said_yes(minutes.gathering) else None


def projects_by_id(act: Act, gathering: Gathering) -> Mapping[UUID, tuple[Proposal, Review]]:
    """The projects that a meeting's agenda names."""
    wanted = [question.proposal_id for question in gathering.questions if question.proposal_id]
    found = [act.session.get_one(Proposal, proposal_id) for proposal_id in wanted]
    return {proposal.id: (proposal, outcomes.accepting(act, proposal.id)) for proposal in found}


def said_yes(gathering: Gathering) -> bool:
    """Whether anything was approved: of a cycle's meeting, anything of its matter."""
    return any(
        question.outcome == Outcome.APPROVED
        for question in gathering.questions
        if gathering.matter in {None, question.matter}
    )


def may_be_held_again(act: Act, gathering: Gathering) -> bool:
    """Whether this meeting led nowhere and no other took its place.

    It had no quorum, was called off, the akim disagreed for the first time (of a second one the superior akim decides,
    and may reject it), or it said no: a cycle's when it put no project to the vote, or did not adopt the result. Or too
    many left it: before anything was decided, or a cycle's before all was. One that took its place and led nowhere
    itself gives the step back, and so does one that did not decide all that the akim disputed.
    """
    later = line.last(act, gathering)
    if later is not gathering or gathering.state in line.LED_NOWHERE:
        left = later.state == State.CONFIRMED and later.cycle_id is None and bool(line.to_discuss(act, later))
        return left or later.state in line.LED_NOWHERE
    minutes = minutes_of(act, gathering)
    if minutes is None:
        return False
    answer, above = answer_to(act, minutes), _last_above(act, minutes)
    undecided, cycle = left_undecided(act, gathering), cycle_of(act, gathering)
    if not any(point.outcome in {Outcome.APPROVED, Outcome.REJECTED} for point in gathering.questions):
        return minutes.confirmed and (undecided or cycle is not None)  # nobody answers what decided nothing
    said_no = cycle is not None and (undecided or _said_no(act, cycle, gathering))
    if above is not None and not (answer is not None and answer.agrees):
        return above.kind == Step.CONFIRMED and (said_no or above.outcome == Ruling.REJECTED)
    if answer is None or (answer.agrees and not said_no):
        return False
    return said_no or not line.disagreed_before(act, [gathering])


def _said_no(act: Act, cycle: Cycle, gathering: Gathering) -> bool:
    """Whether a cycle's meeting approved nothing, nor did the one that too many left and that it went on with."""
    before = Outcome.APPROVED in settled(act, cycle).values() if gathering.matter is Matter.PROJECT else False
    return gathering.matter is not None and not said_yes(gathering) and not before


def in_its_phase(act: Act, gathering: Gathering) -> bool:
    """Whether the meeting's cycle is where the meeting belongs; one outside a cycle always is."""
    cycle = cycle_of(act, gathering)
    return cycle is None or gathering.matter is None or cycle.phase == PHASES[gathering.matter]


def require_phase(act: Act, gathering: Gathering) -> None:
    """Raises OutOfPhase where the meeting's cycle has gone on."""
    cycle = cycle_of(act, gathering)
    if cycle is not None and gathering.matter is not None:
        cycles.require(act, cycle, PHASES[gathering.matter])


def require_secretary(act: Act, gathering: Gathering) -> None:
    """Raises OutOfPhase, Forbidden (not who keeps the record)."""
    require_phase(act, gathering)
    if not officers.keeps_record(act, gathering):
        raise Forbidden(_("Only the secretary records the meeting."))
