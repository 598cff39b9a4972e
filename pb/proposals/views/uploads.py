"""Photos that come in parts, from the page's script: a broken connection goes on where it broke."""

from uuid import UUID

from flask import jsonify, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.errors import FieldRefusal
from pb.media.models import Upload
from pb.media.service import files, uploads
from pb.media.service.files import NotTaken
from pb.proposals.models import Proposal
from pb.proposals.service import attached, attaching
from pb.proposals.service import proposals as service
from pb.proposals.views.blueprint import blueprint
from pb.web.access import access, allow
from pb.web.limits import PARTS, PHOTOS_SENT, count, count_bytes
from pb.web.requests import Response, begin_work, current_act, settings
from pb.web.script_calls import answers_json

SLACK = 1024


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/proposals/<word:proposal_id>/pictures/<word:sha256>")
@access(allow(Role.RESIDENT))
@answers_json
def upload_offset(cycle_id: UUID, proposal_id: UUID, sha256: str) -> Response:
    """How many bytes of a photo are here; `done` where all of them came and became a picture."""
    uploads.require_digest(sha256)
    act = current_act()
    _cycle, proposal = _open_to(act, cycle_id, proposal_id)
    if attached.has(act, proposal, sha256):
        return jsonify(offset=0, done=True)
    upload = uploads.find(act, proposal.id, sha256)
    return jsonify(offset=uploads.offset(settings(), upload) if upload else 0)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/proposals/<word:proposal_id>/pictures/<word:sha256>")
@access(
    allow(Role.RESIDENT),
    action=lazy_gettext("send a picture in parts"),
    largest_body=uploads.LARGEST_PART + SLACK,
    own_transaction=True,
)
@answers_json
def upload_part(cycle_id: UUID, proposal_id: UUID, sha256: str) -> Response:
    """Takes a part of a photo; with its last one the photo is judged and added. No transaction waits for bytes."""
    uploads.require_digest(sha256)
    size, at = (_number(name) for name in ("size", "offset"))
    part = request.get_data(cache=False)[: uploads.LARGEST_PART]
    with begin_work(writing=True) as act:
        person = str(act.person.id if act.person else "")
        count(PARTS, person)
        count_bytes(len(part), person)
        _cycle, proposal = _open_to(act, cycle_id, proposal_id)
        if attached.has(act, proposal, sha256):  # the answer to its last part was lost
            return jsonify(offset=size, done=True)
        upload = uploads.begin(act, settings(), proposal.id, request.args.get("name", ""), size, sha256)
    here = uploads.append(settings(), upload, at, part)
    if here < upload.size:
        return jsonify(offset=here)
    data = uploads.whole(settings(), upload)
    if data is None:
        return jsonify(offset=0, again=_("The photo came damaged: it is sent anew."))
    _finish(cycle_id, proposal_id, upload, data)
    return jsonify(offset=here, done=True)


def _finish(cycle_id: UUID, proposal_id: UUID, upload: Upload, data: bytes) -> None:
    """Raises FieldRefusal where the photo is none, Conflict, OutOfPhase."""
    try:
        received = files.take_picture(settings(), data, upload.name, upload.id)
        with begin_work(writing=True) as act:
            count(PHOTOS_SENT, str(act.person.id if act.person else ""))
            cycle, proposal = _open_to(act, cycle_id, proposal_id)
            uploads.end(act, upload.id)
            added = attaching.add(act, cycle, proposal, received) or files.is_known(act, received)
        if not added:  # nor by the same part, sent twice
            uploads.forget(settings(), upload)
    except (NotTaken, FieldRefusal) as refused:
        with begin_work(writing=True) as act:
            uploads.end(act, upload.id)
        uploads.forget(settings(), upload)
        told = refused.told if isinstance(refused, NotTaken) else refused.message
        raise FieldRefusal("pictures", told) from refused


def _open_to(act: Act, cycle_id: UUID, proposal_id: UUID) -> tuple[Cycle, Proposal]:
    cycle = cycles.get(act, cycle_id)
    proposal = service.own_proposal(act, cycle, proposal_id)
    attaching.require(act, cycle, proposal)
    return cycle, proposal


def _number(name: str) -> int:
    """A number of the address; -1, which fits nothing, for anything else."""
    told = request.args.get(name, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) <= 9 else -1
