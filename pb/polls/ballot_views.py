"""The voter's page and the three calls of its script. No choice ever reaches this file unencrypted."""

import json
from collections.abc import Callable
from functools import wraps
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from flask import jsonify, request, session, url_for
from flask_babel import gettext as _

from pb import clock
from pb.act import Act
from pb.core.belenios import ballots
from pb.core.eds import Purpose
from pb.core.eds.statements import moment, tracker_text
from pb.cycles import service as cycles
from pb.errors import Conflict, FieldRefusal, NotFound, OutOfPhase, Refusal
from pb.identity import signatures
from pb.identity.iin import IIN, IINError, parse_iin
from pb.polls import release, state, voting
from pb.polls.models import Channel, Poll
from pb.polls.views import rooms
from pb.roll import service as roll
from pb.web.access import everybody, everybody_unlocked
from pb.web.limits import limit_voting
from pb.web.requests import Response, begin_work, current_act, cycle_page, keys, settings
from pb.web.signing import offer_signing

LARGEST_BALLOT = 512 * 1024
LARGEST_CMS = 40_000
LONGEST_WORD = 700  # a public key has 617 digits


@rooms.get("/cycles/<uuid:cycle_id>/poll/vote")
@everybody
def vote(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    poll = state.require(act, cycle)
    terms = state.terms_of(poll)
    session["kiosk"] = "kiosk" in request.args
    if terms is None or not state.is_open(poll, act.at):
        return cycle_page("polls/not_open.html", cycle, poll=poll, state_label=state.label), 409
    return cycle_page(
        "polls/vote.html",
        cycle,
        poll=SimpleNamespace(uuid=poll.uuid, base=url_for("polls.show", cycle_id=cycle.id), group=poll.group_name),
        terms=terms,
        election_json=poll.election_json,
        kiosk="kiosk" in request.args,
        ncalayer=offer_signing() if release.offered(settings()) and "kiosk" not in request.args else None,
        object_url=url_for("polls.objections", cycle_id=cycle.id),
        lookup_url=url_for("polls.tracker", cycle_id=cycle.id, _external="kiosk" in request.args),
        paper_place=act.territory.paper_place,
        steps=None,
    )


def answers_json(view: Callable[..., Response]) -> Callable[..., Response]:
    """Refusals of the script's calls are JSON, with the text that the voter reads."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        try:
            return view(*args, **kwargs)
        except voting.AlreadyVoted as refusal:
            error = {"code": "voted", "message": str(refusal.message)}
            return jsonify(error=error, receipt=refusal.receipt), refusal.status
        except (NotFound, OutOfPhase):
            raise  # they have no text of their own: the handlers of all failures give them one
        except Refusal as refusal:
            code = refusal.field if isinstance(refusal, FieldRefusal) else type(refusal).__name__
            return jsonify(error={"code": code, "message": str(refusal.message)}), refusal.status

    return answered


@rooms.post("/cycles/<uuid:cycle_id>/poll/challenge")
@limit_voting
@everybody_unlocked
@answers_json
def challenge(cycle_id: UUID) -> Response:
    with begin_work(writing=True) as act:
        poll = state.require(act, cycles.get(act, cycle_id))
        life = release.FRESH if json_body().get("for") == "signature" else voting.CHALLENGE_LIFE
        return jsonify(nonce=voting.challenge(act, poll, life), at=moment(act.at))


@rooms.post("/cycles/<uuid:cycle_id>/poll/voter")
@limit_voting
@everybody_unlocked
@answers_json
def admit(cycle_id: UUID) -> Response:
    """Signs a voter in by IIN and card: the proof is checked and the roll looked up whatever is wrong."""
    session.pop("voter", None)  # whoever signed in here before is not taken for this voter
    told = json_body()
    nonce = word(told, "nonce")
    with begin_work(writing=True) as act:
        poll = state.require(act, cycles.get(act, cycle_id))
        fresh = voting.use_challenge(act, poll, nonce)
    try:
        iin = parse_iin(word(told, "iin"), clock.local(clock.now()).date())
    except IINError:
        iin = None
    with begin_work(writing=False) as act:
        cycle = cycles.get(act, cycle_id)
        voter = voting.admit(
            act,
            cycle,
            poll,
            keys(),
            iin=iin if fresh else None,
            public_key=word(told, "credential"),
            proof=told.get("proof"),
            nonce=nonce,
            origin=settings().base_url,
        )
        before = state.ballot_of(act, poll, voter.entry_id)
        if before is not None:
            return jsonify(state="voted", receipt=json.loads(voting.receipt_of(poll, before, keys())))
        remember(poll, voter, act)
    return jsonify(state="ready")


@rooms.post("/cycles/<uuid:cycle_id>/poll/ballots")
@limit_voting
@everybody_unlocked
@answers_json
def cast(cycle_id: UUID) -> Response:
    """Casts a ballot: all proofs are checked without a transaction, then it is appended under the poll's lock."""
    told = json_body()
    ballot_json, cms = told.get("ballot"), told.get("cms")
    if not isinstance(ballot_json, str) or len(ballot_json) > LARGEST_BALLOT:
        raise FieldRefusal(
            "ballot", _("The ballot did not arrive as it should. Nothing was cast. Load the page again and repeat.")
        )
    with begin_work(writing=False) as act:
        poll = state.require(act, cycles.get(act, cycle_id))
        voter = _remembered(poll)
    if not state.is_open(poll, clock.now()):
        raise Conflict(_("Voting has ended. Nothing was cast."))
    voting.check(poll, voter, ballot_json)
    signed = _signed(poll, voter, ballot_json, cms) if cms is not None else None
    channel = Channel.KIOSK if session.get("kiosk") else Channel.WEB
    with begin_work(writing=True) as act:
        receipt = voting.cast(act, poll.id, keys(), voter, ballot_json, channel, signed)
    if channel is Channel.KIOSK:
        session.pop("voter")  # nothing of this voter stays on a shared device
    return jsonify(receipt=json.loads(receipt)), 201


def _signed(poll: Poll, voter: voting.Voter, ballot_json: str, cms: object) -> voting.SignedTracker:
    """The voter's own signature of this ballot's tracker. Raises FieldRefusal for another's, or of anything else."""
    text = tracker_text(settings().base_url, poll.uuid, ballots.tracker(ballot_json))
    iin = signer_iin(cms, text)
    with begin_work(writing=False) as act:
        entry = roll.find(act, cycles.get(act, poll.cycle_id), iin, keys())
    if entry is None or entry.id != voter.entry_id:
        raise FieldRefusal("signature", _("This is somebody else's signature. Sign with your own key."))
    return voting.SignedTracker(text, str(cms))


def signer_iin(cms: object, text: str) -> IIN:
    """The IIN in the certificate of the individual who signed `text`. Raises FieldRefusal."""
    if not isinstance(cms, str) or len(cms) > LARGEST_CMS or not cms.isascii():
        raise FieldRefusal("signature", _("The signature did not arrive as it should. Sign again."))
    now = clock.now()
    signer = signatures.verify(settings(), cms, text, now, Purpose.INDIVIDUAL)
    return signatures.iin_of(settings(), signer, clock.local(now).date())


def json_body() -> dict[str, Any]:
    """The object that the script sent; an empty one for anything else, whose fields are then missing."""
    try:
        told = request.get_json(silent=True)
    except RecursionError:  # brackets nested thousands deep: `silent` does not know it
        told = None
    return told if isinstance(told, dict) else {}


def word(told: dict[str, Any], name: str) -> str:
    """A short field of printable ASCII, as numbers and nonces are; empty for anything else, which then fits nothing."""
    value = told.get(name)
    fits = isinstance(value, str) and len(value) <= LONGEST_WORD and value.isascii() and value.isprintable()
    return str(value) if fits else ""


def remember(poll: Poll, voter: voting.Voter, act: Act) -> None:
    session["voter"] = {
        "poll": poll.uuid,
        "entry": str(voter.entry_id),
        "key": voter.public_key,
        "until": int((act.at + voting.SESSION_LIFE).timestamp()),
    }


def _remembered(poll: Poll) -> voting.Voter:
    """The voter whom this browser proved to be. Raises NotAdmitted when nobody did, or too long ago."""
    kept = session.get("voter") or {}
    if kept.get("poll") != poll.uuid or kept.get("until", 0) < clock.now().timestamp():
        raise voting.NotAdmitted
    return voting.Voter(UUID(kept["entry"]), kept["key"])
