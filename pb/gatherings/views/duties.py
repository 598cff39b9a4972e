"""What waits around a meeting: for the chair who convenes it, the secretary who keeps it, both to confirm, the akim."""

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.clock import local
from pb.cycles.models import Cycle, Phase
from pb.cycles.service import duties_in
from pb.gatherings.models import CYCLE_LABELS, Gathering, Matter, State
from pb.gatherings.service import adoption, cycle_meetings, meetings, members, minutes
from pb.gatherings.views.meetings import what_may_be_done
from pb.identity.service import holdings
from pb.identity.service.duties import Duty
from pb.territory.service import tree

MEETING = (Phase.GATHERING, Phase.RESULT)


@duties_in(*MEETING, of=[Role.OFFICE])
def members_to_record(act: Act, cycle: Cycle) -> Iterator[Duty]:  # noqa: ARG001 - one signature for all duties
    """Without members no meeting can be convened."""
    if not members.current(act):
        okrug = tree.slug_of(act.session, act.territory.id)
        yield Duty(_("Record the members of the assembly"), url_for("gatherings.list_members", okrug=okrug))


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


@duties_in(*MEETING, of=[Role.SECRETARY])
def to_keep(act: Act, cycle: Cycle) -> Iterator[Duty]:
    for gathering in meetings.of_cycle(act, cycle):
        can = what_may_be_done(act, gathering)
        meets_on, due = local(gathering.meets_at).date(), minutes.due(act, gathering)
        if can["mark"] and gathering.state == State.CONVENED and meets_on <= local(act.at).date():
            yield Duty(_("Mark who came"), _at("gatherings.attendance", gathering), _named(gathering), meets_on)
        elif can["draw_up"] and gathering.state == State.QUORATE:
            yield Duty(_("Draw up the minutes"), _in_minutes(gathering, "draw-up"), _named(gathering), due)
        elif can["vote"] and not _waits_for_the_checks(act, cycle, gathering):
            yield Duty(_("Record the votes"), _at("gatherings.show", gathering), _named(gathering), due)


@duties_in(*MEETING, of=[Role.CHAIR, Role.SECRETARY])
def to_confirm(act: Act, cycle: Cycle) -> Iterator[Duty]:
    for gathering in meetings.of_cycle(act, cycle):
        if not what_may_be_done(act, gathering)["confirm"] or not _has_a_place(act, gathering):
            continue
        if meetings.said_yes(gathering) and _waits_for_the_checks(act, cycle, gathering):
            continue
        if holdings.has_cooled(act, Role.CHAIR, Role.SECRETARY):
            url = _in_minutes(gathering, "confirmation")
            yield Duty(_("Confirm the minutes"), url, _named(gathering), minutes.due(act, gathering))


@duties_in(*MEETING, of=[Role.CHAIR, Role.SECRETARY])
def of_others(act: Act, cycle: Cycle) -> Iterator[Duty]:
    """Minutes that the actor has confirmed: they wait for the other signature, then for the akim."""
    for gathering in meetings.of_cycle(act, cycle):
        row = meetings.minutes_of(act, gathering)
        if row is None or act.person is None or not meetings.in_its_phase(act, gathering):
            continue
        signed = {row.chair_id if row.chair_at else None, row.secretary_id if row.secretary_at else None}
        if act.person.id not in signed:
            continue
        url = _at("gatherings.show_minutes", gathering)
        if not row.confirmed:
            told, until = _("The minutes wait for the other signature"), minutes.due(act, gathering)
            yield Duty(told, url, _named(gathering), until, of_others=True)
        elif meetings.answer_to(act, row) is None:
            told, until = _("The minutes wait for the akim's answer"), minutes.answer_due(act, row)
            yield Duty(told, url, _named(gathering), until, of_others=True)


@duties_in(*MEETING, of=[Role.AKIM])
def to_answer(act: Act, cycle: Cycle) -> Iterator[Duty]:
    for gathering in meetings.of_cycle(act, cycle):
        row = meetings.minutes_of(act, gathering)
        if (
            meetings.in_its_phase(act, gathering)
            and row is not None
            and row.confirmed
            and meetings.answer_to(act, row) is None
        ):
            url = _in_minutes(gathering, "answer")
            yield Duty(_("Answer the minutes"), url, _named(gathering), minutes.answer_due(act, row))


def _waits_for_the_checks(act: Act, cycle: Cycle, gathering: Gathering) -> bool:
    return gathering.matter is Matter.ADOPTION and bool(adoption.missing(act, cycle))


def _has_a_place(act: Act, gathering: Gathering) -> bool:
    """Whether the signature that is missing is one of the actor's own."""
    row = meetings.minutes_of(act, gathering)
    as_chair = row is not None and row.chair_at is None and act.holds(Role.CHAIR)
    return as_chair or (row is not None and row.secretary_at is None and act.holds(Role.SECRETARY))


def _named(gathering: Gathering) -> str:
    return str(_("Meeting № %(number)s", number=gathering.number))


def _in_minutes(gathering: Gathering, part: str) -> str:
    """Where a form stands on the page of the minutes, which is long."""
    return f"{_at('gatherings.show_minutes', gathering)}#{part}"


def _at(endpoint: str, gathering: Gathering) -> str:
    return url_for(endpoint, gathering_id=gathering.id)
