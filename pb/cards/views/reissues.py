"""A lost card while voting is open: two people replace it from the reserve; the list of withdrawn keys."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.cards.forms import ReasonForm, SearchForm
from pb.cards.models import Reissue
from pb.cards.service import cards, handing_over, reissues
from pb.cards.views.blueprint import blueprint
from pb.core.poll.card_list import printed_fingerprint
from pb.cycles.models import Cycle
from pb.db import by_id
from pb.errors import FieldRefusal, NotFound
from pb.identity.models import Person
from pb.polls.models import Poll, State
from pb.polls.service import state
from pb.roll.models import Entry
from pb.roll.service import entries as roll
from pb.web.access import EVERYBODY, access, allow
from pb.web.final import ask_first
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, keys, notify, page

SHOWN = 25
READERS = (Role.REGISTRAR, *reissues.SECOND_PERSONS, Role.AUDITOR)


@blueprint.route("/<okrug:okrug>/<year:cycle_id>/poll/reissues", methods=["GET", "POST"])
@access(allow(*READERS, Role.CLERK), reads=True)
def reissue_list(cycle_id: UUID) -> Response:
    """A clerk, to whom people come with it, reads who does this; names are for those who decide it.

    A search comes by POST: neither a name nor an IIN stands in an address.
    """
    act = current_act()
    if act.holds(*READERS):
        return _list(cycle_id=cycle_id)
    cycle, poll = state.of_cycle(act, cycle_id)
    return page("cards/reissues_at_the_desk.html", cycle=cycle, poll=poll, preparing=poll.state == State.PREPARING)


@fresh_proof("cards.reissue_list")
def _list(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    chosen = request.args.get("entry", type=int) if request.method == "GET" else None
    return _reissues_page(act, cycle, poll, ReasonForm(formdata=None), chosen)


def _reissues_page(act: Act, cycle: Cycle, poll: Poll, form: ReasonForm, chosen: int | None) -> str:
    """`chosen` is the number in the roll of whom the registrar chose of those found."""
    all_reissues = cards.reissues(act, poll)
    waiting = {reissue.entry_id for reissue in all_reissues if reissue.approved_at is None}
    search = SearchForm()
    wanted = search.sought() if request.endpoint == "cards.reissue_list" and request.method == "POST" else ""
    is_open = state.is_open(poll, act.at)
    reports = act.holds(Role.REGISTRAR) and is_open
    found = handing_over.one_page(act, poll, keys(), wanted, size=SHOWN) if reports and wanted else None
    lines = sorted(found.lines, key=lambda line: line.entry.number) if found else []
    lost = _chosen(act, cycle, poll, chosen) if reports and chosen else None

    def replaceable(line: handing_over.Line) -> bool:
        return not line.released and line.entry.id not in waiting

    numbers = cards.numbers(act, poll)
    return page(
        "cards/reissues.html",
        cycle=cycle,
        poll=poll,
        rows=_rows(act, all_reissues),
        chosen=lost if lost is not None and replaceable(lost) else None,
        lines=lines,
        born=handing_over.birth_years(act, poll, [*lines, *([lost] if lost else [])], keys()),
        found=found.found if found else 0,
        shown=SHOWN,
        replaceable={line.entry.id for line in lines if replaceable(line)},
        waiting=waiting,
        search=search,
        wanted=bool(wanted),
        form=form,
        left=numbers.reserve - numbers.withdrawn,
        reserve=numbers.reserve,
        open=is_open,
        proposes=act.holds(Role.REGISTRAR),
        approves=act.holds(*reissues.SECOND_PERSONS) and not act.holds(Role.REGISTRAR),
        declines=act.holds(*reissues.DECLINING),
    )


def _chosen(act: Act, cycle: Cycle, poll: Poll, number: int) -> handing_over.Line | None:
    try:
        return handing_over.line_of(act, poll, roll.numbered(act, cycle, number).id)
    except NotFound:
        return None


def _rows(act: Act, rows: Sequence[Reissue]) -> list[dict[str, Any]]:
    """Each with its entry and the people who proposed and approved it: two queries, however many there are."""
    entries = by_id(act.session, Entry, (one.entry_id for one in rows))
    people = by_id(act.session, Person, (person for one in rows for person in (one.proposed_by, one.approved_by)))
    return [
        {
            "reissue": one,
            "entry": entries.get(one.entry_id),
            "proposed": people[one.proposed_by].name,
            "approved": people[one.approved_by].name if one.approved_by else "",
            "hinders": None if one.approved_at else reissues.lapsed(act, one),
        }
        for one in rows
    ]


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/reissues/for/<number:entry_id>")
@access(allow(Role.REGISTRAR), action=lazy_gettext("propose to replace a lost card while voting is open"))
@fresh_proof("cards.reissue_list")
def propose_reissue(cycle_id: UUID, entry_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    entry = roll.get(act, cycle, entry_id)
    form = ReasonForm()
    try:
        reissues.propose(act, cycle, poll, entry_id, form.reason.data or "")
    except FieldRefusal as refusal:
        form.refuse(refusal)
        return _reissues_page(act, cycle, poll, form, entry.number), 422
    notify(_("Proposed. A second person must confirm."))
    return redirect(url_for("cards.reissue_list", cycle_id=cycle.id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/reissues/<number:reissue_id>/approve")
@access(allow(*reissues.SECOND_PERSONS), action=lazy_gettext("approve replacing a lost card, as the second person"))
@fresh_proof("cards.reissue_list")
def approve_reissue(cycle_id: UUID, reissue_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    proposed = reissues.get(act, poll, reissue_id)
    told = [
        _("The lost card never votes again, and a card of the reserve takes its place."),
        _("If the lost card is found, it is worth nothing."),
    ]
    if asked := ask_first(_("Withdraw the lost card?"), told, _("Withdraw the lost card and replace it")):
        return asked
    reissue = reissues.approve(act, cycle, poll, proposed)
    if reissue is None:
        notify(_("There is no new card: the proposal is closed. The card stands as it was."))
    else:
        notify(_("The lost card is withdrawn. Hand over the card of the reserve: R%(number)s", number=reissue.reserve))
    return redirect(url_for("cards.reissue_list", cycle_id=cycle.id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/reissues/<number:reissue_id>/decline")
@access(allow(*reissues.DECLINING), action=lazy_gettext("take back a proposal to replace a lost card"))
def decline_reissue(cycle_id: UUID, reissue_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    reissues.decline(act, cycle, poll, reissues.get(act, poll, reissue_id))
    notify(_("The proposal is taken back."))
    return redirect(url_for("cards.reissue_list", cycle_id=cycle.id))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/withdrawn")
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


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/withdrawn.json")
@access(EVERYBODY)
def withdrawn_json(cycle_id: UUID) -> FlaskResponse:
    """The signed list that `pb verify --withdrawn` reads."""
    act = current_act()
    _cycle, poll = state.of_cycle(act, cycle_id)
    if poll.election_json is None:
        raise NotFound
    headers = {"Content-Disposition": 'attachment; filename="withdrawn.json"'}
    return FlaskResponse(reissues.withdrawn_json(act, poll, keys()), mimetype="application/json", headers=headers)
