"""The other body's pages: what was proposed, its confirmation with the link to hand over, its refusal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import redirect, url_for
from flask_babel import LazyString, force_locale, lazy_gettext
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act, Role
from pb.core.national_numbers import masked
from pb.errors import Forbidden
from pb.formats import moment
from pb.identity.forms import ConfirmingForm
from pb.identity.models import Proposal
from pb.identity.service import accounts, appointments
from pb.identity.service import iin as numbers
from pb.identity.service.roles import APPOINTING, LABELS
from pb.identity.views.blueprint import blueprint
from pb.identity.views.drawings import qr_code
from pb.web.access import access, allow
from pb.web.account import proved_recently
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, keys, notify, page, settings
from pb.web.sent import shown_once

ON_PAPER = ("kk", "ru")
KINDS: dict[str, LazyString] = {
    appointments.Kind.GIVE: lazy_gettext("A role is to be given"),
    appointments.Kind.END: lazy_gettext("A role is to be ended"),
    appointments.Kind.INVITE: lazy_gettext("Somebody is to be invited again"),
}


def labels(roles: Iterable[Role]) -> str:
    """The names of roles, of which any may act."""
    return ", ".join(str(LABELS[role]) for role in roles)


@blueprint.get("/<okrug:okrug>/roles/proposals/<number:appointment_id>")
@access(allow(*APPOINTING))
def show_proposal(appointment_id: UUID) -> str:
    act = current_act()
    return _page(act, appointments.get(act, appointment_id), ConfirmingForm())


@blueprint.post("/<okrug:okrug>/roles/proposals/<number:appointment_id>/confirm")
@access(allow(*APPOINTING), action=lazy_gettext("confirm, as the other body, that a role is given or ended"))
@fresh_proof("identity.show_proposal")
def confirm_proposal(appointment_id: UUID) -> Response:
    """The link stands on this answer alone: the confirmer hands it over in person."""
    act = current_act()
    proposal = appointments.get(act, appointment_id)
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
        slip = _slip(act, proposal, accounts.invite(act, proposal.person))
    shown_once(
        url_for("identity.list_roles"),
        _("You confirmed it. The first answer alone showed the invitation: if it is lost, let it be made anew."),
    )
    return page(
        "identity/confirmed.html",
        proposal=proposal,
        label=LABELS[Role(proposal.role)],
        masked=_masked_iin(proposal),
        slip=slip,
    )


@blueprint.post("/<okrug:okrug>/roles/proposals/<number:appointment_id>/decline")
@access(allow(*APPOINTING), action=lazy_gettext("decline what was proposed about a role, or take it back"))
def decline_proposal(appointment_id: UUID) -> Response:
    act = current_act()
    appointments.decline(act, appointments.get(act, appointment_id))
    notify(_("Declined. Nothing has changed."))
    return redirect(url_for("identity.list_roles"))


@dataclass(frozen=True)
class Slip:
    """What is printed for somebody invited, in both languages: whoever gets it reads one of them.

    `groups` are those of the code; the link holds it after #. `rows`: term and value, each in its languages;
    `steps` and they are pairs of language and text.
    """

    address: str
    groups: list[str]
    link: str
    drawing: Markup
    title: list[str]
    rows: list[tuple[list[tuple[str, str]], list[tuple[str, str]]]]
    steps: list[tuple[str, str]]


STEPS = lazy_gettext(
    "1. Hold your phone's camera to the picture, or open the address and write the code. 2. Choose a password. "
    "3. Set up an authenticator app that shows codes of six digits. It may be any, for example FreeOTP, Aegis or "
    "Google Authenticator. The code is for you alone: give it to nobody and send no photo of it."
)


def _slip(act: Act, proposal: Proposal, code: str) -> Slip:
    address = f"{settings().base_url}{url_for('identity.invitation')}"
    link = f"{address}#{code}"
    drawing = qr_code(link, _("QR code of the invitation"))
    expires = act.at + accounts.INVITATION_LIFE
    written = [_written(language, act, proposal, expires) for language in ON_PAPER]
    rows = [
        (_both(term for term, _value in row), _both(value for _term, value in row))
        for row in zip(*(rows for _title, rows, _steps in written), strict=True)
    ]
    steps = [(language, text) for language, (_title, _rows, text) in zip(ON_PAPER, written, strict=True)]
    return Slip(address, code.split("-"), link, drawing, [title for title, _rows, _steps in written], rows, steps)


def _written(language: str, act: Act, proposal: Proposal, expires: datetime) -> tuple[str, list[tuple[str, str]], str]:
    """Title, rows and steps of the slip in one language."""
    with force_locale(language):
        rows = [
            (_("Name"), proposal.person.name),
            (_("IIN"), _masked_iin(proposal)),
            (_("Role"), str(LABELS[Role(proposal.role)])),
            (_("Works until"), moment(expires)),
        ]
        return ", ".join((_("Invitation"), act.territory.name(language))), rows, str(STEPS)


def _both(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Language and text of each, once where they are the same."""
    by_text = {text: language for language, text in reversed(list(zip(ON_PAPER, texts, strict=True)))}
    return [(language, text) for text, language in reversed(by_text.items())]


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
        confirmers=labels(appointments.row_for(act, proposal).confirms),
        masked=_masked_iin(proposal),
        against=_against(act, proposal),
        may_decline=act.holds(*_involved(act, proposal)),
        own=act.person is not None and act.person.id == proposal.proposed_by,
        proved=proved_recently(),
        form=form,
    )


def _involved(act: Act, proposal: Proposal) -> tuple[Role, ...]:
    row = appointments.row_for(act, proposal)
    return (*row.proposes, *row.confirms)


def _against(act: Act, proposal: Proposal) -> str:
    """Why the viewer may not confirm; empty when nothing stands against it."""
    try:
        appointments.require_confirmer(act, proposal)
    except Forbidden as refusal:
        return str(refusal.message)
    return ""
