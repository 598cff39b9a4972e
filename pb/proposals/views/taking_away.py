"""The page that takes a picture or a paper off a proposal that was handed in."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import refuse_all
from pb.proposals.forms import TakeAwayForm
from pb.proposals.models import Proposal
from pb.proposals.service import proposals as service
from pb.proposals.service import taking_away
from pb.proposals.views.blueprint import blueprint
from pb.web.access import A_TEXT, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/proposals/<word:proposal_id>/take-away/<word:attachment>")
@access(allow(Role.RESIDENT, Role.OFFICE))
def look_over_taking_away(cycle_id: UUID, proposal_id: UUID, attachment: str) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = service.get(act, cycle, proposal_id)
    return _page(act, cycle, proposal, attachment, TakeAwayForm(formdata=None))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/proposals/<word:proposal_id>/take-away/<word:attachment>")
@access(
    allow(Role.RESIDENT, Role.OFFICE),
    action=lazy_gettext("take a picture or a paper off a proposal: one's own, or as its office with a reason"),
    largest_body=A_TEXT,
)
def take_away(cycle_id: UUID, proposal_id: UUID, attachment: str) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = service.get(act, cycle, proposal_id)
    taking_away.find(act, cycle, proposal, attachment)  # before what is wrong with the form
    form = TakeAwayForm()
    if taking_away.may_as_author(act, cycle, proposal):
        del form.why, form.words, form.language
        form.validate()
        reason = None
    else:
        reason = form.reason()
        form.submit(
            lambda: refuse_all(taking_away.faults(cycle, reason)), faults=lambda: taking_away.faults(cycle, reason)
        )
    if form.errors:
        return _page(act, cycle, proposal, attachment, form), 422
    told = [_("It is seen nowhere any more. The history of the proposal says that it was taken away.")]
    verb, asks = _("Take it away"), _("Take this picture or paper away?")
    if asked := ask_first(asks, told, verb, filled=lambda: _page(act, cycle, proposal, attachment, form)):
        return asked
    taking_away.take_away(act, cycle, proposal, attachment, reason)
    notify(_("It is taken away."))
    return redirect(url_for("proposals.show", cycle_id=cycle.id, proposal_id=proposal.id))


def _page(act: Act, cycle: Cycle, proposal: Proposal, attachment: str, form: TakeAwayForm) -> str:
    found = taking_away.find(act, cycle, proposal, attachment)
    own = taking_away.may_as_author(act, cycle, proposal)
    return page(
        "proposals/take_away.html",
        cycle=cycle,
        proposal=proposal,
        form=form,
        found=found,
        own=own,
        in_the_vote=cycle.phase == Phase.VOTING,
    )
