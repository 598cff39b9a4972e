"""A card is lost or spoiled before the vote opens: the registrar finds it and withdraws it, and another one is made."""

from collections.abc import Sequence
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.cards.forms import ReasonForm, SearchForm
from pb.cards.service import cards, handing_over
from pb.cards.views.blueprint import blueprint
from pb.cycles.models import Cycle
from pb.errors import FieldRefusal, NotFound
from pb.polls.models import Poll
from pb.polls.service import state
from pb.roll.service import entries as roll
from pb.web.access import access, allow
from pb.web.paging import asked_page, pager_at, pages_of
from pb.web.requests import Response, current_act, keys, notify, page

PAGE = 50


@blueprint.route("/<okrug:okrug>/<year:cycle_id>/poll/cards/lost", methods=["GET", "POST"])
@access(allow(Role.REGISTRAR), reads=True)
def lost_cards(cycle_id: UUID) -> str:
    """A page of all cards; a search comes by POST, as neither a name nor an IIN stands in an address."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    state.require_preparing(act, cycle, poll, Role.REGISTRAR)
    form = SearchForm()
    wanted = form.sought() if request.method == "POST" else ""
    number = 1 if wanted else asked_page()
    if number < 1:
        raise NotFound
    found = handing_over.one_page(act, poll, keys(), wanted, number=number, size=PAGE)
    pages = 1 if wanted else pages_of(found.found, PAGE)
    if number > pages:
        raise NotFound
    return _page(act, cycle, poll, form, found.lines, wanted=bool(wanted), number=number, found=found.found)


def _page(
    act: Act,
    cycle: Cycle,
    poll: Poll,
    search: SearchForm,
    lines: Sequence[handing_over.Line],
    *,
    wanted: bool,
    number: int = 1,
    found: int = 1,
    reason_form: ReasonForm | None = None,
) -> str:
    """`reason_form`: with the reason that was written for the one card of `lines`, and refused."""
    pages = 1 if wanted else pages_of(found, PAGE)
    return page(
        "cards/lost.html",
        cycle=cycle,
        search=search,
        lines=lines,
        wanted=wanted,
        found=found,
        reason_form=reason_form,
        born=handing_over.birth_years(act, poll, lines, keys()),
        pager=pager_at(number, pages, lambda other: url_for("cards.lost_cards", cycle_id=cycle.id, page=other)),
    )


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/cards/<number:entry_id>/withdraw")
@access(allow(Role.REGISTRAR), action=lazy_gettext("withdraw a lost card"))
def withdraw_card(cycle_id: UUID, entry_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    roll.get(act, cycle, entry_id)
    form = ReasonForm()
    try:
        cards.withdraw_card(act, cycle, poll, entry_id, form.reason.data or "")
    except FieldRefusal as refusal:
        form.refuse(refusal)
        line = handing_over.line_of(act, poll, entry_id)
        return _page(act, cycle, poll, SearchForm(formdata=None), [line], wanted=True, reason_form=form), 422
    notify(_("The card is withdrawn. Make a new one."))
    return redirect(url_for("cards.make_cards", cycle_id=cycle.id))
