"""Pages of meetings: the lists, and a meeting with its agenda, attendance and open votes. Others have their modules."""

from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectChoice

from pb.act import Act, Role
from pb.core import alphabet
from pb.core.places.kinds import FOURTH_LEVEL
from pb.cycles import service as cycles
from pb.cycles.models import Phase
from pb.errors import FieldRefusal, NotFound
from pb.gatherings import documents
from pb.gatherings.forms import DiscussionForm, VotesForm
from pb.gatherings.models import (
    OFFICE_LABELS,
    OUTCOME_LABELS,
    OUTCOME_TAGS,
    STATE_LABELS,
    STATE_TAGS,
    Attendance,
    Gathering,
    Majority,
    Matter,
    Outcome,
    Question,
    State,
)
from pb.gatherings.service import calling_off, convening, coverage, cycle_meetings, holding
from pb.gatherings.service import meetings as service
from pb.gatherings.service.convening import HALF
from pb.gatherings.service.rules import Room, needed, needed_in_words
from pb.gatherings.views import agenda, registration
from pb.gatherings.views.blueprint import blueprint
from pb.web.access import A_TEXT, EVERYBODY, TEXTS, access, allow
from pb.web.parts import Place, parts
from pb.web.requests import Response, current_act, notify, page

LABELS = {
    "state_labels": STATE_LABELS,
    "state_tags": STATE_TAGS,
    "office_labels": OFFICE_LABELS,
    "outcome_labels": OUTCOME_LABELS,
    "outcome_tags": OUTCOME_TAGS,
}
_COUNTED_OTHERWISE = lazy_gettext(
    "“Unanimous” was pressed, but other numbers are typed here. Nothing is recorded. If the numbers are right, press "
    "“Record the votes”. If all were in favour, empty the three fields and press “Unanimous” again."
)


@blueprint.get("/<okrug:okrug>/meetings")
@access(EVERYBODY)
def list_here() -> str:
    act = current_act()
    if act.territory.kind not in FOURTH_LEVEL:
        raise NotFound
    return page(
        "gatherings/here.html",
        gatherings=service.of_territory(act),
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
    points = documents.agenda(act, gathering)
    standing = service.to_decide(act, gathering)
    return page(
        "gatherings/show.html",
        needed_in_words=needed_in_words,
        cycle=service.cycle_of(act, gathering),
        gathering=gathering,
        quorum=service.quorum_of(gathering),
        minutes=service.minutes_of(act, gathering),
        texts={
            question.id: agenda.question_shown(point)
            for question, point in zip(gathering.questions, points, strict=True)
        },
        can=what_may_be_done(act, gathering),
        standing={question.id for question in standing},
        following=_following(act, gathering),
        instead=calling_off.instead_of(act, gathering),
        later=calling_off.in_its_place(act, gathering) if gathering.state == State.CALLED_OFF else None,
        begun=any(question.outcome for question in standing),
        parts=parts(Place.MEETING, act, gathering),
        **LABELS,
    )


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/attendance")
@access(allow(Role.SECRETARY))
def attendance(gathering_id: UUID) -> str:
    act = current_act()
    gathering = service.get(act, gathering_id)
    service.require_phase(act, gathering)
    if not gathering.of_members:
        return registration.registration_page(act, gathering)
    return page(
        "gatherings/attendance.html",
        gathering=gathering,
        quorum=service.quorum_of(gathering),
        attendances=_attendances(gathering),
        **LABELS,
    )


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/attendance")
@access(allow(Role.SECRETARY), action=lazy_gettext("mark who is present"), largest_body=TEXTS)
def mark_present(gathering_id: UUID) -> Response:
    act = current_act()
    gathering = service.get(act, gathering_id)
    try:
        present = [UUID(member) for member in request.form.getlist("present")]
    except ValueError as error:
        raise NotFound from error
    quorum = holding.mark_present(act, gathering, present)
    notify(
        _("A quorum is present. Record the votes on each project.")
        if quorum.reached and gathering.cycle_id
        else _("A quorum is present.")
        if quorum.reached
        else _("There is no quorum. Nothing can be decided.")
    )
    return redirect(url_for("gatherings.show", gathering_id=gathering.id))


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/questions/<number:question_id>")
@access(allow(Role.SECRETARY))
def vote(gathering_id: UUID, question_id: UUID) -> str:
    act = current_act()
    gathering = service.get(act, gathering_id)
    question = service.question_of(gathering, question_id)
    service.require_phase(act, gathering)
    return _vote_page(act, gathering, question, _votes_form(gathering, question))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/questions/<number:question_id>")
@access(allow(Role.SECRETARY), action=lazy_gettext("record the assembly's votes"), largest_body=A_TEXT)
def record_votes(gathering_id: UUID, question_id: UUID) -> Response:
    act = current_act()
    gathering = service.get(act, gathering_id)
    question = service.question_of(gathering, question_id)
    form = _votes_form(gathering)
    pressed = request.form.get("unanimous")
    if pressed is not None and form.is_counted_otherwise(question):
        form.refuse(FieldRefusal("in_favour", _COUNTED_OTHERWISE))
        return _vote_page(act, gathering, question, form), 422
    if pressed is not None:
        form.count_unanimous()

    def record() -> None:
        """Who pressed for all agrees with how many they are."""
        if pressed is not None and pressed != str(form.in_favour.data):
            raise FieldRefusal("in_favour", _("Look at the numbers and record the votes as they stand here."))
        holding.record_votes(act, gathering, question, form.votes())

    form.submit(
        record,
        faults=lambda: (
            ()
            if form.present.errors
            else holding.faults_of_quorum(gathering, form.those_present(), form.counted_there())
        ),
    )
    if form.errors:
        return _vote_page(act, gathering, question, form), 422
    outcome = OUTCOME_LABELS[Outcome(question.outcome or "")]
    notify(_("The votes are recorded. Question %(number)s: %(outcome)s.", number=question.position, outcome=outcome))
    return redirect(_after_votes(act, gathering))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/questions/<number:question_id>/discussion")
@access(allow(Role.SECRETARY), action=lazy_gettext("write down what was said on a question"), largest_body=TEXTS)
def discuss(gathering_id: UUID, question_id: UUID) -> Response:
    act = current_act()
    gathering = service.get(act, gathering_id)
    question = service.question_of(gathering, question_id)
    form = DiscussionForm()
    noted = "noted" in request.form
    form.submit(lambda: holding.discuss(act, gathering, question, form.speeches.data or "", noted=noted))
    if form.errors:
        return _vote_page(act, gathering, question, _votes_form(gathering, question), form), 422
    notify(_("What was said is written down."))
    if noted:
        return redirect(_after_votes(act, gathering))
    return redirect(url_for("gatherings.vote", gathering_id=gathering.id, question_id=question.id))


def _following(act: Act, gathering: Gathering) -> Question | None:
    """The first question that nobody has voted on yet."""
    return next((question for question in service.to_decide(act, gathering) if question.outcome is None), None)


def _after_votes(act: Act, gathering: Gathering) -> str:
    """Where the secretary goes on: the next question, after the last one the minutes."""
    following = _following(act, gathering)
    if following is None:
        return url_for("gatherings.show_minutes", gathering_id=gathering.id)
    return url_for("gatherings.vote", gathering_id=gathering.id, question_id=following.id)


def what_may_be_done(act: Act, gathering: Gathering) -> dict[str, bool]:
    """What the viewer may do here now; the service decides again when it is done."""
    in_phase = service.in_its_phase(act, gathering)
    secretary = act.holds(Role.SECRETARY) and in_phase
    voted = [question.outcome is not None for question in service.to_decide(act, gathering)]
    minutes = service.minutes_of(act, gathering)
    before_minutes = gathering.state in {State.CONVENED, State.INQUORATE, State.QUORATE}
    return {
        "mark": secretary and before_minutes and not (gathering.of_members and any(voted)),
        "vote": secretary and gathering.state == State.QUORATE,
        "draw_up": secretary and gathering.state in {State.QUORATE, State.MINUTED} and all(voted),
        "confirm": in_phase
        and act.holds(Role.CHAIR, Role.SECRETARY)
        and minutes is not None
        and not minutes.confirmed
        and act.person is not None
        and act.person.id not in {minutes.chair_id, minutes.secretary_id},
        "call_off": calling_off.possible(act, gathering),
        "reconvene": in_phase and calling_off.may_decide(act, gathering) and service.may_be_held_again(act, gathering),
    }


def _attendances(gathering: Gathering) -> list[Attendance]:
    return sorted(gathering.attendances, key=lambda row: alphabet.key(row.member.name))


def _votes_form(gathering: Gathering, question: Question | None = None) -> VotesForm:
    form = VotesForm(obj=question)
    members = [SelectChoice(str(row.member_id), row.member.name) for row in _attendances(gathering)]
    form.present.choices = form.conflicted.choices = members
    if gathering.of_members:
        del form.counted
    elif question is not None:
        form.counted.data = len(service.registered(gathering)) if question.present is None else question.present
    if question is not None:
        form.present.data = [str(member) for member in service.present_at(gathering, question)]
        form.conflicted.data = [str(conflict.member_id) for conflict in question.conflicts]
        form.chair.data = question.chair_vote or ""
    if not gathering.chair_decides or gathering.majority_percent != HALF:
        del form.chair
    return form


def _vote_page(
    act: Act, gathering: Gathering, question: Question, form: VotesForm, discussion: DiscussionForm | None = None
) -> str:
    point = documents.agenda(act, gathering)[question.position - 1]
    present = len(form.present.data or []) if form.counted is None else form.counted.data or 0
    everybody = len(gathering.attendances if gathering.of_members else gathering.registrations)
    may_vote = form.may_vote()
    majority = Majority(question.majority)
    votes = needed(Room(present, may_vote, everybody), majority, gathering.majority_percent, for_or_against=may_vote)
    return page(
        "gatherings/vote.html",
        cycle=None,
        gathering=gathering,
        question=question,
        text=agenda.question_shown(point),
        present=present,
        may_vote=may_vote,
        needed=votes,
        needed_in_words=needed_in_words,
        form=form,
        discussion=discussion or DiscussionForm(obj=question),
        may_be_noted=holding.may_be_noted(question),
    )
