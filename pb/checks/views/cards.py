"""The cards that nobody took: two say which are opened, one records what was read, another confirms each line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.checks.forms import CardsForm, ChoiceForm, CorrectionForm
from pb.checks.models import OpenedCard, Outcome
from pb.checks.service import card_lines, card_numbers, openings, rules
from pb.checks.views.blueprint import blueprint
from pb.checks.views.show import done, with_own_ids
from pb.core.poll import sampling
from pb.cycles.models import Cycle
from pb.polls.models import Poll
from pb.polls.service import state
from pb.web.access import A_FILE, access, allow
from pb.web.final import ask_first
from pb.web.forms import Form
from pb.web.requests import Response, current_act, page

FORMS: dict[str, type[Form]] = {"choice": ChoiceForm, "cards": CardsForm, "correction": CorrectionForm}
OUTCOMES = {
    Outcome.UNUSED: lazy_gettext("The key did not vote"),
    Outcome.VOTED: lazy_gettext("The key voted"),
    Outcome.ANOTHER_KEY: lazy_gettext("Another key than the list"),
    Outcome.MISSING: lazy_gettext("The card is not there"),
}
LookOver = Callable[[Act, Poll, str], dict[str, str]]
Keep = Callable[[Act, Cycle, Poll, str], int]


def _blank(name: str, *, filled: bool = False) -> Any:
    form = FORMS[name]() if filled else FORMS[name](formdata=None)
    with_own_ids(form, name)
    return form


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/cards")
@access(allow(*rules.COMMISSION))
def show_cards(cycle_id: UUID) -> str:
    """The cards to open as a list to work through, what was read, and what waits for the second member."""
    act = current_act()
    return _cards_page(act, *state.of_cycle(act, cycle_id))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/cards/choice")
@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/cards/choice/answer")
@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/cards/correction")
@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/cards/confirm")
@access(allow(*rules.COMMISSION))
def come_back_to_cards(cycle_id: UUID) -> Response:
    state.of_cycle(current_act(), cycle_id)
    return redirect(url_for("checks.show_cards", cycle_id=cycle_id))


def _cards_page(act: Act, cycle: Cycle, poll: Poll, faulty: tuple[str, Form] | None = None) -> str:
    comparing = poll.state in rules.CHECKING and rules.erased(act, poll) is None
    forms = {name: _blank(name) for name in (_offered(act, poll) if comparing else [])}
    if faulty is not None:
        forms[faulty[0]] = faulty[1]
    waiting = openings.confirmable(act, poll) if comparing and rules.allowed(act, poll) else []
    closed = openings.closed_cards(act, poll) if comparing else {}
    return page(
        "checks/cards.html",
        cycle=cycle,
        poll=poll,
        comparing=comparing,
        erasure=rules.erased(act, poll),
        hindrance=rules.hindrance(act, poll) if comparing else None,
        closed=len(closed),
        drawn_size=sampling.size(len(closed)) if closed else 0,
        attempts=openings.attempts(act, poll),
        unread=openings.unread(act, poll) if comparing else [],
        readings=_told(list(openings.readings(act, poll))),
        waiting=_told(waiting),
        seen=openings.fingerprint(waiting),
        may_answer=comparing and rules.allowed(act, poll) and openings.answerable(act, poll),
        hinders=openings.choice_hinders(act, poll) if comparing else None,
        forms=forms,
        faulty_form=faulty[1] if faulty and faulty[1].errors else None,
    )


@dataclass(frozen=True)
class Lines:
    """Cards of which the same is told: what came out, read or by the number alone, which reading, confirmed or not."""

    cards: str
    count: int
    outcome: Any
    typed: bool
    reading: int
    confirmed: bool


def _told(rows: list[OpenedCard]) -> list[Lines]:
    alike: dict[tuple[str, bool, int, bool], list[str]] = {}
    for row in rows:
        key = (row.outcome, bool(row.typed), row.reading, row.confirmed_at is not None)
        alike.setdefault(key, []).append(row.card)
    return [
        Lines(card_numbers.compact(cards), len(cards), OUTCOMES[Outcome(outcome)], typed, reading, confirmed)
        for (outcome, typed, reading, confirmed), cards in alike.items()
    ]


def _offered(act: Act, poll: Poll) -> list[str]:
    """Which forms the viewer can fill in now; the services decide again."""
    if not rules.allowed(act, poll):
        return []
    latest = openings.latest(act, poll)
    offered = ["choice"] if latest is None or latest.agreed is False else []
    if openings.unread(act, poll):
        offered.append("cards")
    if openings.waiting(act, poll):
        offered.append("correction")
    return offered


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/cards/choice")
@access(
    allow(*rules.COMMISSION),
    action=lazy_gettext("record which unclaimed and reserve cards are opened"),
    largest_body=A_FILE,
)
def choose_cards(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = _blank("choice", filled=True)
    rules.require_closed(poll)  # before it no page has these forms to be shown again
    chosen = form.submit(
        lambda: openings.choose(act, cycle, poll, minutes_number=form.minutes_number.data, text=form.text.data or ""),
        faults=lambda: openings.faults(form.minutes_number.data or "", form.text.data or ""),
    )
    if chosen is None:
        return _cards_page(act, cycle, poll, ("choice", form)), 422
    return done(cycle_id, _("Recorded. A second member, of another body, must confirm."), "checks.show_cards")


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/cards/choice/answer")
@access(allow(*rules.COMMISSION), action=lazy_gettext("confirm or refuse which cards are opened, as the second member"))
def answer_choice(cycle_id: UUID) -> Response:
    act = current_act()
    attempt = request.form.get("attempt", 0, type=int)
    agrees = request.form.get("answer") == "agrees"
    if agrees and (asked := _ask_to_choose(act, *state.of_cycle(act, cycle_id), attempt)):
        return asked
    openings.answer_choice(act, *state.of_cycle(act, cycle_id), attempt, agrees=agrees)
    told = _("Confirmed.") if agrees else _("Refused. Another choice is recorded beside it.")
    return done(cycle_id, told, "checks.show_cards")


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/cards")
@access(
    allow(*rules.COMMISSION),
    action=lazy_gettext("record what was read from opened cards"),
    largest_body=A_FILE,
)
def open_cards(cycle_id: UUID) -> Response:
    told = lazy_gettext("The opened cards are recorded. A second member must confirm.")
    return _enter(cycle_id, "cards", openings.look_over, openings.record, told)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/cards/correction")
@access(
    allow(*rules.COMMISSION),
    action=lazy_gettext("correct what was read from opened cards, beside what was recorded"),
    largest_body=A_FILE,
)
def correct_cards(cycle_id: UUID) -> Response:
    told = lazy_gettext("The correction is recorded beside what stood there. A second member must confirm.")
    return _enter(cycle_id, "correction", openings.look_over_correction, openings.correct, told)


def _enter(cycle_id: UUID, name: str, look_over: LookOver, keep: Keep, told: Any) -> Response:
    """Shows the lines as they were read first; what is recorded stays."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = _blank(name, filled=True)
    rules.require_closed(poll)  # before it no page has these forms to be shown again
    if form.step.data == "back":
        return _cards_page(act, cycle, poll, (name, form))
    if form.step.data == "record":
        if form.submit(lambda: keep(act, cycle, poll, form.cards.data)) is None:
            return _cards_page(act, cycle, poll, (name, form)), 422
        return done(cycle_id, str(told), "checks.show_cards")
    read = form.submit(lambda: look_over(act, poll, form.cards.data))
    if read is None:
        return _cards_page(act, cycle, poll, (name, form)), 422
    typed = [text.lower() for text in read.values() if text not in {"", card_lines.NOT_THERE}]
    return page(
        "checks/look_over_cards.html",
        cycle=cycle,
        form=form,
        name=name,
        count=len(read),
        by_number=_compact(read, ""),
        not_there=_compact(read, card_lines.NOT_THERE),
        typed={card: text for card, text in read.items() if text not in {"", card_lines.NOT_THERE}},
        twice={text for text in typed if typed.count(text) > 1},
    )


def _compact(read: Mapping[str, str], typed: str) -> str:
    return card_numbers.compact(card for card, text in read.items() if text == typed)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/cards/confirm")
@access(allow(*rules.COMMISSION), action=lazy_gettext("confirm what was read from opened cards, as the second member"))
def confirm_cards(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    seen = request.form.get("seen", "")
    if asked := _ask_to_confirm(act, poll, seen):
        return asked
    openings.confirm(act, cycle, poll, seen)
    return done(cycle_id, _("Confirmed."), "checks.show_cards")


def _ask_to_choose(act: Act, _cycle: Cycle, poll: Poll, attempt: int) -> str | None:
    """Nothing is asked of who would be refused anyway."""
    if not openings.answerable(act, poll) or openings.choice_hinders(act, poll) is not None:
        return None
    choice = next((one for one in openings.attempts(act, poll) if one.attempt == attempt), None)
    if choice is None:
        return None
    told = [
        _("Minutes № %(number)s", number=choice.minutes_number),
        _("Chosen by: %(text)s", text=choice.text or _("all cards")),
        _("These cards are then opened, and no others."),
    ]
    return ask_first(_("Confirm this choice?"), told, _("Confirm this choice"))


def _ask_to_confirm(act: Act, poll: Poll, seen: str) -> str | None:
    rows = openings.confirmable(act, poll)
    if not rows or openings.fingerprint(rows) != seen:
        return None
    told = [
        _("Cards: %(numbers)s", numbers=card_numbers.compact({row.card for row in rows})),
        _("What was read of them then counts, and everybody reads how many came out how."),
    ]
    return ask_first(_("Confirm these lines?"), told, _("Confirm these lines"))
