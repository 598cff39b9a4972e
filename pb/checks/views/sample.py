"""The sample: the drawn text, whom to visit (for the commission, each look logged), answers and the second member."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectChoice

from pb.act import Act
from pb.checks.forms import AnswerForm, ConfirmAnswersForm
from pb.checks.models import Answer, SampleAnswer
from pb.checks.service import rules, sample
from pb.checks.views.blueprint import blueprint
from pb.checks.views.show import blank, checks_page
from pb.cycles.models import Cycle
from pb.errors import Conflict
from pb.polls.models import Poll
from pb.polls.service import state
from pb.roll.models import Entry
from pb.web.access import access, allow
from pb.web.forms import Form
from pb.web.requests import Response, current_act, notify, page

ANSWERS = {
    Answer.VOTED: lazy_gettext("The person voted"),
    Answer.DID_NOT_VOTE: lazy_gettext("The person did not vote"),
    Answer.NOT_FOUND: lazy_gettext("The person was not found"),
}
Rows = Sequence[tuple[Entry, list[SampleAnswer]]]


@blueprint.post("/cycles/<uuid:cycle_id>/poll/checks/draw")
@access(allow(*rules.WRITING), action=lazy_gettext("record the text drawn for the sample of participants"))
def draw_sample(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = blank(act, poll, "draw", filled=True)
    rules.require_closed(poll)  # before it no page has these forms to be shown again
    drawn = form.submit(
        lambda: sample.record_draw(
            act,
            cycle,
            poll,
            text=form.text.data,
            minutes_number=form.minutes_number.data,
            copied=form.copied.data,
        )
    )
    if drawn is None:
        return checks_page(act, cycle, poll, ("draw", form)), 422
    notify(_("The sample is drawn."))
    return redirect(url_for("checks.show", cycle_id=cycle_id))


@blueprint.get("/cycles/<uuid:cycle_id>/poll/checks/sample")
@access(allow(*rules.COMMISSION))
def ask_for_sample(cycle_id: UUID) -> str:
    """Says that the look is logged, before the names are shown."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return page(
        "checks/sample.html",
        cycle=cycle,
        poll=poll,
        rows=None,
        erasure=rules.erased(act, poll),
        drawn=sample.get(act, poll) is not None,
        hindrance=rules.hindrance(act, poll),
        faulty_form=None,
    )


@blueprint.get("/cycles/<uuid:cycle_id>/poll/checks/sample/confirm")
@blueprint.get("/cycles/<uuid:cycle_id>/poll/checks/sample/<int:number>")
@access(allow(*rules.COMMISSION))
def come_back_to_sample(cycle_id: UUID, number: int = 0) -> Response:  # noqa: ARG001 - part of the address
    state.of_cycle(current_act(), cycle_id)
    return redirect(url_for("checks.ask_for_sample", cycle_id=cycle_id))


@blueprint.post("/cycles/<uuid:cycle_id>/poll/checks/sample")
@access(allow(*rules.COMMISSION), action=lazy_gettext("see whom of the sample to visit"))
def see_sample(cycle_id: UUID) -> str:
    act = current_act()
    return _sample_page(act, *state.of_cycle(act, cycle_id))


@blueprint.post("/cycles/<uuid:cycle_id>/poll/checks/sample/<int:number>")
@access(allow(*rules.COMMISSION), action=lazy_gettext("record what somebody of the sample said"))
def answer(cycle_id: UUID, number: int) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = _form(number, filled=True)
    sample.require_unanswered(act, poll, number)  # no page has a form for it that could be shown again
    recorded = form.submit(lambda: sample.answer(act, cycle, poll, number, Answer(form.answer.data)))
    if recorded is None:
        return _sample_page(act, cycle, poll, (number, form)), 422
    return _sample_page(act, cycle, poll)


@blueprint.post("/cycles/<uuid:cycle_id>/poll/checks/sample/confirm")
@access(allow(*rules.COMMISSION), action=lazy_gettext("confirm answers of the sample, as the second member"))
def confirm_answers(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = ConfirmAnswersForm()
    rows = sample.look(act, cycle, poll)
    _offer(form, act, poll, rows)
    if not form.answers.choices:
        raise Conflict(_("There is nothing to confirm."))
    confirmed = form.submit(lambda: sample.confirm(act, cycle, poll, form.answers.data or []))
    if confirmed is None:
        return _show(act, cycle, poll, rows, confirming=form), 422
    return _show(act, cycle, poll, rows)


def _form(number: int, *, filled: bool = False) -> AnswerForm:
    """One form for each person; the ids of their fields have the person's number."""
    form = AnswerForm() if filled else AnswerForm(formdata=None)
    form.answer.id = f"answer-{number}"
    form.answer.choices = [SelectChoice(answer.value, label) for answer, label in ANSWERS.items()]
    return form


def _confirming(act: Act, poll: Poll, rows: Rows) -> Any:
    form = ConfirmAnswersForm(formdata=None)
    _offer(form, act, poll, rows)
    return form


def _offer(form: Any, act: Act, poll: Poll, rows: Rows) -> None:
    """What another member wrote, each answer with name and number, to be ticked by who heard it too."""
    names = {entry.number: entry.name for entry, _given in rows}
    form.answers.choices = [
        SelectChoice(sample.named(row), f"№ {row.number} {names.get(row.number, '')}: {ANSWERS[Answer(row.answer)]}")
        for row in sample.confirmable(act, poll)
    ]


def _sample_page(act: Act, cycle: Cycle, poll: Poll, faulty: tuple[int, AnswerForm] | None = None) -> str:
    return _show(act, cycle, poll, sample.look(act, cycle, poll), faulty)


def _show(
    act: Act,
    cycle: Cycle,
    poll: Poll,
    rows: Rows,
    faulty: tuple[int, AnswerForm] | None = None,
    confirming: Any = None,
) -> str:
    people = []
    own = act.person.id if act.person is not None else None
    for entry, given in rows:
        over = any(row.confirmed_at is not None or row.member_id == own for row in given)
        form = faulty[1] if faulty and faulty[0] == entry.number else _form(entry.number)
        people.append((entry, [(row, ANSWERS[Answer(row.answer)]) for row in given], None if over else form))
    at_fault: Form | None = faulty[1] if faulty else confirming
    confirming = confirming or _confirming(act, poll, rows)
    return page(
        "checks/sample.html",
        cycle=cycle,
        poll=poll,
        rows=people,
        confirming=confirming if confirming.answers.choices else None,
        erasure=None,
        faulty_form=at_fault,
    )
