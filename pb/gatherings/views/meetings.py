"""Pages of the assembly's meetings: attendance, open votes. Convening has its own module."""

from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectChoice

from pb.act import Act, Role
from pb.clock import local
from pb.core import alphabet
from pb.core.places.kinds import FOURTH_LEVEL
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import FieldRefusal, NotFound
from pb.gatherings import documents
from pb.gatherings.forms import MemberForm, VotesForm
from pb.gatherings.models import (
    KIND_LABELS,
    OFFICE_LABELS,
    OUTCOME_LABELS,
    STATE_LABELS,
    STATE_TAGS,
    Attendance,
    Gathering,
    Kind,
    Outcome,
    Question,
    State,
)
from pb.gatherings.service import calling_off, members
from pb.gatherings.service import meetings as service
from pb.gatherings.service.rules import needed_in_words, votes_needed
from pb.gatherings.views import agenda
from pb.gatherings.views.blueprint import blueprint
from pb.web import settlements
from pb.web.access import A_TEXT, EVERYBODY, TEXTS, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page

LABELS = {
    "state_labels": STATE_LABELS,
    "state_tags": STATE_TAGS,
    "kind_labels": KIND_LABELS,
    "office_labels": OFFICE_LABELS,
    "outcome_labels": OUTCOME_LABELS,
}
_COUNTED_OTHERWISE = lazy_gettext(
    "“Unanimous” was pressed, but other numbers are typed here. Nothing is recorded. If the numbers are right, press "
    "“Record the votes”. If all were in favour, empty the three fields and press “Unanimous” again."
)


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


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/meetings")
@access(EVERYBODY)
def list_all(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    gatherings = service.of_cycle(act, cycle)
    held = {gathering.kind for gathering in gatherings}
    convenable = next(
        (kind for kind, phase in service.PHASES.items() if phase == cycle.phase and kind not in held), None
    )
    unsettled = service.unsettled(act, cycle) if convenable is Kind.PROJECTS else ""
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


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/meetings/<number:gathering_id>")
@access(EVERYBODY)
def show(cycle_id: UUID, gathering_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    gathering = service.get(act, cycle, gathering_id)
    points = documents.agenda(act, cycle, gathering)
    standing = service.to_decide(act, gathering)
    return page(
        "gatherings/show.html",
        needed_in_words=needed_in_words,
        cycle=cycle,
        gathering=gathering,
        quorum=service.quorum_of(cycle, gathering),
        minutes=service.minutes_of(act, gathering),
        texts={
            question.id: agenda.question_shown(point)
            for question, point in zip(gathering.questions, points, strict=True)
        },
        can=what_may_be_done(act, cycle, gathering),
        standing={question.id for question in standing},
        following=_following(act, gathering),
        instead=calling_off.instead_of(act, gathering),
        later=calling_off.in_its_place(act, gathering) if gathering.state == State.CALLED_OFF else None,
        begun=any(question.outcome for question in standing),
        **LABELS,
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/meetings/<number:gathering_id>/attendance")
@access(allow(Role.SECRETARY))
def attendance(cycle_id: UUID, gathering_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    gathering = service.get(act, cycle, gathering_id)
    cycles.require(act, cycle, service.PHASES[Kind(gathering.kind)])
    return page(
        "gatherings/attendance.html",
        cycle=cycle,
        gathering=gathering,
        quorum=service.quorum_of(cycle, gathering),
        attendances=_attendances(gathering),
        **LABELS,
    )


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/meetings/<number:gathering_id>/attendance")
@access(allow(Role.SECRETARY), action=lazy_gettext("mark who is present"), largest_body=TEXTS)
def mark_present(cycle_id: UUID, gathering_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    gathering = service.get(act, cycle, gathering_id)
    try:
        present = [UUID(member) for member in request.form.getlist("present")]
    except ValueError as error:
        raise NotFound from error
    quorum = service.mark_present(act, cycle, gathering, present)
    notify(
        _("A quorum is present. Record the votes on each project.")
        if quorum.reached
        else _("There is no quorum. Nothing can be decided.")
    )
    return redirect(url_for("gatherings.show", cycle_id=cycle.id, gathering_id=gathering.id))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/meetings/<number:gathering_id>/questions/<number:question_id>")
@access(allow(Role.SECRETARY))
def vote(cycle_id: UUID, gathering_id: UUID, question_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    gathering = service.get(act, cycle, gathering_id)
    question = service.question_of(gathering, question_id)
    cycles.require(act, cycle, service.PHASES[Kind(gathering.kind)])
    return _vote_page(act, cycle, gathering, question, _votes_form(cycle, gathering, question))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/meetings/<number:gathering_id>/questions/<number:question_id>")
@access(allow(Role.SECRETARY), action=lazy_gettext("record the assembly's votes"), largest_body=A_TEXT)
def record_votes(cycle_id: UUID, gathering_id: UUID, question_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    gathering = service.get(act, cycle, gathering_id)
    question = service.question_of(gathering, question_id)
    form = _votes_form(cycle, gathering)
    pressed = request.form.get("unanimous")
    if pressed is not None and form.is_counted_otherwise(question):
        form.refuse(FieldRefusal("in_favour", _COUNTED_OTHERWISE))
        return _vote_page(act, cycle, gathering, question, form), 422
    if pressed is not None:
        form.count_unanimous()

    def record() -> None:
        """Who pressed for all agrees with how many they are."""
        if pressed is not None and pressed != str(form.in_favour.data):
            raise FieldRefusal("in_favour", _("Look at the numbers and record the votes as they stand here."))
        service.record_votes(act, cycle, gathering, question, form.votes())

    form.submit(
        record,
        faults=lambda: () if form.present.errors else service.faults_of_quorum(cycle, gathering, form.those_present()),
    )
    if form.errors:
        return _vote_page(act, cycle, gathering, question, form), 422
    outcome = OUTCOME_LABELS[Outcome(question.outcome or "")]
    notify(_("The votes are recorded. Question %(number)s: %(outcome)s.", number=question.position, outcome=outcome))
    return redirect(_after_votes(act, cycle, gathering))


def _following(act: Act, gathering: Gathering) -> Question | None:
    """The first question that nobody has voted on yet."""
    return next((question for question in service.to_decide(act, gathering) if question.outcome is None), None)


def _after_votes(act: Act, cycle: Cycle, gathering: Gathering) -> str:
    """Where the secretary goes on: the next question, after the last one the minutes."""
    following = _following(act, gathering)
    if following is None:
        return url_for("gatherings.show_minutes", cycle_id=cycle.id, gathering_id=gathering.id)
    return url_for("gatherings.vote", cycle_id=cycle.id, gathering_id=gathering.id, question_id=following.id)


def what_may_be_done(act: Act, cycle: Cycle, gathering: Gathering) -> dict[str, bool]:
    """What the viewer may do here now; the service decides again when it is done."""
    in_phase = cycle.phase == service.PHASES[Kind(gathering.kind)]
    secretary = act.holds(Role.SECRETARY) and in_phase
    voted = [question.outcome is not None for question in service.to_decide(act, gathering)]
    minutes = service.minutes_of(act, gathering)
    return {
        "mark": secretary and gathering.state in {State.CONVENED, State.INQUORATE, State.QUORATE} and not any(voted),
        "vote": secretary and gathering.state == State.QUORATE,
        "draw_up": secretary and gathering.state in {State.QUORATE, State.MINUTED} and all(voted),
        "confirm": in_phase
        and act.holds(Role.CHAIR, Role.SECRETARY)
        and minutes is not None
        and not minutes.confirmed
        and act.person is not None
        and act.person.id not in {minutes.chair_id, minutes.secretary_id},
        "call_off": calling_off.possible(act, cycle, gathering),
        "reconvene": act.holds(Role.CHAIR) and in_phase and service.may_be_held_again(act, cycle, gathering),
    }


def _member_form(act: Act) -> MemberForm:
    form = MemberForm()
    settlements.offer(form.settlement, act)
    return form


def _members_page(act: Act, form: MemberForm | None) -> str:
    return page("gatherings/members.html", members=members.current(act), form=form, **LABELS)


def _attendances(gathering: Gathering) -> list[Attendance]:
    return sorted(gathering.attendances, key=lambda row: alphabet.key(row.member.name))


def _votes_form(cycle: Cycle, gathering: Gathering, question: Question | None = None) -> VotesForm:
    form = VotesForm(obj=question)
    members = [SelectChoice(str(row.member_id), row.member.name) for row in _attendances(gathering)]
    form.present.choices = form.conflicted.choices = members
    if question is not None:
        form.present.data = [str(member) for member in service.present_at(gathering, question)]
        form.conflicted.data = [str(conflict.member_id) for conflict in question.conflicts]
        form.chair.data = question.chair_vote or ""
    if not cycle.chair_decides or cycle.majority_percent != 50:
        del form.chair
    return form


def _vote_page(act: Act, cycle: Cycle, gathering: Gathering, question: Question, form: VotesForm) -> str:
    point = documents.agenda(act, cycle, gathering)[question.position - 1]
    present = len(form.present.data or [])
    return page(
        "gatherings/vote.html",
        cycle=cycle,
        gathering=gathering,
        question=question,
        text=agenda.question_shown(point),
        present=present,
        may_vote=len(form.voters()),
        needed=votes_needed(present, cycle.majority_percent),
        needed_in_words=needed_in_words,
        form=form,
    )
