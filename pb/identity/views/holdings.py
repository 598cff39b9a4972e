"""Pages of roles: who holds which, and proposals to give or end one, or to invite somebody of the staff again."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.identity.forms import AppointmentForm, EndingForm, InvitingForm
from pb.identity.models import Grant, Person, Proposal
from pb.identity.service import accounts, appointments, holdings
from pb.identity.service.roles import APPOINTING, APPOINTMENTS, LABELS, PROPOSING
from pb.identity.views.blueprint import blueprint
from pb.identity.views.proposals import KINDS, labels
from pb.web.access import access, allow
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, keys, notify, page


@blueprint.get("/roles")
@access(allow(*APPOINTING))
def list_roles() -> str:
    act = current_act()
    today = local(act.at).date()
    proposals = appointments.every(act)
    return page(
        "identity/roles.html",
        waiting=[(proposal, KINDS[proposal.kind]) for proposal in proposals if proposal.decision is None],
        decided=[(proposal, KINDS[proposal.kind]) for proposal in proposals if proposal.decision is not None],
        grants=[(grant, person, LABELS[Role(grant.role)]) for grant, person in holdings.ever_of_staff(act)],
        today=today,
        labels=LABELS,
        may_give=act.holds(*PROPOSING),
        may_end=lambda grant: appointments.may_propose(act, Role(grant.role), grant.person_id),
        may_invite=lambda person: appointments.may_propose(act, appointments.role_of_inviting(act, person), person.id),
    )


@blueprint.get("/roles/new")
@access(allow(*PROPOSING))
@fresh_proof("identity.new_role")
def new_role() -> Response:
    act = current_act()
    return _new_page(act, _appointment_form(act))


@blueprint.post("/roles/new")
@access(allow(*PROPOSING), action=lazy_gettext("propose to give somebody a role"))
@fresh_proof("identity.new_role")
def propose_role() -> Response:
    """No link is made here: whoever proposes never sees one."""
    act = current_act()
    form = _appointment_form(act)

    def propose() -> Proposal:
        with act.session.begin_nested():
            person = accounts.add_person(act, keys(), iin=form.iin.iin, name=form.name.data)
            return appointments.propose_giving(act, person, form.terms(), reason=form.reason.data or "")

    proposal = form.submit(propose)
    if proposal is None:
        return _new_page(act, form), 422
    return _proposed(proposal)


def _may_propose(act: Act) -> list[Role]:
    """The roles that the table lets the actor propose."""
    return [role for role in Role if role in APPOINTMENTS and act.holds(*APPOINTMENTS[role].proposes)]


def _appointment_form(act: Act) -> AppointmentForm:
    """Offers what the actor may propose; what somebody else may is refused by the service, in its own words."""
    form = AppointmentForm(data={"since": local(act.at).date()})
    offered = _may_propose(act)
    form.role.choices = [choice for choice in form.role.choices if not choice.value or choice.value in offered]
    return form


def _new_page(act: Act, form: AppointmentForm) -> str:
    return page(
        "identity/appoint.html",
        form=form,
        confirmers=[(LABELS[role], labels(APPOINTMENTS[role].confirms)) for role in _may_propose(act)],
        poll=appointments.reason_needed(act),
    )


@blueprint.get("/roles/<uuid:grant_id>/end")
@access(allow(*PROPOSING))
@fresh_proof("identity.ask_end")
def ask_end(grant_id: UUID) -> Response:
    act = current_act()
    form = EndingForm(data={"last_day": local(act.at).date()})
    return _grant_page("identity/end_role.html", act, holdings.get(act, grant_id), form)


@blueprint.post("/roles/<uuid:grant_id>/end")
@access(allow(*PROPOSING), action=lazy_gettext("propose to end somebody's role"))
@fresh_proof("identity.ask_end")
def end_role(grant_id: UUID) -> Response:
    act = current_act()
    grant = holdings.get(act, grant_id)
    form = EndingForm()
    proposal = form.submit(
        lambda: appointments.propose_ending(
            act, grant, last_day=form.last_day.data, basis=form.basis.data, reason=form.reason.data or ""
        ),
        {"role": "basis"},
    )
    if proposal is None:
        return _grant_page("identity/end_role.html", act, grant, form), 422
    return _proposed(proposal)


@blueprint.get("/roles/<uuid:grant_id>/invite")
@access(allow(*PROPOSING))
@fresh_proof("identity.ask_invite")
def ask_invite(grant_id: UUID) -> Response:
    act = current_act()
    return _grant_page("identity/invite_again.html", act, holdings.get(act, grant_id), InvitingForm())


@blueprint.post("/roles/<uuid:grant_id>/invite")
@access(allow(*PROPOSING), action=lazy_gettext("propose to invite again somebody who lost password or telephone"))
@fresh_proof("identity.ask_invite")
def invite_again(grant_id: UUID) -> Response:
    act = current_act()
    grant = holdings.get(act, grant_id)
    form = InvitingForm()
    person = act.session.get_one(Person, grant.person_id)
    proposal = form.submit(
        lambda: appointments.propose_inviting(act, person, basis=form.basis.data, reason=form.reason.data or ""),
        {"role": "basis"},
    )
    if proposal is None:
        return _grant_page("identity/invite_again.html", act, grant, form), 422
    return _proposed(proposal)


def _grant_page(template: str, act: Act, grant: Grant, form: EndingForm | InvitingForm) -> str:
    person = act.session.get_one(Person, grant.person_id)
    inviting = isinstance(form, InvitingForm)
    role = appointments.role_of_inviting(act, person) if inviting else Role(grant.role)
    return page(
        template,
        grant=grant,
        person=person,
        label=LABELS[Role(grant.role)],
        confirmers=labels(APPOINTMENTS[role].confirms),
        form=form,
    )


def _proposed(proposal: Proposal) -> Response:
    notify(
        _("Proposed. Another body must confirm it: %(roles)s", roles=labels(APPOINTMENTS[Role(proposal.role)].confirms))
    )
    return redirect(url_for("identity.list_roles"))
