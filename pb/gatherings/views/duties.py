"""What waits around a meeting: for the chair who convenes it, the secretary who keeps it, both to confirm, the akim."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.cycles.models import Cycle, Phase
from pb.cycles.service import duties_in
from pb.formats import numbered
from pb.gatherings.documents.recorded import OF_MEETING
from pb.gatherings.models import CYCLE_LABELS, DISCUSSING, Correction, Gathering, Matter, State
from pb.gatherings.models.referrals import About, Step
from pb.gatherings.service import (
    adoption,
    calling_off,
    corrections,
    cycle_meetings,
    decided,
    meetings,
    members,
    membership,
    minutes,
    officers,
    referrals,
    scans,
    signing,
    standing,
)
from pb.gatherings.service.standing import Way
from pb.gatherings.views.meetings import what_may_be_done
from pb.gatherings.views.records import page_of
from pb.identity.service import holdings
from pb.identity.service.duties import Duty, duties_of
from pb.territory.service import tree
from pb.web.requests import settings

MEETING = (Phase.GATHERING, Phase.RESULT)
NEAR: Final = timedelta(days=1)
"""How long before the last day of the minutes their chair is reminded too."""
TellOfMeeting = Callable[[Act, Gathering], Iterable[Duty]]
ABOVE = {
    Step.SENT: lazy_gettext("Send the minutes to the maslikhat and the superior akim"),
    Step.DISCUSSED: lazy_gettext("Record the sitting of the maslikhat on minutes"),
    Step.DECIDED: lazy_gettext("Record the decision of the superior akim on minutes"),
    Step.CONFIRMED: lazy_gettext("Compare the decision of the superior akim and confirm it"),
}


@duties_in(*MEETING, of=[Role.OFFICE])
def members_to_record(act: Act, cycle: Cycle) -> Iterator[Duty]:  # noqa: ARG001 - one signature for all duties
    """Without members no meeting can be convened."""
    if not members.current(act) and not membership.waiting(act):
        okrug = tree.slug_of(act.session, act.territory.id)
        yield Duty(_("Record the members of the assembly"), url_for("gatherings.list_members", okrug=okrug))


@duties_of(*membership.CONFIRMING)
def members_to_confirm(act: Act) -> Iterator[Duty]:
    """What the office recorded of the assembly's members."""
    if act.territory.kind not in FOURTH_LEVEL:
        return
    url = url_for("gatherings.list_members", okrug=tree.slug_of(act.session, act.territory.id), _anchor="waiting")
    if names := [one.name for one in membership.waiting(act) if membership.may_confirm(act, one)]:
        yield Duty(_("Confirm the members of the assembly"), url, ", ".join(names))
    ending = [one for one in membership.endings(act).values() if not one.together and membership.may_confirm(act, one)]
    if names := [one.member.name for one in ending]:
        yield Duty(_("Confirm that a member's term ends"), url, ", ".join(names))


@duties_in(*MEETING, of=[Role.CHAIR])
def to_convene(act: Act, cycle: Cycle) -> Iterator[Duty]:
    matter = cycle_meetings.matter_of(cycle)
    if matter is None or not cycle_meetings.possible(act, cycle):
        return
    before = meetings.last(act, cycle, matter)
    ends = cycle.until(Phase(cycle.phase))
    until = ends - timedelta(days=cycle.notice_days) if ends is not None else None  # then the members are told in time
    if before is None:
        url = url_for("gatherings.plan", cycle_id=cycle.id, matter=matter)
        yield Duty(_("Convene the meeting"), url, str(CYCLE_LABELS[matter]), until)
    else:
        url = _at("gatherings.plan_again", before)
        yield Duty(_("Convene the meeting again"), url, _named(before), until)


@duties_of(Role.CHAIR, Role.OFFICE)
def to_convene_again(act: Act) -> Iterator[Duty]:
    """Outside a cycle: the assembly and its commission by the chair, what residents come to by the akim's office."""
    for gathering in meetings.to_hold_again(act):
        if act.holds(Role.CHAIR if gathering.of_members else Role.OFFICE):
            row = meetings.minutes_of(act, gathering) if gathering.state == State.CONFIRMED else None
            stands = standing.standing(act, row) if row else None
            if stands is not None and stands.way is standing.Way.REJECTED:
                continue  # the superior akim decided: that it may be discussed again asks nobody for it
            deed = _("Convene the second discussion") if row else _("Convene the meeting again")
            until = stands.due if stands is not None else None
            yield Duty(deed, _at("gatherings.plan_again", gathering), _named(gathering), until)


@duties_of(Role.CHAIR, Role.AKIM, Role.OFFICE)
def to_end(act: Act) -> Iterator[Duty]:
    """A meeting that nobody opened on its day has an end: not held, with a reason, or another day."""
    for gathering in calling_off.without_an_end(act):
        deed, day = _("Say what became of a meeting that nobody opened"), local(gathering.meets_at).date()
        yield Duty(deed, _at("gatherings.show", gathering), _named(gathering), day)


@duties_of(Role.OFFICE)
def elected_to_record(act: Act) -> Iterator[Duty]:
    """Until they are members of the assembly, no list has them, and no quorum counts them."""
    waiting = decided.not_recorded(act)
    for question in {one.question.id: one.question for one in waiting}.values():
        names = ", ".join(one.candidate.name for one in waiting if one.question.id == question.id)
        url = url_for("gatherings.plan_renewal", gathering_id=question.gathering_id, question_id=question.id)
        yield Duty(_("Record the elected members"), url, names)


@duties_of()
def to_join(act: Act) -> Iterator[Duty]:
    """Who was elected anew has a new seat, and joins it themselves, as the first one."""
    if (seat := members.to_join(act)) is not None:
        url = url_for("gatherings.list_members", okrug=tree.slug_of(act.session, act.territory.id))
        yield Duty(
            _("Join your account to your seat in the assembly: until then you get no notices of its meetings"),
            url,
            seat.name,
        )


@duties_of()
def to_accept(act: Act) -> Iterator[Duty]:
    for gathering, office in officers.to_accept(act):
        deed = _("Take up this office: %(office)s", office=OF_MEETING[office])
        yield Duty(str(deed), _at("gatherings.show", gathering), _named(gathering), local(gathering.meets_at).date())


def duties_at_meetings(*roles: Role) -> Callable[[TellOfMeeting], TellOfMeeting]:
    """Registers what tells of the work of these roles at a meeting: of a cycle in its phases, and of any other."""

    def register(tell: TellOfMeeting) -> TellOfMeeting:
        @duties_in(*MEETING, of=roles)
        def of_a_cycle(act: Act, cycle: Cycle) -> Iterator[Duty]:
            for gathering in meetings.of_cycle(act, cycle):
                if meetings.in_its_phase(act, gathering):
                    yield from tell(act, gathering)

        @duties_of(*roles)
        def of_others(act: Act) -> Iterator[Duty]:
            for gathering in meetings.of_no_cycle(act):
                yield from tell(act, gathering)

        return tell

    return register


@duties_at_meetings(Role.SECRETARY)
def to_keep(act: Act, gathering: Gathering) -> Iterator[Duty]:
    can = what_may_be_done(act, gathering)
    meets_on, due = local(gathering.meets_at).date(), minutes.due(act, gathering)
    if can["mark"] and gathering.state == State.CONVENED and meets_on <= local(act.at).date():
        yield Duty(_("Mark who came"), _at("gatherings.attendance", gathering), _named(gathering), meets_on)
    elif can["draw_up"] and gathering.state == State.QUORATE:
        yield Duty(_("Draw up the minutes"), _in_minutes(gathering, "draw-up"), _named(gathering), due)
    elif can["vote"] and not _waits_for_the_checks(act, gathering):
        if gathering.kind not in DISCUSSING:
            yield Duty(_("Record the votes"), _at("gatherings.show", gathering), _named(gathering), due)
        elif any(question.outcome is None for question in meetings.to_decide(act, gathering)):
            yield Duty(_("Write down what was said"), _at("gatherings.show", gathering), _named(gathering), due)


@duties_at_meetings(Role.CHAIR, Role.SECRETARY)
def to_see_to(act: Act, gathering: Gathering) -> Iterator[Duty]:
    """Minutes whose last day is near or over are the chair's care too, and of who keeps the record whatever is left."""
    due = minutes.due(act, gathering)
    concerned = officers.presides(act, gathering) or officers.keeps_record(act, gathering)
    if not concerned or gathering.state != State.QUORATE or local(act.at).date() < due - NEAR:
        return
    if meetings.in_its_phase(act, gathering) and not list(to_keep(act, gathering)):
        yield Duty(_("See that the minutes are drawn up"), _at("gatherings.show", gathering), _named(gathering), due)


@duties_at_meetings(Role.CHAIR, Role.SECRETARY)
def to_confirm(act: Act, gathering: Gathering) -> Iterator[Duty]:
    if not what_may_be_done(act, gathering)["confirm"] or not _has_a_place(act, gathering):
        return
    if meetings.said_yes(gathering) and _waits_for_the_checks(act, gathering):
        return
    if not gathering.standing_officers or holdings.has_cooled(act, Role.CHAIR, Role.SECRETARY):
        url = _in_minutes(gathering, "confirmation")
        yield Duty(_("Confirm the minutes"), url, _named(gathering), minutes.due(act, gathering))


@duties_at_meetings(Role.AKIM, Role.OFFICE)
def to_have_signed(act: Act, gathering: Gathering) -> Iterator[Duty]:
    """Whoever has no account signs on paper, which the akim's side may bring: past the term it is their care too."""
    row, due = meetings.minutes_of(act, gathering), minutes.due(act, gathering)
    if row is None or row.confirmed or row.scan_id is not None or local(act.at).date() <= due:
        return
    if meetings.in_its_phase(act, gathering):
        yield Duty(
            _("See that the minutes are signed"), _at("gatherings.show_minutes", gathering), _named(gathering), due
        )


@duties_at_meetings(Role.CHAIR, Role.SECRETARY)
def of_others(act: Act, gathering: Gathering) -> Iterator[Duty]:
    """Minutes that the actor has confirmed: they wait for the other signature, then for the akim and those above."""
    row = meetings.minutes_of(act, gathering)
    if row is None or act.person is None:
        return
    signed = {row.chair_id if row.chair_at else None, row.secretary_id if row.secretary_at else None}
    if act.person.id not in signed:
        return
    url, stands = _at("gatherings.show_minutes", gathering), standing.standing(act, row)
    if stands.way is Way.CONFIRMING:
        until = minutes.due(act, gathering)
        yield Duty(_("The minutes wait for the other signature"), url, _named(gathering), until, of_others=True)
    elif stands.way is Way.AKIM:
        told = _("The minutes wait for the akim's answer")
        yield Duty(told, url, _named(gathering), stands.due, of_others=True)
    elif stands.way in {Way.MASLIKHAT, Way.SUPERIOR}:
        told = _("The minutes wait for the maslikhat and the superior akim")
        yield Duty(told, url, _named(gathering), stands.due, of_others=True)


@duties_at_meetings(Role.CHAIR, Role.SECRETARY)
def to_sign(act: Act, gathering: Gathering) -> Iterator[Duty]:
    """Their own key may stand under the file until the akim answers: nobody is reminded of it for ever."""
    row = meetings.minutes_of(act, gathering)
    if settings().eds_trust is None or row is None or not row.confirmed or meetings.answer_to(act, row) is not None:
        return
    if any(each.file is not None for each in signing.waiting(act, row, settings().base_url)):
        yield Duty(_("Sign the minutes with EDS"), _in_minutes(gathering, "file"), _named(gathering))


@duties_of()
def of_the_elected(act: Act) -> Iterator[Duty]:
    """The same for who holds an office of this meeting alone, or opened it, and has no such role in the assembly."""
    for gathering in officers.meetings_of(act):
        cycle = meetings.cycle_of(act, gathering)
        if not meetings.in_its_phase(act, gathering):
            continue
        tells: list[TellOfMeeting] = [] if act.holds(Role.SECRETARY) else [to_keep]
        tells += [] if act.holds(Role.CHAIR, Role.SECRETARY) else [to_see_to, to_confirm, of_others, to_sign]
        for duty in (duty for tell in tells for duty in tell(act, gathering)):
            yield duty if cycle is None else replace(duty, cycle_id=cycle.id, cycle=cycle.year)


@duties_of(*scans.SECOND)
def scans_to_confirm(act: Act) -> Iterator[Duty]:
    for gathering in scans.to_confirm(act):
        if holdings.has_cooled(act, *scans.second(gathering)):
            url, until = _in_minutes(gathering, "confirmation"), minutes.due(act, gathering)
            yield Duty(_("Confirm the scan of signed minutes"), url, _named(gathering), until)
    for row in scans.corrections_to_confirm(act):
        if holdings.has_cooled(act, *scans.second(row.gathering)):
            yield Duty(_("Confirm the scan of signed minutes"), _in_correction(act, row), numbered(row.number))


@duties_of()
def corrections_to_confirm(act: Act) -> Iterator[Duty]:
    """New minutes that correct others wait for who presided and who kept the record, with or without a role."""
    for row in corrections.to_confirm(act):
        if not row.gathering.standing_officers or holdings.has_cooled(act, Role.CHAIR, Role.SECRETARY):
            yield Duty(_("Confirm the correction of minutes"), _in_correction(act, row), numbered(row.number))


@duties_at_meetings(Role.AKIM)
def to_answer(act: Act, gathering: Gathering) -> Iterator[Duty]:
    row = meetings.minutes_of(act, gathering)
    if row is not None and minutes.may_answer(act, row):
        url = _in_minutes(gathering, "answer")
        yield Duty(_("Answer the minutes"), url, _named(gathering), minutes.answer_due(act, row))


@duties_at_meetings(Role.CHAIR, Role.MASLIKHAT_SECRETARY)
def on_the_way_above(act: Act, gathering: Gathering) -> Iterator[Duty]:
    """What a silent akim, a second disagreement or a decision that is not executed asks of chair and maslikhat."""
    row = meetings.minutes_of(act, gathering)
    if row is None or not row.confirmed:
        return
    first = standing.standing(act, row).way is Way.TO_DISCUSS and gathering.cycle_id is None
    if first and calling_off.may_reconvene(act, gathering):
        until = standing.standing(act, row).due
        yield Duty(
            _("Convene the second discussion"), _at("gatherings.plan_again", gathering), _named(gathering), until
        )
    for about in About:
        may = referrals.may(act, row, about)
        stands = standing.standing(act, row) if about is About.APPROVAL else standing.of_execution(act, row)
        for step, deed in ABOVE.items():
            if step in may and stands is not None and not (step is Step.SENT and about is About.EXECUTION):
                yield Duty(str(deed), _at("gatherings.above", gathering), _named(gathering), stands.due)


def _waits_for_the_checks(act: Act, gathering: Gathering) -> bool:
    cycle = meetings.cycle_of(act, gathering)
    return cycle is not None and gathering.matter is Matter.ADOPTION and bool(adoption.missing(act, cycle))


def _has_a_place(act: Act, gathering: Gathering) -> bool:
    """Whether the signature that is missing is one of the actor's own."""
    row = meetings.minutes_of(act, gathering)
    return row is not None and minutes.may_confirm(act, row)


def _named(gathering: Gathering) -> str:
    return gathering.named


def _in_minutes(gathering: Gathering, part: str) -> str:
    """Where a form stands on the page of the minutes, which is long."""
    return f"{_at('gatherings.show_minutes', gathering)}#{part}"


def _in_correction(act: Act, row: Correction) -> str:
    return page_of(row.gathering_id, corrections.place_of(act, row), "confirmation")


def _at(endpoint: str, gathering: Gathering) -> str:
    return url_for(endpoint, gathering_id=gathering.id)
