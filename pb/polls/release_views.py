"""The call of a voter who comes with a digital signature and no card."""

import json
from uuid import UUID

from flask import jsonify, session

from pb.cycles import service as cycles
from pb.errors import NotFound
from pb.polls import release, state, voting
from pb.polls.ballot_views import answers_json, json_body, remember, signer_iin
from pb.polls.views import rooms
from pb.roll import service as roll
from pb.web.access import everybody_unlocked
from pb.web.limits import limit_voting
from pb.web.requests import Response, begin_work, keys, settings

LONGEST_TEXT = 2_000


@rooms.post("/cycles/<uuid:cycle_id>/poll/release")
@limit_voting
@everybody_unlocked
@answers_json
def release_code(cycle_id: UUID) -> Response:
    """Releases a code to the browser of the person whose signature asks for it; whoever voted gets the receipt.

    Signatures are checked, and the registrar process is asked, without a transaction.
    """
    if not release.offered(settings()):
        raise NotFound
    session.pop("voter", None)  # whoever signed in here before is not taken for this voter
    told = json_body()
    text, cms = told.get("text"), told.get("cms")
    text = text if isinstance(text, str) and len(text) <= LONGEST_TEXT and text.isascii() else ""
    with begin_work(writing=True) as act:
        poll = state.require(act, cycles.get(act, cycle_id))
        statement = release.statement_of(act, poll, text, settings().base_url)
        fresh = voting.use_challenge(act, poll, statement["nonce"])
    if not fresh:
        raise release.stale()
    iin = signer_iin(cms, text)
    with begin_work(writing=False) as act:
        cycle = cycles.get(act, cycle_id)
        entry = roll.find(act, cycle, iin, keys())
        before = state.ballot_of(act, poll, entry.id) if entry else None
        if before is not None:
            return jsonify(state="voted", receipt=json.loads(voting.receipt_of(poll, before, keys())))
        prepared = release.prepare(act, poll, entry)
    released = release.fetch(settings(), poll, prepared, text, str(cms))
    with begin_work(writing=True) as act:
        release.mark(act, cycles.get(act, cycle_id), poll, prepared)
        remember(poll, voting.Voter(prepared.entry_id, prepared.public_key), act)
    return jsonify(state="ready", released=released, public_key=prepared.public_key)
