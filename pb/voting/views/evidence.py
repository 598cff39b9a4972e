"""The auditors' pages: ballots compared with cards, and the signatures of ballots."""

from dataclasses import asdict
from uuid import UUID

from flask import Response as FlaskResponse
from flask import jsonify
from flask_babel import lazy_gettext

from pb.act import Role
from pb.polls.service import state
from pb.voting.service import closing, erasing, evidence
from pb.voting.views.blueprint import blueprint
from pb.web.access import access, allow
from pb.web.requests import Response, current_act, page


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/reconciliation")
@access(allow(Role.AUDITOR))
def reconciliation(cycle_id: UUID) -> str:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    cast, _entitled = closing.turnout(act, cycle, poll)
    erasure = erasing.erasure_of(act, poll)
    return page(
        "voting/reconciliation.html",
        cycle=cycle,
        poll=poll,
        comparison=evidence.reconcile(act, poll) if erasure is None else None,
        erasure=erasure,
        cast=cast,
        signed=evidence.listed(act, poll),
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/reconciliation.json")
@access(allow(Role.AUDITOR))
def reconciliation_json(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    cast, entitled = closing.turnout(act, cycle, poll)
    erasure = erasing.erasure_of(act, poll)
    if erasure is not None:
        at = erasure.at.isoformat()
        return jsonify(version=1, poll=poll.uuid, erased_at=at, ballots=cast, entitled=entitled, **erasure.figures)
    comparison = evidence.reconcile(act, poll)
    return jsonify(version=1, poll=poll.uuid, ok=comparison.ok, ballots=cast, entitled=entitled, **asdict(comparison))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/evidence/<int:position>")
@access(allow(Role.AUDITOR), action=lazy_gettext("take the signature of one ballot"))
def evidence_of_one(cycle_id: UUID, position: int) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return _zipped(evidence.files(act, cycle, poll, position), f"evidence-{poll.uuid}-{position}.zip")


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/evidence")
@access(allow(Role.AUDITOR), action=lazy_gettext("take the signatures of all ballots"))
def evidence_of_all(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return _zipped(evidence.files(act, cycle, poll), f"evidence-{poll.uuid}.zip")


def _zipped(data: bytes, name: str) -> FlaskResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return FlaskResponse(data, mimetype="application/zip", headers=headers)
