"""Pages of the review, for the akim's office."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectChoice

from pb.act import Act, Role
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.cycles.service import duties_in
from pb.errors import Conflict, FieldRefusal
from pb.formats import language, named
from pb.identity.service.duties import Duty
from pb.programmes.service import programmes
from pb.proposals.models import CATEGORY_LABELS, STATE_LABELS, STATE_TAGS, Proposal, State
from pb.proposals.service import outcomes, proposals
from pb.reviews import service
from pb.reviews.forms import ReviewForm
from pb.web.access import TEXTS, access, allow
from pb.web.requests import Response, current_act, notify, page

blueprint = Blueprint("reviews", __name__)
LABELS = {"state_labels": STATE_LABELS, "state_tags": STATE_TAGS, "category_labels": CATEGORY_LABELS}


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/reviews")
@access(allow(Role.OFFICE))
def queue(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    return page(
        "reviews/queue.html",
        cycle=cycle,
        may_review=cycle.phase in {Phase.REVIEW, Phase.GATHERING},
        waiting=proposals.public(act, cycle, [State.SUBMITTED]),
        reviewed=proposals.public(act, cycle, [State.RETURNED, State.ACCEPTED, State.REFUSED, State.WITHDRAWN]),
        **LABELS,
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/reviews/<word:proposal_id>")
@access(allow(Role.OFFICE))
def edit(cycle_id: UUID, proposal_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = proposals.get(act, cycle, proposal_id)
    if not service.reviewable(cycle, proposal):
        raise Conflict(_("This proposal does not wait for review."))
    form = _form()
    form.cost.data = proposal.cost
    form.summary.data = service.summed_up(proposal)
    form.answer_until.data = service.usual_term(act, cycle)
    return _form_page(act, cycle, proposal, form)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/reviews/<word:proposal_id>")
@access(allow(Role.OFFICE), action=lazy_gettext("review a proposal"), largest_body=TEXTS)
def record(cycle_id: UUID, proposal_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = proposals.get(act, cycle, proposal_id)
    form = _form()
    form.submit(
        lambda: service.review(act, cycle, proposal, form.findings()),
        faults=lambda: _faults(act, cycle, proposal, form),
    )
    if form.errors:
        return _form_page(act, cycle, proposal, form), 422
    notify(_("The review is recorded."))
    return redirect(url_for("reviews.queue", cycle_id=cycle.id))


def _faults(act: Act, cycle: Cycle, proposal: Proposal, form: ReviewForm) -> list[FieldRefusal]:
    """Before a decision is chosen nobody knows whether it needs a reason: that it is missing is said alone."""
    found = list(service.faults(act, cycle, proposal, form.findings()))
    return [fault for fault in found if fault.field != "reason"] if form.verdict.errors else found


def _form() -> ReviewForm:
    form = ReviewForm()
    form.programme.choices = [
        SelectChoice("", _("Choose a programme")),
        *(
            SelectChoice(code, f"{code} {programme.name(language())}", optgroup=programme.group_name(language()))
            for code, programme in programmes().items()
        ),
    ]
    return form


def _form_page(act: Act, cycle: Cycle, proposal: Proposal, form: ReviewForm) -> str:
    return page(
        "reviews/form.html",
        cycle=cycle,
        proposal=proposal,
        rounds=outcomes.rounds(act, proposal),
        form=form,
        **LABELS,
    )


@duties_in(Phase.REVIEW, Phase.GATHERING, of=[Role.OFFICE])
def to_review(act: Act, cycle: Cycle) -> Iterator[Duty]:
    """In its own phase all that waits is one duty; afterwards each proposal whose author answered has its own days."""
    waiting = [one for one in proposals.public(act, cycle, [State.SUBMITTED]) if not proposals.is_own(act, one)]
    if cycle.phase == Phase.REVIEW:
        if waiting:
            many, url = _("Waiting: %(number)s", number=len(waiting)), url_for("reviews.queue", cycle_id=cycle.id)
            yield Duty(_("Review the proposals"), url, many, cycle.review_until)
        return
    for proposal in waiting:
        answer = outcomes.rounds(act, proposal)[-1].answer
        until = local(answer.at).date() + timedelta(days=outcomes.REVIEW_DAYS) if answer else None
        url = url_for("reviews.edit", cycle_id=cycle.id, proposal_id=proposal.id)
        yield Duty(_("Review what the author answered"), url, named(proposal.number, proposal.title), until)
