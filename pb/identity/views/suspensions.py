"""Pages on which two bodies suspend an account, or let it in again."""

from collections.abc import Iterator
from uuid import UUID

from flask import redirect, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.core.national_numbers import masked
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.identity.forms import SuspensionForm
from pb.identity.models import Person, Suspension
from pb.identity.service import accounts, suspensions
from pb.identity.service import iin as numbers
from pb.identity.service.roles import APPOINTING, LABELS, PROPOSING
from pb.identity.service.suspensions import Kind
from pb.identity.views.blueprint import blueprint
from pb.identity.views.proposals import labels
from pb.web.access import access, allow
from pb.web.account import proved_recently
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, keys, notify, page

KINDS: dict[str, LazyString] = {
    Kind.SUSPEND: lazy_gettext("An account is to be suspended"),
    Kind.RESUME: lazy_gettext("A suspended account is to be let in again"),
}


@blueprint.get("/<okrug:okrug>/suspensions")
@access(allow(*APPOINTING))
def list_suspensions() -> str:
    act = current_act()
    every = [(one, KINDS[one.kind], LABELS[Role(one.role)]) for one in suspensions.every(act)]
    return page("identity/suspensions.html", every=every, may_propose=act.holds(*PROPOSING))


@blueprint.get("/<okrug:okrug>/suspensions/new")
@access(allow(*PROPOSING))
@fresh_proof("identity.ask_suspension")
def ask_suspension() -> Response:
    return page("identity/suspend.html", form=SuspensionForm())


@blueprint.post("/<okrug:okrug>/suspensions/new")
@access(allow(*PROPOSING), action=lazy_gettext("propose to suspend an account, or to let it in again"))
@fresh_proof("identity.ask_suspension")
def propose_suspension() -> Response:
    act = current_act()
    form = SuspensionForm()

    def found() -> Person:
        return suspensions.of_here(act, accounts.find(act.session, form.iin.iin, keys()))

    def propose() -> Suspension:
        try:
            return suspensions.propose(act, found(), Kind(form.kind.data), basis=form.basis.data)
        except Conflict as conflict:  # what was typed stays before whoever typed it
            raise FieldRefusal("iin", conflict.message) from conflict

    def faults() -> Iterator[FieldRefusal]:
        if form.iin.known is None:
            return
        try:
            person = found()
        except FieldRefusal as unknown:
            yield unknown
            return
        if form.kind.data and not form.kind.errors:
            yield from suspensions.faults(act, person, Kind(form.kind.data))

    suspension = form.submit(propose, faults=faults)
    if suspension is None:
        return page("identity/suspend.html", form=form), 422
    confirms = suspensions.row_for(act, suspension).confirms
    notify(_("Proposed. Another body must confirm it: %(roles)s", roles=labels(confirms)))
    return redirect(url_for("identity.list_suspensions"))


@blueprint.get("/<okrug:okrug>/suspensions/<number:suspension_id>")
@access(allow(*APPOINTING))
def show_suspension(suspension_id: UUID) -> str:
    act = current_act()
    suspension = suspensions.get(act, suspension_id)
    row = suspensions.row_for(act, suspension)
    return page(
        "identity/suspension.html",
        suspension=suspension,
        kind=KINDS[suspension.kind],
        label=LABELS[Role(suspension.role)],
        labels=LABELS,
        confirmers=labels(row.confirms),
        masked=masked(numbers.unseal(suspension.person.iin_sealed, keys().seal)),
        against=_against(act, suspension),
        may_decline=act.holds(*row.proposes, *row.confirms),
        own=act.person is not None and act.person.id == suspension.proposed_by,
        proved=proved_recently(),
    )


@blueprint.post("/<okrug:okrug>/suspensions/<number:suspension_id>/confirm")
@access(allow(*APPOINTING), action=lazy_gettext("confirm, as the other body, that an account is suspended or let in"))
@fresh_proof("identity.show_suspension")
def confirm_suspension(suspension_id: UUID) -> Response:
    act = current_act()
    suspensions.confirm(act, suspensions.get(act, suspension_id))
    notify(_("You confirmed it: it is in force."))
    return redirect(url_for("identity.list_suspensions"))


@blueprint.post("/<okrug:okrug>/suspensions/<number:suspension_id>/decline")
@access(allow(*APPOINTING), action=lazy_gettext("decline that an account is suspended or let in, or take it back"))
def decline_suspension(suspension_id: UUID) -> Response:
    act = current_act()
    suspensions.decline(act, suspensions.get(act, suspension_id))
    notify(_("Declined. Nothing has changed."))
    return redirect(url_for("identity.list_suspensions"))


def _against(act: Act, suspension: Suspension) -> str:
    """Why the viewer may not confirm; empty when nothing stands against it."""
    try:
        suspensions.require_confirmer(act, suspension)
    except Forbidden as refusal:
        return str(refusal.message)
    return ""
