"""The list of cards and its maker: what was stated and confirmed, and the table to compare it with."""

from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.cards.forms import ConfirmationForm
from pb.cards.service import card_table, confirmations, statements
from pb.cards.views.blueprint import blueprint
from pb.cycles.models import Cycle
from pb.errors import NotFound
from pb.identity.models import Person
from pb.polls.models import Poll
from pb.polls.service import state
from pb.web import downloads
from pb.web.access import A_FILE, EVERYBODY, access, allow
from pb.web.requests import Response, current_act, keys, notify, page, settings


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/maker")
@access(EVERYBODY)
def maker(cycle_id: UUID) -> str:
    """What the maker of the cards stated and confirmed."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return _maker_page(act, cycle, poll, ConfirmationForm())


def _maker_page(act: Act, cycle: Cycle, poll: Poll, form: ConfirmationForm) -> str:
    confirmed = confirmations.find(act, poll)
    lack = confirmations.lack(act, poll)
    stated = statements.minuted(poll) or statements.find(act, poll)
    if stated is None or not stated.certificate:
        del form.cms  # the maker signs with an own key
    signature = confirmations.signature_of(act, confirmed) if confirmed else None
    return page(
        "cards/maker.html",
        cycle=cycle,
        poll=poll,
        stated=stated,
        how_made=statements.HOW_MADE,
        confirmed=confirmed,
        confirmed_by=act.session.get_one(Person, confirmed.person_id).name if confirmed else "",
        lack=lack,
        signature=signature,
        takes_cms=signature is not None and confirmations.may_take_cms(act, signature),
        takes_table=poll.election_json is not None and act.holds(*card_table.READERS),
        form=form if lack and act.holds(Role.REGISTRAR) else None,
    )


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/confirmation")
@access(
    allow(Role.REGISTRAR),
    action=lazy_gettext("hand in the confirmation of the published list, signed by the maker of the cards"),
    largest_body=A_FILE,
)
def hand_in_confirmation(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = ConfirmationForm()

    def confirm() -> bool:
        data = form.confirmation.data.read(confirmations.LONGEST)
        cms = form.cms.data.read(confirmations.LONGEST_CMS) if form.cms and form.cms.data else b""
        confirmations.confirm(act, cycle, poll, data, confirmations.SignatureFile(cms, settings(), keys()))
        return True

    if not form.submit(confirm):
        return _maker_page(act, cycle, poll, form), 422
    notify(_("The confirmation is recorded and public."))
    return redirect(url_for("cards.maker", cycle_id=cycle.id))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/confirmation.json")
@access(EVERYBODY)
def confirmation_json(cycle_id: UUID) -> FlaskResponse:
    """The signed confirmation that `pb verify --confirmation` reads."""
    act = current_act()
    _cycle, poll = state.of_cycle(act, cycle_id)
    confirmed = confirmations.find(act, poll)
    if confirmed is None:
        raise NotFound
    return _file(confirmed.confirmation, "application/json", "confirmation.json")


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/confirmation.cms")
@access(
    allow(Role.REGISTRAR, Role.AUDITOR),
    action=lazy_gettext("take the file of the signature under the maker's confirmation: the auditor and the signer"),
)
def take_confirmation_cms(cycle_id: UUID) -> FlaskResponse:
    """A POST, because each look at an IIN leaves a line in the audit log."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return _file(confirmations.take_cms(act, cycle, poll), "application/cms", "confirmation.cms")


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/numbers.csv")
@access(allow(*card_table.READERS), action=lazy_gettext("take the table of the cards' numbers and keys, to compare it"))
def take_numbers(cycle_id: UUID) -> FlaskResponse:
    """What `pb cards check --numbers` compares with the maker's file. A POST: that it was taken is logged."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return _file(card_table.take(act, cycle, poll), "text/csv", f"numbers-{poll.uuid}.csv")


def _file(content: str | bytes, kind: str, name: str) -> FlaskResponse:
    return downloads.attachment(content, kind, name)
