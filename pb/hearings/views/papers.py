"""The akim or the office publishes a paper of the draft: judged in no transaction, as all files are."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.errors import FieldRefusal
from pb.hearings import service
from pb.hearings.forms import PaperForm
from pb.hearings.service import ANSWERING, finding
from pb.hearings.views.blueprint import blueprint
from pb.media.service.files import Received
from pb.web import received, sent
from pb.web.access import PHOTOS, access, allow
from pb.web.requests import Response, begin_work, current_act, notify, page


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/hearing/papers")
@access(allow(*ANSWERING))
def choose_paper(gathering_id: UUID) -> str:
    act = current_act()
    gathering = finding.get(act, gathering_id)
    service.require_publishing(act, gathering)
    return page("hearings/paper.html", gathering=gathering, form=PaperForm())


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/hearing/papers")
@access(
    allow(*ANSWERING),
    action=lazy_gettext("publish a paper of a hearing"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def publish(gathering_id: UUID) -> Response:
    with begin_work(writing=False) as act:
        service.require_publishing(act, finding.get(act, gathering_id))
        person = str(act.person.id) if act.person else ""
    form = PaperForm()
    paper, fault = received.paper(form.paper, person)
    try:
        with begin_work(writing=True) as act:
            return sent.once(act, lambda: _published(act, gathering_id, form, paper, fault))
    finally:
        received.let_go_unless_known(paper)


def _published(
    act: Act, gathering_id: UUID, form: PaperForm, paper: Received | None, fault: FieldRefusal | None
) -> Response:
    gathering = finding.get(act, gathering_id)

    def put() -> bool:
        if fault is not None or paper is None:
            raise fault or FieldRefusal("paper", _("Choose a file."))
        service.publish(act, gathering, paper)
        return True

    if form.submit(put, faults=lambda: [fault] if fault is not None else []) is None:
        return page("hearings/paper.html", gathering=gathering, form=form), 422
    notify(_("The paper is looked at, and stands on the page of the hearing in a moment."))
    return redirect(url_for("hearings.show", gathering_id=gathering.id))
