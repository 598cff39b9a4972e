"""Steps of a version by people: before the assembly, its decision named, sent up, considered, returned, withdrawn."""

from collections.abc import Callable
from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.budget.forms import ConsiderForm, ReturnForm, SendForm, SettleForm, WithdrawForm
from pb.budget.models import Kind, Move, Version
from pb.budget.service import steps
from pb.budget.views.blueprint import blueprint
from pb.budget.views.versions import version_in
from pb.clock import local
from pb.formats import day, numbered
from pb.gatherings.models import Outcome
from pb.web.access import A_TEXT, access, allow
from pb.web.final import ask_first
from pb.web.forms import Form
from pb.web.requests import Response, current_act, notify, page

ONE = "/<okrug:okrug>/budget/<number:budget_id>/versions/<number:version_id>"
AGREED = {
    Outcome.APPROVED: lazy_gettext("Meeting of %(day)s, question %(number)s: agreed"),
    Outcome.REJECTED: lazy_gettext("Meeting of %(day)s, question %(number)s: not agreed"),
}

AGREED_DRAFT = lazy_gettext("The assembly agreed the draft. Send it to the raion.")
AFTER_THE_ASSEMBLY = {Kind.CORRECTION: lazy_gettext("The assembly agreed the correction. The akim decides it now.")}


@blueprint.post(f"{ONE}/put")
@access(allow(*steps.MAY[Move.PUT]), action=lazy_gettext("put the draft budget before the assembly"))
def put(budget_id: UUID, version_id: UUID) -> Response:
    act = current_act()
    version = version_in(act, budget_id, version_id)
    steps.require(act, version, Move.PUT)
    told = [
        _("From now on the lines of this version stand. Who wants to change them makes a new version."),
        _("The assembly decides at a meeting whose agenda has the point “draft budget”."),
    ]
    if asked := ask_first(_("Put this version before the assembly?"), told, _("Put it before the assembly")):
        return asked
    steps.put(act, version)
    notify(_("The version lies before the assembly. Convene a meeting with the point “draft budget”."))
    return redirect(_url(version))


@blueprint.get(f"{ONE}/assembly")
@access(allow(*steps.MAY[Move.AGREED]))
def name_decision(budget_id: UUID, version_id: UUID) -> str:
    act = current_act()
    version = _for(act, budget_id, version_id, Move.AGREED)
    return _page("budget/settle.html", version, _settle_form(act, version))


@blueprint.post(f"{ONE}/assembly")
@access(allow(*steps.MAY[Move.AGREED]), action=lazy_gettext("name the assembly's decision on the budget"))
def settle(budget_id: UUID, version_id: UUID) -> Response:
    act = current_act()
    version = version_in(act, budget_id, version_id)
    form = _settle_form(act, version)

    def named() -> Move:
        chosen = form.question.data or ""
        known = {value for value, _label in form.question.choices or [] if value}
        return steps.settle(act, version, UUID(chosen) if chosen in known else None)

    move = form.submit(named)
    if move is None:
        return _page("budget/settle.html", version, form), 422
    notify(
        str(AFTER_THE_ASSEMBLY.get(Kind(version.kind), AGREED_DRAFT))
        if move is Move.AGREED
        else _("The assembly did not agree the draft. Make a new version.")
    )
    return redirect(_url(version))


@blueprint.get(f"{ONE}/send")
@access(allow(*steps.MAY[Move.SENT]))
def write_sending(budget_id: UUID, version_id: UUID) -> str:
    act = current_act()
    version = _for(act, budget_id, version_id, Move.SENT)
    form = SendForm()
    form.day.data = local(act.at).date()
    return _page("budget/send.html", version, form)


@blueprint.post(f"{ONE}/send")
@access(allow(*steps.MAY[Move.SENT]), action=lazy_gettext("send the draft budget to the raion"))
def send(budget_id: UUID, version_id: UUID) -> Response:
    act = current_act()
    version, form = version_in(act, budget_id, version_id), SendForm()
    return _done(
        version,
        form,
        "budget/send.html",
        lambda: steps.send(act, version, form.day.data, form.reference.data or ""),
        _("The draft lies at the raion."),
    )


@blueprint.get(f"{ONE}/consider")
@access(allow(*steps.MAY[Move.CONSIDERED]))
def write_considering(budget_id: UUID, version_id: UUID) -> str:
    act = current_act()
    version = _for(act, budget_id, version_id, Move.CONSIDERED)
    form = ConsiderForm()
    form.day.data = local(act.at).date()
    return _page("budget/consider.html", version, form)


@blueprint.post(f"{ONE}/consider")
@access(
    allow(*steps.MAY[Move.CONSIDERED]), action=lazy_gettext("record that the raion's commission considered the budget")
)
def consider(budget_id: UUID, version_id: UUID) -> Response:
    act = current_act()
    version, form = version_in(act, budget_id, version_id), ConsiderForm()
    return _done(
        version,
        form,
        "budget/consider.html",
        lambda: steps.consider(act, version, form.day.data),
        _("Recorded. The maslikhat decides next."),
    )


@blueprint.get(f"{ONE}/return")
@access(allow(*steps.MAY[Move.RETURNED], Role.AUDITOR))
def write_return(budget_id: UUID, version_id: UUID) -> str:
    act = current_act()
    version = _for(act, budget_id, version_id, Move.RETURNED)
    form = ReturnForm()
    form.day.data = local(act.at).date()
    return _page("budget/return.html", version, form)


@blueprint.post(f"{ONE}/return")
@access(
    allow(*steps.MAY[Move.RETURNED], Role.AUDITOR),
    action=lazy_gettext("return the budget with reasons"),
    largest_body=A_TEXT,
)
def send_back(budget_id: UUID, version_id: UUID) -> Response:
    act = current_act()
    version, form = version_in(act, budget_id, version_id), ReturnForm()
    return _done(
        version,
        form,
        "budget/return.html",
        lambda: steps.send_back(act, version, form.day.data, form.words.data or "", form.language.data or "kk"),
        _("The budget is returned. The office sees the reasons."),
    )


@blueprint.get(f"{ONE}/withdraw")
@access(allow(*steps.MAY[Move.WITHDRAWN]))
def write_withdrawal(budget_id: UUID, version_id: UUID) -> str:
    act = current_act()
    version = _for(act, budget_id, version_id, Move.WITHDRAWN)
    return _page("budget/withdraw.html", version, WithdrawForm())


@blueprint.post(f"{ONE}/withdraw")
@access(allow(*steps.MAY[Move.WITHDRAWN]), action=lazy_gettext("withdraw a version of the budget"), largest_body=A_TEXT)
def withdraw(budget_id: UUID, version_id: UUID) -> Response:
    act = current_act()
    version, form = version_in(act, budget_id, version_id), WithdrawForm()
    return _done(
        version,
        form,
        "budget/withdraw.html",
        lambda: steps.withdraw(act, version, form.words.data or "", form.language.data or "kk"),
        _("The version is withdrawn."),
    )


def _done(version: Version, form: Form, template: str, verb: Callable[[], None], told: str) -> Response:
    def take() -> bool:
        verb()
        return True

    if form.submit(take) is None:
        return _page(template, version, form), 422
    notify(told)
    return redirect(_url(version))


def _for(act: Act, budget_id: UUID, version_id: UUID, move: Move) -> Version:
    """The version, of which the actor may take this step now: who may not is told before anything is typed."""
    version = version_in(act, budget_id, version_id)
    steps.require(act, version, move)
    return version


def _settle_form(act: Act, version: Version) -> SettleForm:
    form = SettleForm()
    form.question.choices = [("", _("Choose a decision"))] + [
        (
            point.id.hex,
            AGREED[Outcome(point.outcome or "")]
            % {"day": day(local(point.gathering.meets_at).date()), "number": numbered(point.position)},
        )
        for point in steps.points_on(act, version)
    ]
    return form


def _page(template: str, version: Version, form: Form) -> str:
    return page(template, version=version, budget=version.budget, form=form)


def _url(version: Version) -> str:
    return url_for("budget.show_version", budget_id=version.budget_id, version_id=version.id)
