"""Objections: anybody writes one, the office answers, everybody reads numbers and answers, page by page."""

from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.errors import NotFound
from pb.polls.service import state
from pb.voting.forms import AnswerForm, FindObjectionForm, ObjectionForm
from pb.voting.models import Objection
from pb.voting.service import objections as voter_objections
from pb.voting.service import term
from pb.voting.views.blueprint import blueprint
from pb.voting.views.voters import voter_or_kiosk_here
from pb.web.access import A_TEXT, EVERYBODY, access, allow
from pb.web.final import ask_first
from pb.web.limits import if_there_is_room, limited_writing, written
from pb.web.paging import pager_at
from pb.web.requests import Response, current_act, notify, page, settings
from pb.web.sent import Before, made_before, makes, shown_once


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/objections")
@access(EVERYBODY)
def objections(cycle_id: UUID) -> str:
    act = current_act()
    return _objections_page(act, cycles.get(act, cycle_id), ObjectionForm(formdata=None))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/objections")
@if_there_is_room(voter_or_kiosk_here)
@limited_writing(voter_or_kiosk_here)
@access(EVERYBODY, action=lazy_gettext("object to something about the vote"), largest_body=A_TEXT)
def object_to(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = ObjectionForm()
    if before := made_before(act, form.text.data or ""):
        return _objections_page(act, cycle, form, before=before), 409
    objection = form.submit(
        lambda: voter_objections.object_to(act, poll, text=form.text.data, contact=form.contact.data or ""),
        faults=lambda: voter_objections.faults(act, poll, form.text.data or ""),
    )
    if objection is None:
        return _objections_page(act, cycle, form), 422
    written()
    makes(act, str(objection.number), form.text.data)
    found_at = url_for("voting.objections", cycle_id=cycle.id, number=objection.number)
    shown_once(found_at, _("The objection is sent. Its number is %(number)s: write it down.", number=objection.number))
    return page(
        "voting/objected.html",
        cycle=cycle,
        poll=poll,
        objection=objection,
        due=voter_objections.answer_due(act, cycle, objection.made_at),
        found_at=found_at,
        site=settings().base_url.partition("://")[2],
    )


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/objections/<int:number>")
@access(allow(Role.OFFICE), action=lazy_gettext("answer an objection"), largest_body=A_TEXT)
def answer_objection(cycle_id: UUID, number: int) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    objection = voter_objections.find(act, poll, number)
    if objection is None:
        raise NotFound
    form = AnswerForm()

    def filled() -> str:
        return _objections_page(act, cycle, ObjectionForm(formdata=None), (objection, form))

    if not form.validate():
        return filled(), 422
    told = [form.answer.data, _("An objection is answered once. Everybody reads the answer.")]
    if asked := ask_first(_("Send this answer?"), told, _("Send the answer"), filled=filled):
        return asked
    voter_objections.answer_objection(act, poll, objection, form.answer.data)
    notify(_("The answer is recorded."))
    return redirect(url_for("voting.objections", cycle_id=cycle.id, number=number))


def _objections_page(
    act: Act,
    cycle: Cycle,
    form: ObjectionForm,
    faulty: tuple[Objection, AnswerForm] | None = None,
    before: Before | None = None,
) -> str:
    poll = state.require(act, cycle)
    finding = FindObjectionForm(request.args)
    sought = faulty[0].number if faulty else (finding.number.data if finding.validate() else None)
    waiting = "waiting" in request.args
    shown = voter_objections.page(act, poll, request.args.get("page", 1, type=int), sought=sought, waiting=waiting)
    days = term.of_poll(act, cycle, poll)
    answers = {}
    if act.holds(Role.OFFICE):
        answers = {
            objection.number: faulty[1] if faulty and faulty[0] is objection else AnswerForm(formdata=None)
            for objection in shown.objections
            if objection.answered_at is None
        }
    return page(
        "voting/objections.html",
        cycle=cycle,
        poll=poll,
        form=form,
        before=before,
        term=days,
        due=voter_objections.answer_due(act, cycle, act.at),
        over=days.is_over(local(act.at).date()),
        finding=finding,
        objections=shown.objections,
        missing=sought is not None and all(objection.number != sought for objection in shown.objections),
        total=shown.total,
        waiting=waiting,
        answers=answers,
        reads=act.holds(Role.OFFICE, Role.AUDITOR),
        pager=pager_at(shown.number, shown.pages, lambda other: _page_url(cycle, other, waiting=waiting)),
    )


def _page_url(cycle: Cycle, number: int, *, waiting: bool) -> str:
    return url_for("voting.objections", cycle_id=cycle.id, page=number, waiting=1 if waiting else None)
