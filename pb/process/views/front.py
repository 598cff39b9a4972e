"""The first page of an okrug: what one can do now, the figures, the projects, and what came of the year before."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import ORDER, PHASE_LABELS, Cycle, Phase
from pb.formats import tenths
from pb.gatherings.models import Gathering
from pb.gatherings.service import meetings
from pb.polls.models import State as PollState
from pb.polls.service import state
from pb.process.views import phase_bar
from pb.process.views.cycle import for_everybody
from pb.proposals.models import Proposal, State
from pb.proposals.service import attached, outcomes, proposals
from pb.proposals.service.attached import Photo
from pb.results.service import counting
from pb.voting.service import closing
from pb.web.wording import called
from pb.winners import service as winners
from pb.winners.service import adopting
from pb.works.service import finding as works

SHOWN = 3  # projects, winners, meetings: the rest stands in their own rooms
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


class After(NamedTuple):
    """What is said and where one goes once the phase has ended, on a page that was left open."""

    told: str
    label: str
    url: str


def card(act: Act, cycle: Cycle) -> dict[str, Any]:
    """A cycle as the first page shows it: in one line, or as what goes on now."""
    return {
        "cycle": cycle,
        "bar": phase_bar.of_cycle(act, cycle),
        "phase": PHASE_LABELS[Phase(cycle.phase)],
        "now": state.now(act, cycle),
        "decided": ORDER.index(cycle.reached) >= ORDER.index(Phase.RESULT),
        "deed": _deed(act, cycle),
        "after": _after(act, cycle),
    }


def _after(act: Act, cycle: Cycle) -> After | None:
    if state.seen_in(act, cycle) == PollState.OPEN:
        return After(
            _("Voting has ended, the result is being counted."),
            _("See what comes after the vote"),
            url_for("voting.show", cycle_id=cycle.id),
        )
    if cycles.takes_ideas(act, cycle):
        return After(
            _("Ideas are no longer taken."), _("All proposals"), url_for("proposals.list_all", cycle_id=cycle.id)
        )
    return None


def _deed(act: Act, cycle: Cycle) -> Deed | None:
    seen = state.seen_in(act, cycle)
    if cycle.phase == Phase.ENDED:
        return None
    if seen == PollState.OPEN:
        takes = _("The vote is secret. Three minutes are enough. You need your card and your IIN.")
        return Deed(_("Vote now"), url_for("voting.vote", cycle_id=cycle.id), takes, closes=True)
    if cycles.takes_ideas(act, cycle):
        takes = _("Ten minutes are enough. You need an account: the akim's apparatus gives it.")
        return Deed(_("Propose a project"), url_for("proposals.new", cycle_id=cycle.id), takes, closes=True)
    return Deed(*for_everybody(act, cycle), "", closes=False)


class Figures(NamedTuple):
    """The cycle in numbers; `voted` of `entitled` once voting began, `share` in percent with one digit."""

    projects: int
    voted: int | None
    entitled: int
    share: str


class Project(NamedTuple):
    """A project's card; `cost` in tiyn is the review's where there is one, `photo` its leading picture."""

    proposal: Proposal
    cost: int | None
    photo: Photo | None


def seen_now(act: Act, cycle: Cycle) -> tuple[Figures | None, list[Project]]:
    """The figures and some projects of a cycle; of one that was ended early neither."""
    if cycle.phase == Phase.ENDED:
        return None, []
    numbers = _numbers(act, cycle)
    return _figures(act, cycle, len(numbers)), _projects(act, cycle, numbers)


def _figures(act: Act, cycle: Cycle, projects: int) -> Figures:
    """How many projects there are and how many have voted; nothing of how."""
    poll = state.current(act, cycle)
    if poll is None or state.terms_of(poll) is None:
        return Figures(projects, None, 0, "")
    voted, entitled = closing.turnout(act, cycle, poll)
    return Figures(projects, voted, entitled, tenths(voted * 1000 // entitled) if entitled else "")


def _numbers(act: Act, cycle: Cycle) -> Sequence[int]:
    """Of the projects: those on the ballot; before it what the assembly, the review, the residents left of them."""
    poll = state.current(act, cycle)
    if poll is not None and (terms := state.terms_of(poll)) is not None:
        return [project.number for project in terms.projects]
    if approved := meetings.approved(act, cycle):
        return [proposal.number for proposal, _review in approved if proposal.number is not None]
    reviewed = ORDER.index(cycle.reached) > ORDER.index(Phase.REVIEW)
    return proposals.numbers(act, cycle, [State.ACCEPTED] if reviewed else proposals.STANDING)


def _projects(act: Act, cycle: Cycle, numbers: Sequence[int]) -> list[Project]:
    """Some of them, others each day: a low number is no advantage."""
    turn = local(act.at).date().toordinal() * SHOWN % len(numbers) if numbers else 0
    found = proposals.with_numbers(act, cycle, [*numbers[turn:], *numbers[:turn]][:SHOWN])
    costs = outcomes.costs(found)
    photos = attached.leading(act, (proposal.id for proposal in found))
    return [Project(one, costs.get(one.id) or one.cost, photos.get(one.id)) for one in found]


def came_of(act: Act, finished: Sequence[Cycle]) -> dict[str, Any] | None:
    """What residents decided in the latest year of which there is a result."""
    for cycle in finished:
        if cycle.phase == Phase.ENDED:
            continue  # nothing of it is carried out
        lines = winners.with_projects(act, cycle)
        outcome = counting.outcome(act, cycle) if not lines else None
        if lines:
            won = [(called(proposal), winner.granted) for winner, proposal in lines]
        elif outcome is not None:
            won = [(called(project), project.cost) for project in outcome.projects if project.won]
        else:
            continue
        found = works.of_cycle(act, cycle) if cycle.phase == Phase.WORKS else []
        return {
            "cycle": cycle,
            "winners": won[:SHOWN],
            "number": len(won),
            "sum": sum(cost for _title, cost in won),
            "approved": adopting.of_cycle(act, cycle).whole,
            "adopted": cycle.phase != Phase.RESULT,
            "paid": sum(work.paid for work in found) if cycle.phase == Phase.WORKS else None,
            "built": sum(work.finished for work in found),
            "late": sum((work.late or 0) > 0 for work in found),
        }
    return None


def next_meetings(act: Act) -> list[Gathering]:
    """The meetings that are still to come, the next one first."""
    return meetings.to_come(act)[:SHOWN]


def who_decides() -> list[tuple[str, str]]:
    """Who decides what, each with the page on which it is seen."""
    list_of_projects = _("The assembly of the local community decides which projects are voted on")
    return [
        (list_of_projects, url_for("gatherings.list_members")),
        (_("Residents decide which projects win"), url_for("process.verification")),
        (_("The maslikhat approves the budget"), url_for("process.guide")),
        (_("Who holds which office here, and may do what"), url_for("process.permissions")),
    ]
