"""The page of one point: the vote on it, open, by name or in secret; an election; what was said; a correction."""

from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectChoice

from pb.act import Act
from pb.errors import FieldRefusal
from pb.gatherings.forms.holding import (
    AWAY,
    COUNTED,
    SECOND,
    CandidateForm,
    DiscussionForm,
    VotesForm,
    votes_form,
)
from pb.gatherings.models import (
    BALLOT_LABELS,
    DISCUSSING,
    OUTCOME_TAGS,
    Ballot,
    Gathering,
    Majority,
    Matter,
    Outcome,
    Question,
)
from pb.gatherings.service import agenda as service
from pb.gatherings.service import counting, elections, holding, meetings, presence
from pb.gatherings.service.convening import HALF
from pb.gatherings.service.rules import Room, needed, needed_in_words
from pb.gatherings.views import agenda
from pb.gatherings.views.attendance import by_name
from pb.gatherings.views.blueprint import blueprint
from pb.gatherings.views.writing import called, held_page, next_step, require_keeper, writes
from pb.web import settlements
from pb.web.access import A_TEXT, SIGNED_IN, TEXTS, access
from pb.web.parts import Place, parts
from pb.web.requests import Response, current_act, notify

QUESTION = "/<okrug:okrug>/meetings/<number:gathering_id>/questions/<number:question_id>"
_COUNTED_OTHERWISE = lazy_gettext(
    "“Unanimous” was pressed, but other numbers are typed here. Nothing is recorded. If the numbers are right, press "
    "“Record the votes”. If all were in favour, empty the three fields and press “Unanimous” again."
)


@blueprint.get(QUESTION)
@access(SIGNED_IN)
def vote(gathering_id: UUID, question_id: UUID) -> str:
    act, gathering, question = _at(gathering_id, question_id)
    require_keeper(act, gathering)
    meetings.require_phase(act, gathering)
    return _vote_page(act, gathering, question, _form(gathering, question, shown=True))


@blueprint.post(QUESTION)
@access(SIGNED_IN, action=lazy_gettext("record the assembly's votes"), largest_body=A_TEXT)
def record_votes(gathering_id: UUID, question_id: UUID) -> Response:
    act, gathering, question = _at(gathering_id, question_id)
    form = _form(gathering, question)
    pressed = request.form.get("unanimous")
    if pressed is not None and form.is_counted_otherwise(question):
        form.refuse(FieldRefusal("in_favour", _COUNTED_OTHERWISE))
        return _vote_page(act, gathering, question, form), 422
    if pressed is not None:
        form.count_unanimous()
    first = form.places_of_faults().get("in_favour") or next(iter(form.places_of_faults().values()), "in_favour")

    def record() -> None:
        """Who pressed for all agrees with how many they are."""
        if pressed is not None and pressed != str(form.in_favour.data):
            raise FieldRefusal("in_favour", _("Look at the numbers and record the votes as they stand here."))
        writes(act, gathering, first, lambda: holding.record_votes(act, gathering, question, form.votes()))

    def faults() -> list[FieldRefusal]:
        if form.present is not None and form.present.errors:
            return []
        return list(counting.faults_of_quorum(gathering, form.those_present(), form.counted_there()))

    form.submit(record, form.places_of_faults(), faults=faults)
    if form.errors:
        return _vote_page(act, gathering, question, form), 422
    outcome = _elected(question) if question.places else question.outcome_label
    notify(_("The votes are recorded. Question %(number)s: %(outcome)s.", number=question.position, outcome=outcome))
    # Where a place stayed empty, its own page says why and how it is voted on once more.
    return redirect(_of(gathering, question) if elections.places_left(question) else _after(act, gathering))


@blueprint.post(f"{QUESTION}/discussion")
@access(SIGNED_IN, action=lazy_gettext("write down what was said on a question"), largest_body=TEXTS)
def discuss(gathering_id: UUID, question_id: UUID) -> Response:
    act, gathering, question = _at(gathering_id, question_id)
    form = DiscussionForm()
    noted = "noted" in request.form

    def write() -> Question:
        return holding.discuss(act, gathering, question, form.speeches.data or "", noted=noted)

    form.submit(lambda: writes(act, gathering, "speeches", write))
    if form.errors:
        return _vote_page(act, gathering, question, _form(gathering, question, shown=True), discussion=form), 422
    notify(_("What was said is written down."))
    if noted:
        return redirect(_after(act, gathering))
    return redirect(_of(gathering, question))


@blueprint.post(f"{QUESTION}/candidates")
@access(SIGNED_IN, action=lazy_gettext("write down who stands in an election"))
def nominate(gathering_id: UUID, question_id: UUID) -> Response:
    act, gathering, question = _at(gathering_id, question_id)
    form = _candidate_form(act, gathering)

    def add() -> object:
        return elections.nominate(act, gathering, question, form.name.data, form.settlement.data)

    form.submit(lambda: writes(act, gathering, "name", add))
    if form.errors:
        return _vote_page(act, gathering, question, _form(gathering, question, shown=True), candidate=form), 422
    return redirect(_of(gathering, question))


@blueprint.post(f"{QUESTION}/candidates/<number:candidate>/withdraw")
@access(SIGNED_IN, action=lazy_gettext("take a candidate off an election"))
def withdraw(gathering_id: UUID, question_id: UUID, candidate: str) -> Response:
    act, gathering, question = _at(gathering_id, question_id)
    writes(act, gathering, "name", lambda: elections.withdraw(act, gathering, question, int(candidate)))
    return redirect(_of(gathering, question))


def _elected(question: Question) -> str:
    """Whom an election elected, by name."""
    names = [row.name for row in question.candidates if row.elected]
    return str(_("Elected: %(names)s", names=", ".join(names)) if names else _("Nobody is elected"))


def _at(gathering_id: UUID, question_id: UUID) -> tuple[Act, Gathering, Question]:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    return act, gathering, meetings.question_of(gathering, question_id)


def _of(gathering: Gathering, question: Question, ballot: Ballot | None = None) -> str:
    return url_for("gatherings.vote", gathering_id=gathering.id, question_id=question.id, ballot=ballot)


def _after(act: Act, gathering: Gathering) -> str:
    """Where who keeps the record goes on: the next question, after the last one the minutes."""
    step = next_step(act, gathering)
    return step[0] if step else url_for("gatherings.show", gathering_id=gathering.id)


def _ballot(gathering: Gathering, question: Question) -> Ballot:
    """How it is voted on: as was chosen, else as it is recorded. By name only where there is a list of members."""
    chosen = request.values.get("ballot", question.ballot)
    known = chosen if chosen in set(Ballot) else Ballot.OPEN
    ballot = Ballot(known)
    return Ballot.OPEN if ballot is Ballot.BY_NAME and (not gathering.of_members or question.places) else ballot


def _form(gathering: Gathering, question: Question, *, shown: bool = False) -> VotesForm:
    """The form of this vote; `shown`: filled with what is recorded."""
    ballot = _ballot(gathering, question)
    form = votes_form(gathering, question, ballot)(obj=question if shown else None)
    members = [SelectChoice(str(row.member_id), row.member.name) for row in by_name(gathering)]
    form.present.choices = form.conflicted.choices = members
    if shown:
        _fill(form, gathering, question)
    _leave_out(form, gathering, question, ballot)
    return form


def _fill(form: VotesForm, gathering: Gathering, question: Question) -> None:
    form.present.data = [str(member) for member in meetings.present_at(gathering, question)]
    form.conflicted.data = [str(conflict.member_id) for conflict in question.conflicts]
    form.chair.data = question.chair_vote or ""
    form.counted.data = presence.count(gathering) if question.present is None else question.present
    named = {row.member_id: row.vote for row in question.named_votes}
    here, apart = meetings.present_at(gathering, question), set(form.conflicted.data)
    for member in form.members:
        away = member.id not in here or str(member.id) in apart
        form[f"vote_{member.number}"].data = AWAY if away else named.get(member.id, "")
    for row in form.candidates:
        form[f"votes_{row.number}"].data = row.votes


def _leave_out(form: VotesForm, gathering: Gathering, question: Question, ballot: Ballot) -> None:
    """The fields that this vote has not."""
    if gathering.of_members:
        del form.counted
    else:
        del form.present
        del form.conflicted
    if ballot is Ballot.BY_NAME:
        del form.present
    if ballot is Ballot.BY_NAME or question.places:
        for name in COUNTED:
            del form[name]
    if ballot is not Ballot.ON_PAPER or question.places:
        for name in SECOND:
            del form[name]
    if not gathering.chair_decides or gathering.majority_percent != HALF or ballot is Ballot.ON_PAPER:
        del form.chair
    if question.outcome is None or question.outcome == Outcome.NOTED:
        del form.reason
        del form.repeated


def _candidate_form(act: Act, gathering: Gathering) -> CandidateForm:
    """Where residents of one part meet, candidates are of there as a rule: of where who came last is."""
    form = CandidateForm()
    settlements.offer(form.settlement, act)
    if request.method == "GET" and gathering.registrations:
        form.settlement.data = gathering.registrations[-1].settlement
    return form


def _vote_page(
    act: Act,
    gathering: Gathering,
    question: Question,
    form: VotesForm,
    *,
    discussion: DiscussionForm | None = None,
    candidate: CandidateForm | None = None,
) -> str:
    there = presence.count(gathering) if form.present is None else len(form.present.data or [])
    if form.counted is not None:
        there = form.counted.data or 0
    may_vote = form.may_vote() if form.present is not None or form.counted is not None else there
    everybody = len(gathering.attendances if gathering.of_members else gathering.registrations)
    majority = Majority(question.majority)
    votes = needed(Room(there, may_vote, everybody), majority, gathering.majority_percent, for_or_against=may_vote)
    ballots = [
        Ballot.OPEN,
        *([Ballot.BY_NAME] if gathering.of_members and not question.places else []),
        Ballot.ON_PAPER,
    ]
    return held_page(
        "gatherings/vote.html",
        act,
        gathering,
        address=_of(gathering, question, form.ballot),
        question=question,
        free=elections.places_left(question),
        tied=elections.tied(question),
        to_choose=elections.to_choose(act, question),
        called=called(act, gathering, question),
        elected=_elected(question),
        outcome_tags=OUTCOME_TAGS,
        text=agenda.of_question(act, gathering, question),
        proposed=agenda.as_proposed(act, gathering, question),
        amended=service.amendments_of(gathering, question.id),
        positions={row.id: row.position for row in gathering.questions},
        parts=parts(Place.EARLIER if question.matter == Matter.EARLIER else Place.POINT, act, question),
        present=there,
        may_vote=may_vote,
        needed=votes,
        needed_in_words=needed_in_words,
        form=form,
        named=[form[f"vote_{member.number}"] for member in form.members],
        for_candidates=[form[f"votes_{row.number}"] for row in form.candidates],
        ballot=form.ballot,
        ballots=[(one, BALLOT_LABELS[one]) for one in ballots],
        discussion=discussion or DiscussionForm(obj=question),
        candidate=candidate
        or (_candidate_form(act, gathering) if question.places and question.outcome is None else None),
        may_be_noted=holding.may_be_noted(question),
        decides=gathering.kind not in DISCUSSING,
        may_amend=gathering.kind not in DISCUSSING
        and question.outcome is None
        and question.amends_id is None
        and not question.places,
        counted_again=[form[f"again_{row.number}"] for row in form.candidates]
        if form.ballot is Ballot.ON_PAPER
        else [],
    )
