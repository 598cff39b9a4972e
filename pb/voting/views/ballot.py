"""The voter's page and the three calls of its script. No choice ever reaches this file unencrypted."""

import json
from collections.abc import Mapping
from datetime import datetime
from types import SimpleNamespace
from uuid import UUID

from flask import jsonify, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb import clock
from pb.act import Act
from pb.cards.service import release
from pb.core.belenios import ballots
from pb.core.eds import Purpose as KeyPurpose
from pb.core.eds.statements import moment, tracker_text
from pb.core.national_numbers import IIN, IINError, parse_iin
from pb.cycles import service as cycles
from pb.errors import FieldRefusal, Refusal
from pb.formats import language
from pb.identity.service import nonces, signatures
from pb.identity.service.nonces import Purpose
from pb.polls.models import Channel, Poll
from pb.polls.service import state
from pb.proposals.service import attached, outcomes, taking_away
from pb.roll.service import entries
from pb.voting.service import ballot_box, casting
from pb.voting.views.blueprint import blueprint
from pb.voting.views.voters import remember, remembered, voter_here
from pb.web.access import EVERYBODY, MEGABYTE, access
from pb.web.limits import VOTING, limited
from pb.web.requests import Response, begin_work, current_act, keys, page, settings
from pb.web.script_calls import answers_json, json_body, word
from pb.web.signing import offer_signing

LARGEST_BALLOT = 512 * 1024
LARGEST_CMS = 40_000


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/vote")
@access(EVERYBODY, camera=True)
def vote(cycle_id: UUID) -> Response:
    """The ballot; before and after the vote its address, which stands on cards, says when one votes, or what came."""
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    poll = state.current(act, cycle)
    terms = state.terms_of(poll) if poll is not None else None
    shared = "kiosk" in session
    if poll is None or terms is None or not state.is_open(poll, act.at):
        label = state.label(poll, act.at) if poll is not None else ""
        return page("voting/not_open.html", cycle=cycle, poll=poll, state_label=label, kiosk=shared)
    return page(
        "voting/vote.html",
        cycle=cycle,
        poll=SimpleNamespace(uuid=poll.uuid, base=url_for("voting.show", cycle_id=cycle.id), group=poll.group_name),
        terms=terms,
        summaries=outcomes.summaries(act, cycle),
        photos=attached.of_ballot(act, cycle),
        removed=taking_away.during_the_vote(act, cycle),
        media_base=url_for("media.picture", digest="0").removesuffix("0.jpg"),
        election_json=poll.election_json,
        kiosk=shared,
        ncalayer=offer_signing() if release.offered(settings()) and not shared else None,
        kiosk_end_url=url_for("voting.leave_kiosk", cycle_id=cycle.id),
        object_url=url_for("voting.objections", cycle_id=cycle.id),
        vote_year=cycle.year,
        printed_url=settings().base_url + url_for("voting.tracker", cycle_id=cycle.id),
        lookup_url=(settings().base_url if shared else "") + url_for("voting.tracker", cycle_id=cycle.id),
        paper_place=act.territory.place_to_vote(language()),
    )


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/challenge")
@access(EVERYBODY, action=lazy_gettext("begin to vote"), own_transaction=True)
@answers_json
def challenge(cycle_id: UUID) -> Response:
    """Costs no more than a page, and leaves nothing behind: no limit is needed."""
    _refuse_elsewhere(url_for("voting.vote", cycle_id=cycle_id))
    with begin_work(writing=False) as act:
        _cycle, poll = state.of_cycle(act, cycle_id)
        purpose = Purpose.RELEASE if json_body().get("for") == "signature" else Purpose.CARD
        nonce = casting.challenge(act, poll, settings().secret_key, settings().base_url, purpose)
        return jsonify(nonce=nonce, at=moment(act.at))


def _refuse_elsewhere(ballot: str) -> None:
    """Raises Refusal where the page was opened under another name of this computer (localhost for 127.0.0.1).

    What the card proves names the page's own address, as its browser has it: a right card would be refused as wrong.
    """
    opened_at, ours = request.headers.get("Origin", ""), settings().base_url
    if opened_at.startswith(("http://", "https://")) and opened_at != ours:
        raise Refusal(
            _(
                "A card is taken at the site's own address alone, and this page was opened at another. Open it "
                "here: %(address)s",
                address=ours + ballot,
            )
        )


def valid_card() -> str | None:
    """The proof of a call that shows a card rightly, for whoever shares an address with a flood."""
    try:
        with begin_work(writing=False) as act:
            return _shown_card(act, (request.view_args or {})["cycle_id"])[1].public_key
    except Refusal:
        return None


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/voter")
@limited(VOTING, proof=valid_card)
@access(EVERYBODY, action=lazy_gettext("vote: show the card"), own_transaction=True)
@answers_json
def admit(cycle_id: UUID) -> Response:
    """Signs a voter in by IIN and card: the proof is checked and the roll looked up whatever is wrong."""
    session.pop("voter", None)  # whoever signed in here before is not taken for this voter
    with begin_work(writing=False) as act:
        poll, voter, until = _shown_card(act, cycle_id)
    with begin_work(writing=True) as act:
        if not nonces.use(act, word(json_body(), "nonce"), until):
            raise casting.NotAdmitted
        before = ballot_box.of_entry(act, poll, voter.entry_id)
        if before is not None:
            return jsonify(state="voted", receipt=json.loads(casting.receipt_of(poll, before, keys())))
        remember(poll, voter, act)
    return jsonify(state="ready")


def _shown_card(act: Act, cycle_id: UUID) -> tuple[Poll, casting.Voter, datetime]:
    """The voter whom the call's proof shows, and until when its nonce serves. Raises NotAdmitted."""
    cycle, poll = state.of_cycle(act, cycle_id)
    body = json_body()
    nonce = word(body, "nonce")
    until = casting.good_until(act, poll, nonce, settings().secret_key, settings().base_url)
    try:
        iin = parse_iin(_typed(body, "iin"), clock.local(act.at).date())
    except IINError:
        iin = None
    voter = casting.admit(
        act,
        cycle,
        poll,
        keys(),
        iin=iin if until is not None else None,
        public_key=word(body, "credential"),
        proof=body.get("proof"),
        nonce=nonce,
        origin=settings().base_url,
    )
    if until is None:
        raise casting.NotAdmitted
    return poll, voter, until


def _typed(body: Mapping[str, object], name: str) -> str:
    """What somebody typed, in whatever alphabet and with whatever dashes; empty for what is no text."""
    value = body.get(name)
    return value if isinstance(value, str) else ""


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/ballots")
@limited(VOTING, proof=voter_here)
@access(EVERYBODY, action=lazy_gettext("vote: cast the ballot"), own_transaction=True, largest_body=MEGABYTE)
@answers_json
def cast(cycle_id: UUID) -> Response:
    """Casts a ballot: all proofs are checked without a transaction, then it is appended under the poll's lock."""
    body = json_body()
    ballot_json, cms = body.get("ballot"), body.get("cms")
    if not isinstance(ballot_json, str) or len(ballot_json) > LARGEST_BALLOT:
        raise FieldRefusal(
            "ballot", _("The ballot did not arrive as it should. Nothing was cast. Load the page again and repeat.")
        )
    with begin_work(writing=False) as act:
        _cycle, poll = state.of_cycle(act, cycle_id)
        voter = remembered(poll)
    if not state.is_open(poll, clock.now()):
        raise casting.VotingEnded(_("Voting has ended. Nothing was cast."))
    casting.check(poll, voter, ballot_json)
    signed = _signed(poll, voter, ballot_json, cms) if cms is not None else None
    channel = Channel.KIOSK if "kiosk" in session else Channel.WEB
    with begin_work(writing=True) as act:
        receipt = casting.cast(act, poll.id, keys(), voter, ballot_json, channel, signed)
    if channel is Channel.KIOSK:
        session.pop("voter")  # nothing of this voter stays on a shared device
    return jsonify(receipt=json.loads(receipt)), 201


def _signed(poll: Poll, voter: casting.Voter, ballot_json: str, cms: object) -> casting.SignedTracker:
    """The voter's own signature of this ballot's tracker. Raises FieldRefusal for another's, or of anything else."""
    text = tracker_text(settings().base_url, poll.uuid, ballots.tracker(ballot_json))
    iin = signer_iin(cms, text)
    with begin_work(writing=False) as act:
        entry = entries.find(act, cycles.get(act, poll.cycle_id), iin, keys())
    if entry is None or entry.id != voter.entry_id:
        raise FieldRefusal("signature", _("This is somebody else's signature. Sign with your own key."))
    return casting.SignedTracker(text, str(cms))


def signer_iin(cms: object, text: str) -> IIN:
    """The IIN in the certificate of the individual who signed `text`. Raises FieldRefusal."""
    if not isinstance(cms, str) or len(cms) > LARGEST_CMS or not cms.isascii():
        raise FieldRefusal("signature", _("The signature did not arrive as it should. Sign again."))
    now = clock.now()
    signer = signatures.verify(settings(), cms, text, now, KeyPurpose.INDIVIDUAL)
    return signatures.iin_of(settings(), signer, clock.local(now).date())
