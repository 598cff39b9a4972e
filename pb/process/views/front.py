"""The first page of an okrug: what one can do now, the figures, the projects, and what came of the year before."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act
from pb.budget import service as budget
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import ORDER, PHASE_LABELS, Cycle, Phase
from pb.formats import tenths
from pb.gatherings.models import Gathering, Kind
from pb.gatherings.service import meetings
from pb.polls.models import State
from pb.polls.service import state
from pb.process.views import phase_bar
from pb.proposals.models import Proposal
from pb.proposals.models import State as ProposalState
from pb.proposals.service import outcomes, proposals
from pb.results.service import counting
from pb.voting.service import closing

SHOWN = 3  # projects, winners, meetings: the rest stands in their own rooms
STANDING = (ProposalState.SUBMITTED, ProposalState.RETURNED, ProposalState.ACCEPTED)
STEPS = (
    ("proposals", lazy_gettext("Residents propose projects")),
    ("gathering", lazy_gettext("The assembly makes the list")),
    ("voting", lazy_gettext("Everybody votes, in secret")),
    ("works", lazy_gettext("The winners are carried out")),
)


class Deed(NamedTuple):
    """What anybody can do now, with what it takes; `closes` where it ends with the phase, to the second."""

    label: str
    url: str
    takes: str
    closes: bool


def card(act: Act, cycle: Cycle) -> dict[str, Any]:
    """A cycle as the first page shows it: in one line, or as what goes on now."""
    return {
        "cycle": cycle,
        "bar": phase_bar.of_cycle(act, cycle),
        "phase": PHASE_LABELS[Phase(cycle.phase)],
        "now": state.now(act, cycle),
        "decided": ORDER.index(cycle.reached) >= ORDER.index(Phase.RESULT),
        "deed": _deed(act, cycle),
    }


def _deed(act: Act, cycle: Cycle) -> Deed | None:
    seen = state.seen_in(act, cycle)
    if cycle.phase == Phase.ENDED:
        return None
    if seen == State.OPEN:
        takes = _("The vote is secret. Three minutes are enough. You need your card and your IIN.")
        return Deed(_("Vote now"), url_for("voting.vote", cycle_id=cycle.id), takes, closes=True)
    if cycles.takes_ideas(act, cycle):
        takes = _("Ten minutes are enough. You need an account: the akim's apparatus gives it.")
        return Deed(_("Propose a project"), url_for("proposals.new", cycle_id=cycle.id), takes, closes=True)
    phase = Phase(cycle.phase)
    label = _LATER_VOTE.get(seen, _AFTER_THE_VOTE) if seen is not None else _LABELS[phase]
    if phase == Phase.GATHERING and meetings.decided(act, cycle, Kind.PROJECTS) is None:
        label = _BEFORE_THE_MINUTES
    return Deed(str(label), url_for(phase_bar.PLACES[phase], cycle_id=cycle.id), "", closes=False)


_LABELS: dict[Phase, LazyString] = {
    Phase.PROPOSALS: lazy_gettext("Read the proposals"),
    Phase.REVIEW: lazy_gettext("Read the proposals"),
    Phase.GATHERING: lazy_gettext("Read what the assembly decided"),
    Phase.RESULT: lazy_gettext("See the result"),
    Phase.BUDGET: lazy_gettext("See the winners in the budget"),
    Phase.WORKS: lazy_gettext("See the winners in the budget"),
}
_BEFORE_THE_MINUTES = lazy_gettext("See when the assembly meets")
_LATER_VOTE = {State.PREPARING: lazy_gettext("See how the vote is prepared")}
_AFTER_THE_VOTE = lazy_gettext("See what comes after the vote")


class Figures(NamedTuple):
    """The cycle in numbers; `voted` of `entitled` once voting began, `share` in percent with one digit."""

    projects: int
    voted: int | None
    entitled: int
    share: str


def figures(act: Act, cycle: Cycle) -> Figures:
    """How many projects there are and how many have voted; nothing of how."""
    poll = state.current(act, cycle)
    terms = state.terms_of(poll) if poll is not None else None
    if poll is None or terms is None:
        return Figures(len(proposals.public(act, cycle, STANDING)), None, 0, "")
    voted, entitled = closing.turnout(act, cycle, poll)
    return Figures(len(terms.projects), voted, entitled, tenths(voted * 1000 // entitled) if entitled else "")


class Project(NamedTuple):
    """A project's card; `cost` in tiyn is the review's where there is one."""

    proposal: Proposal
    cost: int | None


def projects(act: Act, cycle: Cycle) -> list[Project]:
    """Some projects of the cycle: those on the ballot, before it those that the review accepted, and before that all.

    Others each day, so that a low number on the ballot is no advantage. None of a cycle that was ended early.
    """
    if cycle.phase == Phase.ENDED:
        return []
    found: Sequence[Proposal] = [proposal for proposal, _review in outcomes.accepted(act, cycle)]
    poll = state.current(act, cycle)
    if poll is not None and (terms := state.terms_of(poll)) is not None:
        on_ballot = {project.number for project in terms.projects}
        found = [proposal for proposal in found if proposal.number in on_ballot]
    found = found or proposals.public(act, cycle, STANDING)
    turn = local(act.at).date().toordinal() * SHOWN % len(found) if found else 0
    found = [*found[turn:], *found[:turn]][:SHOWN]
    costs = outcomes.costs(act, found)
    return [Project(proposal, costs.get(proposal.id) or proposal.cost) for proposal in found]


def came_of(act: Act, finished: Sequence[Cycle]) -> dict[str, Any] | None:
    """What residents decided in the latest year of which there is a result."""
    for cycle in finished:
        if cycle.phase == Phase.ENDED:
            continue  # nothing of it is carried out
        lines = budget.lines_with_projects(act, cycle)
        outcome = counting.outcome(act, cycle) if not lines else None
        if lines:
            won = [(proposal.title, line.amount) for line, proposal in lines]
        elif outcome is not None:
            won = [(project.title, project.cost) for project in outcome.projects if project.won]
        else:
            continue
        return {
            "cycle": cycle,
            "winners": won[:SHOWN],
            "number": len(won),
            "sum": sum(cost for _title, cost in won),
            "approved": budget.decision(act, cycle) is not None,
            "adopted": cycle.phase != Phase.RESULT,
        }
    return None


def next_meetings(act: Act, running: Sequence[Cycle]) -> list[tuple[Cycle, Gathering]]:
    """The meetings of the assembly that are still to come, the next one first."""
    coming = [
        (cycle, meeting) for cycle in running for meeting in meetings.of_cycle(act, cycle) if meeting.meets_at > act.at
    ]
    return sorted(coming, key=lambda each: each[1].meets_at)[:SHOWN]


def who_decides() -> list[tuple[str, str]]:
    """Who decides what, each with the page on which it is seen."""
    list_of_projects = _("The assembly of the local community decides which projects are voted on")
    return [
        (list_of_projects, url_for("gatherings.list_members")),
        (_("Residents decide which projects win"), url_for("process.verification")),
        (_("The maslikhat approves the budget"), url_for("process.guide")),
        (_("Who holds which office here, and may do what"), url_for("process.permissions")),
    ]
