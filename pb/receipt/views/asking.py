"""A question from a line of the receipt: asked by a resident, answered by the office, read by whom it concerns."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.classification import service as classification
from pb.clock import local
from pb.core.budget.codes import Code
from pb.core.receipt import PROGRAMME_DEPTH
from pb.errors import Conflict, NotFound
from pb.formats import language
from pb.receipt.forms import AnsweringForm, QuestionForm
from pb.receipt.models import LineQuestion
from pb.receipt.service import asking
from pb.receipt.service.words import signed
from pb.receipt.views.blueprint import blueprint
from pb.receipt.views.pages import of_a_village, receipt_of
from pb.web.access import A_TEXT, EVERYBODY, access, allow
from pb.web.requests import Response, current_act, notify, page


class Asked(NamedTuple):
    """A question as a list shows it: its line by name, what falls to each, by how many days it is late."""

    question: LineQuestion
    line: str
    each: str
    late: int


@blueprint.get("/<okrug:okrug>/receipt/<number:budget_id>/ask")
@access(allow(Role.RESIDENT))
def write_question(budget_id: UUID) -> str:
    return _form(current_act(), budget_id, QuestionForm())


@blueprint.post("/<okrug:okrug>/receipt/<number:budget_id>/ask")
@access(allow(Role.RESIDENT), action=lazy_gettext("ask of a line of the receipt"), largest_body=A_TEXT)
def ask(budget_id: UUID) -> Response:
    act, form = current_act(), QuestionForm()
    receipt = receipt_of(act, budget_id)
    code = request.args.get("code", "")

    def record() -> LineQuestion:
        words, tongue = form.words.data or "", form.language.data or "kk"
        return asking.ask(act, receipt, code, words, tongue, allowed=bool(form.allowed.data))

    question = form.submit(record)
    if question is None:
        return _form(act, budget_id, form), 422
    notify(_("The question is with the akim's office. You will be told of the answer."))
    return redirect(url_for("receipt.show_question", line_question_id=question.id))


@blueprint.get("/<okrug:okrug>/receipt/questions")
@access(EVERYBODY)
def list_questions() -> str:
    """What was published, how much waits and what is late; to who asked or answers their own as well."""
    act = of_a_village()
    waiting = asking.waiting(act)
    reads = act.holds(*asking.READING)
    return page(
        "receipt/questions.html",
        published=_asked(act, asking.published(act)),
        waiting=_asked(act, waiting) if reads else [],
        number_waiting=len(waiting),
        overdue=[(one.number, days) for one, days in asking.overdue(act, waiting)],
        own=_asked(act, asking.own(act)),
        may_answer=act.holds(Role.OFFICE),
    )


@blueprint.get("/<okrug:okrug>/receipt/questions/<number:line_question_id>")
@access(EVERYBODY)
def show_question(line_question_id: UUID) -> str:
    """A question that is not published is there for who asked and for who answers or watches, and for no others."""
    act = of_a_village()
    question = _found(act, line_question_id)
    form = None
    if act.holds(Role.OFFICE) and question.answered_at is None:
        form = AnsweringForm(published=question.allowed)
    return _question(act, question, form)


@blueprint.post("/<okrug:okrug>/receipt/questions/<number:line_question_id>")
@access(allow(Role.OFFICE), action=lazy_gettext("answer a question from the receipt"), largest_body=A_TEXT)
def answer(line_question_id: UUID) -> Response:
    act, form = current_act(), AnsweringForm()
    question = _found(act, line_question_id)
    if question.answered_at is not None:
        raise Conflict(_("This question is answered already."))

    def record() -> bool:
        words, tongue = form.words.data or "", form.language.data or "kk"
        asking.answer(act, question, words, tongue, published=bool(form.published.data))
        return True

    if form.submit(record) is None:
        return _question(act, question, form), 422
    notify(_("The answer is given. Who asked is told of it."))
    return redirect(url_for("receipt.list_questions"))


def _form(act: Act, budget_id: UUID, form: QuestionForm) -> str:
    receipt = receipt_of(act, budget_id)
    code = request.args.get("code", "")
    line = asking.line_of(receipt, code)
    if line is None:
        raise NotFound
    return page(
        "receipt/ask.html",
        receipt=receipt,
        code=code,
        line=_name(act, receipt.year, code),
        each=signed(line.amount) if receipt.known else "",
        whole=signed(line.row.amount),
        form=form,
    )


def _question(act: Act, question: LineQuestion, form: AnsweringForm | None) -> str:
    [asked] = _asked(act, [question])
    return page("receipt/question.html", asked=asked, question=question, whole=signed(question.amount), form=form)


def _found(act: Act, question_id: UUID) -> LineQuestion:
    question = act.session.get(LineQuestion, question_id)
    if question is None or question.territory_id != act.territory.id or not asking.may_read(act, question):
        raise NotFound
    return question


def _asked(act: Act, some: Sequence[LineQuestion]) -> list[Asked]:
    today = local(act.at).date()
    return [
        Asked(
            one,
            _name(act, one.year, one.code),
            signed(one.per_resident) if one.per_resident is not None else "",
            max(0, asking.late(one, today)) if one.answered_at is None else 0,
        )
        for one in some
    ]


def _name(act: Act, year: int, code: str) -> str:
    """The line in the reader's language, under its programme; the whole where a question is of no line."""
    if not code:
        return str(_("All spending"))
    known, tongue, levels = classification.codes(act, year), language(), Code.read(code)
    name = known.name(code, tongue) or code
    if levels.depth <= PROGRAMME_DEPTH:
        return name
    return f"{known.name(levels.up(PROGRAMME_DEPTH).text, tongue)}: {name}"
