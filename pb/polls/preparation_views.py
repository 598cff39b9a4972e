"""Pages of the preparation: trustees, the ceremony's minutes, the opening."""

from types import SimpleNamespace
from uuid import UUID

from flask import jsonify, redirect, request, url_for
from flask_babel import gettext as _

from pb.act import Act
from pb.clock import local
from pb.core.allocation.greedy import GreedyTerms
from pb.core.belenios import trustees as keys_of
from pb.core.belenios.groups import BELENIOS_2048
from pb.core.belenios.messages import TrusteeKey
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal
from pb.gatherings import service as gatherings
from pb.identity.models import Person
from pb.identity.roles import Role
from pb.polls import counting, explanations, preparation, state
from pb.polls.ballot_views import answers_json, json_body
from pb.polls.forms import MinutesForm, OpeningForm
from pb.polls.models import Poll, PollTrustee, State
from pb.polls.views import rooms
from pb.roll import service as roll
from pb.web.access import allow, everybody
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, cycle_page, keys, notify, refused

GROUPS = ("A", "B", "C", "D", "E")


def _here(cycle_id: UUID) -> tuple[Act, Cycle, Poll]:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    return act, cycle, state.require(act, cycle)


def _place(cycle: Cycle, poll: Poll) -> SimpleNamespace:
    return SimpleNamespace(uuid=poll.uuid, base=url_for("polls.show", cycle_id=cycle.id))


# Trustees


@rooms.get("/cycles/<uuid:cycle_id>/poll/trustee")
@allow(Role.TRUSTEE)
def trustee(cycle_id: UUID) -> str:
    act, cycle, poll = _here(cycle_id)
    place = preparation.own_place(act, poll)
    stage, wait_text = _stage(poll, place)
    person = act.session.get_one(Person, place.person_id)
    return cycle_page(
        "polls/trustee.html",
        cycle,
        poll=_place(cycle, poll),
        stage=stage,
        wait_text=wait_text,
        trustee=SimpleNamespace(name=person.name, index=place.position),
        trustees_json=poll.trustees_json,
        election_json=poll.election_json,
        encrypted_tally_json=counting.encrypted_tally(act, poll) if stage == "decryption" else None,
        done_url=url_for("polls.trustee", cycle_id=cycle.id),
    )


def _stage(poll: Poll, place: PollTrustee) -> tuple[str, str]:
    """What this trustee does now: key, confirmation, decryption, or wait and for what."""
    if poll.state == State.PREPARING:
        return _stage_before_opening(poll, place)
    if poll.state == State.DECRYPTING and place.decryption_json is None:
        return "decryption", ""
    waits = {
        State.OPEN: _("Nothing to do now. When voting has ended, you decrypt the sum here."),
        State.CLOSED: _("Nothing to do now. When voting has ended, you decrypt the sum here."),
        State.DECRYPTING: _(
            "Your decryption is in. When the other trustees have done theirs, the result is published."
        ),
    }
    over = _("This poll has ended. Keep the key file until the budget is approved.")
    return "wait", waits.get(State(poll.state), over)


def _stage_before_opening(poll: Poll, place: PollTrustee) -> tuple[str, str]:
    if place.key_json is None:
        return "key", ""
    if poll.trustees_json is None:
        return "wait", _("Your key is in. When the other trustees have made theirs, you confirm yours here.")
    if place.confirmed_at is None:
        return "confirmation", ""
    return "wait", _("Your key is confirmed. When voting has ended, you decrypt the sum here.")


def _message(name: str) -> str:
    """A message of the protocol as the script sent it; the empty text, which is none, for anything else."""
    value = json_body().get(name)
    return value if isinstance(value, str) else ""


@rooms.post("/cycles/<uuid:cycle_id>/poll/trustee/key")
@allow(Role.TRUSTEE)
def take_key(cycle_id: UUID) -> Response:
    act, cycle, poll = _here(cycle_id)
    told = _message("trustee")

    def take() -> Response:
        with act.session.begin_nested():
            preparation.hand_in_key(act, cycle, poll, told)
        return jsonify(next=url_for("polls.trustee", cycle_id=cycle.id)), 201

    return answers_json(take)()


@rooms.post("/cycles/<uuid:cycle_id>/poll/trustee/confirmation")
@allow(Role.TRUSTEE)
def take_confirmation(cycle_id: UUID) -> Response:
    act, cycle, poll = _here(cycle_id)
    proof = json_body().get("proof")

    def take() -> Response:
        preparation.confirm_key(act, cycle, poll, proof if isinstance(proof, dict) else {})
        return jsonify(next=url_for("polls.trustee", cycle_id=cycle.id)), 201

    return answers_json(take)()


@rooms.post("/cycles/<uuid:cycle_id>/poll/trustee/decryption")
@allow(Role.TRUSTEE)
def take_decryption(cycle_id: UUID) -> Response:
    act, cycle, poll = _here(cycle_id)
    told = _message("partial_decryption")

    def take() -> Response:
        counting.decrypt(act, cycle, poll, told)
        return jsonify(next=url_for("polls.show", cycle_id=cycle.id)), 201

    return answers_json(take)()


# The ceremony and the opening


@rooms.get("/cycles/<uuid:cycle_id>/poll/ceremony")
@everybody
def ceremony(cycle_id: UUID) -> str:
    act, cycle, poll = _here(cycle_id)
    return _ceremony_page(act, cycle, poll, None)


def _ceremony_page(act: Act, cycle: Cycle, poll: Poll, form: MinutesForm | None) -> str:
    preparing = poll.state == State.PREPARING and cycle.phase == "voting"
    if form is None and preparing and act.holds(Role.SECRETARY) and poll.trustees_json and not poll.minutes_confirmed:
        form = MinutesForm(
            data={
                "number": poll.minutes_number,
                "day": poll.minutes_on or local(act.at).date(),
                "seed_text": poll.seed_text,
            }
        )
    confirmed = {poll.minutes_chair_id, poll.minutes_secretary_id}
    return cycle_page(
        "polls/ceremony.html",
        cycle,
        poll=poll,
        form=form,
        trustees=[
            (place, act.session.get_one(Person, place.person_id).name, _fingerprint(place))
            for place in state.trustees(act, poll)
        ],
        may_confirm=preparing
        and act.person is not None
        and act.holds(Role.CHAIR, Role.SECRETARY)
        and poll.seed_text is not None
        and act.person.id not in confirmed,
    )


def _fingerprint(place: PollTrustee) -> str:
    if place.key_json is None:
        return ""
    return keys_of.fingerprint(BELENIOS_2048, TrusteeKey.parse(place.key_json, BELENIOS_2048))


@rooms.post("/cycles/<uuid:cycle_id>/poll/ceremony")
@allow(Role.SECRETARY)
def record_ceremony(cycle_id: UUID) -> Response:
    act, cycle, poll = _here(cycle_id)
    form = MinutesForm()
    if not form.validate():
        return _ceremony_page(act, cycle, poll, form), 422
    try:
        preparation.record_minutes(
            act, cycle, poll, number=form.number.data, day=form.day.data, seed_text=form.seed_text.data
        )
    except FieldRefusal as refusal:
        refused(form, refusal)
        return _ceremony_page(act, cycle, poll, form), 422
    notify(_("The minutes are drawn up. Chair and secretary confirm them."))
    return redirect(url_for("polls.ceremony", cycle_id=cycle.id))


@rooms.post("/cycles/<uuid:cycle_id>/poll/ceremony/confirm")
@allow(Role.CHAIR, Role.SECRETARY)
def confirm_ceremony(cycle_id: UUID) -> Response:
    act, cycle, poll = _here(cycle_id)
    preparation.confirm_minutes(act, cycle, poll)
    notify(_("You confirmed the minutes."))
    return redirect(url_for("polls.ceremony", cycle_id=cycle.id))


@rooms.get("/cycles/<uuid:cycle_id>/poll/open")
@allow(Role.OFFICE)
@fresh_proof("polls.opening")
def opening(cycle_id: UUID) -> Response:
    act, cycle, poll = _here(cycle_id)
    return _opening_page(act, cycle, poll, OpeningForm(data={"closes_on": cycle.voting_until, "closes_at": None}))


def _opening_page(act: Act, cycle: Cycle, poll: Poll, form: OpeningForm) -> str:
    if poll.state != State.PREPARING:
        raise Conflict(_("The poll was opened: nothing of its preparation changes any more."))
    return cycle_page(
        "polls/opening.html",
        cycle,
        poll=poll,
        form=form,
        ready=preparation.readiness(act, cycle, poll),
        projects=gatherings.approved(act, cycle),
        groups=GROUPS,
        chosen=request.form,
        rule=explanations.rule(_rule_of(cycle)),
        roll_count=roll.count(act, cycle),
        cards=state.cards(act, poll),
    )


@rooms.post("/cycles/<uuid:cycle_id>/poll/open")
@allow(Role.OFFICE)
@fresh_proof("polls.opening")
def open_poll(cycle_id: UUID) -> Response:
    act, cycle, poll = _here(cycle_id)
    form = OpeningForm()
    if not form.validate():
        return _opening_page(act, cycle, poll, form), 422
    try:
        preparation.open_poll(act, cycle, poll, keys(), closes_at=form.moment(), exclusive=_exclusive(act, cycle))
    except FieldRefusal as refusal:
        refused(form, refusal, {"closes_at": "closes_on", "exclusive": "closes_on"})
        return _opening_page(act, cycle, poll, form), 422
    notify(_("Voting is open. From now on nothing of it can be changed."))
    return redirect(url_for("polls.show", cycle_id=cycle.id))


def _exclusive(act: Act, cycle: Cycle) -> list[frozenset[UUID]]:
    """The projects that were put into the same group, of which only one can win."""
    groups: dict[str, set[UUID]] = {}
    for proposal, _review in gatherings.approved(act, cycle):
        group = request.form.get(f"group-{proposal.id}", "")
        if group in GROUPS:
            groups.setdefault(group, set()).add(proposal.id)
    return [frozenset(members) for _name, members in sorted(groups.items())]


def _rule_of(cycle: Cycle) -> GreedyTerms:
    return GreedyTerms(
        stop_at_misfit=cycle.stop_at_misfit,
        least_votes=cycle.least_votes,
        in_part=cycle.in_part,
        envelopes=cycle.settlement_envelopes,
    )
