"""Pages of the cards: making them, handing them over, re-issuing a lost one, the list of withdrawn keys."""

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, redirect, request, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup

from pb.act import Act, Role
from pb.cards.forms import ConfirmationForm, KeysForm, ReasonForm, StatementForm
from pb.cards.models import Reissue
from pb.cards.service import cards, reissues, release, statements
from pb.core.belenios.canonical import ProtocolError
from pb.core.poll.card_list import Made, MakerStatement
from pb.cycles.models import Cycle
from pb.documents.service.card import address_svg, card_texts, keys_address
from pb.errors import FieldRefusal, NotFound
from pb.identity.models import Person
from pb.polls.models import Poll, State
from pb.polls.service import state
from pb.roll.models import Entry
from pb.roll.service import entries
from pb.text import harmless
from pb.web.access import EVERYBODY, access, allow
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, keys, notify, page, settings
from pb.web.script_calls import answers_json, json_body

blueprint = Blueprint("cards", __name__)

MOST_KEYS = 50_000

# Making


@blueprint.get("/cycles/<uuid:cycle_id>/poll/cards")
@access(allow(Role.REGISTRAR))
def make_cards(cycle_id: UUID) -> str:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return _cards_page(act, cycle, poll, KeysForm())


def _cards_page(
    act: Act,
    cycle: Cycle,
    poll: Poll,
    form: KeysForm,
    faulty: tuple[UUID, ReasonForm] | None = None,
    statement_form: StatementForm | None = None,
) -> str:
    blanks = cards.blanks(act, cycle, poll) if poll.state == State.PREPARING else []
    address = f"{settings().base_url}{url_for('voting.vote', cycle_id=cycle.id)}"
    return page(
        "cards/cards_make.html",
        cycle=cycle,
        poll=SimpleNamespace(uuid=poll.uuid, base=url_for("voting.show", cycle_id=cycle.id)),
        group=poll.group_name,
        entries=[asdict(blank) for blank in blanks],
        reserve=sum(blank.entry.startswith(cards.RESERVE_PREFIX) for blank in blanks),
        registrar=release.codes_key(settings()) if blanks else None,
        address=address,
        keys_address=keys_address(address),
        address_svg=Markup(address_svg(address)),  # noqa: S704 - segno's own drawing of our own address
        card_texts=[card_texts("kk"), card_texts("ru")],
        done_url=url_for("voting.show", cycle_id=cycle.id),
        keys_form=form,
        offline_url=url_for("cards.cards_csv", cycle_id=cycle.id),
        keys_url=url_for("cards.upload_keys", cycle_id=cycle.id),
        handed=cards.cards_of(act, poll) if poll.state == State.PREPARING else [],
        faulty_reason=faulty,
        made=len(statements.public_keys(act, poll)),
        stated=statements.find(act, poll),
        how_made=statements.HOW_MADE,
        statement_form=statement_form or StatementForm(formdata=None),
        statement_url=url_for("cards.hand_in_statement", cycle_id=cycle.id),
        withdraw_url=lambda entry_id: url_for("cards.withdraw_card", cycle_id=cycle.id, entry_id=entry_id),
    )


@blueprint.post("/cycles/<uuid:cycle_id>/poll/cards")
@access(allow(Role.REGISTRAR), action=lazy_gettext("hand in the public keys of the cards"))
def take_cards(cycle_id: UUID) -> Response:
    """The registrar's browser hands in public keys, and codes that only the code-releasing process can open."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    body = json_body()

    def take() -> tuple[FlaskResponse, int]:
        with act.session.begin_nested():
            added = _add_cards(act, cycle, poll, _rows(body.get("credentials")))
            statements.state_list(act, cycle, poll, _statement_of_the_page(body.get("statement")))
        return jsonify(added=added), 201

    return answers_json(take)()


def _statement_of_the_page(value: Any) -> MakerStatement:
    """What the registrar's browser states of the whole list; it is a page of the platform whatever it says."""
    try:
        return replace(MakerStatement.parse(str(value)), made=Made.PLATFORM_PAGE)
    except ProtocolError as error:
        raise FieldRefusal("statement", _("This is not the maker's statement that the program made.")) from error


def _rows(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        return []
    return [row for row in value[:MOST_KEYS] if isinstance(row, dict)]


def _add_cards(act: Act, cycle: Cycle, poll: Poll, rows: list[Mapping[str, Any]]) -> int:
    """Takes cards in: `entry` (of the roll, or "reserve-1"), `public_key`, and `sealed` where there is one."""
    voters: dict[UUID, str] = {}
    reserve: dict[int, str] = {}
    sealed: dict[UUID, str] = {}
    for row in rows:
        entry, public_key = str(row.get("entry")), str(row.get("public_key"))
        try:
            if entry.startswith(cards.RESERVE_PREFIX):
                reserve[int(entry.removeprefix(cards.RESERVE_PREFIX))] = public_key
                continue
            voters[UUID(entry)] = public_key
        except ValueError as error:
            raise FieldRefusal("file", _("A card is for nobody on the roll.")) from error
        if row.get("sealed"):
            sealed[UUID(entry)] = str(row["sealed"])
    if not voters and not reserve:
        raise FieldRefusal("file", _("There is no key in it."))
    with act.session.begin_nested():
        return cards.add_credentials(act, cycle, poll, voters, reserve=reserve, sealed=sealed)


@blueprint.get("/cycles/<uuid:cycle_id>/poll/cards.csv")
@access(allow(Role.REGISTRAR))
def cards_csv(cycle_id: UUID) -> FlaskResponse:
    """What `pb cards` needs on an offline machine: no IIN is in it."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    out = io.StringIO()
    writer = csv.DictWriter(out, ("entry", "number", "name", "settlement", "lookup"))
    writer.writeheader()
    for blank in cards.blanks(act, cycle, poll):
        writer.writerow({name: harmless(cell) for name, cell in asdict(blank).items()})
    headers = {"Content-Disposition": f'attachment; filename="roll-{poll.uuid}.csv"'}
    return FlaskResponse(out.getvalue(), mimetype="text/csv", headers=headers)


@blueprint.post("/cycles/<uuid:cycle_id>/poll/keys")
@access(allow(Role.REGISTRAR), action=lazy_gettext("hand in the cards' public keys from a file"))
def upload_keys(cycle_id: UUID) -> Response:
    """The public-keys.csv of `pb cards`."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = KeysForm()
    added = form.submit(lambda: _add_cards(act, cycle, poll, _rows_of_file(form.file.data.read())))
    if added is None:
        return _cards_page(act, cycle, poll, form), 422
    notify(_("Cards recorded: %(number)s", number=added))
    return redirect(url_for("voting.show", cycle_id=cycle.id))


def _rows_of_file(data: bytes) -> list[Mapping[str, Any]]:
    try:
        return _rows(list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FieldRefusal("file", _("This is not the file that the program made.")) from error


@blueprint.post("/cycles/<uuid:cycle_id>/poll/statement")
@access(allow(Role.REGISTRAR), action=lazy_gettext("state the list of cards with its fingerprints"))
def hand_in_statement(cycle_id: UUID) -> Response:
    """The statement.json of `pb cards`, of the whole list as it stands now."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = StatementForm()
    form.submit(
        lambda: statements.state_list(
            act, cycle, poll, statements.read_statement(form.statement.data.read(statements.LONGEST))
        )
    )
    if form.errors:
        return _cards_page(act, cycle, poll, KeysForm(formdata=None), statement_form=form), 422
    notify(_("The list is stated. It goes into the minutes of the keys and of the draw."))
    return redirect(url_for("voting.show", cycle_id=cycle.id))


@blueprint.get("/cycles/<uuid:cycle_id>/poll/maker")
@access(EVERYBODY)
def maker(cycle_id: UUID) -> str:
    """What the maker of the cards stated and confirmed."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return _maker_page(act, cycle, poll, ConfirmationForm())


def _maker_page(act: Act, cycle: Cycle, poll: Poll, form: ConfirmationForm) -> str:
    confirmed = statements.confirmation_of(act, poll)
    awaited = poll.election_json is not None and confirmed is None and act.holds(Role.REGISTRAR)
    return page(
        "cards/maker.html",
        cycle=cycle,
        poll=poll,
        stated=statements.minuted(poll) or statements.find(act, poll),
        how_made=statements.HOW_MADE,
        confirmed=confirmed,
        confirmed_by=_name_of(act, confirmed.person_id) if confirmed else "",
        form=form if awaited else None,
    )


@blueprint.post("/cycles/<uuid:cycle_id>/poll/confirmation")
@access(allow(Role.REGISTRAR), action=lazy_gettext("confirm the published list of cards with the maker's own key"))
def hand_in_confirmation(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = ConfirmationForm()
    form.submit(lambda: statements.confirm(act, cycle, poll, form.confirmation.data.read(statements.LONGEST)))
    if form.errors:
        return _maker_page(act, cycle, poll, form), 422
    notify(_("The confirmation is recorded and public."))
    return redirect(url_for("cards.maker", cycle_id=cycle.id))


@blueprint.get("/cycles/<uuid:cycle_id>/poll/confirmation.json")
@access(EVERYBODY)
def confirmation_json(cycle_id: UUID) -> FlaskResponse:
    """The signed confirmation that `pb verify --confirmation` reads."""
    act = current_act()
    _cycle, poll = state.of_cycle(act, cycle_id)
    confirmed = statements.confirmation_of(act, poll)
    if confirmed is None:
        raise NotFound
    headers = {"Content-Disposition": 'attachment; filename="confirmation.json"'}
    return FlaskResponse(confirmed.confirmation, mimetype="application/json", headers=headers)


@blueprint.post("/cycles/<uuid:cycle_id>/poll/cards/<uuid:entry_id>/withdraw")
@access(allow(Role.REGISTRAR), action=lazy_gettext("withdraw a lost card"))
def withdraw_card(cycle_id: UUID, entry_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    entries.get(act, cycle, entry_id)
    form = ReasonForm()
    try:
        cards.withdraw_card(act, cycle, poll, entry_id, form.reason.data or "")
    except FieldRefusal as refusal:
        form.refuse(refusal)
        return _cards_page(act, cycle, poll, KeysForm(formdata=None), (entry_id, form)), 422
    notify(_("The card is withdrawn. Make a new one."))
    return redirect(url_for("cards.make_cards", cycle_id=cycle.id))


# Handing over


@blueprint.get("/cycles/<uuid:cycle_id>/poll/hand-over")
@access(allow(Role.CLERK))
def hand_over_list(cycle_id: UUID) -> str:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    wanted = request.args.get("name", "").strip()
    return page(
        "cards/hand_over.html",
        cycle=cycle,
        poll=poll,
        cards=[pair for pair in cards.cards_of(act, poll) if wanted.casefold() in pair[0].name.casefold()],
        replaced={
            reissue.entry_id: reissue for reissue in reissues.withdrawn(act, poll) if reissue.replaced_at is None
        },
        wanted=wanted,
        open=poll.state == State.PREPARING or state.is_open(poll, act.at),
    )


@blueprint.post("/cycles/<uuid:cycle_id>/poll/hand-over/<uuid:entry_id>")
@access(allow(Role.CLERK), action=lazy_gettext("mark a card as handed over"))
def hand_over(cycle_id: UUID, entry_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    entries.get(act, cycle, entry_id)
    cards.hand_over(act, cycle, poll, entry_id)
    notify(_("The card is marked as handed over."))
    return redirect(url_for("cards.hand_over_list", cycle_id=cycle.id, name=request.form.get("name") or None))


# Re-issuing


@blueprint.get("/cycles/<uuid:cycle_id>/poll/reissues")
@access(allow(Role.REGISTRAR, *reissues.SECOND_PERSONS, Role.AUDITOR))
@fresh_proof("cards.reissue_list")
def reissue_list(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return _reissues_page(act, cycle, poll, ReasonForm(formdata=None))


def _reissues_page(act: Act, cycle: Cycle, poll: Poll, form: ReasonForm, faulty: UUID | None = None) -> str:
    all_reissues = cards.reissues(act, poll)
    waiting = {reissue.entry_id for reissue in all_reissues if reissue.approved_at is None}
    wanted = request.args.get("name", "").strip()
    found: list[Entry] = []
    if act.holds(Role.REGISTRAR) and state.is_open(poll, act.at) and (wanted or faulty):
        found = [
            entry
            for entry, card in cards.cards_of(act, poll)
            if entry.id not in waiting and card.released_at is None and _matches(entry, wanted, faulty)
        ]
    numbers = cards.numbers(act, poll)
    return page(
        "cards/reissues.html",
        cycle=cycle,
        poll=poll,
        rows=[_row(act, reissue) for reissue in all_reissues],
        entries=found,
        wanted=wanted,
        at_fault=faulty,
        form=form,
        left=numbers.reserve - numbers.withdrawn,
        reserve=numbers.reserve,
        open=state.is_open(poll, act.at),
        proposes=act.holds(Role.REGISTRAR),
        approves=act.holds(*reissues.SECOND_PERSONS) and not act.holds(Role.REGISTRAR),
        declines=act.holds(*reissues.DECLINING),
    )


def _matches(entry: Entry, wanted: str, faulty: UUID | None) -> bool:
    return entry.id == faulty if faulty else wanted.casefold() in entry.name.casefold()


def _row(act: Act, reissue: Reissue) -> dict[str, Any]:
    return {
        "reissue": reissue,
        "entry": act.session.get_one(Entry, reissue.entry_id) if reissue.entry_id else None,
        "proposed": _name_of(act, reissue.proposed_by),
        "approved": _name_of(act, reissue.approved_by),
    }


def _name_of(act: Act, person_id: UUID | None) -> str:
    return act.session.get_one(Person, person_id).name if person_id else ""


@blueprint.post("/cycles/<uuid:cycle_id>/poll/reissues/for/<uuid:entry_id>")
@access(allow(Role.REGISTRAR), action=lazy_gettext("propose to replace a lost card while voting is open"))
@fresh_proof("cards.reissue_list")
def propose_reissue(cycle_id: UUID, entry_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    entries.get(act, cycle, entry_id)
    form = ReasonForm()
    try:
        reissues.propose(act, cycle, poll, entry_id, form.reason.data or "")
    except FieldRefusal as refusal:
        form.refuse(refusal)
        return _reissues_page(act, cycle, poll, form, entry_id), 422
    notify(_("Proposed. A second person must confirm."))
    return redirect(url_for("cards.reissue_list", cycle_id=cycle.id))


@blueprint.post("/cycles/<uuid:cycle_id>/poll/reissues/<uuid:reissue_id>/approve")
@access(allow(*reissues.SECOND_PERSONS), action=lazy_gettext("approve replacing a lost card, as the second person"))
@fresh_proof("cards.reissue_list")
def approve_reissue(cycle_id: UUID, reissue_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    reissue = reissues.approve(act, cycle, poll, reissues.get(act, poll, reissue_id))
    notify(_("The lost card is withdrawn. Hand over the card of the reserve: R%(number)s", number=reissue.reserve))
    return redirect(url_for("cards.reissue_list", cycle_id=cycle.id))


@blueprint.post("/cycles/<uuid:cycle_id>/poll/reissues/<uuid:reissue_id>/decline")
@access(allow(*reissues.DECLINING), action=lazy_gettext("take back a proposal to replace a lost card"))
def decline_reissue(cycle_id: UUID, reissue_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    reissues.decline(act, cycle, poll, reissues.get(act, poll, reissue_id))
    notify(_("The proposal is taken back."))
    return redirect(url_for("cards.reissue_list", cycle_id=cycle.id))


@blueprint.get("/cycles/<uuid:cycle_id>/poll/withdrawn")
@access(EVERYBODY)
def withdrawn(cycle_id: UUID) -> str:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return page("cards/withdrawn.html", cycle=cycle, poll=poll, withdrawn=reissues.withdrawn(act, poll))


@blueprint.get("/cycles/<uuid:cycle_id>/poll/withdrawn.json")
@access(EVERYBODY)
def withdrawn_json(cycle_id: UUID) -> FlaskResponse:
    """The signed list that `pb verify --withdrawn` reads."""
    act = current_act()
    _cycle, poll = state.of_cycle(act, cycle_id)
    if poll.election_json is None:
        raise NotFound
    headers = {"Content-Disposition": 'attachment; filename="withdrawn.json"'}
    return FlaskResponse(reissues.withdrawn_json(act, poll, keys()), mimetype="application/json", headers=headers)
