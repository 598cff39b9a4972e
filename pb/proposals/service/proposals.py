"""Verbs of the proposals' room. No verb commits; each takes the act in which it happens."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, OutOfPhase, refuse_all
from pb.proposals.models import Proposal, QuestionAnswer, ReviewDraft, State
from pb.proposals.service import attached, finding, outcomes
from pb.proposals.service.contents import Content, answer_faults, faults
from pb.proposals.service.finding import PUBLIC, WITHOUT_TEXTS
from pb.text import one_line

MOST_DRAFTS = 10  # of one resident in a cycle: a desk, not a store
STANDING = (State.SUBMITTED, State.RETURNED, State.ACCEPTED)
WITHDRAWABLE = frozenset({State.SUBMITTED, State.RETURNED, State.ACCEPTED})
UNDECIDED = frozenset({Phase.PROPOSALS, Phase.REVIEW, Phase.GATHERING})
Voted = Callable[[Act, UUID], bool]
_voted: list[Voted] = []
"""What tells of the assembly's votes: a later room registers it here, as this one knows no meetings."""


def save_draft(act: Act, cycle: Cycle, content: Content, proposal: Proposal | None = None) -> Proposal:
    """Keeps a draft, which only its author sees; it needs no more than a title.

    Raises OutOfPhase, Forbidden (not a resident, or another's draft), Conflict (no longer a draft, or ten drafts
    already), FieldRefusal.
    """
    act.session.refresh(cycle, with_for_update=True)  # two at once would take the same number
    cycles.require(act, cycle, Phase.PROPOSALS)
    author = _resident(act)
    if proposal is None:
        drafts = [proposal for proposal in own(act, cycle) if proposal.state == State.DRAFT]
        if len(drafts) >= MOST_DRAFTS:
            raise Conflict(_("You have 10 drafts in this cycle. Submit or rewrite one of them."))
        taken = act.session.scalar(select(func.max(Proposal.draft)).where(Proposal.cycle_id == cycle.id)) or 0
        proposal = Proposal(cycle_id=cycle.id, author_id=author, draft=taken + 1, state=State.DRAFT, created_at=act.at)
    else:
        _own(act, proposal)
        if proposal.state != State.DRAFT:
            raise Conflict(_("This proposal was already submitted."))
    _write(act, cycle, proposal, content)
    act.session.add(proposal)
    act.session.flush()
    return proposal


def submit(act: Act, cycle: Cycle, proposal: Proposal) -> Proposal:
    """Submits a complete draft for review; it becomes public.

    Raises OutOfPhase, Forbidden, Conflict (submitted before), FieldRefusal (a field is missing, the cost is over the
    cycle's limit, the author has as many proposals as the cycle allows), NotReady (a picture or paper waits).
    """
    _own(act, proposal)
    lock(act, cycle, proposal)  # a double click would submit twice, two at once would take the same number
    if proposal.state != State.DRAFT:
        raise Conflict(_("This proposal was already submitted."))
    cycles.require(act, cycle, Phase.PROPOSALS)
    refuse_all(faults(act, cycle, _content(proposal), whole=True))
    _within_allowance(act, cycle)
    attached.require_ready(act, proposal)
    taken = select(func.max(Proposal.number)).where(Proposal.cycle_id == cycle.id)
    proposal.number = (act.session.scalar(taken) or 0) + 1
    proposal.submitted_at = act.at
    return _hand_in(act, proposal, "proposal.submitted")


def delete_draft(act: Act, cycle: Cycle, proposal: Proposal) -> None:
    """The author throws a draft away, at any time: nobody else saw it, and the log tells of no draft.

    Raises Forbidden, Conflict (no longer a draft).
    """
    _own(act, proposal)
    lock(act, cycle, proposal)
    if proposal.state != State.DRAFT:
        raise Conflict(_("This proposal was already submitted."))
    attached.drop_all(act, proposal)
    act.session.delete(proposal)
    act.session.flush()


def lock(act: Act, cycle: Cycle, proposal: Proposal) -> None:
    """Holds both till the end of the transaction, the cycle first, as whoever moves it on does."""
    act.session.refresh(cycle, with_for_update=True)
    act.session.refresh(proposal, with_for_update={"of": Proposal})  # not the review that comes with it


def _hand_in(act: Act, proposal: Proposal, event: str) -> Proposal:
    proposal.state = State.SUBMITTED
    finding.remember(act, proposal)
    act.session.flush()
    audit.record(act, event, subject=proposal.id, data={"number": proposal.number, "cost": proposal.cost})
    return proposal


def amend(act: Act, cycle: Cycle, proposal: Proposal, content: Content, answer: str) -> Proposal:
    """The author answers the office's question, corrects the returned proposal, and it waits for review again.

    Raises OutOfPhase (the review and the question's own term are over), Forbidden, Conflict (it was not returned),
    FieldRefusal, NotReady (a picture or paper waits).
    """
    _own(act, proposal)
    lock(act, cycle, proposal)  # a double click would answer twice
    if proposal.state != State.RETURNED:
        raise Conflict(_("This proposal was not returned to you."))
    if not answerable(act, cycle, proposal):
        raise OutOfPhase(cycle)
    refuse_all([*answer_faults(answer), *faults(act, cycle, content, whole=True)])
    attached.require_ready(act, proposal)
    question = outcomes.rounds(act, proposal)[-1]
    act.session.add(QuestionAnswer(review_id=question.id, at=act.at, text=answer.strip()))
    act.session.flush()  # before the state: a trigger takes no answer to what was not asked
    act.session.expire(question, ["answer"])
    _write(act, cycle, proposal, content)
    return _hand_in(act, proposal, "proposal.answered")


def answerable(act: Act, cycle: Cycle, proposal: Proposal) -> bool:
    """Whether the office's question can be answered: while the review lasts, and till its own term if that is later."""
    if proposal.state != State.RETURNED:
        return False
    if cycle.phase == Phase.REVIEW:
        return True
    return cycle.phase == Phase.GATHERING and not outcomes.term_is_over(act, proposal)


def withdraw(act: Act, cycle: Cycle, proposal: Proposal) -> Proposal:
    """The author takes a submitted proposal back: nobody reviews it or votes on it any more; it stays in the lists.

    Its pictures and papers go.

    Raises Forbidden, Conflict (a draft, decided otherwise, or the assembly voted on it), OutOfPhase (the poll's list is
    fixed).
    """
    _own(act, proposal)
    lock(act, cycle, proposal)  # so that no meeting is convened and no vote recorded meanwhile
    if proposal.state not in WITHDRAWABLE:
        raise Conflict(_("This proposal can no longer be withdrawn."))
    if cycle.phase not in UNDECIDED:
        raise OutOfPhase(cycle)
    if voted_on(act, proposal):
        raise Conflict(_("The assembly has voted on this proposal: it can no longer be withdrawn."))
    audit.record(act, "proposal.withdrawn", subject=proposal.id, data={"number": proposal.number})
    proposal.state = State.WITHDRAWN
    act.session.flush()
    attached.drop_all(act, proposal)
    _end_drafts_of_review(act, proposal)
    return proposal


def may_withdraw(act: Act, cycle: Cycle, proposal: Proposal) -> bool:
    """Whether the actor may withdraw the proposal now."""
    open_still = proposal.state in WITHDRAWABLE and cycle.phase in UNDECIDED
    return is_own(act, proposal) and act.holds(Role.RESIDENT) and open_still and not voted_on(act, proposal)


def is_last(act: Act, cycle: Cycle, proposal: Proposal) -> bool:
    """Whether the cycle has no other proposal that could come to the vote, and takes no new ones."""
    others = [one for one in public(act, cycle, [*WITHDRAWABLE]) if one.id != proposal.id]
    return not others and not cycles.takes_ideas(act, cycle)


def tells_votes(recorded: Voted) -> Voted:
    """Registers what tells whether the assembly voted on a proposal."""
    _voted.append(recorded)
    return recorded


def voted_on(act: Act, proposal: Proposal) -> bool:
    """Whether votes of the assembly are recorded on the proposal."""
    return any(recorded(act, proposal.id) for recorded in _voted)


def decide(act: Act, proposal: Proposal, state: State) -> None:
    """The reviews' room sets what the office decided. Raises Conflict if the proposal does not wait for review."""
    if proposal.state != State.SUBMITTED:
        raise Conflict(_("This proposal does not wait for review."))
    proposal.state = state
    act.session.flush()
    _end_drafts_of_review(act, proposal)


def _end_drafts_of_review(act: Act, proposal: Proposal) -> None:
    """What somebody had begun to write about it is of no use any more."""
    act.session.execute(delete(ReviewDraft).where(ReviewDraft.proposal_id == proposal.id))


def end_drafts_of_reviews(act: Act, cycle: Cycle) -> None:
    """In a cycle that was ended early nothing is reviewed any more."""
    of_cycle = select(Proposal.id).where(Proposal.cycle_id == cycle.id)
    act.session.execute(delete(ReviewDraft).where(ReviewDraft.proposal_id.in_(of_cycle)))


def refuse_overdue(act: Act, cycle: Cycle) -> None:
    """Refuses what its author did not answer, or the office did not review, within the term, for that very reason."""
    returned = public(act, cycle, [State.RETURNED])
    for proposal in (one for one in returned if outcomes.term_is_over(act, one)):
        _refuse(act, proposal, "proposal.unanswered")
    for proposal in outcomes.left_lying(act, public(act, cycle, [State.SUBMITTED])):
        _refuse(act, proposal, "proposal.unreviewed")


def _refuse(act: Act, proposal: Proposal, event: str) -> None:
    proposal.state = State.REFUSED
    act.session.flush()
    _end_drafts_of_review(act, proposal)
    audit.record(act, event, subject=proposal.id, data={"number": proposal.number})


def unsettled(act: Act, cycle: Cycle) -> list[Proposal]:
    """What waits for its review, and what its author may still answer, each in its term: nothing closes them out."""
    submitted, returned = public(act, cycle, [State.SUBMITTED]), public(act, cycle, [State.RETURNED])
    over = outcomes.left_lying(act, submitted) + [one for one in returned if outcomes.term_is_over(act, one)]
    return sorted((one for one in [*submitted, *returned] if one not in over), key=lambda one: one.number or 0)


def get(act: Act, cycle: Cycle, proposal_id: UUID) -> Proposal:
    """A proposal of this cycle that the actor may see: submitted ones everybody, a draft only its author.

    Raises NotFound.
    """
    proposal = act.session.get(Proposal, proposal_id)
    if proposal is None or proposal.cycle_id != cycle.id:
        raise NotFound
    if proposal.state == State.DRAFT and (act.person is None or proposal.author_id != act.person.id):
        raise NotFound
    return proposal


def own_proposal(act: Act, cycle: Cycle, proposal_id: UUID) -> Proposal:
    """A proposal that the actor wrote. Raises NotFound, Forbidden (another's)."""
    proposal = get(act, cycle, proposal_id)
    _own(act, proposal)
    return proposal


def find_own(act: Act, cycle: Cycle, proposal_id: UUID) -> Proposal | None:
    """As `own_proposal`; None where it is there no more, or is another's."""
    proposal = act.session.get(Proposal, proposal_id)
    there = proposal is not None and proposal.cycle_id == cycle.id and is_own(act, proposal)
    return proposal if there else None


def same(act: Act, cycle: Cycle, content: Content) -> Proposal | None:
    """What the actor wrote in this cycle with the same title and texts and did not withdraw; None where nothing is."""
    texts = (one_line(content.title), content.problem.strip(), content.solution.strip())
    standing = (one for one in own(act, cycle) if one.state != State.WITHDRAWN)
    return next((one for one in standing if (one.title, one.problem, one.solution) == texts), None)


def public(act: Act, cycle: Cycle, states: Sequence[State] = PUBLIC) -> Sequence[Proposal]:
    """The submitted proposals of the cycle in the order of their numbers."""
    query = select(Proposal).where(Proposal.cycle_id == cycle.id, Proposal.state.in_(states)).order_by(Proposal.number)
    return act.session.scalars(query).all()


def numbers(act: Act, cycle: Cycle, states: Sequence[State]) -> Sequence[int]:
    """The numbers of the submitted proposals in these states, in their order."""
    query = select(Proposal.number).where(Proposal.cycle_id == cycle.id, Proposal.state.in_(states))
    return [number for number in act.session.scalars(query.order_by(Proposal.number)) if number is not None]


def with_numbers(act: Act, cycle: Cycle, wanted: Sequence[int]) -> Sequence[Proposal]:
    """Those with these numbers, in this order, without the long texts."""
    query = select(Proposal).where(Proposal.cycle_id == cycle.id, Proposal.number.in_(wanted))
    found = act.session.scalars(query.options(*WITHOUT_TEXTS)).all()
    return sorted(found, key=lambda proposal: wanted.index(proposal.number or 0))


def count_drafts(act: Act, cycle: Cycle) -> int:
    """How many drafts of the cycle wait for their authors; nobody else learns what stands in them."""
    query = select(func.count()).select_from(Proposal)
    return act.session.scalar(query.where(Proposal.cycle_id == cycle.id, Proposal.state == State.DRAFT)) or 0


def own(act: Act, cycle: Cycle) -> Sequence[Proposal]:
    """All that the actor wrote in this cycle, drafts too."""
    if act.person is None:
        return []
    query = select(Proposal).where(Proposal.cycle_id == cycle.id, Proposal.author_id == act.person.id)
    return act.session.scalars(query.order_by(Proposal.created_at)).all()


def own_anywhere(act: Act) -> Sequence[tuple[Cycle, Proposal]]:
    """All that the actor wrote in any cycle of any okrug, the latest first."""
    if act.person is None:
        return []
    query = select(Cycle, Proposal).join(Cycle, Cycle.id == Proposal.cycle_id)
    rows = act.session.execute(query.where(Proposal.author_id == act.person.id).order_by(Proposal.created_at.desc()))
    return [(cycle, proposal) for cycle, proposal in rows]


def is_own(act: Act, proposal: Proposal) -> bool:
    return act.person is not None and proposal.author_id == act.person.id


def author(act: Act, proposal: Proposal) -> UUID:
    """The actor, who wrote the proposal. Raises Forbidden."""
    _own(act, proposal)
    return proposal.author_id


def _resident(act: Act) -> UUID:
    if act.person is None or not act.holds(Role.RESIDENT):
        raise Forbidden(_("Only a resident may propose a project."))
    return act.person.id


def _own(act: Act, proposal: Proposal) -> None:
    if proposal.author_id != _resident(act):
        raise Forbidden(_("Only the author may change a proposal."))


def _write(act: Act, cycle: Cycle, proposal: Proposal, content: Content) -> None:
    refuse_all(faults(act, cycle, content, whole=False))
    proposal.language = content.language
    proposal.title = one_line(content.title)
    proposal.problem = content.problem.strip()
    proposal.solution = content.solution.strip()
    proposal.settlement = content.settlement
    proposal.place = one_line(content.place)
    proposal.category = content.category
    proposal.cost = content.cost


def _content(proposal: Proposal) -> Content:
    return Content(**{each.name: getattr(proposal, each.name) for each in fields(Content)})


def _within_allowance(act: Act, cycle: Cycle) -> None:
    """What was withdrawn makes room for another, as often as one may propose: numbers do not run on without end."""
    submitted = [proposal for proposal in own(act, cycle) if proposal.state != State.DRAFT]
    standing = [proposal for proposal in submitted if proposal.state != State.WITHDRAWN]
    most = cycle.proposals_per_resident
    if len(standing) >= most or len(submitted) >= 2 * most:
        raise FieldRefusal("title", _("You have submitted as many proposals as this cycle allows."))
