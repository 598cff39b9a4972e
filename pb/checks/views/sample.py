"""The sample: the drawn text, whom to visit (for the commission, each look logged), and the answers."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectChoice

from pb.act import Act, Role
from pb.checks.forms import AnswerForm
from pb.checks.models import Answer
from pb.checks.service import rules, sample
from pb.checks.views.blueprint import blueprint
from pb.checks.views.show import blank, checks_page
from pb.cycles.models import Cycle
from pb.polls.models import Poll
from pb.polls.service import state
from pb.web.access import access, allow
from pb.web.requests import Response, current_act, notify, page

ANSWERS = {
    Answer.VOTED: lazy_gettext("Voted"),
    Answer.DID_NOT_VOTE: lazy_gettext("Did not vote"),
    Answer.NOT_FOUND: lazy_gettext("Not found"),
}


@blueprint.post("/cycles/<uuid:cycle_id>/poll/checks/draw")
@access(allow(Role.SECRETARY), action=lazy_gettext("record the text drawn for the sample of participants"))
def draw_sample(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = blank("draw", filled=True)
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
    return page("checks/sample.html", cycle=cycle, poll=poll, rows=None, form=None, faulty_form=None)


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
    form = _form(act, number, filled=True)
    sample.require_unanswered(act, poll, number)  # no page has a form for it that could be shown again
    colleagues = {str(person.id): person for person in sample.colleagues(act)}
    recorded = form.submit(
        lambda: (
            sample.answer(act, cycle, poll, number, Answer(form.answer.data), colleagues.get(form.second.data or ""))
            is None
        )
    )
    if recorded is None:
        return _sample_page(act, cycle, poll, (number, form)), 422
    return _sample_page(act, cycle, poll)


def _form(act: Act, number: int, *, filled: bool = False) -> AnswerForm:
    """One form for each person; the ids of their fields have the person's number."""
    form = AnswerForm() if filled else AnswerForm(formdata=None)
    form.answer.id, form.second.id = f"answer-{number}", f"second-{number}"
    form.answer.choices = [SelectChoice(answer.value, label) for answer, label in ANSWERS.items()]
    form.second.choices = [SelectChoice(str(person.id), person.name) for person in sample.colleagues(act)]
    return form


def _sample_page(act: Act, cycle: Cycle, poll: Poll, faulty: tuple[int, AnswerForm] | None = None) -> str:
    rows = []
    for entry, given in sample.look(act, cycle, poll):
        form = faulty[1] if faulty and faulty[0] == entry.number else _form(act, entry.number)
        rows.append((entry, ANSWERS[Answer(given.answer)] if given else None, None if given else form))
    return page("checks/sample.html", cycle=cycle, poll=poll, rows=rows, faulty_form=faulty[1] if faulty else None)
