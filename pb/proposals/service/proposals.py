"""Verbs of the proposals' room. No verb commits; each takes the act in which it happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import defer

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound
from pb.proposals.models import Category, Proposal, State
from pb.text import one_line

LONGEST_TITLE, LONGEST_PLACE, LONGEST_TEXT = 120, 200, 4000
MOST_DRAFTS = 10  # of one resident in a cycle: a desk, not a store
PUBLIC = (State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.REFUSED)


@dataclass(frozen=True, slots=True)
class Content:
    """What the author writes; `cost` in tiyn, None while a draft has none."""

    title: str
    problem: str
    solution: str
    settlement: str
    place: str
    category: str
    cost: int | None


def save_draft(act: Act, cycle: Cycle, content: Content, proposal: Proposal | None = None) -> Proposal:
    """Keeps a draft, which only its author sees; it needs no more than a title.

    Raises OutOfPhase, Forbidden (not a resident, or another's draft), Conflict (no longer a draft, or ten drafts
    already), FieldRefusal.
    """
    cycles.require(act, cycle, Phase.PROPOSALS)
    author = _resident(act)
    if proposal is None:
        drafts = [proposal for proposal in own(act, cycle) if proposal.state == State.DRAFT]
        if len(drafts) >= MOST_DRAFTS:
            raise Conflict(_("You have 10 drafts in this cycle. Submit or rewrite one of them."))
        act.session.refresh(cycle, with_for_update=True)  # two at once would take the same number
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
    """Submits a complete draft, or a returned proposal with its answer, for review; it becomes public.

    Raises OutOfPhase, Forbidden, Conflict (submitted before), FieldRefusal (a field is missing, the cost is over the
    cycle's limit, the author has as many proposals as the cycle allows).
    """
    _own(act, proposal)
    act.session.flush()
    act.session.refresh(proposal, with_for_update=True)  # a double click would submit twice
    if proposal.state == State.RETURNED:
        cycles.require(act, cycle, Phase.REVIEW)
    elif proposal.state == State.DRAFT:
        cycles.require(act, cycle, Phase.PROPOSALS)
    else:
        raise Conflict(_("This proposal was already submitted."))
    _complete(cycle, proposal)
    if proposal.number is None:
        act.session.refresh(cycle, with_for_update=True)  # two at once would take the same number
        _within_allowance(act, cycle)
        taken = select(func.max(Proposal.number)).where(Proposal.cycle_id == cycle.id)
        proposal.number = (act.session.scalar(taken) or 0) + 1
        proposal.submitted_at = act.at
        event = "proposal.submitted"
    else:
        event = "proposal.answered"
    proposal.state = State.SUBMITTED
    act.session.flush()
    audit.record(act, event, subject=proposal.id, data={"number": proposal.number, "cost": proposal.cost})
    return proposal


def amend(act: Act, cycle: Cycle, proposal: Proposal, content: Content) -> Proposal:
    """The author answers the office's question by correcting a returned proposal, then `submit`s it again.

    Raises OutOfPhase, Forbidden, Conflict (it was not returned), FieldRefusal.
    """
    cycles.require(act, cycle, Phase.REVIEW)
    _own(act, proposal)
    if proposal.state != State.RETURNED:
        raise Conflict(_("This proposal was not returned to you."))
    _write(act, cycle, proposal, content)
    return submit(act, cycle, proposal)


def decide(act: Act, proposal: Proposal, state: State) -> None:
    """The reviews' room sets what the office decided. Raises Conflict if the proposal does not wait for review."""
    if proposal.state != State.SUBMITTED:
        raise Conflict(_("This proposal does not wait for review."))
    proposal.state = state
    act.session.flush()


def refuse_unanswered(act: Act, cycle: Cycle) -> None:
    """The review ends: what was returned to its author and never answered is refused, for that very reason."""
    for proposal in public(act, cycle, [State.RETURNED]):
        proposal.state = State.REFUSED
        act.session.flush()
        audit.record(act, "proposal.unanswered", subject=proposal.id, data={"number": proposal.number})


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


def public(act: Act, cycle: Cycle, states: Sequence[State] = PUBLIC) -> Sequence[Proposal]:
    """The submitted proposals of the cycle in the order of their numbers."""
    query = select(Proposal).where(Proposal.cycle_id == cycle.id, Proposal.state.in_(states)).order_by(Proposal.number)
    return act.session.scalars(query).all()


def one_page(act: Act, cycle: Cycle, number: int, size: int) -> Sequence[Proposal]:
    """The `number`-th page (from 1) of the submitted proposals, without the long texts."""
    query = select(Proposal).where(Proposal.cycle_id == cycle.id, Proposal.state.in_(PUBLIC)).order_by(Proposal.number)
    short = query.options(defer(Proposal.problem), defer(Proposal.solution))
    return act.session.scalars(short.offset((number - 1) * size).limit(size)).all()


def count(act: Act, cycle: Cycle) -> int:
    """How many proposals of the cycle were submitted."""
    query = select(func.count()).select_from(Proposal)
    return act.session.scalar(query.where(Proposal.cycle_id == cycle.id, Proposal.state.in_(PUBLIC))) or 0


def own(act: Act, cycle: Cycle) -> Sequence[Proposal]:
    """All that the actor wrote in this cycle, drafts too."""
    if act.person is None:
        return []
    query = select(Proposal).where(Proposal.cycle_id == cycle.id, Proposal.author_id == act.person.id)
    return act.session.scalars(query.order_by(Proposal.created_at)).all()


def is_own(act: Act, proposal: Proposal) -> bool:
    return act.person is not None and proposal.author_id == act.person.id


def _resident(act: Act) -> UUID:
    if act.person is None or not act.holds(Role.RESIDENT):
        raise Forbidden(_("Only a resident may propose a project."))
    return act.person.id


def _own(act: Act, proposal: Proposal) -> None:
    if proposal.author_id != _resident(act):
        raise Forbidden(_("Only the author may change a proposal."))


def _write(act: Act, cycle: Cycle, proposal: Proposal, content: Content) -> None:
    title, place = one_line(content.title), one_line(content.place)
    if not title:
        raise FieldRefusal("title", _("Write what the project is called."))
    # Measured as they are kept: the normal form can be longer than what was typed.
    if len(title) > LONGEST_TITLE:
        raise FieldRefusal("title", _("Use at most 120 characters."))
    if len(place) > LONGEST_PLACE:
        raise FieldRefusal("place", _("Use at most 200 characters."))
    if max(len(content.problem), len(content.solution)) > LONGEST_TEXT:
        field = "problem" if len(content.problem) > LONGEST_TEXT else "solution"
        raise FieldRefusal(field, _("Use at most 4000 characters."))
    if content.category and content.category not in set(Category):
        raise FieldRefusal("category", _("Choose a category."))
    if content.settlement not in act.territory.settlements:
        raise FieldRefusal("settlement", _("Choose the settlement."))
    if content.cost is not None and content.cost > cycle.project_limit:
        raise FieldRefusal("cost", _("The cost is above the limit of this cycle."))
    if content.cost is not None and content.cost <= 0:
        raise FieldRefusal("cost", _("The cost must be more than zero."))
    proposal.title = title
    proposal.problem = content.problem.strip()
    proposal.solution = content.solution.strip()
    proposal.settlement = content.settlement
    proposal.place = place
    proposal.category = content.category
    proposal.cost = content.cost


def _complete(cycle: Cycle, proposal: Proposal) -> None:
    if not proposal.problem:
        raise FieldRefusal("problem", _("Write what is wrong and whom it concerns."))
    if not proposal.solution:
        raise FieldRefusal("solution", _("Write what should be done."))
    if not proposal.place:
        raise FieldRefusal("place", _("Write where it is: a street, a house, a landmark."))
    if not proposal.category:
        raise FieldRefusal("category", _("Choose a category."))
    if proposal.cost is None:
        raise FieldRefusal("cost", _("Write how much it may cost."))
    if proposal.cost > cycle.project_limit:
        raise FieldRefusal("cost", _("The cost is above the limit of this cycle."))


def _within_allowance(act: Act, cycle: Cycle) -> None:
    submitted = [proposal for proposal in own(act, cycle) if proposal.state != State.DRAFT]
    if len(submitted) >= cycle.proposals_per_resident:
        raise FieldRefusal("title", _("You have submitted as many proposals as this cycle allows."))
