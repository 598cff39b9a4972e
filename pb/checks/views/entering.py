"""What is entered on the page of the checks: the paper counts, and explanations of faults with the chair's answer."""

from collections.abc import Iterator
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.checks.forms import ExplanationForm
from pb.checks.models import Explanation
from pb.checks.service import card_numbers, faults, paper, rules
from pb.checks.views.blueprint import blueprint
from pb.checks.views.show import blank, checks_page, done
from pb.errors import FieldRefusal
from pb.polls.models import Poll
from pb.polls.service import state
from pb.web.access import A_FILE, TEXTS, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, page


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/paper")
@access(
    allow(Role.CLERK, *rules.COUNTING),
    action=lazy_gettext("enter the signatures on the paper hand-over lists"),
    largest_body=A_FILE,
)
def count_paper(cycle_id: UUID) -> Response:
    """Shows what was read of the list first; a count that is recorded stays."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = blank(act, poll, "paper", filled=True)
    rules.require_closed(poll)  # before it no page has these forms to be shown again
    if form.step.data == "back":
        return checks_page(act, cycle, poll, ("paper", form))
    entered = {"signatures": form.signatures.data, "text": form.cards.data or ""}

    def faults() -> Iterator[FieldRefusal]:
        return paper.faults(act, cycle, poll, form.cards.data or "")

    if form.step.data == "record":
        if form.submit(lambda: paper.record(act, cycle, poll, **entered), faults=faults) is None:
            return checks_page(act, cycle, poll, ("paper", form)), 422
        return done(cycle_id, _("The count is entered."))
    cards = form.submit(lambda: paper.look_over(act, cycle, poll, **entered), faults=faults)
    if cards is None:
        return checks_page(act, cycle, poll, ("paper", form)), 422
    return page("checks/look_over_paper.html", cycle=cycle, form=form, cards=card_numbers.compact(cards))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/explanations")
@access(
    allow(*rules.WRITING),
    action=lazy_gettext("explain faults that the checks found, as the minutes do"),
    largest_body=TEXTS,
)
def explain(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = blank(act, poll, "explanation", filled=True) if poll.state in rules.CHECKING else ExplanationForm()
    rules.require_closed(poll)  # before it no page has these forms to be shown again
    faults.require_unwritten(act, poll)
    row = form.submit(
        lambda: faults.explain(
            act,
            cycle,
            poll,
            kinds=form.kinds.data or [],
            minutes_number=form.minutes_number.data,
            text=form.text.data,
        )
    )
    if row is None:
        return checks_page(act, cycle, poll, ("explanation", form)), 422
    return done(cycle_id, _("The explanation is recorded. The chair must confirm."))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/explanations/<number:explanation_id>")
@access(allow(Role.CHAIR), action=lazy_gettext("confirm that the minutes explain a fault"))
def confirm_explanation(cycle_id: UUID, explanation_id: UUID) -> Response:
    return _answer(cycle_id, explanation_id, agrees=True)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/explanations/<number:explanation_id>/refuse")
@access(allow(Role.CHAIR), action=lazy_gettext("refuse the explanation of a fault"))
def refuse_explanation(cycle_id: UUID, explanation_id: UUID) -> Response:
    return _answer(cycle_id, explanation_id, agrees=False)


def _answer(cycle_id: UUID, explanation_id: UUID, *, agrees: bool) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    row = faults.explanation(act, poll, explanation_id)
    if agrees and (asked := _ask_to_confirm(act, poll, row)):
        return asked
    faults.confirm_explanation(act, cycle, poll, row, agrees=agrees)
    return done(cycle_id, _("Confirmed.") if agrees else _("Refused. Another explanation is written beside it."))


def _ask_to_confirm(act: Act, poll: Poll, row: Explanation) -> str | None:
    """Nothing is asked of who would be refused anyway."""
    if row.chair_at is not None or (act.person is not None and act.person.id == row.secretary_id):
        return None
    if faults.unconfirmable(act, poll, row) is not None:
        return None
    told = [
        _("Minutes № %(number)s", number=row.minutes_number),
        row.text,
        _("The faults then count as explained, and the adoption of the result waits for them no longer."),
    ]
    return ask_first(_("Confirm this explanation?"), told, _("Confirm this explanation"))
