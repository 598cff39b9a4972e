"""Residents say whether a project is built and how good it is; the office reads their words and answers."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Role
from pb.cycles import service as cycles
from pb.web.access import A_TEXT, access, allow
from pb.web.requests import Response, current_act, notify, page
from pb.works import service
from pb.works.forms import AnswerForm, ReplyForm
from pb.works.models import OPINION_LABELS, RATING_LABELS
from pb.works.service import WRITING, answers
from pb.works.service.answers import READING
from pb.works.views.blueprint import blueprint


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/answer")
@access(allow(Role.RESIDENT))
def think_of_answer(cycle_id: UUID, proposal_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = service.get(act, cycle, proposal_id)
    _person, step = answers.require_answering(act, cycle, proposal)
    form = AnswerForm()
    if (own := answers.own(act, proposal)) is not None:
        form.opinion.data, form.rating.data = own.opinion, own.rating
        form.words.data, form.language.data = own.words, own.language
    return page("works/answer.html", cycle=cycle, proposal=proposal, form=form, until=step.answers_until)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/answer")
@access(
    allow(Role.RESIDENT),
    action=lazy_gettext("say whether a project is built, and how good it is"),
    largest_body=A_TEXT,
)
def give_answer(cycle_id: UUID, proposal_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = service.get(act, cycle, proposal_id)
    _person, step = answers.require_answering(act, cycle, proposal)
    form = AnswerForm()
    said = form.said()
    if form.submit(lambda: answers.give(act, cycle, proposal, said), faults=lambda: answers.faults(said)) is None:
        return page("works/answer.html", cycle=cycle, proposal=proposal, form=form, until=step.answers_until), 422
    notify(_("Your answer is counted. You can change it until its last day."))
    return redirect(url_for("works.show", cycle_id=cycle.id, proposal_id=proposal.id, _anchor="residents"))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/answers")
@access(allow(*READING))
def read_answers(cycle_id: UUID, proposal_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = service.get(act, cycle, proposal_id)
    return page(
        "works/answers.html",
        cycle=cycle,
        proposal=proposal,
        answers=answers.with_words(act, proposal),
        opinions=OPINION_LABELS,
        ratings=RATING_LABELS,
        may_reply=service.may_write(act, cycle),
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/answers/<number:answer>/reply")
@access(allow(*WRITING))
def write_reply(cycle_id: UUID, proposal_id: UUID, answer: str) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = service.get(act, cycle, proposal_id)
    row = answers.get(act, proposal, int(answer))
    answers.require_replying(act, cycle, row)
    return page("works/reply.html", cycle=cycle, proposal=proposal, answer=row, form=ReplyForm())


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/answers/<number:answer>/reply")
@access(allow(*WRITING), action=lazy_gettext("answer what a resident wrote of a project"), largest_body=A_TEXT)
def reply(cycle_id: UUID, proposal_id: UUID, answer: str) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = service.get(act, cycle, proposal_id)
    row = answers.get(act, proposal, int(answer))
    answers.require_replying(act, cycle, row)
    form = ReplyForm()
    words = form.said()
    replied = form.submit(
        lambda: answers.give_reply(act, cycle, row, words), faults=lambda: answers.faults_of_reply(words)
    )
    if replied is None:
        return page("works/reply.html", cycle=cycle, proposal=proposal, answer=row, form=form), 422
    notify(_("The resident is told the answer."))
    return redirect(url_for("works.read_answers", cycle_id=cycle.id, proposal_id=proposal.id))
