"""Signing minutes and the akim's answer with EDS, and taking the signatures away to verify them elsewhere."""

from uuid import UUID

from flask import Response as FlaskResponse
from flask import jsonify, url_for
from flask_babel import gettext as _

from pb.act import Act
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.errors import NotFound
from pb.gatherings import service, signing
from pb.gatherings.models import Minutes
from pb.gatherings.views import rooms
from pb.identity.roles import Role
from pb.web.access import allow, everybody, signed_in
from pb.web.requests import Response, current_act, keys, notify, settings
from pb.web.signing import sent_cms


@rooms.post("/cycles/<uuid:cycle_id>/gatherings/<uuid:gathering_id>/signatures/<role>")
@allow(Role.CHAIR, Role.SECRETARY, Role.AKIM)
def sign_minutes(cycle_id: UUID, gathering_id: UUID, role: str) -> Response:
    act = current_act()
    cycle, minutes = _minutes(act, cycle_id, gathering_id)
    signing.sign(act, settings(), keys(), minutes, role, sent_cms())
    notify(_("Your signature stands under the minutes."))
    return jsonify(next=url_for("gatherings.show_minutes", cycle_id=cycle.id, gathering_id=gathering_id))


@rooms.get("/cycles/<uuid:cycle_id>/gatherings/<uuid:gathering_id>/signatures/<uuid:signature_id>.txt")
@everybody
def signed_text(cycle_id: UUID, gathering_id: UUID, signature_id: UUID) -> Response:
    act = current_act()
    signature = signing.get(act, _minutes(act, cycle_id, gathering_id)[1], signature_id)
    return _file(signature.text.encode(), "text/plain; charset=utf-8", f"{signature.kind}-{signature.role}.txt")


@rooms.post("/cycles/<uuid:cycle_id>/gatherings/<uuid:gathering_id>/signatures/<uuid:signature_id>/cms")
@signed_in
def take_signature(cycle_id: UUID, gathering_id: UUID, signature_id: UUID) -> Response:
    """A POST, because each look at an IIN leaves a line in the audit log."""
    act = current_act()
    _cycle, minutes = _minutes(act, cycle_id, gathering_id)
    signature = signing.get(act, minutes, signature_id)
    return _file(signing.take_cms(act, minutes, signature), "application/cms", f"{signature.kind}-{signature.role}.cms")


def _minutes(act: Act, cycle_id: UUID, gathering_id: UUID) -> tuple[Cycle, Minutes]:
    cycle = cycles.get(act, cycle_id)
    minutes = service.minutes_of(act, service.get(act, cycle, gathering_id))
    if minutes is None:
        raise NotFound
    return cycle, minutes


def _file(content: bytes, kind: str, name: str) -> FlaskResponse:
    return FlaskResponse(content, content_type=kind, headers={"Content-Disposition": f"attachment; filename={name}"})
