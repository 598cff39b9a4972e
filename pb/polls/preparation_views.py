"""Pages of the preparation: cards, trustees, the ceremony's minutes, the opening."""

import csv
import io
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import jsonify, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act
from pb.clock import local
from pb.core.allocation.greedy import GreedyTerms
from pb.core.belenios import trustees as keys_of
from pb.core.belenios.groups import BELENIOS_2048
from pb.core.belenios.messages import TrusteeKey
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.documents.card import address_svg, card_texts
from pb.errors import Conflict, FieldRefusal
from pb.gatherings import service as gatherings
from pb.identity.models import Person
from pb.identity.roles import Role
from pb.polls import counting, explanations, preparation, state
from pb.polls.ballot_views import answers_json, json_body
from pb.polls.forms import KeysForm, MinutesForm, OpeningForm
from pb.polls.models import Poll, PollTrustee, State
from pb.polls.views import rooms
from pb.roll import service as roll
from pb.web.access import allow, everybody
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, cycle_page, keys, notify, refused, settings

MOST_KEYS = 50_000
GROUPS = ("A", "B", "C", "D", "E")


def _here(cycle_id: UUID) -> tuple[Act, Cycle, Poll]:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    return act, cycle, state.require(act, cycle)


def _place(cycle: Cycle, poll: Poll) -> SimpleNamespace:
    return SimpleNamespace(uuid=poll.uuid, base=url_for("polls.show", cycle_id=cycle.id))


# Cards


@rooms.get("/cycles/<uuid:cycle_id>/poll/cards")
@allow(Role.REGISTRAR)
def make_cards(cycle_id: UUID) -> str:
    act, cycle, poll = _here(cycle_id)
    return _cards_page(act, cycle, poll, KeysForm())


def _cards_page(act: Act, cycle: Cycle, poll: Poll, form: KeysForm) -> str:
    entries = preparation.entries_without_card(act, cycle, poll) if poll.state == State.PREPARING else []
    address = f"{settings().base_url}{url_for('polls.vote', cycle_id=cycle.id)}"
    return cycle_page(
        "polls/cards_make.html",
        cycle,
        poll=_place(cycle, poll),
        entries=[
            {"entry": str(one.id), "number": one.number, "name": one.name, "settlement": one.settlement}
            for one in entries
        ],
        address=address,
        address_svg=Markup(address_svg(address)),  # noqa: S704 - segno's own drawing of our own address
        card_texts=[card_texts("kk"), card_texts("ru")],
        done_url=url_for("polls.show", cycle_id=cycle.id),
        keys_form=form,
        offline_url=url_for("polls.cards_csv", cycle_id=cycle.id),
        keys_url=url_for("polls.upload_keys", cycle_id=cycle.id),
        handed=preparation.cards_of(act, poll),
        may_withdraw=poll.state == State.PREPARING,
        withdraw_url=lambda entry_id: url_for("polls.withdraw_card", cycle_id=cycle.id, entry_id=entry_id),
    )


@rooms.post("/cycles/<uuid:cycle_id>/poll/cards")
@allow(Role.REGISTRAR)
def take_cards(cycle_id: UUID) -> Response:
    """The registrar's browser hands in public keys alone."""
    act, cycle, poll = _here(cycle_id)
    credentials = json_body().get("credentials")
    pairs = [(str(one.get("entry")), str(one.get("public_key"))) for one in _listed(credentials)]
    return answers_json(lambda: (jsonify(added=_add(act, cycle, poll, pairs)), 201))()


def _listed(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        return []
    return [one for one in value[:MOST_KEYS] if isinstance(one, dict)]


def _add(act: Act, cycle: Cycle, poll: Poll, pairs: list[tuple[str, str]]) -> int:
    try:
        keys_by_entry = {UUID(entry): key for entry, key in pairs}
    except ValueError as error:
        raise FieldRefusal("file", _("A card is for nobody on the roll.")) from error
    if not keys_by_entry:
        raise FieldRefusal("file", _("There is no key in it."))
    with act.session.begin_nested():
        return preparation.add_credentials(act, cycle, poll, keys_by_entry)


@rooms.get("/cycles/<uuid:cycle_id>/poll/cards.csv")
@allow(Role.REGISTRAR)
def cards_csv(cycle_id: UUID) -> FlaskResponse:
    """What `pb cards` needs on an offline machine: no IIN is in it."""
    act, cycle, poll = _here(cycle_id)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("entry", "number", "name", "settlement"))
    for one in preparation.entries_without_card(act, cycle, poll):
        writer.writerow((one.id, one.number, one.name, one.settlement))
    headers = {"Content-Disposition": f'attachment; filename="roll-{poll.uuid}.csv"'}
    return FlaskResponse(out.getvalue(), mimetype="text/csv", headers=headers)


@rooms.post("/cycles/<uuid:cycle_id>/poll/keys")
@allow(Role.REGISTRAR)
def upload_keys(cycle_id: UUID) -> Response:
    """The public-keys.csv of `pb cards`."""
    act, cycle, poll = _here(cycle_id)
    form = KeysForm()
    if not form.validate():
        return _cards_page(act, cycle, poll, form), 422
    try:
        rows = list(csv.DictReader(io.StringIO(form.file.data.read().decode("utf-8-sig"))))
        pairs = [(row.get("entry") or "", row.get("public_key") or "") for row in rows]
        added = _add(act, cycle, poll, pairs)
    except (UnicodeDecodeError, csv.Error):
        form.file.errors = [_("This is not the file that the program made.")]
        return _cards_page(act, cycle, poll, form), 422
    except FieldRefusal as refusal:
        refused(form, refusal)
        return _cards_page(act, cycle, poll, form), 422
    notify(_("Cards recorded: %(number)s", number=added))
    return redirect(url_for("polls.show", cycle_id=cycle.id))


@rooms.post("/cycles/<uuid:cycle_id>/poll/cards/<uuid:entry_id>/withdraw")
@allow(Role.REGISTRAR)
def withdraw_card(cycle_id: UUID, entry_id: UUID) -> Response:
    act, cycle, poll = _here(cycle_id)
    preparation.withdraw_card(act, cycle, poll, entry_id)
    notify(_("The card is withdrawn. Make a new one."))
    return redirect(url_for("polls.make_cards", cycle_id=cycle.id))


@rooms.get("/cycles/<uuid:cycle_id>/poll/hand-over")
@allow(Role.CLERK)
def hand_over_list(cycle_id: UUID) -> str:
    act, cycle, poll = _here(cycle_id)
    wanted = request.args.get("name", "").strip()
    cards = [
        (entry, card) for entry, card in preparation.cards_of(act, poll) if wanted.casefold() in entry.name.casefold()
    ]
    return cycle_page(
        "polls/hand_over.html", cycle, poll=poll, cards=cards, wanted=wanted, open=_takes_cards(act, poll)
    )


def _takes_cards(act: Act, poll: Poll) -> bool:
    return poll.state == State.PREPARING or state.is_open(poll, act.at)


@rooms.post("/cycles/<uuid:cycle_id>/poll/hand-over/<uuid:entry_id>")
@allow(Role.CLERK)
def hand_over(cycle_id: UUID, entry_id: UUID) -> Response:
    act, cycle, poll = _here(cycle_id)
    preparation.hand_over(act, cycle, poll, entry_id)
    notify(_("The card is marked as handed over."))
    return redirect(url_for("polls.hand_over_list", cycle_id=cycle.id, name=request.form.get("name") or None))


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
