"""The auditors' pages: ballots compared with cards, and the signatures of ballots."""

from dataclasses import asdict
from uuid import UUID

from flask import Response as FlaskResponse
from flask import jsonify

from pb.act import Act
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.identity.roles import Role
from pb.polls import counting, evidence, state
from pb.polls.models import Poll
from pb.polls.views import rooms
from pb.web.access import allow
from pb.web.requests import Response, current_act, cycle_page


def _here(cycle_id: UUID) -> tuple[Act, Cycle, Poll]:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    return act, cycle, state.require(act, cycle)


@rooms.get("/cycles/<uuid:cycle_id>/poll/reconciliation")
@allow(Role.AUDITOR)
def reconciliation(cycle_id: UUID) -> str:
    act, cycle, poll = _here(cycle_id)
    cast, _entitled = counting.turnout(act, cycle, poll)
    return cycle_page(
        "polls/reconciliation.html",
        cycle,
        poll=poll,
        found=evidence.reconcile(act, poll),
        cast=cast,
        signed=evidence.listed(act, poll),
    )


@rooms.get("/cycles/<uuid:cycle_id>/poll/reconciliation.json")
@allow(Role.AUDITOR)
def reconciliation_json(cycle_id: UUID) -> Response:
    act, cycle, poll = _here(cycle_id)
    cast, entitled = counting.turnout(act, cycle, poll)
    found = evidence.reconcile(act, poll)
    return jsonify(version=1, poll=poll.uuid, ok=found.ok, ballots=cast, entitled=entitled, **asdict(found))


@rooms.post("/cycles/<uuid:cycle_id>/poll/evidence/<int:position>")
@allow(Role.AUDITOR)
def evidence_of_one(cycle_id: UUID, position: int) -> Response:
    act, cycle, poll = _here(cycle_id)
    return _zipped(evidence.files(act, cycle, poll, position), f"evidence-{poll.uuid}-{position}.zip")


@rooms.post("/cycles/<uuid:cycle_id>/poll/evidence")
@allow(Role.AUDITOR)
def evidence_of_all(cycle_id: UUID) -> Response:
    act, cycle, poll = _here(cycle_id)
    return _zipped(evidence.files(act, cycle, poll), f"evidence-{poll.uuid}.zip")


def _zipped(data: bytes, name: str) -> FlaskResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return FlaskResponse(data, mimetype="application/zip", headers=headers)
