"""A clerk hands cards over: a search, a look at whose card it is, and the mark."""

from uuid import UUID

from flask import redirect, request, session, url_for
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.cards.forms import SearchForm
from pb.cards.service import cards, handing_over, undoing
from pb.cards.views.blueprint import blueprint
from pb.cycles.models import Cycle
from pb.errors import NotFound
from pb.polls.models import Poll, State
from pb.polls.service import state
from pb.roll.service import entries as roll
from pb.web.access import access, allow
from pb.web.paging import asked_page, pager_at, pages_of
from pb.web.requests import Response, current_act, keys, page

PAGE = 25
READERS = (Role.CLERK, Role.REGISTRAR)
HANDED_OVER = "handed_over"


@blueprint.route("/<okrug:okrug>/<year:cycle_id>/poll/hand-over", methods=["GET", "POST"])
@access(allow(*READERS), reads=True)
def hand_over_list(cycle_id: UUID) -> str:
    """A page of everybody; a search comes by POST, as neither a name nor an IIN stands in an address.

    It gives its first page alone.
    """
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = SearchForm()
    wanted = form.sought() if request.method == "POST" else ""
    number = 1 if wanted else asked_page()
    found = handing_over.one_page(act, poll, keys(), wanted, number=number, size=PAGE) if number > 0 else None
    pages = 1 if wanted else pages_of(found.found, PAGE) if found else 0
    if found is None or number > pages:
        raise NotFound
    made, waiting = handing_over.counts(act, poll) if wanted else (found.found, found.waiting)
    return page(
        "cards/hand_over.html",
        cycle=cycle,
        poll=poll,
        made=made,
        waiting=waiting,
        to_hand_over=[line for line in found.lines if line.waits],
        settled=[line for line in found.lines if not line.waits],
        born=handing_over.birth_years(act, poll, found.lines, keys()),
        marked=_marked(act, cycle, poll),
        asked=handing_over.lines_of(
            act, poll, [one.entry_id for one in undoing.all_waiting(act, poll) if one.entry_id]
        ),
        form=form,
        wanted=bool(wanted),
        found=found.found,
        shown=len(found.lines),
        hands_over=act.holds(Role.CLERK) and _open(act, poll),
        pager=pager_at(number, pages, lambda other: url_for("cards.hand_over_list", cycle_id=cycle.id, page=other)),
    )


def _open(act: Act, poll: Poll) -> bool:
    return poll.state == State.PREPARING or state.is_open(poll, act.at)


def _marked(act: Act, cycle: Cycle, poll: Poll) -> handing_over.Line | None:
    """The card that was marked by the step before: the list says whose it was."""
    number = session.pop(HANDED_OVER, None)
    try:
        line = handing_over.line_of(act, poll, roll.numbered(act, cycle, number).id) if number else None
    except NotFound:
        return None
    return line if line is not None and line.handed_over_at else None


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/hand-over/list")
@access(allow(*READERS))
def printed_list(cycle_id: UUID) -> str:
    """Everybody with a card on one page, with a place to sign: it is printed."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return page("cards/hand_over_printed.html", cycle=cycle, poll=poll, lines=handing_over.lines(act, poll))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/hand-over/<number:entry_id>")
@access(allow(Role.CLERK))
def look_over_hand_over(cycle_id: UUID, entry_id: UUID) -> str:
    """Asks once more, with the number and the name: a mark is not taken back."""
    act = current_act()
    cycle, poll, line = _line(act, cycle_id, entry_id)
    born = handing_over.birth_years(act, poll, [line], keys()).get(entry_id)
    return page("cards/look_over_hand_over.html", cycle=cycle, poll=poll, line=line, born=born, open=_open(act, poll))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/hand-over/<number:entry_id>")
@access(allow(Role.CLERK), action=lazy_gettext("mark a card as handed over"))
def hand_over(cycle_id: UUID, entry_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    entry = roll.get(act, cycle, entry_id)
    cards.hand_over(act, cycle, poll, entry_id)
    session[HANDED_OVER] = entry.number  # in the clerk's cookie: the server keeps where forms led
    return redirect(url_for("cards.hand_over_list", cycle_id=cycle.id))


def _line(act: Act, cycle_id: UUID, entry_id: UUID) -> tuple[Cycle, Poll, handing_over.Line]:
    cycle, poll = state.of_cycle(act, cycle_id)
    roll.get(act, cycle, entry_id)
    return cycle, poll, handing_over.line_of(act, poll, entry_id)
