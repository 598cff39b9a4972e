"""What the akim's office recorded of the assembly's members is confirmed by another body, or let go."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Role
from pb.clock import local
from pb.formats import day
from pb.gatherings.forms import EndingForm
from pb.gatherings.models import Member
from pb.gatherings.service import membership
from pb.gatherings.service.membership import CONFIRMING, Waiting
from pb.gatherings.views.blueprint import blueprint
from pb.web.access import access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page

EITHER = allow(Role.OFFICE, *CONFIRMING)
OF_ONE = 2  # the new term of one person, and the end of the one that it follows
ADDRESS = "/<okrug:okrug>/assembly/<number:member_id>"


@blueprint.post(f"{ADDRESS}/confirm")
@access(allow(*CONFIRMING), action=lazy_gettext("confirm a member of the assembly"))
def confirm_member(member_id: UUID) -> Response:
    act = current_act()
    member = membership.get(act, member_id)
    told = [
        *(said for one in membership.in_one_step(act, member) for said in _told(one)),
        _("From now on the member counts for the quorum and votes."),
    ]
    whole = len(membership.in_one_step(act, member)) > OF_ONE
    asked = membership.may_confirm(act, member) and ask_first(
        _("Confirm the new composition?") if whole else _("Confirm this member?"),
        told,
        _("Confirm the composition") if whole else _("Confirm the member"),
    )
    if asked:
        return asked
    membership.confirm(act, member)
    notify(_("The member is confirmed."))
    return redirect(url_for("gatherings.list_members"))


@blueprint.post(f"{ADDRESS}/let-go")
@access(EITHER, action=lazy_gettext("let go of the record of a member"))
def let_go_of_member(member_id: UUID) -> Response:
    act = current_act()
    membership.let_go(act, membership.get(act, member_id))
    notify(_("The record is let go. The log keeps that it was there."))
    return redirect(url_for("gatherings.list_members"))


@blueprint.get(f"{ADDRESS}/end")
@access(allow(Role.OFFICE))
def plan_ending(member_id: UUID) -> str:
    act = current_act()
    member = membership.get(act, member_id)
    membership.require_ending(act, member)
    return _page(member, EndingForm(data={"last_day": local(act.at).date()}))


@blueprint.post(f"{ADDRESS}/end")
@access(allow(Role.OFFICE), action=lazy_gettext("record that a member's term ends"))
def end_term(member_id: UUID) -> Response:
    act = current_act()
    member = membership.get(act, member_id)
    membership.require_ending(act, member)
    form = EndingForm()
    recorded = form.submit(
        lambda: membership.record_ending(act, member, form.ending()),
        faults=lambda: membership.faults_of_ending(act, member, form.ending()),
    )
    if recorded is None:
        return _page(member, form), 422
    notify(_("The member counts until another body has confirmed that the term ends."))
    return redirect(url_for("gatherings.list_members"))


@blueprint.post(f"{ADDRESS}/end/confirm")
@access(allow(*CONFIRMING), action=lazy_gettext("confirm that a member's term ends"))
def confirm_ending(member_id: UUID) -> Response:
    act = current_act()
    ending = membership.ending_of(act, member_id)
    told = [
        *_of(ending.member),
        f"{ending.reason} ({ending.document})",
        _("Last day on which the member counts for the quorum and votes: %(day)s", day=day(ending.last_day)),
        _("Whoever is elected again is recorded anew."),
    ]
    asked = membership.may_confirm(act, ending) and ask_first(
        _("Confirm that this member's term ends?"), told, _("Confirm the end of the term")
    )
    if asked:
        return asked
    membership.confirm_ending(act, ending)
    notify(_("The end of the term is confirmed."))
    return redirect(url_for("gatherings.list_members"))


@blueprint.post(f"{ADDRESS}/end/let-go")
@access(EITHER, action=lazy_gettext("let go of the record that a member's term ends"))
def let_go_of_ending(member_id: UUID) -> Response:
    act = current_act()
    membership.let_go_of_ending(act, membership.ending_of(act, member_id))
    notify(_("The record is let go. The log keeps that it was there."))
    return redirect(url_for("gatherings.list_members"))


def _told(one: Waiting) -> tuple[str, ...]:
    """What is confirmed of a member: the new term, or the last day of the one that it follows."""
    if isinstance(one, Member):
        return _of(one)
    return one.member.name, one.reason, _("Last day of the term: %(day)s", day=day(one.last_day))


def _of(member: Member) -> tuple[str, str]:
    return member.name, f"{day(member.term_from)} – {day(member.term_until)}; {member.electing_document}"


def _page(member: Member, form: EndingForm) -> str:
    return page("gatherings/end_term.html", member=member, form=form)
