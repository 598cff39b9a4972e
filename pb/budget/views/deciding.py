"""Decisions that put budgets in force: the maslikhat's on the raion's page, the akim's own on a version's."""

from collections.abc import Callable
from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.budget.forms import DecisionForm
from pb.budget.models import Decision, Kind, Move, Version
from pb.budget.service import decisions, steps
from pb.budget.views.blueprint import blueprint
from pb.budget.views.steps import ONE
from pb.budget.views.versions import version_in
from pb.db import by_id
from pb.errors import FieldRefusal, NotFound, refuse_all
from pb.media.models import Paper
from pb.media.service.files import PAPER_FAULTS, Received
from pb.territory.service import addresses
from pb.web import places, received
from pb.web.access import EVERYBODY, PHOTOS, access, allow
from pb.web.requests import Response, current_act, notify, page

CHOOSE_AGAIN = lazy_gettext("Choose the file once more: it is not kept while the form is put right.")


DECIDING = (Role.AKIM, Role.DEPUTY)
"""The akim of the own decision; a deputy of the maslikhat's, which the secretary records on the raion's page."""


@blueprint.get(f"{ONE}/decide")
@access(allow(*DECIDING))
def write_decision(budget_id: UUID, version_id: UUID) -> str:
    act = current_act()
    version = version_in(act, budget_id, version_id)
    steps.require(act, version, _move(version))
    return _decision_page(version, DecisionForm())


@blueprint.post(f"{ONE}/decide")
@access(
    allow(*DECIDING),
    action=lazy_gettext("record the decision on the budget"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def decide(budget_id: UUID, version_id: UUID) -> Response:
    form = DecisionForm()

    def record(act: Act, paper: Received | None) -> Response:
        version = version_in(act, budget_id, version_id)
        if not kept(form, paper, lambda: _decide(act, version, form, paper)):
            return _decision_page(version, form), 422
        notify(_("The decision is recorded: this version is in force."))
        return redirect(url_for("budget.show_version", budget_id=budget_id, version_id=version_id))

    def require(act: Act) -> None:
        version = version_in(act, budget_id, version_id)
        steps.require(act, version, _move(version))

    return with_paper(form, record, require)


def _move(version: Version) -> Move:
    """Who decides it: the akim what needs no maslikhat."""
    return Move.DECIDED if version.kind in {Kind.CORRECTION, Kind.QUARTER} else Move.APPROVED


def _decide(act: Act, version: Version, form: DecisionForm, paper: Received | None) -> Decision:
    if _move(version) is Move.DECIDED:
        return decisions.decide(act, version, form.decided(), paper)
    return decisions.approve(act, version.budget.first_year, form.decided(), [version.id], paper)


@blueprint.get("/<okrug:okrug>/budget-decisions/<number:budget_decision_id>")
@access(EVERYBODY)
def show_decision(budget_decision_id: UUID) -> str:
    act = current_act()
    decision = act.session.get(Decision, budget_decision_id)
    if decision is None or decision.territory_id != act.territory.id:
        raise NotFound
    adopted = decisions.adopted_by(act, decision)
    places.expect(place for place, _there in addresses.among(act.session, {there.id for there, _one in adopted}))
    papers = by_id(act.session, Paper, [decision.paper_id])
    return page(
        "budget/decision.html",
        decision=decision,
        adopted=adopted,
        paper=papers.get(decision.paper_id) if decision.paper_id else None,
        faults={fault.value: told for fault, told in PAPER_FAULTS.items()},
    )


def with_paper(
    form: DecisionForm,
    record: Callable[[Act, Received | None], Response],
    allowed: Callable[[Act], object] | None = None,
) -> Response:
    """The form with its paper, if one came; what is wrong with it stays with the form (`kept`)."""

    def recorded(act: Act, paper: Received | None, fault: FieldRefusal | None) -> Response:
        form.paper_fault = fault
        return record(act, paper)

    return received.with_file(form.paper, received.paper, recorded, allowed)


def kept(form: DecisionForm, paper: Received | None, verb: Callable[[], Decision]) -> bool:
    """Whether the decision was recorded; else each fault stands at its field."""
    fault: FieldRefusal | None = form.paper_fault

    def record() -> Decision:
        refuse_all([fault] if fault is not None else [])
        return verb()

    if form.submit(record, faults=lambda: [fault] if fault is not None else []) is not None:
        return True
    if paper is not None:
        form.refuse(FieldRefusal("paper", CHOOSE_AGAIN))
    return False


def _decision_page(version: Version, form: DecisionForm) -> str:
    by_akim = _move(version) is Move.DECIDED
    return page("budget/decide.html", version=version, budget=version.budget, form=form, by_akim=by_akim)
