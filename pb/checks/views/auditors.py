"""What opens the published commitments, for auditors; taking it is logged."""

from dataclasses import asdict
from uuid import UUID

from flask import Response as FlaskResponse
from flask import jsonify
from flask_babel import lazy_gettext

from pb.act import Role
from pb.audit import service as audit
from pb.cards.service import card_events, reasons
from pb.checks.service import paper, rules, sample
from pb.checks.views.blueprint import blueprint
from pb.polls.service import state
from pb.web.access import access, allow
from pb.web.requests import current_act


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/salts")
@access(allow(Role.AUDITOR), action=lazy_gettext("take the numbers and salts of hand-overs and of participants"))
def take_salts(cycle_id: UUID) -> FlaskResponse:
    """Events of published days, the list of participants and reasons with their salts, and the comparison."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    if poll.state in rules.CHECKING:
        rules.require_links(act, poll)
    listed = sample.committed(act, poll)
    audit.record(act, "checks.salts_taken", subject=cycle.id, data={"poll": poll.uuid})
    answer = jsonify(
        version=1,
        poll=poll.uuid,
        events=[{**asdict(event), "day": event.day.isoformat()} for event in card_events.opened(act, poll)],
        participants=None
        if listed is None or listed.salt is None
        else {
            "commitment": listed.commitment,
            "salt": listed.salt.hex(),
            "list": [[number, signed] for number, signed in sample.participants(act, poll)],
        },
        reasons=[asdict(reason) for reason in reasons.of_poll(act, poll)],
        comparison=asdict(paper.compare(act, poll)) if listed is not None else None,
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="salts-{poll.uuid}.json"'
    return answer
