"""The page of the assembly's members, where the akim's office records them."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import NotFound
from pb.gatherings.forms import MemberForm
from pb.gatherings.models import OFFICE_LABELS
from pb.gatherings.service import composition, members
from pb.gatherings.views.blueprint import blueprint
from pb.web import settlements
from pb.web.access import EVERYBODY, SIGNED_IN, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/assembly")
@access(EVERYBODY)
def list_members() -> str:
    act = current_act()
    if act.territory.kind not in FOURTH_LEVEL:  # a raion or city has a maslikhat, which is none of these pages
        raise NotFound
    return _members_page(act, _member_form(act) if act.holds(Role.OFFICE) else None)


@blueprint.post("/<okrug:okrug>/assembly")
@access(allow(Role.OFFICE), action=lazy_gettext("record a member of the assembly"))
def add_member() -> Response:
    act = current_act()
    form = _member_form(act)
    form.submit(
        lambda: members.add(act, form.election()),
        faults=lambda: (
            members.faults_of_office(act, form.office.data, form.term_from.data, form.term_until.data)
            if form.term_from.data and form.term_until.data
            else ()
        ),
    )
    if form.errors:
        return _members_page(act, form), 422
    notify(_("The member is recorded."))
    return redirect(url_for("gatherings.list_members"))


@blueprint.post("/<okrug:okrug>/assembly/<number:member_id>/claim")
@access(SIGNED_IN, action=lazy_gettext("say which member of the assembly one is"))
def claim(member_id: UUID) -> Response:
    act = current_act()
    found = [member for member in members.current(act) if member.id == member_id and members.may_claim(act, member)]
    told = [*(member.name for member in found), _("Your account is this member's from then on. The log tells it.")]
    if found and (asked := ask_first(_("Are you this member?"), told, _("I am this member"))):
        return asked
    members.claim(act, member_id)
    notify(_("Your account is joined to the member."))
    return redirect(url_for("gatherings.list_members"))


@blueprint.post("/<okrug:okrug>/assembly/<number:member_id>/end")
@access(allow(Role.OFFICE), action=lazy_gettext("end a member's term"))
def end_term(member_id: UUID) -> Response:
    act = current_act()
    found = [member for member in members.current(act) if member.id == member_id]
    told = [
        *(member.name for member in found),
        _(
            "From tomorrow the member neither counts for the quorum nor votes. "
            "Whoever is elected again is recorded anew."
        ),
    ]
    if found and (asked := ask_first(_("End this member's term today?"), told, _("End the term today"))):
        return asked
    members.end_term(act, member_id, local(act.at).date())
    notify(_("The term has ended."))
    return redirect(url_for("gatherings.list_members"))


def _member_form(act: Act) -> MemberForm:
    form = MemberForm()
    settlements.offer(form.settlement, act)
    return form


def _members_page(act: Act, form: MemberForm | None) -> str:
    found = members.current(act)
    return page(
        "gatherings/members.html",
        members=found,
        claimable={member.id for member in found if members.may_claim(act, member)},
        own=members.own(act),
        differences=list(composition.differences(act)),
        form=form,
        office_labels=OFFICE_LABELS,
    )
