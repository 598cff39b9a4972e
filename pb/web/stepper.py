"""The way of a cycle as every page shows it, and the links to the rooms."""

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act
from pb.clock import local
from pb.cycles.models import DECIDERS, ORDER, PHASE_LABELS, Cycle, Phase
from pb.identity.roles import Role
from pb.polls import state

PLACES = {
    Phase.PROPOSALS: "proposals.list_all",
    Phase.REVIEW: "proposals.list_all",
    Phase.GATHERING: "gatherings.list_all",
    Phase.VOTING: "polls.show",
    Phase.RESULT: "polls.result",
    Phase.BUDGET: "budget.show",
    Phase.WORKS: "budget.show",
}


def steps(act: Act, cycle: Cycle) -> list[dict[str, Any]]:
    """The seven steps: done, current or still to come; each that has begun links to its room."""
    here = ORDER.index(Phase(cycle.phase))
    return [
        {
            "key": phase,
            "label": str(PHASE_LABELS[phase]),
            "state": "done" if position < here else "current" if position == here else "todo",
            "until": _until(act, cycle, phase),
            "who": str(DECIDERS[phase]),
            "action": _action(act, cycle, phase) if position <= here else None,
        }
        for position, phase in enumerate(ORDER)
    ]


def _until(act: Act, cycle: Cycle, phase: Phase) -> date | None:
    """The phase's last day as planned; once voting is open, the day on which it ends and which nobody can move."""
    if phase is Phase.VOTING and cycle.phase == Phase.VOTING:
        poll = state.current(act, cycle)
        if poll is not None and poll.closes_at is not None:
            return local(poll.closes_at).date()
    return cycle.until(phase)


def _action(act: Act, cycle: Cycle, phase: Phase) -> dict[str, str]:
    if phase == cycle.phase == Phase.PROPOSALS and act.holds(Role.RESIDENT):
        return {"label": _("Propose a project"), "url": url_for("proposals.new", cycle_id=cycle.id)}
    if phase == cycle.phase == Phase.REVIEW and act.holds(Role.OFFICE):
        return {"label": _("Review"), "url": url_for("reviews.queue", cycle_id=cycle.id)}
    return {"label": _("Go there"), "url": url_for(PLACES[phase], cycle_id=cycle.id)}


def footer_links() -> list[dict[str, str]]:
    """The same on every page."""
    return [
        {"label": _("Help"), "url": url_for("home.guide")},
        {"label": _("How to verify a vote"), "url": url_for("home.verification")},
        {"label": _("Audit log"), "url": url_for("audit.log")},
        {"label": _("Assembly"), "url": url_for("gatherings.list_members")},
        {"label": _("Who can do what here"), "url": url_for("home.permissions")},
    ]


def room_links(act: Act) -> list[dict[str, str]]:
    """The places of the signed-in person's roles that belong to no single cycle."""
    links = []
    if act.holds(Role.OFFICE):
        links.append({"label": _("Open a cycle"), "url": url_for("cycles.new")})
        links.append({"label": _("Settings of the okrug"), "url": url_for("home.okrug")})
    if act.holds(Role.OFFICE, Role.CLERK):
        links.append({"label": _("Register a resident"), "url": url_for("identity.register")})
    return links
