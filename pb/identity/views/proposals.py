"""The other body's pages: what was proposed, its confirmation with the link to hand over, its refusal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import redirect, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act, Role
from pb.core.national_numbers import masked
from pb.errors import Forbidden
from pb.identity.forms import ConfirmingForm
from pb.identity.models import Proposal
from pb.identity.service import accounts, appointments
from pb.identity.service import iin as numbers
from pb.identity.service.roles import APPOINTING, APPOINTMENTS, LABELS
from pb.identity.views.blueprint import blueprint
from pb.identity.views.drawings import qr_code
from pb.web.access import access, allow
from pb.web.account import proved_recently
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, keys, notify, page, settings

KINDS: dict[str, LazyString] = {
    appointments.Kind.GIVE: lazy_gettext("A role is to be given"),
    appointments.Kind.END: lazy_gettext("A role is to be ended"),
    appointments.Kind.INVITE: lazy_gettext("Somebody is to be invited again"),
}


def labels(roles: Iterable[Role]) -> str:
    """The names of roles, of which any may act."""
    return " / ".join(str(LABELS[role]) for role in roles)


@blueprint.get("/roles/proposals/<uuid:proposal_id>")
@access(allow(*APPOINTING))
def show_proposal(proposal_id: UUID) -> str:
    act = current_act()
    return _page(act, appointments.get(act, proposal_id), ConfirmingForm())


@blueprint.post("/roles/proposals/<uuid:proposal_id>/confirm")
@access(allow(*APPOINTING), action=lazy_gettext("confirm, as the other body, that a role is given or ended"))
@fresh_proof("identity.show_proposal")
def confirm_proposal(proposal_id: UUID) -> Response:
    """The link stands on this answer alone: the confirmer hands it over in person."""
    act = current_act()
    proposal = appointments.get(act, proposal_id)
    form = ConfirmingForm()
    confirmed = form.submit(lambda: appointments.confirm(act, proposal))
    if confirmed is None:
        return _page(act, proposal, form), 422
    if not confirmed.anew:
        notify(_("You confirmed it: it is in force."))
        return redirect(url_for("identity.list_roles"))
    by_signature = settings().eds_trust is not None
    slip = None
    if not by_signature or form.link.data:
        slip = _slip(act, accounts.invite(act, proposal.person))
    return page(
        "identity/confirmed.html",
        proposal=proposal,
        label=LABELS[Role(proposal.role)],
        masked=_masked_iin(proposal),
        slip=slip,
    )


@blueprint.post("/roles/proposals/<uuid:proposal_id>/decline")
@access(allow(*APPOINTING), action=lazy_gettext("decline what was proposed about a role, or take it back"))
def decline_proposal(proposal_id: UUID) -> Response:
    act = current_act()
    appointments.decline(act, appointments.get(act, proposal_id))
    notify(_("Declined. Nothing has changed."))
    return redirect(url_for("identity.list_roles"))


@dataclass(frozen=True)
class Slip:
    """What is printed for somebody invited: `groups` of the code, and the link that holds it after #."""

    address: str
    groups: list[str]
    expires: datetime
    link: str
    drawing: Markup


def _slip(act: Act, code: str) -> Slip:
    address = f"{settings().base_url}{url_for('identity.invitation')}"
    link = f"{address}#{code}"
    drawing = qr_code(link, _("QR code of the invitation"))
    return Slip(address, code.split("-"), act.at + accounts.INVITATION_LIFE, link, drawing)


def _masked_iin(proposal: Proposal) -> str:
    return masked(numbers.unseal(proposal.person.iin_sealed, keys().seal))


def _page(act: Act, proposal: Proposal, form: ConfirmingForm) -> str:
    if settings().eds_trust is None:
        del form.link  # there is no other way in
    return page(
        "identity/proposal.html",
        proposal=proposal,
        kind=KINDS[proposal.kind],
        label=LABELS[Role(proposal.role)],
        labels=LABELS,
        confirmers=labels(APPOINTMENTS[Role(proposal.role)].confirms),
        masked=_masked_iin(proposal),
        against=_against(act, proposal),
        may_decline=act.holds(*_involved(proposal)),
        proved=proved_recently(),
        form=form,
    )


def _involved(proposal: Proposal) -> tuple[Role, ...]:
    row = APPOINTMENTS[Role(proposal.role)]
    return (*row.proposes, *row.confirms)


def _against(act: Act, proposal: Proposal) -> str:
    """Why the viewer may not confirm; empty when nothing stands against it."""
    try:
        appointments.require_confirmer(act, proposal)
    except Forbidden as refusal:
        return str(refusal.message)
    return ""
