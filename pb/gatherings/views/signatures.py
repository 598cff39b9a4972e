"""Signing minutes and the akim's answer with EDS, and taking the signatures away to verify them elsewhere."""

from uuid import UUID

from flask import Response as FlaskResponse
from flask import jsonify
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.gatherings.service import signing
from pb.gatherings.views.blueprint import blueprint
from pb.gatherings.views.records import page_of, record_of
from pb.web.access import A_TEXT, EVERYBODY, SIGNED_IN, access
from pb.web.requests import Response, current_act, keys, notify, settings
from pb.web.signing import sent_cms


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/signatures/<role>")
@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/<int:correction>/signatures/<role>")
@access(
    SIGNED_IN,
    action=lazy_gettext("sign minutes, or the answer to them, with EDS"),
    largest_body=A_TEXT,
)
def sign_minutes(gathering_id: UUID, role: str, correction: int | None = None) -> Response:
    act = current_act()
    minutes = record_of(act, gathering_id, correction)
    signing.sign(act, settings(), keys(), minutes, role, sent_cms())
    notify(_("Your signature stands under the minutes."))
    return jsonify(next=page_of(gathering_id, correction))


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/signatures/<word:signature_id>.txt")
@blueprint.get(
    "/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/<int:correction>/signatures/<word:signature_id>.txt"
)
@access(EVERYBODY)
def signed_text(gathering_id: UUID, signature_id: UUID, correction: int | None = None) -> Response:
    act = current_act()
    signature = signing.get(act, record_of(act, gathering_id, correction), signature_id)
    return _file(signature.text.encode(), "text/plain; charset=utf-8", f"{signature.kind}-{signature.role}.txt")


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/signatures/<word:signature_id>/cms")
@blueprint.post(
    "/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/<int:correction>/signatures/<word:signature_id>/cms"
)
@access(SIGNED_IN, action=lazy_gettext("take the file of a signature: the auditor and the signer"))
def take_signature(gathering_id: UUID, signature_id: UUID, correction: int | None = None) -> Response:
    """A POST, because each look at an IIN leaves a line in the audit log."""
    act = current_act()
    minutes = record_of(act, gathering_id, correction)
    signature = signing.get(act, minutes, signature_id)
    return _file(signing.take_cms(act, minutes, signature), "application/cms", f"{signature.kind}-{signature.role}.cms")


def _file(content: bytes, kind: str, name: str) -> FlaskResponse:
    return FlaskResponse(content, content_type=kind, headers={"Content-Disposition": f"attachment; filename={name}"})
