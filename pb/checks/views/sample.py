"""The sample: the drawn text, whom to visit (for the commission, each look logged), answers and the second member."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from wtforms import SelectChoice

from pb.act import Act
from pb.checks.forms import AnswersForm, ConfirmAnswersForm
from pb.checks.models import Answer, SampleAnswer
from pb.checks.service import rules, sample
from pb.checks.views.blueprint import blueprint
from pb.checks.views.show import blank, checks_page, done
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal
from pb.formats import numbered
from pb.polls.models import Poll
from pb.polls.service import state
from pb.roll.models import Entry
from pb.web.access import TEXTS, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, begin_work, current_act, keys, page

ANSWERS = {
    Answer.VOTED: lazy_gettext("The person voted"),
    Answer.DID_NOT_VOTE: lazy_gettext("The person did not vote"),
    Answer.NOT_FOUND: lazy_gettext("The person was not found"),
}
Rows = Sequence[tuple[Entry, list[SampleAnswer]]]


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/draw")
@access(allow(*rules.WRITING), action=lazy_gettext("record the numbers drawn for the sample of participants"))
def draw_sample(cycle_id: UUID) -> Response:
    """Shows what was read first: a drawing that is recorded stays."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = blank(act, poll, "draw", filled=True)
    rules.require_closed(poll)  # before it no page has these forms to be shown again
    if form.step.data == "back":
        return checks_page(act, cycle, poll, ("draw", form))
    typed = {name: form[name].data or "" for name in ("text", "minutes_number", "copied")}

    def faults() -> Iterator[FieldRefusal]:
        return sample.faults(act, poll, **typed)

    if form.step.data == "record":
        if form.submit(lambda: sample.record_draw(act, cycle, poll, **typed), faults=faults) is None:
            return checks_page(act, cycle, poll, ("draw", form)), 422
        return done(cycle_id, _("Recorded. A second member, of another body, must confirm."))
    drawing = form.submit(lambda: sample.look_draw_over(act, poll, **typed), faults=faults)
    if drawing is None:
        return checks_page(act, cycle, poll, ("draw", form)), 422
    return page("checks/look_over_draw.html", cycle=cycle, form=form, drawing=drawing)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/draw/answer")
@access(
    allow(*rules.COMMISSION),
    action=lazy_gettext("confirm or refuse the numbers drawn for the sample, as a second member of another body"),
)
def answer_draw(cycle_id: UUID) -> Response:
    act = current_act()
    attempt = request.form.get("attempt", 0, type=int)
    agrees = request.form.get("answer") == "agrees"
    cycle, poll = state.of_cycle(act, cycle_id)
    if agrees and (asked := _ask_to_draw(act, poll, attempt)):
        return asked
    sample.answer_draw(act, cycle, poll, attempt, agrees=agrees)
    told = _("Confirmed. The sample is drawn.") if agrees else _("Refused. Other numbers are recorded beside them.")
    return done(cycle_id, told)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/sample")
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
        finished=not sample.unsettled(act, poll),
        hindrance=rules.hindrance(act, poll),
        faulty_form=None,
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/sample/answers")
@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/sample/confirm")
@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/checks/sample/<int:number>")
@access(allow(*rules.COMMISSION))
def come_back_to_sample(cycle_id: UUID, number: int = 0) -> Response:  # noqa: ARG001 - part of the address
    state.of_cycle(current_act(), cycle_id)
    return redirect(url_for("checks.ask_for_sample", cycle_id=cycle_id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/sample")
@access(allow(*rules.COMMISSION), action=lazy_gettext("see whom of the sample to visit"))
def see_sample(cycle_id: UUID) -> str:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return _show(act, cycle, poll, sample.look(act, cycle, poll, keys()))


# The list is shown with a form that is refused too. A page of refusal is rolled back, and the look would leave no trace
# in the log: these two have a transaction of their own.
@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/sample/answers")
@access(allow(*rules.COMMISSION), action=lazy_gettext("record what people of the sample said"), own_transaction=True)
def answer(cycle_id: UUID) -> Response:
    """Shows what was chosen first: a recorded answer stays."""
    with begin_work(writing=True) as act:
        cycle, poll = state.of_cycle(act, cycle_id)
        form: Any = AnswersForm()
        rows = sample.look(act, cycle, poll, keys())
        _answers_form(form, act, poll)
        if not form.answers.choices:
            raise Conflict(_("These answers were recorded already."))
        if form.step.data == "back":
            return _show(act, cycle, poll, rows, answering=form)
        chosen = form.submit(lambda: [_chosen(value) for value in form.answers.data or []])
        if chosen is None:
            return _show(act, cycle, poll, rows, answering=form), 422
        if form.step.data == "record":
            for number, said in chosen:
                sample.answer(act, cycle, poll, number, said)
            told = ngettext("Recorded: %(num)s answer.", "Recorded: %(num)s answers.", len(chosen))
            return done(cycle_id, " ".join((told, _("A second member must confirm."))), "checks.ask_for_sample")
        people = {entry.number: entry for entry, _given in rows}
        told_of = [(people[number], ANSWERS[said]) for number, said in chosen]
        return page("checks/look_over_answers.html", cycle=cycle, form=form, told_of=told_of)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/checks/sample/confirm")
@access(
    allow(*rules.COMMISSION),
    action=lazy_gettext("confirm answers of the sample, as the second member"),
    own_transaction=True,
    largest_body=TEXTS,
)
def confirm_answers(cycle_id: UUID) -> Response:
    with begin_work(writing=True) as act:
        cycle, poll = state.of_cycle(act, cycle_id)
        form = ConfirmAnswersForm()
        rows = sample.look(act, cycle, poll, keys())
        _offer(form, act, poll, rows)
        if not form.answers.choices:
            raise Conflict(_("There is nothing to confirm."))

        def filled() -> str:
            return _show(act, cycle, poll, rows, confirming=form)

        if form.validate() and (asked := _ask_to_confirm(act, poll, form.answers.data or [], filled)):
            return asked
        confirmed = form.submit(lambda: sample.confirm(act, cycle, poll, form.answers.data or []))
        if confirmed is None:
            return filled(), 422
        told = ngettext("Confirmed: %(num)s answer.", "Confirmed: %(num)s answers.", confirmed)
        return done(cycle_id, told, "checks.ask_for_sample")


def _ask_to_draw(act: Act, poll: Poll, attempt: int) -> str | None:
    """Nothing is asked of who would be refused anyway."""
    drawing = next((one for one in sample.attempts(act, poll) if one.attempt == attempt), None)
    if drawing is None or not sample.draw_answerable(act, poll) or sample.draw_hinders(act, poll) is not None:
        return None
    told = [
        _("Minutes № %(number)s", number=drawing.minutes_number),
        _("Drawn numbers: %(text)s", text=drawing.text),
        _("They choose who is visited or telephoned, and no other numbers are drawn."),
    ]
    return ask_first(_("Confirm these numbers?"), told, _("Confirm these numbers"))


def _ask_to_confirm(act: Act, poll: Poll, seen: Sequence[str], filled: Callable[[], str]) -> str | None:
    if not seen or not set(seen) <= {sample.named(row) for row in sample.confirmable(act, poll)}:
        return None
    told = [
        ngettext("You heard %(num)s answer too.", "You heard %(num)s answers too.", len(seen)),
        _("What two members heard counts. When everybody of the sample is settled, all read the counts."),
    ]
    return ask_first(_("Confirm these answers?"), told, _("Confirm these answers"), filled=filled)


def _chosen(value: str) -> tuple[int, Answer]:
    number, _colon, said = value.partition(":")
    return int(number), Answer(said)


def _answers_form(form: Any, act: Act, poll: Poll) -> Any:
    """Of whom this member may still write, each with every answer."""
    form.answers.choices = [
        SelectChoice(f"{number}:{answer}", label)
        for number in sample.answerable(act, poll)
        for answer, label in ANSWERS.items()
    ]
    return form


def _confirming(act: Act, poll: Poll, rows: Rows) -> Any:
    form = ConfirmAnswersForm(formdata=None)
    _offer(form, act, poll, rows)
    return form


def _offer(form: Any, act: Act, poll: Poll, rows: Rows) -> None:
    """What another member wrote, each answer with name and number, to be ticked by who heard it too."""
    form.answers.id = "confirmed"
    names = {entry.number: entry.name for entry, _given in rows}
    form.answers.choices = [
        SelectChoice(
            sample.named(row), f"{numbered(row.number)} {names.get(row.number, '')}: {ANSWERS[Answer(row.answer)]}"
        )
        for row in sample.confirmable(act, poll)
    ]


def _show(act: Act, cycle: Cycle, poll: Poll, rows: Rows, *, answering: Any = None, confirming: Any = None) -> str:
    """The list: who is still to be asked first, then who was, and what another member wrote."""
    mine = set(sample.answerable(act, poll))
    people = [(entry, [(row, ANSWERS[Answer(row.answer)]) for row in given]) for entry, given in rows]
    at_fault = next((form for form in (answering, confirming) if form is not None and form.errors), None)
    confirming = confirming or _confirming(act, poll, rows)
    return page(
        "checks/sample.html",
        cycle=cycle,
        poll=poll,
        rows=people,
        to_ask=[row for row in people if row[0].number in mine and not row[1]],
        heard=[row for row in people if row[0].number in mine and row[1]],
        asked=[row for row in people if row[0].number not in mine],
        choices=list(ANSWERS.items()),
        answering=answering or _answers_form(AnswersForm(formdata=None), act, poll),
        confirming=confirming if confirming.answers.choices else None,
        erasure=None,
        faulty_form=at_fault,
    )
