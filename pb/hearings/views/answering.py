"""The akim or the office answers an opinion, once."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.hearings import service
from pb.hearings.forms import AnswerForm
from pb.hearings.service import ANSWERING, finding
from pb.hearings.views.blueprint import blueprint
from pb.web.access import A_TEXT, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/hearing/opinions/<number:opinion_id>/answer")
@access(allow(*ANSWERING))
def write_answer(gathering_id: UUID, opinion_id: UUID) -> str:
    act = current_act()
    gathering = finding.get(act, gathering_id)
    opinion = finding.opinion(gathering, act, opinion_id)
    service.require_answering(act, gathering, opinion)
    return page("hearings/answer.html", gathering=gathering, opinion=opinion, form=AnswerForm())


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/hearing/opinions/<number:opinion_id>/answer")
@access(allow(*ANSWERING), action=lazy_gettext("answer an opinion of a hearing"), largest_body=A_TEXT)
def answer(gathering_id: UUID, opinion_id: UUID) -> Response:
    act = current_act()
    gathering = finding.get(act, gathering_id)
    opinion = finding.opinion(gathering, act, opinion_id)
    service.require_answering(act, gathering, opinion)
    form = AnswerForm()

    def filled() -> str:
        return page("hearings/answer.html", gathering=gathering, opinion=opinion, form=form)

    told = [_("Everybody reads the answer, and it is never changed.")]
    if form.validate() and (asked := ask_first(_("Answer so?"), told, _("Record the answer"), filled=filled)):
        return asked
    answered = form.submit(
        lambda: service.answer(act, gathering, opinion, form.verdict.data or "", form.words()),
        faults=lambda: service.faults_of_answer(form.verdict.data or "", form.words()),
    )
    if answered is None:
        return filled(), 422
    notify(_("The answer stands beside the opinion."))
    return redirect(url_for("hearings.show", gathering_id=finding.stands(act, gathering).id))
