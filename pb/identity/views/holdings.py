"""Pages of roles: who holds which, and proposals to give or end one, or to invite somebody of the staff again."""

from collections.abc import Iterator
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.errors import FieldRefusal
from pb.formats import language
from pb.identity.forms import AppointmentForm, EndingForm, InvitingForm, LookForm, ReasonedForm
from pb.identity.models import Grant, Person, Proposal
from pb.identity.service import accounts, appointments, holdings
from pb.identity.service.roles import (
    APPOINTING,
    ICONS,
    LABELS,
    OF_A_POLL,
    PROPOSING,
    excluded_by_role,
    given_in,
    row_of,
)
from pb.identity.views.blueprint import blueprint
from pb.identity.views.proposals import KINDS, labels
from pb.web.access import access, allow
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, keys, notify, page


@blueprint.route("/<okrug:okrug>/roles", methods=["GET", "POST"])
@access(allow(*APPOINTING), reads=True)
def list_roles() -> str:
    """Every grant by role, the roles folded; with a name to look for, those of people so called, unfolded."""
    act = current_act()
    today = local(act.at).date()
    form = LookForm()
    sought = (form.name.data or "").strip().casefold() if request.method == "POST" and form.validate() else ""
    grants = [row for row in holdings.ever_of_staff(act) if sought in row[1].name.casefold()]
    proposals = appointments.every(act)
    return page(
        "identity/roles.html",
        waiting=[(proposal, KINDS[proposal.kind]) for proposal in proposals if proposal.decision is None],
        mine=appointments.confirmable(act),
        decided=[(proposal, KINDS[proposal.kind]) for proposal in proposals if proposal.decision is not None],
        by_role=[
            (LABELS[role], ICONS[role], those)
            for role in Role
            if (those := [(grant, person) for grant, person in grants if grant.role == role])
        ],
        look=form,
        sought=sought,
        today=today,
        labels=LABELS,
        may_give=act.holds(*PROPOSING),
        here=act.territory.id,
        above={one.id: one.name(language()) for one in holdings.above(act)},
        may_end=lambda grant: appointments.may_propose(act, Role(grant.role), grant.person_id),
        may_invite=lambda person: appointments.may_invite(act, person),
    )


@blueprint.get("/<okrug:okrug>/roles/new")
@access(allow(*PROPOSING))
@fresh_proof("identity.new_role")
def new_role() -> Response:
    act = current_act()
    return _new_page(act, _appointment_form(act))


@blueprint.post("/<okrug:okrug>/roles/new")
@access(allow(*PROPOSING), action=lazy_gettext("propose to give somebody a role"))
@fresh_proof("identity.new_role")
def propose_role() -> Response:
    """No link is made here: whoever proposes never sees one."""
    act = current_act()
    form = _appointment_form(act)

    def propose() -> Proposal:
        with act.session.begin_nested():
            person = accounts.add_person(act, keys(), iin=form.iin.iin, name=form.name.data)
            return appointments.propose_giving(act, person, form.terms(), name=form.name.data, reason=_reason_of(form))

    def faults() -> Iterator[FieldRefusal]:
        person = accounts.find(act.session, form.iin.known, keys()) if form.iin.known else None
        role = Role(form.role.data) if form.role.data and not form.role.errors else None
        yield from appointments.faults_of_giving(act, person, role, since=form.since.data, until=form.until.data)

    proposal = form.submit(propose, faults=faults)
    if proposal is None:
        return _new_page(act, form), 422
    return _proposed(act, proposal)


def _may_propose(act: Act) -> list[Role]:
    """The roles that the table lets the actor propose."""
    rows = given_in(act.territory.kind)
    return [role for role in Role if role in rows and act.holds(*rows[role].proposes)]


def _appointment_form(act: Act) -> AppointmentForm:
    """Offers what the actor may propose; what somebody else may is refused by the service, in its own words."""
    form = AppointmentForm(data={"since": local(act.at).date()})
    offered = _may_propose(act)
    form.role.choices = [choice for choice in form.role.choices if not choice.value or choice.value in offered]
    if Role.TRUSTEE not in offered:
        del form.body
    _ask_reason(act, form, needed=bool(OF_A_POLL.intersection(offered)))
    return form


def _ask_reason(act: Act, form: ReasonedForm, *, needed: bool) -> None:
    """Asks for the reason where a poll is under way and the role matters for it, and else not at all."""
    form.reason_needed = needed and appointments.reason_needed(act)
    if not form.reason_needed:
        del form.reason


def _reason_of(form: ReasonedForm) -> str:
    return (form.reason.data or "") if "reason" in form else ""


def _new_page(act: Act, form: AppointmentForm) -> str:
    return page(
        "identity/appoint.html",
        form=form,
        confirmers=[(LABELS[role], labels(row_of(act.territory.kind, role).confirms)) for role in _may_propose(act)],
        excluding=[
            (LABELS[role], ", ".join(str(LABELS[one]) for one in others)) for role, others in excluded_by_role()
        ],
        poll=form.reason_needed,
    )


@blueprint.get("/<okrug:okrug>/roles/<word:grant_id>/end")
@access(allow(*PROPOSING))
@fresh_proof("identity.ask_end")
def ask_end(grant_id: UUID) -> Response:
    act = current_act()
    grant = holdings.get(act, grant_id)
    form = EndingForm(data={"last_day": local(act.at).date()})
    _ask_reason(act, form, needed=Role(grant.role) in OF_A_POLL)
    return _grant_page("identity/end_role.html", act, grant, form)


@blueprint.post("/<okrug:okrug>/roles/<word:grant_id>/end")
@access(allow(*PROPOSING), action=lazy_gettext("propose to end somebody's role"))
@fresh_proof("identity.ask_end")
def end_role(grant_id: UUID) -> Response:
    act = current_act()
    grant = holdings.get(act, grant_id)
    form = EndingForm()
    _ask_reason(act, form, needed=Role(grant.role) in OF_A_POLL)
    proposal = form.submit(
        lambda: appointments.propose_ending(
            act, grant, last_day=form.last_day.data, basis=form.basis.data, reason=_reason_of(form)
        ),
        {"role": "basis"},
        lambda: holdings.faults_of_last_day(act, grant, form.last_day.data) if form.last_day.data else (),
    )
    if proposal is None:
        return _grant_page("identity/end_role.html", act, grant, form), 422
    return _proposed(act, proposal)


@blueprint.get("/<okrug:okrug>/roles/<word:grant_id>/invite")
@access(allow(*PROPOSING))
@fresh_proof("identity.ask_invite")
def ask_invite(grant_id: UUID) -> Response:
    act = current_act()
    grant, form = holdings.get(act, grant_id), InvitingForm()
    person = act.session.get_one(Person, grant.person_id)
    _ask_reason(act, form, needed=appointments.role_of_inviting(act, person) in OF_A_POLL)
    return _grant_page("identity/invite_again.html", act, grant, form)


@blueprint.post("/<okrug:okrug>/roles/<word:grant_id>/invite")
@access(allow(*PROPOSING), action=lazy_gettext("propose to invite again somebody who lost password or telephone"))
@fresh_proof("identity.ask_invite")
def invite_again(grant_id: UUID) -> Response:
    act = current_act()
    grant = holdings.get(act, grant_id)
    form = InvitingForm()
    person = act.session.get_one(Person, grant.person_id)
    _ask_reason(act, form, needed=appointments.role_of_inviting(act, person) in OF_A_POLL)
    proposal = form.submit(
        lambda: appointments.propose_inviting(act, person, basis=form.basis.data, reason=_reason_of(form)),
        {"role": "basis"},
    )
    if proposal is None:
        return _grant_page("identity/invite_again.html", act, grant, form), 422
    return _proposed(act, proposal)


def _grant_page(template: str, act: Act, grant: Grant, form: EndingForm | InvitingForm) -> str:
    person = act.session.get_one(Person, grant.person_id)
    inviting = isinstance(form, InvitingForm)
    role = appointments.role_of_inviting(act, person) if inviting else Role(grant.role)
    return page(
        template,
        grant=grant,
        person=person,
        label=LABELS[Role(grant.role)],
        confirmers=labels(row_of(act.territory.kind, role).confirms),
        form=form,
    )


def _proposed(act: Act, proposal: Proposal) -> Response:
    confirmers = labels(appointments.row_for(act, proposal).confirms)
    notify(_("Proposed. Another body must confirm it: %(roles)s", roles=confirmers))
    return redirect(url_for("identity.list_roles"))
