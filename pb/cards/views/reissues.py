"""A lost card while voting is open: two people replace it from the reserve; the list of withdrawn keys."""

from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.cards.forms import ReasonForm
from pb.cards.models import Reissue
from pb.cards.service import cards, reissues
from pb.cards.views.blueprint import blueprint
from pb.core.poll.card_list import printed_fingerprint
from pb.cycles.models import Cycle
from pb.errors import FieldRefusal, NotFound
from pb.identity.models import Person
from pb.polls.models import Poll
from pb.polls.service import state
from pb.roll.models import Entry
from pb.roll.service import entries as roll
from pb.web.access import EVERYBODY, access, allow
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, keys, notify, page


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
    entries: list[Entry] = []
    if act.holds(Role.REGISTRAR) and state.is_open(poll, act.at) and (wanted or faulty):
        entries = [
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
        entries=entries,
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
    roll.get(act, cycle, entry_id)
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
    return page(
        "cards/withdrawn.html",
        cycle=cycle,
        poll=poll,
        withdrawn=reissues.withdrawn(act, poll),
        printed_fingerprint=printed_fingerprint,
    )


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
