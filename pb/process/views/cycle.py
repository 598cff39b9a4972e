"""Where a cycle stands, what one can do in it now, and moving it on."""

from typing import NamedTuple
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.checks.service import rules
from pb.cycles import service
from pb.cycles.models import KIND_LABELS, ORDER, PHASE_LABELS, BallotKind, Cycle, Phase
from pb.cycles.service import envelopes
from pb.documents.service.sheets import Paper
from pb.erasure import service as erasure
from pb.erasure.service import What
from pb.gatherings.models import Matter
from pb.gatherings.service import cycle_meetings, meetings
from pb.identity.service import duties
from pb.identity.service.duties import Duty
from pb.polls.models import Poll, State
from pb.polls.service import state
from pb.process import documents
from pb.process.service import ending, phases
from pb.process.views import menu
from pb.process.views.blueprint import blueprint
from pb.process.views.ending import TWO
from pb.web.access import EVERYBODY, access, allow
from pb.web.requests import Response, current_act, keys, notify, page


class Action(NamedTuple):
    """Something to do in a phase: who may (none: everybody), what it is called, where it is done."""

    phase: Phase
    roles: frozenset[Role]
    label: LazyString
    endpoint: str


def _action(phase: Phase, label: LazyString, endpoint: str, *roles: Role) -> Action:
    return Action(phase, frozenset(roles), label, endpoint)


ASSEMBLY = (Role.CHAIR, Role.SECRETARY)
ASSEMBLY_DECIDED = _action(Phase.GATHERING, lazy_gettext("Read what the assembly decided"), "gatherings.list_all")


ACTIONS = (
    _action(Phase.PROPOSALS, lazy_gettext("Propose a project"), "proposals.new", Role.RESIDENT),
    _action(Phase.PROPOSALS, lazy_gettext("Read the proposals"), "proposals.list_all"),
    _action(Phase.REVIEW, lazy_gettext("Review the proposals"), "reviews.queue", Role.OFFICE),
    _action(Phase.REVIEW, lazy_gettext("Read the proposals"), "proposals.list_all"),
    _action(
        Phase.GATHERING, lazy_gettext("Convene and keep the meeting"), "gatherings.list_all", Role.CHAIR, Role.SECRETARY
    ),
    _action(Phase.GATHERING, lazy_gettext("Answer the minutes"), "gatherings.list_all", Role.AKIM),
    ASSEMBLY_DECIDED,
    _action(Phase.VOTING, lazy_gettext("Keep the roll"), "roll.show", Role.REGISTRAR),
    _action(Phase.VOTING, lazy_gettext("Make the cards"), "cards.make_cards", Role.REGISTRAR),
    _action(Phase.VOTING, lazy_gettext("Hand over the cards"), "cards.hand_over_list", Role.CLERK),
    _action(Phase.VOTING, lazy_gettext("See who got a card"), "cards.hand_over_list", Role.REGISTRAR),
    _action(Phase.VOTING, lazy_gettext("Do a trustee's work"), "trustees.trustee", Role.TRUSTEE),
    _action(Phase.VOTING, lazy_gettext("Draw the seed in public"), "voting.ceremony", *ASSEMBLY),
    _action(Phase.VOTING, lazy_gettext("Open the vote"), "voting.opening", Role.OFFICE),
    _action(Phase.VOTING, lazy_gettext("Vote, or see how the vote goes"), "voting.show"),
    _action(
        Phase.RESULT, lazy_gettext("Adopt the result at a meeting"), "gatherings.list_all", Role.CHAIR, Role.SECRETARY
    ),
    _action(
        Phase.RESULT, lazy_gettext("Check the vote before the adoption"), "checks.show", Role.CLERK, *rules.COMMISSION
    ),
    _action(Phase.RESULT, lazy_gettext("Answer the minutes"), "gatherings.list_all", Role.AKIM),
    _action(Phase.RESULT, lazy_gettext("See the result"), "results.result"),
    _action(Phase.BUDGET, lazy_gettext("Make the budget lines"), "winners.show", Role.OFFICE),
    _action(Phase.BUDGET, lazy_gettext("See the winners in the budget"), "winners.show"),
    _action(Phase.WORKS, lazy_gettext("Write how the works go on"), "works.list_all", Role.OFFICE),
    _action(Phase.WORKS, lazy_gettext("See how the works go on"), "works.list_all"),
)


# What ends with the opening of the poll.
BEFORE_THE_OPENING = frozenset({"cards.make_cards", "voting.ceremony", "voting.opening"})


KEPT = {
    What.LINKS: lazy_gettext("What joins voters to ballots is erased from this day on"),
    What.NUMBERS: lazy_gettext("IINs of the roll of voters are erased from this day on"),
}


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/")
@access(EVERYBODY)
def show(cycle_id: UUID) -> str:
    act = current_act()
    cycle = service.get(act, cycle_id)
    phase = Phase(cycle.phase)
    current = ORDER.index(cycle.reached)
    waits = cycle_meetings.not_yet(act, cycle) if act.holds(Role.CHAIR) else []
    versions = envelopes.versions(act, cycle)
    return page(
        "process/show.html",
        cycle=cycle,
        phase=PHASE_LABELS[phase],
        now=state.now(act, cycle),
        who=state.who(state.seen_in(act, cycle), phase),
        ballot=KIND_LABELS[BallotKind(cycle.ballot_kind)],
        until=cycle.until(phase),
        following=PHASE_LABELS[ORDER[current + 1]] if not cycle.over else None,
        actions=_actions(act, cycle, waits),
        waits=waits,
        rooms=menu.rooms(cycle),
        steering=act.holds(Role.OFFICE) and not cycle.over,
        impossible=ending.impossible(act, cycle) if act.holds(Role.OFFICE) else None,
        ending_proposed=ending.proposed(act, cycle),
        decides_ending=act.holds(*TWO),
        missing=phases.missing(act, cycle) if act.holds(Role.OFFICE) else [],
        cut_off=phases.cut_off(act, cycle) if act.holds(Role.OFFICE) else [],
        envelope=versions[-1] if versions else None,
        envelope_history=envelopes.history(versions),
        kept=[(KEPT[thing.what], thing.due) for thing in erasure.of_cycle(act, cycle)],
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/posters")
@access(EVERYBODY)
def posters(cycle_id: UUID) -> str:
    """What can be printed now for the walls of the village."""
    act = current_act()
    cycle = service.get(act, cycle_id)
    shown = [
        (label, [(paper.upper(), documents.kind_of(name, paper)) for paper in Paper])
        for name, label in documents.there(act, cycle)
    ]
    return page("process/posters.html", cycle=cycle, posters=shown)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/advance")
@access(allow(Role.OFFICE))
def look_over_advance(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = service.get(act, cycle_id)
    if cycle.over or phases.missing(act, cycle):
        return redirect(url_for("process.show", cycle_id=cycle.id))
    following = PHASE_LABELS[ORDER[ORDER.index(Phase(cycle.phase)) + 1]]
    return page("process/look_over_advance.html", cycle=cycle, following=following, cut_off=phases.cut_off(act, cycle))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/advance")
@access(allow(Role.OFFICE), action=lazy_gettext("move the cycle to its next phase"))
def advance(cycle_id: UUID) -> Response:
    """What it begins and cuts off is told first: nobody moves a cycle back."""
    act = current_act()
    cycle = service.get(act, cycle_id)
    if "early" not in request.form and not phases.missing(act, cycle):
        return redirect(url_for("process.look_over_advance", cycle_id=cycle.id))
    phase = phases.advance(act, cycle, keys())
    notify(_("The cycle moved on: %(phase)s.", phase=PHASE_LABELS[phase]))
    return redirect(url_for("process.show", cycle_id=cycle.id))


def _actions(act: Act, cycle: Cycle, waits: list[LazyString]) -> list[dict[str, str]]:
    """What the viewer can do now: the work of their roles first, then what everybody can.

    A meeting that `waits` for something is not offered to the chair.
    """
    poll = state.current(act, cycle)
    past = BEFORE_THE_OPENING if poll is not None and poll.state != State.PREPARING else frozenset()
    own = [
        action
        for action in ACTIONS
        if action.phase == cycle.phase
        and (not action.roles or act.holds(*action.roles))
        and action.endpoint not in past
        and not (waits and Role.CHAIR in action.roles and action.endpoint == "gatherings.list_all")
        and (action.endpoint != "proposals.new" or service.takes_ideas(act, cycle))
    ]
    first = [duty for duty in duties.here(act, cycle.id) if not _leads_here(cycle, duty)]
    urls = {duty.url for duty in first}
    then = [(str(_called(act, cycle, action, poll)), url_for(action.endpoint, cycle_id=cycle.id)) for action in own]
    return [{"label": duty.label, "url": duty.url} for duty in first] + [
        {"label": label, "url": url} for label, url in then if url not in urls
    ]


def for_everybody(act: Act, cycle: Cycle) -> tuple[str, str]:
    """What anybody can do or read in the phase of a running cycle, and where."""
    action = next(action for action in reversed(ACTIONS) if action.phase == cycle.phase and not action.roles)
    label = _called(act, cycle, action, state.current(act, cycle))
    return str(label), url_for(action.endpoint, cycle_id=cycle.id)


def _leads_here(cycle: Cycle, duty: Duty) -> bool:
    """Moving the cycle on stands on its own page already."""
    return duty.url.partition("#")[0] == url_for("process.show", cycle_id=cycle.id)


def _called(act: Act, cycle: Cycle, action: Action, poll: Poll | None) -> LazyString:
    """Nobody is told to vote before voting begins or after it ended, or to read what is not decided."""
    if action == ASSEMBLY_DECIDED and meetings.decided(act, cycle, Matter.PROJECT) is None:
        return lazy_gettext("See when the assembly meets")
    if action.endpoint != "voting.show" or poll is None or state.is_open(poll, act.at):
        return action.label
    if poll.state == State.PREPARING:
        return lazy_gettext("See how the vote is prepared")
    return lazy_gettext("See what comes after the vote")
