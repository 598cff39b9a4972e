"""The public page of the checks, and what the clerk, the second person and the commission enter on it."""

from collections import Counter
from typing import Any
from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.cards.service import card_events
from pb.checks.forms import CardsForm, CorrectionForm, DrawForm, ExplanationForm, PaperForm
from pb.checks.models import Explanation
from pb.checks.service import faults, figures, openings, paper, rules, sample
from pb.checks.views.blueprint import blueprint
from pb.core.poll import sampling
from pb.cycles.models import Cycle
from pb.errors import NotFound
from pb.polls.models import Poll
from pb.polls.service import state
from pb.web.access import EVERYBODY, MEGABYTE, access, allow
from pb.web.forms import Form
from pb.web.requests import Response, current_act, notify, page

FORMS: dict[str, type[Form]] = {
    "paper": PaperForm,
    "cards": CardsForm,
    "correction": CorrectionForm,
    "draw": DrawForm,
    "explanation": ExplanationForm,
}
NAMES_FAULTS = (*rules.COMMISSION, Role.CLERK, Role.OFFICE, Role.REGISTRAR)


def blank(name: str, *, filled: bool = False) -> Any:
    """A form of the page. Several stand on it: their fields share names, and each has an id of its own."""
    form = FORMS[name]() if filled else FORMS[name](formdata=None)
    for field in form:
        field.id = f"{name}-{field.name}"
    return form


@blueprint.get("/cycles/<uuid:cycle_id>/poll/checks")
@access(EVERYBODY)
def show(cycle_id: UUID) -> str:
    act = current_act()
    return checks_page(act, *state.of_cycle(act, cycle_id))


def checks_page(act: Act, cycle: Cycle, poll: Poll, faulty: tuple[str, Form] | None = None) -> str:
    """The page as everybody sees it, with the forms that the viewer's roles fill in now."""
    forms = {name: blank(name) for name in _offered(act, poll)}
    if faulty is not None:
        forms[faulty[0]] = faulty[1]
    erasure = rules.erased(act, poll)
    checking = poll.state in rules.CHECKING
    figures_then = erasure.figures.get("checks", {}) if erasure is not None else {}
    comparing = checking and erasure is None
    counted = paper.counts(act, poll)
    explained = faults.explanations(act, poll)
    open_faults = faults.unexplained(act, poll) if checking else []
    draw = sample.get(act, poll)
    return page(
        "checks/show.html",
        cycle=cycle,
        poll=poll,
        checking=checking,
        missing=faults.missing(act, poll) if checking else [],
        days=card_events.days(act, poll),
        counted=len(counted),
        erasure=erasure,
        comparison=paper.compare(act, poll) if comparing else figures_then.get("hand_overs"),
        cards_to_open=list(openings.closed_cards(act, poll)) if comparing else [],
        closed_cards=len(openings.closed_cards(act, poll)) if comparing else figures_then.get("closed_cards", 0),
        opening=openings.get(act, poll),
        opened=figures_then.get("cards") or openings.summary(act, poll),
        in_minutes=faults.in_minutes(act, poll),
        listed=sample.committed(act, poll),
        draw=draw,
        size=sampling.size(listed.asked) if (listed := sample.committed(act, poll)) else 0,
        answers=figures_then.get("sample") or sample.counts(act, poll),
        margin=figures.margin(act, cycle, poll),
        kinds=Counter(fault.kind for fault in open_faults),
        faults=open_faults if act.holds(*NAMES_FAULTS) else [],
        labels=faults.LABELS,
        explanations=explained,
        forms=forms,
        faulty_form=faulty[1] if faulty else None,
        may=_may(act, poll),
    )


def _offered(act: Act, poll: Poll) -> list[str]:
    """Which forms the viewer can fill in now; the services decide again."""
    if poll.state not in rules.CHECKING or act.person is None or rules.erased(act, poll) is not None:
        return []
    offered = []
    side = paper.side_of(act)
    if side is not None and side not in paper.counts(act, poll):
        offered.append("paper")
    if not _of_commission(act):
        return offered
    opening = openings.get(act, poll)
    if opening is None and openings.closed_cards(act, poll):
        offered.append("cards")
    if opening is not None and opening.confirmed_at is None:
        offered.append("correction")
    if act.holds(Role.SECRETARY):
        listed = sample.committed(act, poll)
        if listed is not None and listed.asked and sample.get(act, poll) is None:
            offered.append("draw")
        if faults.unwritten(act, poll):
            offered.append("explanation")
    return offered


def _of_commission(act: Act) -> bool:
    return act.holds(*rules.COMMISSION) and not act.holds(*rules.CHECKED)


def _may(act: Act, poll: Poll) -> dict[str, bool]:
    opening = openings.get(act, poll)
    own = act.person.id if act.person else None
    here = rules.erased(act, poll) is None
    return {
        "confirm": opening is not None
        and opening.confirmed_at is None
        and own not in openings.recorders(act, poll)
        and _of_commission(act),
        "look": sample.get(act, poll) is not None and _of_commission(act) and here,
        "chair": act.holds(Role.CHAIR) and _of_commission(act) and here,
        "salts": act.holds(Role.AUDITOR) and here,
        "sees_cards": _of_commission(act),
    }


def _done(cycle_id: UUID, text: str) -> Response:
    notify(text)
    return redirect(url_for("checks.show", cycle_id=cycle_id))


@blueprint.post("/cycles/<uuid:cycle_id>/poll/checks/paper")
@access(
    allow(Role.CLERK, *rules.COUNTING),
    action=lazy_gettext("enter the signatures on the paper hand-over lists"),
    largest_body=2 * MEGABYTE,
)
def count_paper(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = blank("paper", filled=True)
    rules.require_closed(poll)  # before it no page has these forms to be shown again
    count = form.submit(
        lambda: paper.record(act, cycle, poll, signatures=form.signatures.data, text=form.cards.data or "")
    )
    if count is None:
        return checks_page(act, cycle, poll, ("paper", form)), 422
    return _done(cycle_id, _("The count is entered."))


@blueprint.post("/cycles/<uuid:cycle_id>/poll/checks/cards")
@access(
    allow(*rules.COMMISSION),
    action=lazy_gettext("record which unclaimed and reserve cards were opened"),
    largest_body=2 * MEGABYTE,
)
def open_cards(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = blank("cards", filled=True)
    rules.require_closed(poll)  # before it no page has these forms to be shown again
    opening = form.submit(
        lambda: openings.record(
            act,
            cycle,
            poll,
            minutes_number=form.minutes_number.data,
            text=form.text.data or "",
            lines=form.cards.data,
        )
    )
    if opening is None:
        return checks_page(act, cycle, poll, ("cards", form)), 422
    return _done(cycle_id, _("The opened cards are recorded. A second member must confirm."))


@blueprint.post("/cycles/<uuid:cycle_id>/poll/checks/cards/correction")
@access(
    allow(*rules.COMMISSION),
    action=lazy_gettext("correct which cards were opened, beside what was recorded"),
    largest_body=2 * MEGABYTE,
)
def correct_cards(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = blank("correction", filled=True)
    rules.require_closed(poll)  # before it no page has these forms to be shown again
    corrected = form.submit(lambda: openings.correct(act, cycle, poll, form.cards.data))
    if corrected is None:
        return checks_page(act, cycle, poll, ("correction", form)), 422
    return _done(cycle_id, _("The correction is recorded beside what stood there. A second member must confirm."))


@blueprint.post("/cycles/<uuid:cycle_id>/poll/checks/cards/confirm")
@access(allow(*rules.COMMISSION), action=lazy_gettext("confirm which cards were opened, as the second member"))
def confirm_cards(cycle_id: UUID) -> Response:
    act = current_act()
    openings.confirm(act, *state.of_cycle(act, cycle_id))
    return _done(cycle_id, _("Confirmed."))


@blueprint.post("/cycles/<uuid:cycle_id>/poll/checks/explanations")
@access(allow(Role.SECRETARY), action=lazy_gettext("explain faults that the checks found, as the minutes do"))
def explain(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = blank("explanation", filled=True)
    rules.require_closed(poll)  # before it no page has these forms to be shown again
    row = form.submit(
        lambda: faults.explain(act, cycle, poll, minutes_number=form.minutes_number.data, text=form.text.data)
    )
    if row is None:
        return checks_page(act, cycle, poll, ("explanation", form)), 422
    return _done(cycle_id, _("The explanation is recorded. The chair must confirm."))


@blueprint.post("/cycles/<uuid:cycle_id>/poll/checks/explanations/<uuid:explanation_id>")
@access(allow(Role.CHAIR), action=lazy_gettext("confirm that the minutes explain a fault"))
def confirm_explanation(cycle_id: UUID, explanation_id: UUID) -> Response:
    return _answer(cycle_id, explanation_id, agrees=True)


@blueprint.post("/cycles/<uuid:cycle_id>/poll/checks/explanations/<uuid:explanation_id>/refuse")
@access(allow(Role.CHAIR), action=lazy_gettext("refuse the explanation of a fault"))
def refuse_explanation(cycle_id: UUID, explanation_id: UUID) -> Response:
    return _answer(cycle_id, explanation_id, agrees=False)


def _answer(cycle_id: UUID, explanation_id: UUID, *, agrees: bool) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    row = act.session.get(Explanation, explanation_id)
    if row is None or row.poll_id != poll.id:
        raise NotFound
    faults.confirm_explanation(act, cycle, poll, row, agrees=agrees)
    return _done(cycle_id, _("Confirmed.") if agrees else _("Refused. The secretary writes another explanation."))
