"""Public pages of a poll: where it stands, the result, the chain of events, the archive, trackers, objections."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext as _

from pb.act import Act
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.errors import FieldRefusal, NotFound
from pb.identity import holdings
from pb.identity.roles import Role
from pb.jobs import service as jobs
from pb.polls import archive, cards, counting, explanations, preparation, reissues, release, state, voting
from pb.polls.forms import AnnulForm, AnswerForm, ObjectionForm, TrackerForm
from pb.polls.models import Objection, Poll, State
from pb.roll import service as roll
from pb.web import demonstration
from pb.web import requests as web
from pb.web.access import allow, everybody
from pb.web.account import proved_recently
from pb.web.limits import limiter
from pb.web.proof import fresh_proof
from pb.web.requests import current_act, cycle_page, database, notify, refused

rooms = Blueprint("polls", __name__)
EVENTS_A_PAGE = 50
LABELS: dict[str, Any] = {"state_label": state.label, "state_tags": state.STATE_TAGS}


@rooms.get("/cycles/<uuid:cycle_id>/poll")
@everybody
def show(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    return poll_page(act, cycle)


def poll_page(act: Act, cycle: Cycle, annul: AnnulForm | None = None) -> str:
    poll = state.current(act, cycle)
    if poll is None:
        return cycle_page("polls/none.html", cycle)
    cast, entitled = counting.turnout(act, cycle, poll)
    terms = state.terms_of(poll)
    return cycle_page(
        "polls/show.html",
        cycle,
        poll=poll,
        terms=terms,
        on_ballot=explanations.ballot(terms.ballot if terms else None),
        open=state.is_open(poll, act.at),
        cast=cast,
        entitled=entitled,
        channels=counting.participation_by_channel(act, poll),
        cards=cards.numbers(act, poll),
        signatures=release.offered(web.settings()),
        objections=state.objections(act, poll),
        attempts=state.attempts(act, cycle),
        trustees=state.trustees(act, poll),
        ready=preparation.readiness(act, cycle, poll) if poll.state == State.PREPARING else None,
        roll_count=roll.count(act, cycle),
        verified=jobs.find(act.session, "poll.verify", poll.id),
        tracker_form=TrackerForm(request.args),
        proved=proved_recently(),
        annul_form=annul or (AnnulForm() if may_annul(act, cycle, poll) else None),
        may_repeat=act.holds(Role.OFFICE) and poll.state in state.ENDED_WITHOUT_RESULT,
        can=_rooms_of(act),
        demo_secrets=demonstration.secrets_of(web.settings(), str(cycle.id)),
        **LABELS,
    )


def _rooms_of(act: Act) -> dict[str, bool]:
    """Which of the preparation's pages the viewer's roles open."""
    return {
        "roll": act.holds(Role.REGISTRAR, *roll.SECOND_PERSONS),
        "cards": act.holds(Role.REGISTRAR),
        "hand_over": act.holds(Role.CLERK),
        "reissue": act.holds(Role.REGISTRAR, *reissues.SECOND_PERSONS, Role.AUDITOR),
        "evidence": act.holds(Role.AUDITOR),
        "trustee": act.holds(Role.TRUSTEE),
        "ceremony": act.holds(Role.CHAIR, Role.SECRETARY, Role.OFFICE, Role.AUDITOR),
        "open": act.holds(Role.OFFICE),
        "replace": act.holds(*holdings.APPOINTING),
        "answer": act.holds(Role.OFFICE),
    }


def may_annul(act: Act, cycle: Cycle, poll: Poll) -> bool:
    return (
        cycle.phase == "voting"
        and act.person is not None
        and act.holds(*counting.SECOND_PERSONS)
        and poll.state not in {State.COMPLETE, State.ANNULLED}
        and poll.annul_first_id != act.person.id
    )


@rooms.post("/cycles/<uuid:cycle_id>/poll/annul")
@allow(*counting.SECOND_PERSONS)
@fresh_proof("polls.show")
def annul(cycle_id: UUID) -> web.Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    poll = state.require(act, cycle)
    form = AnnulForm()
    if not form.validate():
        return poll_page(act, cycle, form), 422
    try:
        done = counting.annul(act, cycle, poll, form.reason.data or "")
    except FieldRefusal as refusal:
        refused(form, refusal)
        return poll_page(act, cycle, form), 422
    notify(_("The poll is annulled.") if done else _("Proposed. A second person must confirm."))
    return redirect(url_for("polls.show", cycle_id=cycle.id))


@rooms.post("/cycles/<uuid:cycle_id>/poll/repeat")
@allow(Role.OFFICE)
def repeat(cycle_id: UUID) -> web.Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    preparation.prepare(act, cycle, web.keys())
    notify(_("A new poll is in preparation. New cards and keys are needed."))
    return redirect(url_for("polls.show", cycle_id=cycle.id))


@rooms.get("/cycles/<uuid:cycle_id>/poll/<string(length=14):uuid>.bel")
@everybody
def download(cycle_id: UUID, uuid: str) -> Response:
    """The ballot archive as it stands now; it is public from the opening on."""
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    poll = next((one for one in state.attempts(act, cycle) if one.uuid == uuid and one.election_json), None)
    if poll is None:
        raise NotFound
    poll_id, until, source = poll.id, poll.records, database()

    def parts() -> Iterator[bytes]:
        # The request's own unit of work ends before the body is sent.
        with source.work(writing=False) as session:
            row = session.get_one(Poll, poll_id)
            session.expunge(row)
            row.records = until
            yield from archive.stream(session, row)

    headers = {"Content-Disposition": f'attachment; filename="{uuid}.bel"'}
    return Response(parts(), mimetype="application/x-tar", headers=headers)


@rooms.get("/cycles/<uuid:cycle_id>/poll/events")
@everybody
def events(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    poll = state.require(act, cycle)
    page = request.args.get("page", 1, type=int)
    pages = max(1, -(-(poll.height + 1) // EVENTS_A_PAGE))
    if not 1 <= page <= pages:
        raise NotFound
    here = url_for("polls.events", cycle_id=cycle.id)
    return cycle_page(
        "polls/events.html",
        cycle,
        poll=poll,
        events=archive.events(act.session, poll, first=(page - 1) * EVENTS_A_PAGE, count=EVENTS_A_PAGE),
        pages={
            "number": page,
            "pages": pages,
            "previous_url": f"{here}?page={page - 1}" if page > 1 else None,
            "next_url": f"{here}?page={page + 1}" if page < pages else None,
        },
    )


@rooms.get("/cycles/<uuid:cycle_id>/poll/data/<string(length=64):digest>")
@everybody
def record(cycle_id: UUID, digest: str) -> Response:
    """One data record of the archive, as it was hashed: for those who check by hand."""
    act = current_act()
    poll = state.require(act, cycles.get(act, cycle_id))
    data = archive.data_named(act.session, poll, digest)
    if data is None:
        abort(404)
    return Response(data, mimetype="application/json")


@rooms.get("/cycles/<uuid:cycle_id>/poll/tracker")
@everybody
def tracker(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    poll = state.require(act, cycle)
    form = TrackerForm(request.args)
    typed = (form.tracker.data or "").strip()
    found = state.find_ballot(act, poll, typed) if typed else None
    return cycle_page("polls/tracker.html", cycle, poll=poll, form=form, typed=typed, found=found)


@rooms.get("/cycles/<uuid:cycle_id>/poll/objections")
@everybody
def objections(cycle_id: UUID) -> str:
    act = current_act()
    return _objections_page(act, cycles.get(act, cycle_id), ObjectionForm())


@rooms.post("/cycles/<uuid:cycle_id>/poll/objections")
@limiter.limit("20 per hour")
@everybody
def object_to(cycle_id: UUID) -> web.Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    poll = state.require(act, cycle)
    form = ObjectionForm()
    if not form.validate():
        return _objections_page(act, cycle, form), 422
    try:
        objection = voting.object_to(act, poll, text=form.text.data, contact=form.contact.data)
    except FieldRefusal as refusal:
        refused(form, refusal)
        return _objections_page(act, cycle, form), 422
    notify(_("Your objection has number %(number)s. The answer will stand on this page.", number=objection.number))
    return redirect(url_for("polls.objections", cycle_id=cycle.id))


@rooms.post("/cycles/<uuid:cycle_id>/poll/objections/<int:number>")
@allow(Role.OFFICE)
def answer_objection(cycle_id: UUID, number: int) -> web.Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    poll = state.require(act, cycle)
    objection = next((one for one in state.objections(act, poll) if one.number == number), None)
    if objection is None:
        raise NotFound
    form = AnswerForm()
    if not form.validate():
        return _objections_page(act, cycle, ObjectionForm(formdata=None), (objection, form)), 422
    voting.answer_objection(act, poll, objection, form.answer.data)
    notify(_("The answer is recorded."))
    return redirect(url_for("polls.objections", cycle_id=cycle.id))


def _objections_page(
    act: Act, cycle: Cycle, form: ObjectionForm, faulty: tuple[Objection, AnswerForm] | None = None
) -> str:
    poll = state.require(act, cycle)
    answers = {}
    if act.holds(Role.OFFICE):
        answers = {
            one.number: faulty[1] if faulty and faulty[0] is one else AnswerForm(formdata=None)
            for one in state.objections(act, poll)
            if one.answered_at is None
        }
    return cycle_page(
        "polls/objections.html",
        cycle,
        poll=poll,
        form=form,
        objections=state.objections(act, poll),
        answers=answers,
        reads=act.holds(Role.OFFICE, Role.AUDITOR),
    )
