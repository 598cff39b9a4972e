"""Who convenes a meeting publishes its papers: judged in no transaction, as all files are; they hang on its page."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectChoice

from pb.act import Act
from pb.errors import FieldRefusal
from pb.gatherings.models import MATTER_LABELS, Gathering, Matter, Question
from pb.gatherings.service import meetings
from pb.materials import service
from pb.materials.forms import MaterialForm
from pb.media.service.files import PAPER_FAULTS, Received
from pb.web.access import PHOTOS, SIGNED_IN, access
from pb.web.parts import Place, hangs
from pb.web.received import missing, needed, paper, with_file
from pb.web.requests import Response, current_act, notify, page

blueprint = Blueprint("materials", __name__)


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/materials")
@access(SIGNED_IN)
def choose(gathering_id: UUID) -> str:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    service.require_publishing(act, gathering)
    return page("materials/add.html", gathering=gathering, form=_form(gathering))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/materials")
@access(SIGNED_IN, action=lazy_gettext("publish a paper of a meeting"), largest_body=PHOTOS, own_transaction=True)
def publish(gathering_id: UUID) -> Response:
    return with_file(
        MaterialForm().paper,
        paper,
        lambda act, file, fault: _published(act, gathering_id, file, fault),
        lambda act: service.require_publishing(act, meetings.get(act, gathering_id)),
    )


def _published(act: Act, gathering_id: UUID, file: Received | None, fault: FieldRefusal | None) -> Response:
    gathering = meetings.get(act, gathering_id)
    form = _form(gathering)

    def put() -> bool:
        received = needed(file, fault)
        called = replace(received, name=form.title.data or received.name)
        service.publish(act, gathering, called, form.position())
        return True

    if form.submit(put, faults=lambda: missing(file, fault)) is None:
        return page("materials/add.html", gathering=gathering, form=form), 422
    notify(_("The paper is looked at, and stands on the page of the meeting in a moment."))
    return redirect(url_for("gatherings.show", gathering_id=gathering.id))


def _form(gathering: Gathering) -> MaterialForm:
    form = MaterialForm()
    form.point.choices = [
        SelectChoice("", _("The whole meeting")),
        *(SelectChoice(str(question.position), _called(question)) for question in gathering.questions),
    ]
    return form


def _called(question: Question) -> str:
    """A point by its number, its matter and what was written of it; a project stands on the page with its title."""
    matter = Matter(question.matter)
    label = str(MATTER_LABELS[matter]) if matter in MATTER_LABELS and matter is not Matter.OTHER else ""
    told = ": ".join(part for part in (label, question.text) if part)
    return " ".join((_("Point %(number)s", number=question.position), told)).strip()


@hangs(Place.MEETING)
def of_a_meeting(act: Act, gathering: Gathering) -> str:
    """The papers of a meeting, and the way to publish one."""
    papers, may_publish = service.of(act, gathering), service.may_publish(act, gathering)
    if not papers and not may_publish:
        return ""
    faults = {fault.value: told for fault, told in PAPER_FAULTS.items()}
    return render_template(
        "materials/_part.html",
        gathering=gathering,
        papers=papers,
        may_publish=may_publish,
        faults=faults,
    )
