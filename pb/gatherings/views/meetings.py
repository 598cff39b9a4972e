"""Pages of meetings: the lists, and a meeting with its agenda, attendance and open votes. Others have their modules."""

from uuid import UUID

from pb.act import Act, Role
from pb.core.places.kinds import FOURTH_LEVEL
from pb.cycles import service as cycles
from pb.cycles.models import Phase
from pb.errors import NotFound
from pb.gatherings.documents import recorded
from pb.gatherings.documents.recorded import OF_MEETING
from pb.gatherings.models import (
    DISCUSSING,
    OFFICE_LABELS,
    OUTCOME_LABELS,
    OUTCOME_TAGS,
    STATE_TAGS,
    Gathering,
    Matter,
    State,
)
from pb.gatherings.service import agenda as votes
from pb.gatherings.service import (
    calling_off,
    convening,
    corrections,
    coverage,
    cycle_meetings,
    disagreements,
    elections,
    entitled,
    hour,
    late,
    officers,
    standing,
)
from pb.gatherings.service import meetings as service
from pb.gatherings.service import minutes as record
from pb.gatherings.service.points import of_agenda
from pb.gatherings.service.rules import needed_in_words
from pb.gatherings.views import agenda
from pb.gatherings.views.blueprint import blueprint
from pb.gatherings.views.writing import is_ready, next_step
from pb.notices.service import calendars
from pb.web import downloads
from pb.web.access import EVERYBODY, access
from pb.web.parts import Place, parts
from pb.web.requests import Response, current_act, page, settings

LABELS = {
    "state_tags": STATE_TAGS,
    "office_labels": OFFICE_LABELS,
    "outcome_labels": OUTCOME_LABELS,
    "outcome_tags": OUTCOME_TAGS,
}


@blueprint.get("/<okrug:okrug>/meetings")
@access(EVERYBODY)
def list_here() -> str:
    act = current_act()
    if act.territory.kind not in FOURTH_LEVEL:
        raise NotFound
    gatherings = service.of_territory(act)
    return page(
        "gatherings/here.html",
        gatherings=gatherings,
        late=late.of_many(act, gatherings),
        lost={gathering.id for gathering in gatherings if service.quorum_lost(act, gathering)},
        may_convene=bool(convening.kinds_of(act)),
        uncovered=coverage.uncovered(act),
        **LABELS,
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/meetings")
@access(EVERYBODY)
def list_all(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    gatherings = service.of_cycle(act, cycle)
    held = {gathering.matter for gathering in gatherings}
    matter = cycle_meetings.matter_of(cycle)
    convenable = matter if matter not in held else None
    unsettled = cycle_meetings.unsettled(act, cycle) if convenable is Matter.PROJECT else ""
    return page(
        "gatherings/list.html",
        cycle=cycle,
        gatherings=gatherings,
        late=late.of_many(act, gatherings),
        lost={gathering.id for gathering in gatherings if service.quorum_lost(act, gathering)},
        convenable=convenable if act.holds(Role.CHAIR) else None,
        unsettled=unsettled,
        early=unsettled or cycle.phase in {Phase.PROPOSALS, Phase.REVIEW},
        due=convenable is not None,
        **LABELS,
    )


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>")
@access(EVERYBODY)
def show(gathering_id: UUID) -> str:
    act = current_act()
    gathering = service.get(act, gathering_id)
    points = of_agenda(act, gathering)
    minutes = service.minutes_of(act, gathering)
    return page(
        "gatherings/show.html",
        needed_in_words=needed_in_words,
        cycle=service.cycle_of(act, gathering),
        gathering=gathering,
        # Of a meeting that is over all who came, as its minutes count them: not those who were left at its end.
        quorum=service.quorum_of(gathering, len(minutes.body["present"]) if minutes is not None else None),
        lost=service.quorum_lost(act, gathering),
        quorum_in_words=service.quorum_in_words(service.quorum_of(gathering), of_members=gathering.of_members),
        minutes=minutes,
        corrected=corrections.told(act, minutes) if minutes is not None else [],
        stands=standing.standing(act, minutes) if minutes is not None and minutes.confirmed else None,
        texts={
            question.id: agenda.question_shown(point)
            for question, point in zip(gathering.questions, points, strict=True)
        },
        words={
            question.id: agenda.decision_shown(point)
            for question, point in zip(gathering.questions, points, strict=True)
            if point.get("amended")
        },
        can=what_may_be_done(act, gathering),
        to_decide={question.id for question in service.to_decide(act, gathering)},
        step=next_step(act, gathering),
        late=late.of_many(act, [gathering]).get(gathering.id),
        minutes_due=record.due(act, gathering),
        minutes_from=record.first_day(act, gathering),
        decides=gathering.kind not in DISCUSSING,
        doubted=entitled.doubted(act, gathering),
        doubted_of=recorded.doubted_of,
        accepts=officers.acceptable(act, gathering),
        office_of_meeting=OF_MEETING,
        again=disagreements.led_to(act, gathering.previous_id),
        instead=calling_off.instead_of(act, gathering),
        later=calling_off.in_its_place(act, gathering) if gathering.state == State.CALLED_OFF else None,
        on_the_agenda=votes.votes_on_it(gathering),
        positions={question.id: question.position for question in gathering.questions},
        parts=parts(Place.MEETING, act, gathering),
        places_left={question.id: elections.places_left(question) for question in gathering.questions},
        **LABELS,
    )


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/calendar.ics")
@access(EVERYBODY)
def calendar(gathering_id: UUID) -> Response:
    """The meeting alone: a calendar of everything is more than who comes once wants."""
    act = current_act()
    gathering = service.get(act, gathering_id)
    entry = calendars.of_entry(act, f"meeting-{gathering.id}", settings().base_url)
    return downloads.attachment(entry, downloads.CALENDAR, f"asar-meeting-{gathering.number}.ics")


def what_may_be_done(act: Act, gathering: Gathering) -> dict[str, bool]:
    """What the viewer may do here now; the service decides again when it is done."""
    in_phase = service.in_its_phase(act, gathering)
    keeps = officers.keeps_record(act, gathering) and in_phase
    confirms = officers.presides(act, gathering) or officers.is_secretary(act, gathering)
    voted = [question.outcome is not None for question in service.to_decide(act, gathering)]
    minutes = service.minutes_of(act, gathering)
    before_minutes = gathering.state in {State.CONVENED, State.INQUORATE, State.QUORATE}
    return {
        "mark": keeps and before_minutes,
        "vote": keeps and is_ready(act, gathering),
        "change_agenda": keeps
        and hour.has_come(act, gathering)
        and gathering.state == State.QUORATE
        and not officers.missing(gathering),
        "draw_up": keeps
        and gathering.state in {State.QUORATE, State.MINUTED}
        and (all(voted) or service.ends_early(gathering))
        and not record.too_early(act, gathering),
        "confirm": in_phase
        and confirms
        and minutes is not None
        and not minutes.confirmed
        and act.person is not None
        and act.person.id not in {minutes.chair_id, minutes.secretary_id},
        "call_off": calling_off.possible(act, gathering),
        "reconvene": in_phase and calling_off.may_reconvene(act, gathering),
    }
