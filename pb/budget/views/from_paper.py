"""A budget that was decided on paper: the office takes it in from its decision, another body confirms it."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.budget.forms import TakeInForm
from pb.budget.models import Move, Version
from pb.budget.service import decisions, steps
from pb.budget.views.blueprint import blueprint
from pb.budget.views.deciding import kept, with_paper
from pb.budget.views.steps import ONE
from pb.budget.views.versions import version_in
from pb.formats import day, numbered
from pb.media.service.files import Received
from pb.web.access import PHOTOS, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page


@blueprint.get(f"{ONE}/take-in")
@access(allow(Role.OFFICE))
def write_taking_in(budget_id: UUID, version_id: UUID) -> str:
    act = current_act()
    version = version_in(act, budget_id, version_id)
    steps.require(act, version, Move.TAKEN)
    form = TakeInForm()
    form.maslikhat.data = act.territory.parent("kk")
    return _page(version, form)


@blueprint.post(f"{ONE}/take-in")
@access(
    allow(Role.OFFICE),
    action=lazy_gettext("take in a budget from its decision on paper"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def take_in(budget_id: UUID, version_id: UUID) -> Response:
    form = TakeInForm()

    def record(act: Act, paper: Received | None) -> Response:
        version = version_in(act, budget_id, version_id)
        whose = form.maslikhat.data or ""
        if not kept(form, paper, lambda: decisions.take_in(act, version, form.decided(), whose, paper)):
            return _page(version, form), 422
        notify(_("It is recorded. The maslikhat's secretary or the auditor compares it with the decision."))
        return redirect(_url(version))

    return with_paper(form, record, lambda act: steps.require(act, version_in(act, budget_id, version_id), Move.TAKEN))


@blueprint.post(f"{ONE}/confirm")
@access(allow(*steps.SECOND), action=lazy_gettext("confirm a budget that was taken in from paper"))
def confirm(budget_id: UUID, version_id: UUID) -> Response:
    act = current_act()
    version = version_in(act, budget_id, version_id)
    steps.require(act, version, Move.APPROVED)
    decision = decisions.of_version(act, version)
    told = [_("From now on this budget is in force here. Its lines and the decision stay as they are.")]
    facts = (
        [
            (_("Maslikhat"), decision.maslikhat),
            (_("Decision"), f"{numbered(decision.reference)}, {day(decision.decided_on)}"),
        ]
        if decision is not None
        else []
    )
    if asked := ask_first(
        _("Are number, date, document and every line as decided?"), told, _("They are: confirm it"), facts=facts
    ):
        return asked
    decisions.confirm(act, version)
    notify(_("The budget is in force. Everywhere it says that it was taken in from paper."))
    return redirect(_url(version))


def _page(version: Version, form: TakeInForm) -> str:
    return page("budget/take_in.html", version=version, budget=version.budget, form=form)


def _url(version: Version) -> str:
    return url_for("budget.show_version", budget_id=version.budget_id, version_id=version.id)
