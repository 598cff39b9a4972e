"""The page of the assembly's members, where the akim's office records them."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import NotFound
from pb.formats import day, numbered
from pb.gatherings.forms import MemberForm
from pb.gatherings.models import OFFICE_LABELS, Office
from pb.gatherings.service import composition, decided, members
from pb.gatherings.service.decided import Elected
from pb.gatherings.views.blueprint import blueprint
from pb.web import settlements
from pb.web.access import EVERYBODY, SIGNED_IN, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page

YEARS_OF_A_TERM: Final = 4
"""Law of 23.01.2001 № 148, article 39-3: the assembly is elected for four years."""


@blueprint.get("/<okrug:okrug>/assembly")
@access(EVERYBODY)
def list_members() -> str:
    act = current_act()
    if act.territory.kind not in FOURTH_LEVEL:  # a raion or city has a maslikhat, which is none of these pages
        raise NotFound
    return _members_page(act, _filled_in(act) if act.holds(Role.OFFICE) else None)


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


def _filled_in(act: Act) -> MemberForm:
    """The form, filled in for the elected candidate that the address names."""
    wanted = request.args.get("elected", "")
    one = next((one for one in decided.not_recorded(act) if wanted and _called(one) == wanted), None)
    if one is None:
        return _member_form(act)
    meets_at = one.minutes.gathering.meets_at
    begins = local(meets_at).date()
    form = MemberForm(
        data={
            "name": one.candidate.name,
            "settlement": one.candidate.settlement,
            "office": Office.MEMBER,
            "term_from": begins,
            "term_until": _years_later(begins, YEARS_OF_A_TERM) - timedelta(days=1),
            "electing_document": f"{numbered(one.minutes.number)}, {day(meets_at)}",
        }
    )
    settlements.offer(form.settlement, act)
    return form


def _years_later(begins: date, years: int) -> date:
    """The same day; of 29 February the first of March."""
    try:
        return begins.replace(year=begins.year + years)
    except ValueError:
        return date(begins.year + years, 3, 1)


def _called(one: Elected) -> str:
    """What somebody elected is called in the address: `12-3-1`, meeting, point and number among the candidates."""
    return f"{one.minutes.gathering.number}-{one.question.position}-{one.candidate.number}"


def _members_page(act: Act, form: MemberForm | None) -> str:
    found = members.current(act)
    return page(
        "gatherings/members.html",
        members=found,
        today=local(act.at).date(),
        claimable={member.id for member in found if members.may_claim(act, member)},
        own=members.own(act),
        differences=list(composition.differences(act)),
        form=form,
        not_recorded=[(_called(one), one) for one in decided.not_recorded(act)] if form is not None else [],
        office_labels=OFFICE_LABELS,
    )
