"""The registrar makes cards: the page, the files of the offline program, the statement of the list."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import jsonify, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup

from pb import tables
from pb.act import Act, Role
from pb.cards.forms import KeysForm, StatementForm
from pb.cards.service import card_keys, cards, release, statements
from pb.cards.service.card_keys import RESERVE_PREFIX, CardKeys
from pb.cards.views.blueprint import blueprint
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.groups import Group
from pb.core.poll.card_list import Made, MakerStatement
from pb.core.tables import Table, TableFault, read
from pb.cycles.models import Cycle
from pb.documents.service.card import PICTURES, address_svg, card_texts, keys_address
from pb.documents.service.card_sheet import sheet_texts
from pb.errors import FieldRefusal
from pb.formats import language
from pb.polls.models import Poll, State
from pb.polls.service import state
from pb.web import downloads
from pb.web.access import A_FILE, A_TEXT, access, allow
from pb.web.requests import Response, begin_work, current_act, notify, page, settings
from pb.web.script_calls import answers_json, json_body
from pb.web.sent import once

MOST_KEYS = 50_000
WHOLE = ("entry", "public_key", "poll")  # a line of public-keys.csv has them all; a sealed code it may lack
LISTED = ("entry", "number", "name", "settlement", "lookup")


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/cards")
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
    statement_form: StatementForm | None = None,
) -> str:
    preparing = poll.state == State.PREPARING
    blanks = cards.blanks(act, cycle, poll) if preparing else []
    address = f"{settings().base_url}{url_for('voting.vote_here')}"
    return page(
        "cards/cards_make.html",
        cycle=cycle,
        poll=SimpleNamespace(uuid=poll.uuid, base=url_for("voting.show", cycle_id=cycle.id)),
        group=poll.group_name,
        preparing=preparing,
        entries=[asdict(blank) for blank in blanks],
        reserve=sum(blank.entry.startswith(RESERVE_PREFIX) for blank in blanks),
        registrar=release.codes_key(settings()) if blanks else None,
        address=address,
        keys_address=keys_address(address),
        address_svg=Markup(address_svg(address)),  # noqa: S704 - segno's own drawing of our own address
        card_texts=[card_texts("kk"), card_texts("ru")],
        step_pictures=PICTURES,
        done_url=url_for("voting.show", cycle_id=cycle.id),
        keys_form=form,
        offline_url=url_for("cards.cards_csv", cycle_id=cycle.id),
        keys_url=url_for("cards.upload_keys", cycle_id=cycle.id),
        sheet_texts=[sheet_texts("kk"), sheet_texts("ru")],
        made=len(statements.public_keys(act, poll)),
        stated=statements.find(act, poll),
        minuted=poll.minutes_confirmed and statements.minuted(poll) == statements.find(act, poll),
        minutes_url=url_for("voting.ceremony", cycle_id=cycle.id),
        maker_url=url_for("cards.maker", cycle_id=cycle.id),
        how_made=statements.HOW_MADE,
        statement_form=statement_form or StatementForm(formdata=None),
        statement_url=url_for("cards.hand_in_statement", cycle_id=cycle.id),
        lost_url=url_for("cards.lost_cards", cycle_id=cycle.id),
    )


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/cards")
@access(
    allow(Role.REGISTRAR),
    action=lazy_gettext("hand in the public keys of the cards"),
    largest_body=A_FILE,
    own_transaction=True,
)
@answers_json
def take_cards(cycle_id: UUID) -> Response:
    """The registrar's browser hands in public keys, and codes that only the code-releasing process can open."""
    body = json_body()
    keys = card_keys.read(_poll(cycle_id)[1], _rows(body.get("credentials")))
    statement = _statement_of_the_page(body.get("statement"))
    with begin_work(writing=True) as act:
        cycle, poll = state.of_cycle(act, cycle_id)
        added = cards.add_credentials(act, cycle, poll, keys, by_page=True)
        statements.state_list(act, cycle, poll, statement)
    return jsonify(added=added), 201


def _poll(cycle_id: UUID) -> tuple[str, Group]:
    """The poll's id and group, for reading what was sent before a transaction. Raises what handing in would."""
    with begin_work(writing=False) as act:
        cycle, poll = state.of_cycle(act, cycle_id)
        state.require_preparing(act, cycle, poll, Role.REGISTRAR)
        return poll.uuid, state.group_of(poll)


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


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/cards.csv")
@access(allow(Role.REGISTRAR))
def cards_csv(cycle_id: UUID) -> FlaskResponse:
    """What `pb cards` needs on an offline machine: no IIN is in it."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    blanks = [asdict(blank) for blank in cards.blanks(act, cycle, poll)]
    rows = [LISTED, *([blank[name] for name in LISTED] for blank in blanks)]
    return downloads.attachment(tables.as_csv(rows, language()), "text/csv", f"roll-{poll.uuid}.csv")


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/cards/keys")
@access(
    allow(Role.REGISTRAR),
    action=lazy_gettext("hand in the cards' public keys from a file"),
    largest_body=A_FILE,
    own_transaction=True,
)
def upload_keys(cycle_id: UUID) -> Response:
    """The public-keys.csv of `pb cards`."""
    uuid, group = _poll(cycle_id)
    form = KeysForm()
    keys = form.submit(lambda: card_keys.read(group, _rows_of_file(form.file.data.read(), uuid)))
    with begin_work(writing=True) as act:
        return once(act, lambda: _hand_in(act, cycle_id, form, keys))


def _hand_in(act: Act, cycle_id: UUID, form: KeysForm, keys: CardKeys | None) -> Response:
    cycle, poll = state.of_cycle(act, cycle_id)
    added = None if keys is None else form.submit(lambda: cards.add_credentials(act, cycle, poll, keys))
    if added is None:
        return _cards_page(act, cycle, poll, form), 422
    notify(_("Cards recorded: %(number)s", number=added))
    return redirect(url_for("cards.make_cards", cycle_id=cycle.id))


def _rows_of_file(data: bytes, poll: str) -> list[Mapping[str, Any]]:
    """The rows of public-keys.csv. Raises FieldRefusal for a file that is none, or whose codes are of another poll."""
    if data.lstrip().startswith(b"{"):
        raise FieldRefusal("file", _("This is statement.json. First hand in public-keys.csv, which lies beside it."))
    try:
        table = read(data)
        if len(set(table.heading)) != len(table.heading):
            raise FieldRefusal("file", _("This is not the file that the program made."))
    except TableFault as fault:
        raise tables.refused(fault) from fault
    if "poll" not in table.heading:
        raise FieldRefusal("file", _("The list does not say of which poll its cards are. Make them with this program."))
    _require_whole(table, poll)
    rows = _rows([table.by_column(line) for line in table.lines])
    for made_for in {str(row["poll"]) for row in rows} - {poll}:
        raise FieldRefusal(
            "file",
            _(
                "These cards were made for another poll: %(found)s. Their codes open nothing here. This poll: "
                "%(poll)s. Make them anew with the command on this page, and destroy the paper.",
                found=made_for[:64],
                poll=poll,
            ),
        )
    return rows


def _require_whole(table: Table, poll: str) -> None:
    """A file that was cut on its way (a stick pulled out) is told as such: the cards are good, and so is their paper.

    The poll's id is the last cell of a line, so that a cut shows: cells are missing, or the id is. Raises FieldRefusal.
    """
    for line in table.lines:
        row = table.by_column(line)
        id_is_cut = line is table.lines[-1] and poll[:-1].startswith(row["poll"])
        if id_is_cut or len(line.cells) < len(table.heading) or not all(row.get(name) for name in WHOLE):
            raise FieldRefusal(
                "file",
                _(
                    "Line %(number)s of the file is not whole: the file was cut on its way. Bring the whole file from "
                    "the machine where the cards were made. The cards and their paper are good.",
                    number=line.number,
                ),
            )


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/statement")
@access(
    allow(Role.REGISTRAR), action=lazy_gettext("state the list of cards with its fingerprints"), largest_body=A_TEXT
)
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
