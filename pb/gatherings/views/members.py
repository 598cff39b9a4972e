"""The page of the assembly's members, where the akim's office records them."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import FieldRefusal, NotFound
from pb.formats import day, numbered
from pb.gatherings.forms import MemberForm
from pb.gatherings.models import OFFICE_LABELS, Member, Office
from pb.gatherings.service import composition, decided, members, membership
from pb.gatherings.service.decided import Elected
from pb.gatherings.service.membership import Waiting
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
    return _members_page(act, _filled_in(act) if act.holds(Role.OFFICE) else None)


@blueprint.post("/<okrug:okrug>/assembly")
@access(allow(Role.OFFICE), action=lazy_gettext("record a member of the assembly"))
def add_member() -> Response:
    act = current_act()
    form = _member_form(act)

    def ask_or_record() -> str | Member:
        election = form.election()
        membership.check(act, election)
        return _ask_whether_so_many(act, form) or membership.record(act, election)

    answer = form.submit(ask_or_record, faults=lambda: _faults(act, form))
    if answer is None:
        return _members_page(act, form), 422
    if isinstance(answer, str):
        return answer
    notify(_("The member counts once another body has confirmed the record."))
    return redirect(url_for("gatherings.list_members"))


def _faults(act: Act, form: MemberForm) -> Iterator[FieldRefusal]:
    """What the service finds beside the form's own faults."""
    if form.term_from.data and form.term_until.data:
        yield from membership.faults_of_term(act, form.term_from.data, form.term_until.data)
        yield from membership.faults_of_office(act, form.office.data, form.term_from.data, form.term_until.data)
        if not form.office.errors:
            yield from membership.faults_of_person(act, form.election())
            first_day = (form.term_from.data, form.electing_document.data or "")
            yield from decided.faults_of_first_day(act, form.name.data or "", form.settlement.data, *first_day)


def _ask_whether_so_many(act: Act, form: MemberForm) -> str | None:
    """The page that asks where the member would be one more than the population allows."""
    day = max(form.term_from.data, local(act.at).date())
    told = composition.allowed(act, day)
    if told is None or not composition.is_full(act, day):
        return None
    return ask_first(
        _("Record one more member?"),
        [told, _("The member counts once another body has confirmed the record.")],
        _("Record the member"),
        undone=_("Until it is confirmed, the record can be taken back."),
        filled=lambda: _members_page(act, form),
    )


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
            "term_until": membership.longest(act, begins),
            "electing_document": f"{numbered(one.minutes.number)}, {day(meets_at)}",
        }
    )
    settlements.offer(form.settlement, act)
    return form


def _called(one: Elected) -> str:
    """What somebody elected is called in the address: `12-3-1`, meeting, point and number among the candidates."""
    return f"{one.minutes.gathering.number}-{one.question.position}-{one.candidate.number}"


def _members_page(act: Act, form: MemberForm | None) -> str:
    found, waits = members.current(act), membership.endings(act)

    seen: set[UUID] = set()

    def waiting(rows: Iterable[Waiting]) -> list[tuple[Waiting, bool, bool, int]]:
        """Each with what the reader may do, and of how many: what was recorded in one step is pressed once."""
        return [pressed(one) for one in rows]

    def pressed(one: Waiting) -> tuple[Waiting, bool, bool, int]:
        if one.together in seen:
            return one, False, False, 1
        seen.update({one.together} if one.together is not None else ())
        may_confirm, may_let_go = membership.may_confirm(act, one), membership.may_let_go(act, one)
        return one, may_confirm, may_let_go, len(membership.in_one_step(act, one))

    return page(
        "gatherings/members.html",
        waiting=waiting(membership.waiting(act)),
        endings=waiting(waits.values()),
        to_end={one.id for one in found if membership.may_end(act, one, waits)},
        allowed=composition.allowed(act) if form is not None else None,
        members=found,
        claimable={member.id for member in found if members.may_claim(act, member)},
        own=members.own(act),
        sees_unjoined=act.holds(Role.OFFICE, Role.CHAIR, Role.SECRETARY),
        differences=list(composition.differences(act)),
        form=form,
        not_recorded=[(_called(one), one) for one in decided.not_recorded(act)] if form is not None else [],
        electing=list({one.question.id: one.question for one in decided.not_recorded(act)}.values())
        if form is not None
        else [],
        not_in_force=decided.not_in_force(act) if form is not None else [],
        office_labels=OFFICE_LABELS,
    )
