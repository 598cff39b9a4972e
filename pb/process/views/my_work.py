"""What waits for whoever is signed in, in every okrug and cycle, and what they proposed and asked for themselves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from flask import url_for
from flask_babel import LazyString
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.audit.service.words import action_text
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.formats import language, moment, named
from pb.identity.service import duties, reach
from pb.identity.service.duties import Duty
from pb.identity.service.roles import LABELS
from pb.process.views.blueprint import blueprint
from pb.proposals.models import Proposal, State
from pb.proposals.service import fates, proposals
from pb.proposals.service.fates import Fate
from pb.roll.models import REQUEST_LABELS, Request, RequestKind
from pb.roll.service import requests
from pb.territory.models import Territory
from pb.territory.service import addresses, tree
from pb.web import places
from pb.web.access import SIGNED_IN, access
from pb.web.requests import current_act, page
from pb.web.wording import title_of

A_WEEK = timedelta(days=7)
LATEST = 3  # deeds that are shown
RECENT = 3  # cycles of which the rooms are asked what became of the reader's proposals; older results are no news
NO_WORK = ("identity.session", "identity.second_factor", "identity.password", "identity.account_renewed")
"""Coming in, and what follows by itself when somebody is let in."""
Names = Mapping[UUID, str]
"""What the okrugs of a page are called, in its language."""


class Row(NamedTuple):
    """A duty or a thing of one's own: `place` says of what, in which cycle and okrug; `late` are days past the term."""

    url: str
    text: str
    place: str
    until: date | None = None
    late: int = 0
    tag: tuple[str, LazyString | str] | None = None
    daily: bool = False


@blueprint.get("/my-work")
@access(SIGNED_IN)
def my_work() -> str:
    act = current_act()
    today, acts = local(act.at).date(), duties.acts_of(act)
    own, asked = proposals.own_anywhere(act), requests.own_anywhere(act)
    held = {there.territory.id for there in acts}
    found = addresses.among(act.session, held | {cycle.territory_id for cycle, _one in [*own, *asked]})
    places.expect(place for place, _territory in found)
    names = {place.id: territory.name(language()) for place, territory in found}
    recent = list(dict.fromkeys(cycle.id for cycle, _one in own))[:RECENT]
    every = duties.everywhere(acts)
    rows = [_row(there, duty, today) for there, duty in every if not duty.of_others]
    return page(
        "process/my_work.html",
        staff=act.person is not None and reach.is_staff(act.session, act.person.id, today),
        groups=_by_term(rows, today + A_WEEK),
        waiting=bool(rows),
        of_others=[_row(there, duty, today) for there, duty in every if duty.of_others],
        done=_done(acts),
        proposals=_proposals(act, own, names, recent),
        earlier=[_row_of(act, cycle, one, names, None) for cycle, one in own if cycle.id not in recent],
        requests=[_asked(cycle, one, names) for cycle, one in asked],
        ideas=_where_ideas_are_taken(acts, names),
        places=[
            (url_for("process.okrug", okrug=place.slug), names[place.id])
            for place, _territory in found
            if place.id in held
        ],
    )


def _by_term(rows: list[Row], last: date) -> list[tuple[str, list[Row]]]:
    """What is late, what people come for today, what ends by the `last` day, the rest, and what has no term."""
    others = [row for row in rows if not row.late and not row.daily]
    return [
        (_("Overdue"), [row for row in rows if row.late]),
        (_("Today"), [row for row in rows if row.daily and not row.late]),
        (_("To be done this week"), [row for row in others if row.until is not None and row.until <= last]),
        (_("To be done by a later day"), [row for row in others if row.until is not None and row.until > last]),
        (_("Without a term"), [row for row in others if row.until is None]),
    ]


def _row(there: Act, duty: Duty, today: date) -> Row:
    cycle = _("Cycle of %(year)s", year=duty.cycle) if duty.cycle else ""
    place = [duty.thing, there.territory.name(language()), cycle]
    late = (today - duty.until).days if duty.until is not None and duty.until < today else 0
    return Row(duty.url, duty.deed, _joined(place), duty.until, late, daily=duty.daily)


def _done(acts: list[Act]) -> list[Row]:
    """The latest deeds of the actor in the logs of the places where they hold a role."""
    found = [
        (event.at, there, event)
        for there in acts
        if there.person is not None
        for event in audit.sought(there, audit.Wanted(by=there.person.id), 1)
        if not event.action.startswith(NO_WORK)
    ]
    found.sort(key=lambda one: one[0], reverse=True)
    return [
        Row(_in_the_log(there, event), _deed(event), _joined([there.territory.name(language()), moment(event.at)]))
        for _at, there, event in found[:LATEST]
    ]


def _deed(event: AuditEvent) -> str:
    """What was done, and of roles which: of three that were given each is another deed."""
    told, role = action_text(event.action), LABELS.get(event.data.get("role", ""))
    return str(told) if role is None else f"{told}: {role}"


def _in_the_log(there: Act, event: AuditEvent) -> str:
    """The event itself, on whatever page of the log it stands by now."""
    okrug = tree.slug_of(there.session, there.territory.id)
    return url_for("audit.log", okrug=okrug, at=event.position, _anchor=f"event-{event.position}")


def _proposals(act: Act, own: Sequence[tuple[Cycle, Proposal]], names: Names, recent: Collection[UUID]) -> list[Row]:
    """Where each of the recent cycles' stands, up to what the vote made of it."""
    told: dict[UUID, Mapping[UUID, Fate]] = {}
    rows = []
    for cycle, proposal in own:
        if cycle.id in recent and cycle.id not in told:
            there = replace(act, territory=act.session.get_one(Territory, cycle.territory_id))
            told[cycle.id] = fates.of_cycle(there, cycle)
        if cycle.id in recent:
            fate = told[cycle.id].get(proposal.id) or fates.of_proposal(cycle, proposal)
            rows.append(_row_of(act, cycle, proposal, names, fate))
    return rows


def _row_of(act: Act, cycle: Cycle, proposal: Proposal, names: Names, fate: Fate | None) -> Row:
    """A proposal; a draft that can still be submitted has the last day for that."""
    text = named(proposal.number, title_of(proposal)) if proposal.number else title_of(proposal)
    submits = proposal.state == State.DRAFT and cycles.takes_ideas(act, cycle)
    url = url_for("proposals.show", cycle_id=cycle.id, proposal_id=proposal.id)
    until = cycle.proposals_until if submits else None
    return Row(url, text, _place(cycle, names), until, tag=(fate.kind, fate.text) if fate is not None else None)


def _asked(cycle: Cycle, request: Request, names: Names) -> Row:
    """A request about the roll; its answer stands on the page that asks others for a code."""
    tag = ("amber", _("Waits for an answer"))
    if request.answered_at is not None:
        tag = ("green", _("The roll is put right")) if request.granted else ("red", _("Refused"))
    text = named(request.number, str(REQUEST_LABELS[RequestKind(request.kind)]))
    return Row(url_for("roll.ask_answer", cycle_id=cycle.id), text, _place(cycle, names), tag=tag)


def _where_ideas_are_taken(acts: list[Act], names: Names) -> list[Row]:
    """Where the reader may propose a project today."""
    return [
        Row(url_for("proposals.new", cycle_id=cycle.id), _("Propose a project"), _place(cycle, names))
        for there in acts
        if there.holds(Role.RESIDENT)
        for cycle in cycles.all_of(there)
        if cycles.takes_ideas(there, cycle)
    ]


def _place(cycle: Cycle, names: Names) -> str:
    return _joined([names.get(cycle.territory_id, ""), _("Cycle of %(year)s", year=cycle.year)])


def _joined(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)
