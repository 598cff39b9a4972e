"""The call of a voter who comes with a digital signature and no card."""

import hashlib
import json
from datetime import datetime
from uuid import UUID

from flask import jsonify, request, session
from flask_babel import lazy_gettext

from pb.cards.service import release
from pb.cycles import service as cycles
from pb.errors import NotFound, Refusal
from pb.identity.service import nonces
from pb.identity.service.nonces import Purpose
from pb.polls.models import Poll
from pb.polls.service import state
from pb.roll.service import entries
from pb.voting.service import ballot_box, casting
from pb.voting.views.ballot import signer_iin
from pb.voting.views.blueprint import blueprint
from pb.voting.views.voters import remember
from pb.web.access import A_TEXT, EVERYBODY, access
from pb.web.limits import VOTING, limited
from pb.web.requests import Response, begin_work, keys, settings
from pb.web.script_calls import answers_json, json_body

LONGEST_TEXT = 2_000


def valid_signature() -> str | None:
    """The proof of a call with a fresh statement and its signer's own signature."""
    try:
        _poll, text, _nonce, _until = _asked((request.view_args or {})["cycle_id"])
        return hashlib.sha256(signer_iin(json_body().get("cms"), text).text.encode()).hexdigest()
    except Refusal:
        return None


def _asked(cycle_id: UUID) -> tuple[Poll, str, str, datetime]:
    """Poll, text and nonce of the statement that the call brings, and until when the nonce serves. Raises Refusal."""
    text = json_body().get("text")
    text = text if isinstance(text, str) and len(text) <= LONGEST_TEXT and text.isascii() else ""
    with begin_work(writing=False) as act:
        _cycle, poll = state.of_cycle(act, cycle_id)
        statement = release.statement_of(act, poll, text, settings().base_url)
        nonce = statement["nonce"]
        until = casting.good_until(act, poll, nonce, settings().secret_key, settings().base_url, Purpose.RELEASE)
    if until is None:
        raise release.stale()
    return poll, text, nonce, until


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/release")
@limited(VOTING, proof=valid_signature)
@access(
    EVERYBODY, action=lazy_gettext("vote: sign in with a digital signature"), own_transaction=True, largest_body=A_TEXT
)
@answers_json
def release_code(cycle_id: UUID) -> Response:
    """Releases a code to the browser of the person whose signature asks for it; whoever voted gets the receipt.

    Signatures are checked, and the code-releasing process is asked, without a transaction.
    """
    if not release.offered(settings()):
        raise NotFound
    session.pop("voter", None)  # whoever signed in here before is not taken for this voter
    poll, text, nonce, until = _asked(cycle_id)
    cms = json_body().get("cms")
    iin = signer_iin(cms, text)
    with begin_work(writing=True) as act:
        if not nonces.use(act, nonce, until):
            raise release.stale()
    with begin_work(writing=False) as act:
        cycle = cycles.get(act, cycle_id)
        entry = entries.find(act, cycle, iin, keys())
        before = ballot_box.of_entry(act, poll, entry.id) if entry else None
        if before is not None:
            return jsonify(state="voted", receipt=json.loads(casting.receipt_of(poll, before, keys())))
        prepared = release.prepare(act, poll, entry)
    released = release.fetch(settings(), poll, prepared, text, str(cms))
    with begin_work(writing=True) as act:
        release.mark(act, poll, prepared)
        remember(poll, casting.Voter(prepared.entry_id, prepared.public_key), act)
    return jsonify(state="ready", released=released, public_key=prepared.public_key)
