"""The secretary of the maslikhat registers a proposal, records the sitting, and answers."""

from collections.abc import Callable, Iterable
from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.errors import FieldRefusal, refuse_all
from pb.maslikhat import service
from pb.maslikhat.forms import AnsweringForm, ConsideringForm, ReceivingForm
from pb.maslikhat.models import Kind, Motion
from pb.maslikhat.service import finding
from pb.maslikhat.views.blueprint import blueprint
from pb.maslikhat.views.pages import motion_of
from pb.media.service.files import Received
from pb.web import received
from pb.web.access import PHOTOS, access, allow
from pb.web.forms import Form
from pb.web.requests import Response, current_act, notify, page

THE_SECRETARY = allow(Role.MASLIKHAT_SECRETARY)
CHOOSE_AGAIN = lazy_gettext("Choose the file once more: it is not kept while the form is put right.")


@blueprint.get("/<okrug:okrug>/maslikhat/<number:motion_id>/receive")
@access(THE_SECRETARY)
def register(motion_id: UUID) -> str:
    return _page("maslikhat/receive.html", motion_of(current_act(), motion_id, Kind.RECEIVED), ReceivingForm())


@blueprint.post("/<okrug:okrug>/maslikhat/<number:motion_id>/receive")
@access(THE_SECRETARY, action=lazy_gettext("register a proposal of an assembly"))
def receive(motion_id: UUID) -> Response:
    act = current_act()
    motion = finding.get(act, motion_id)
    form = ReceivingForm()
    return _said(
        motion,
        form,
        "maslikhat/receive.html",
        lambda: service.receive(act, motion, form.day.data, form.reference.data or ""),
        lambda: service.faults_of_step(act, service.last_step(act, motion), form.day.data, form.reference.data or ""),
    )


@blueprint.get("/<okrug:okrug>/maslikhat/<number:motion_id>/consider")
@access(THE_SECRETARY)
def tell_sitting(motion_id: UUID) -> str:
    return _page("maslikhat/consider.html", motion_of(current_act(), motion_id, Kind.CONSIDERED), ConsideringForm())


@blueprint.post("/<okrug:okrug>/maslikhat/<number:motion_id>/consider")
@access(THE_SECRETARY, action=lazy_gettext("record at which sitting a proposal was considered"))
def consider(motion_id: UUID) -> Response:
    act = current_act()
    motion = finding.get(act, motion_id)
    form = ConsideringForm()
    return _said(
        motion,
        form,
        "maslikhat/consider.html",
        lambda: service.consider(act, motion, form.day.data),
        lambda: service.faults_of_step(act, service.last_step(act, motion), form.day.data),
    )


@blueprint.get("/<okrug:okrug>/maslikhat/<number:motion_id>/answer")
@access(THE_SECRETARY)
def write_answer(motion_id: UUID) -> str:
    return _page("maslikhat/answer.html", motion_of(current_act(), motion_id, Kind.ANSWERED), AnsweringForm())


@blueprint.post("/<okrug:okrug>/maslikhat/<number:motion_id>/answer")
@access(
    THE_SECRETARY,
    action=lazy_gettext("record the maslikhat's answer to a proposal"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def answer(motion_id: UUID) -> Response:
    form = AnsweringForm()
    return received.with_file(
        form.paper,
        received.paper,
        lambda act, paper, fault: _answered(act, finding.get(act, motion_id), form, paper, fault),
        lambda act: finding.get(act, motion_id),
    )


def _answered(
    act: Act, motion: Motion, form: AnsweringForm, paper: Received | None, fault: FieldRefusal | None
) -> Response:

    def faults() -> list[FieldRefusal]:
        attached = paper is not None or fault is not None
        last = service.last_step(act, motion)
        found = service.faults_of_answer(act, last, form.answering(), with_paper=attached)
        return [*found, *([fault] if fault is not None else [])]

    def record() -> None:
        refuse_all(faults())
        service.answer(act, motion, form.answering(), paper)

    answered = _said(motion, form, "maslikhat/answer.html", record, faults)
    if form.errors and paper is not None:
        form.refuse(FieldRefusal("paper", CHOOSE_AGAIN))
        return _page("maslikhat/answer.html", motion, form), 422
    return answered


def _said(
    motion: Motion,
    form: Form,
    template: str,
    verb: Callable[[], None],
    faults: Callable[[], Iterable[FieldRefusal]],
) -> Response:
    def say() -> bool:
        verb()
        return True

    if form.submit(say, faults=faults) is None:
        return _page(template, motion, form), 422
    notify(_("It is recorded. The assembly and all residents see it."))
    return redirect(url_for("maslikhat.show", motion_id=motion.id))


def _page(template: str, motion: Motion, form: Form) -> str:
    return page(template, motion=motion, form=form)
