"""Pages of roles: who holds which, giving one with its document, ending one with its document."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.identity.forms import AppointmentForm, EndingForm
from pb.identity.models import Grant, Person
from pb.identity.service import accounts, holdings
from pb.identity.service.roles import LABELS
from pb.identity.views.blueprint import blueprint
from pb.web.access import access, allow
from pb.web.requests import Response, current_act, keys, notify, page, settings


@blueprint.get("/roles")
@access(allow(*holdings.APPOINTING))
def list_roles() -> str:
    act = current_act()
    today = local(act.at).date()
    return page(
        "identity/roles.html",
        grants=[(grant, person, LABELS[Role(grant.role)]) for grant, person in holdings.ever_of_staff(act)],
        today=today,
        viewer_id=act.person.id if act.person else None,
        may_end=lambda grant: act.holds(Role.ADMINISTRATOR) or grant.role != Role.ADMINISTRATOR,
    )


@blueprint.get("/roles/new")
@access(allow(*holdings.APPOINTING))
def new_role() -> str:
    return page("identity/appoint.html", form=AppointmentForm(data={"since": local(current_act().at).date()}))


@blueprint.post("/roles/new")
@access(allow(*holdings.APPOINTING), action=lazy_gettext("give somebody a role"))
def appoint() -> Response:
    """Whoever has no account yet gets one, and an invitation that stands on this answer alone."""
    act = current_act()
    form = AppointmentForm()

    def appoint_person() -> tuple[Person, str | None]:
        with act.session.begin_nested():
            person = accounts.add_person(act, keys(), iin=form.iin.iin, name=form.name.data)
            holdings.appoint(act, person, form.terms())
            return person, _link(act, person)

    appointed = form.submit(appoint_person)
    if appointed is None:
        return page("identity/appoint.html", form=form), 422
    person, link = appointed
    if link is None:
        notify(_("The role is given."))
        return redirect(url_for("identity.list_roles"))
    return page("identity/appointed.html", person=person, label=LABELS[form.terms().role], link=link)


def _link(act: Act, person: Person) -> str | None:
    """An invitation for whoever has no password yet."""
    if person.password_hash is not None:
        return None
    return f"{settings().base_url}{url_for('identity.invitation')}#{accounts.invite(act, person)}"


@blueprint.get("/roles/<uuid:grant_id>/end")
@access(allow(*holdings.APPOINTING))
def ask_end(grant_id: UUID) -> str:
    act = current_act()
    form = EndingForm(data={"last_day": local(act.at).date()})
    return _end_page(act, holdings.get(act, grant_id), form)


@blueprint.post("/roles/<uuid:grant_id>/end")
@access(allow(*holdings.APPOINTING), action=lazy_gettext("end somebody's role"))
def end_role(grant_id: UUID) -> Response:
    act = current_act()
    grant = holdings.get(act, grant_id)
    form = EndingForm()
    form.submit(lambda: holdings.end(act, grant, last_day=form.last_day.data, basis=form.basis.data))
    if form.errors:
        return _end_page(act, grant, form), 422
    notify(_("The role is ended."))
    return redirect(url_for("identity.list_roles"))


def _end_page(act: Act, grant: Grant, form: EndingForm) -> str:
    person = act.session.get_one(Person, grant.person_id)
    return page("identity/end_role.html", grant=grant, person=person, label=LABELS[Role(grant.role)], form=form)
