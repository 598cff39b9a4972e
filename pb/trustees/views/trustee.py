"""A trustee's page and the calls of its script; a file that the offline program made takes the same calls."""

from collections.abc import Callable
from types import SimpleNamespace
from uuid import UUID

from flask import Response as FileResponse
from flask import jsonify, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.cycles.models import Cycle
from pb.errors import NotFound
from pb.identity.models import Person
from pb.polls.models import Poll, State
from pb.polls.service import state
from pb.trustees.models import Fault, PollTrustee
from pb.trustees.service import decrypting, places, shuffle_codes, threshold_key, trustee_keys
from pb.trustees.service.threshold_key import Step
from pb.trustees.views.blueprint import blueprint
from pb.web.access import A_FILE, A_TEXT, MEGABYTE, access, allow
from pb.web.requests import Response, current_act, page, settings
from pb.web.script_calls import answers_json, json_body

# As large as the shuffle of some thousand ballots in a finite field.
LARGEST_MESSAGE = 32 * 1024 * 1024
Taker = Callable[[Act, Cycle, Poll, str], object]


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/trustee")
@access(allow(Role.TRUSTEE))
def trustee(cycle_id: UUID) -> str:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return trustee_page(act, cycle, poll)


def trustee_page(act: Act, cycle: Cycle, poll: Poll, code: shuffle_codes.Shown | None = None) -> str:
    """What a trustee sees and does now; `code` is shown this once."""
    own_place, trustees = places.own(act, poll), places.all_of(act, poll)
    whole = state.decrypts_ballots(cycle, poll)
    stage, wait_text = stage_of(act, poll, own_place, whole=whole)
    replaceable = poll.state == State.PREPARING and poll.threshold is None and poll.trustees_json is None
    replaceable = replaceable and own_place.key_json is not None
    if replaceable and "again" in request.args:
        stage = "key"
    step = threshold_key.step_of(poll, trustees) if poll.threshold is not None else Step.DONE
    tally = decrypting.encrypted_tally(act.session, poll) if stage == "decryption" else None
    return page(
        "trustees/trustee.html",
        cycle=cycle,
        poll=SimpleNamespace(uuid=poll.uuid, base=url_for("voting.show", cycle_id=cycle.id)),
        stage=stage,
        wait_text=wait_text,
        again_url=url_for("trustees.trustee", cycle_id=cycle.id, again=1) if replaceable and stage == "wait" else None,
        whole=whole,
        checking=_checking(act, poll, own_place),
        recorded=stage == "wait" and poll.state == State.DECRYPTING and own_place.decryption_json is not None,
        code=code,
        server=settings().base_url + url_for("voting.show", cycle_id=cycle.id),
        trustee=SimpleNamespace(name=act.session.get_one(Person, own_place.person_id).name, index=own_place.position),
        group=poll.group_name,
        threshold=poll.threshold,
        size=len(trustees),
        fault=_fault(own_place),
        others=[_row(act, poll, place, step) for place in trustees],
        complaints=[] if poll.trustees_json else threshold_key.complaints(act, poll, trustees),
        certificates=threshold_key.listed([place.certificate_json for place in trustees])
        if stage in {Step.DEALING, Step.SHARE}
        else None,
        dealings=threshold_key.listed([place.dealing_json for place in trustees]) if stage == Step.SHARE else None,
        trustees_json=poll.trustees_json,
        election_json=poll.election_json,
        encrypted_tally_json=tally.to_json(state.group_of(poll)) if tally is not None else None,
        archive_url=url_for("polls.download", cycle_id=cycle.id, uuid=poll.uuid) if poll.election_json else None,
        done_url=url_for("trustees.trustee", cycle_id=cycle.id),
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/trustee/files/<string:name>.json")
@access(allow(Role.TRUSTEE))
def trustee_file(cycle_id: UUID, name: str) -> Response:
    """What the offline program needs of the others: public, but for dealings, whose secrets are sealed."""
    act = current_act()
    _cycle, poll = state.of_cycle(act, cycle_id)
    trustees = places.all_of(act, poll)
    places.own(act, poll)
    texts = {
        "certificates": threshold_key.listed([place.certificate_json for place in trustees]),
        "dealings": threshold_key.listed([place.dealing_json for place in trustees]),
        "trustees": poll.trustees_json or "[]",
    }
    if name not in texts:
        raise NotFound
    headers = {"Content-Disposition": f'attachment; filename="{name}.json"'}
    return FileResponse(texts[name], mimetype="application/json", headers=headers)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/trustee/verdict")
@access(allow(Role.TRUSTEE))
def trustee_verdict(cycle_id: UUID) -> Response:
    """Whether what this trustee handed in is being checked: the script asks, and then loads the page anew."""
    act = current_act()
    _cycle, poll = state.of_cycle(act, cycle_id)
    return jsonify(checking=_checking(act, poll, places.own(act, poll)))


def _checking(act: Act, poll: Poll, place: PollTrustee) -> bool:
    return decrypting.is_checked_now(act, place) or any(
        shuffle.verdict is None and shuffle.position == place.position for shuffle in decrypting.shuffles(act, poll)
    )


def stage_of(act: Act, poll: Poll, place: PollTrustee, *, whole: bool) -> tuple[str, str]:
    """What this trustee does now, or that there is nothing to do but wait, and for what."""
    if poll.state == State.PREPARING:
        stage, wait_text = _stage_before_opening(act, poll, place)
        return stage, f"{wait_text} {_afterwards(whole=whole)}" if place.confirmed_at else wait_text
    if poll.state in {State.OPEN, State.CLOSED}:
        return "wait", " ".join((_("Nothing to do now."), _afterwards(whole=whole)))
    if poll.state in {State.UNDER_MINIMUM, State.ANNULLED}:
        return "wait", _("Nothing is decrypted in this poll. Delete the key file.")
    if poll.state != State.DECRYPTING:
        return "wait", _("This poll has ended. Keep the key file until the budget is approved.")
    if decrypting.awaits_shuffle(poll):
        return _stage_of_shuffles(act, poll, place)
    return _stage_of_decryption(act, poll, place)


def _stage_of_decryption(act: Act, poll: Poll, place: PollTrustee) -> tuple[str, str]:
    if decrypting.is_checked_now(act, place):
        return "wait", _("Your decryption is being checked. This page tells in a moment what came of it.")
    if place.decryption_json is None:
        return "decryption", ""
    trustees = places.all_of(act, poll)
    return "wait", _(
        "Your decryption is recorded: it fits your key. Trustees who have decrypted: %(done)s. Needed: %(needed)s of "
        "%(size)s. When the last of these has, the result is published within minutes.",
        done=sum(each.decryption_json is not None for each in trustees),
        needed=poll.threshold or len(trustees),
        size=len(trustees),
    )


def _afterwards(*, whole: bool) -> str:
    """What comes for the trustees after the vote; the kind of the poll decides what they ever see."""
    shuffled = _("When voting has ended, trustees shuffle the ballots here, and then decrypt the shuffled ballots.")
    return str(shuffled if whole else _("When voting has ended, you decrypt the sum here."))


def _stage_before_opening(act: Act, poll: Poll, place: PollTrustee) -> tuple[str, str]:
    if poll.threshold is not None and poll.trustees_json is None:
        step = threshold_key.step_of(poll, places.all_of(act, poll))
        if not threshold_key.done(place, step):
            return step.value, ""
        return "wait", {
            Step.CERTIFICATE: _("Your certificate is in. When the others have made theirs, you deal shares here."),
            Step.DEALING: _("You have dealt. When the others have dealt too, you take your share here."),
            Step.SHARE: _("Your share is taken. When the others have taken theirs, you confirm your key here."),
        }[step]
    if place.key_json is None:
        return "key", ""
    if poll.trustees_json is None:
        return "wait", _("Your key is in. When the other trustees have made theirs, you confirm yours here.")
    if place.confirmed_at is None:
        return "confirmation", ""
    return "wait", _("Your key is confirmed.")


def _stage_of_shuffles(act: Act, poll: Poll, place: PollTrustee) -> tuple[str, str]:
    handed_in = decrypting.shuffles(act, poll)
    if any(shuffle.verdict is None for shuffle in handed_in):
        return "wait", _("A shuffle is being checked. That takes some minutes at most.")
    if any(shuffle.verdict and shuffle.position == place.position for shuffle in handed_in):
        return "wait", _("You have shuffled. Another trustee shuffles next; then all decrypt.")
    return "shuffle", ""


def _fault(place: PollTrustee) -> str:
    """What this trustee did wrong last, in a sentence that says what to do."""
    sentences: dict[Fault, str] = {
        Fault.NONE: "",
        Fault.DEALING: _(
            "A trustee says that the share from you does not fit. Nobody else can see which of you is right. Make a "
            "new certificate; then all deal again."
        ),
        Fault.SHUFFLE: _("Your shuffle was wrong. Download the archive again and shuffle once more."),
        Fault.DECRYPTION: _(
            "Your decryption does not fit your key. Decrypt once more, with the key file you confirmed."
        ),
    }
    return sentences[Fault(place.fault)]


def _row(act: Act, poll: Poll, place: PollTrustee, step: Step) -> SimpleNamespace:
    """A trustee for the list that all trustees see: what is done, whose turn it is, and who did something wrong."""
    if poll.state == State.PREPARING:
        turn = not threshold_key.done(place, step) if poll.threshold is not None else place.key_json is None
        turn = turn or (poll.trustees_json is not None and place.confirmed_at is None)
    else:
        turn = stage_of(act, poll, place, whole=False)[0] != "wait"
    name = act.session.get_one(Person, place.person_id).name
    return SimpleNamespace(index=place.position, name=name, turn=turn, fault=place.fault, done=_done(act, poll, place))


def _done(act: Act, poll: Poll, place: PollTrustee) -> str:
    """What a trustee has done of the present work; empty where that is told by whose turn it is."""
    if place.decryption_json is not None:
        return str(_("Has decrypted"))
    own = [shuffle for shuffle in decrypting.shuffles(act, poll) if shuffle.position == place.position]
    shuffled = decrypting.awaits_shuffle(poll) and any(shuffle.verdict for shuffle in own)
    return str(_("Has shuffled")) if shuffled else ""


def _take(cycle_id: UUID, name: str, take: Taker, status: int = 201) -> Response:
    """Hands a message of the protocol to its service; the empty text, which is none, for anything but a text."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    value = json_body().get(name)
    text = value if isinstance(value, str) and len(value) <= LARGEST_MESSAGE else ""

    def hand_in() -> Response:
        with act.session.begin_nested():
            take(act, cycle, poll, text)
        return jsonify(next=url_for("trustees.trustee", cycle_id=cycle.id)), status

    return answers_json(hand_in)()


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/trustee/key")
@access(allow(Role.TRUSTEE), action=lazy_gettext("hand in a trustee's public key"), largest_body=A_TEXT)
def take_key(cycle_id: UUID) -> Response:
    return _take(cycle_id, "trustee", trustee_keys.hand_in_key)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/trustee/certificate")
@access(
    allow(Role.TRUSTEE),
    action=lazy_gettext("hand in a trustee's certificate, the first step of a key made together"),
    largest_body=A_TEXT,
)
def take_certificate(cycle_id: UUID) -> Response:
    return _take(cycle_id, "certificate", threshold_key.hand_in_certificate)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/trustee/dealing")
@access(allow(Role.TRUSTEE), action=lazy_gettext("deal shares of a key, the second step"), largest_body=A_FILE)
def take_dealing(cycle_id: UUID) -> Response:
    return _take(cycle_id, "dealing", threshold_key.hand_in_dealing)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/trustee/share")
@access(allow(Role.TRUSTEE), action=lazy_gettext("take the share of a key, the third step"), largest_body=A_FILE)
def take_share(cycle_id: UUID) -> Response:
    return _take(cycle_id, "share", threshold_key.hand_in_share)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/trustee/complaint")
@access(allow(Role.TRUSTEE), action=lazy_gettext("say that the share from a trustee does not fit"))
def take_complaint(cycle_id: UUID) -> Response:
    dealer = json_body().get("dealer")
    number = dealer if isinstance(dealer, int) and not isinstance(dealer, bool) else 0
    return _take(cycle_id, "dealer", lambda act, cycle, poll, _text: threshold_key.complain(act, cycle, poll, number))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/trustee/confirmation")
@access(allow(Role.TRUSTEE), action=lazy_gettext("confirm a trustee's key"), largest_body=A_TEXT)
def take_confirmation(cycle_id: UUID) -> Response:
    value, named = json_body().get("proof"), json_body().get("poll")
    proof = value if isinstance(value, dict) else {}
    made_for = named if isinstance(named, str) else None

    def confirm(act: Act, cycle: Cycle, poll: Poll, _text: str) -> object:
        return trustee_keys.confirm_key(act, cycle, poll, proof, made_for)

    return _take(cycle_id, "proof", confirm)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/trustee/shuffle")
@access(
    allow(Role.TRUSTEE),
    action=lazy_gettext("hand in a shuffle of the ballots as a trustee"),
    largest_body=32 * MEGABYTE,
)
def take_shuffle(cycle_id: UUID) -> Response:
    return _take(cycle_id, "shuffle", decrypting.hand_in_shuffle, status=202)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/trustee/decryption")
@access(
    allow(Role.TRUSTEE),
    action=lazy_gettext("decrypt as a trustee: the sum, or the shuffled ballots"),
    largest_body=16 * MEGABYTE,
)
def take_decryption(cycle_id: UUID) -> Response:
    return _take(cycle_id, "partial_decryption", decrypting.hand_in_decryption, status=202)
