"""Pages of the preparation: trustees, the ceremony's minutes, the opening."""

from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.cards.service import cards, statements
from pb.clock import local
from pb.core.belenios import trustees as keys_of
from pb.core.belenios.ballot_rule import BallotRule
from pb.core.belenios.messages import TrusteeKey
from pb.cycles.models import Cycle
from pb.errors import Conflict
from pb.gatherings.service import meetings
from pb.identity.models import Person
from pb.polls.models import Poll, State
from pb.polls.service import state, wording
from pb.roll.service import entries
from pb.trustees.models import PollTrustee
from pb.trustees.service import places, replacements, threshold_key
from pb.voting.forms import MinutesForm, OpeningForm, ReplacementForm
from pb.voting.service import poll_rules, preparation
from pb.voting.views import steps
from pb.voting.views.blueprint import blueprint
from pb.web import settlements
from pb.web.access import EVERYBODY, access, allow
from pb.web.account import proved_recently
from pb.web.final import ask_first
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, keys, notify, page, settings

GROUPS = ("A", "B", "C", "D", "E")


# The ceremony and the opening


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/ceremony")
@access(EVERYBODY)
def ceremony(cycle_id: UUID) -> str:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return _ceremony_page(act, cycle, poll, None)


def _ceremony_page(
    act: Act, cycle: Cycle, poll: Poll, form: MinutesForm | None, replacing: ReplacementForm | None = None
) -> str:
    preparing = poll.state == State.PREPARING and cycle.phase == "voting"
    if form is None and preparing and act.holds(Role.SECRETARY) and poll.trustees_json and not poll.minutes_confirmed:
        form = MinutesForm(
            data={
                "number": poll.minutes_number,
                "day": poll.minutes_on or local(act.at).date(),
                "seed_text": poll.seed_text,
            }
        )
    confirmed = {poll.minutes_chair_id, poll.minutes_secretary_id}
    trustees = places.all_of(act, poll)
    return page(
        "voting/ceremony.html",
        cycle=cycle,
        poll=poll,
        form=form,
        replacing=replacing or (_replacement_form(act, poll) if replacements.possible(act, poll) else None),
        trustees=[
            (place, act.session.get_one(Person, place.person_id).name, _fingerprint(poll, place)) for place in trustees
        ],
        stated=statements.find(act, poll),
        minuted=statements.minuted(poll),
        how_made=statements.HOW_MADE,
        complaints=threshold_key.complaints(act, poll, trustees),
        proved=proved_recently(),
        may_confirm=preparing
        and act.person is not None
        and act.holds(Role.CHAIR, Role.SECRETARY)
        and poll.seed_text is not None
        and act.person.id not in confirmed,
    )


def _fingerprint(poll: Poll, place: PollTrustee) -> str:
    if place.key_json is None:
        return ""
    group = state.group_of(poll)
    return keys_of.fingerprint(group, TrusteeKey.parse(place.key_json, group))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/ceremony")
@access(allow(Role.SECRETARY), action=lazy_gettext("record the seed that was drawn in public"))
def record_ceremony(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = MinutesForm()
    form.submit(
        lambda: preparation.record_minutes(
            act, cycle, poll, number=form.number.data, day=form.day.data, seed_text=form.seed_text.data
        ),
        faults=lambda: preparation.faults_of_minutes(
            act, number=form.number.data or "", day=form.day.data, seed_text=form.seed_text.data or ""
        ),
    )
    if form.errors:
        return _ceremony_page(act, cycle, poll, form), 422
    notify(_("The minutes are drawn up. Chair and secretary confirm them."))
    return redirect(url_for("voting.ceremony", cycle_id=cycle.id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/ceremony/confirm")
@access(allow(Role.CHAIR, Role.SECRETARY), action=lazy_gettext("confirm the minutes of the drawing"))
@fresh_proof("voting.ceremony")
def confirm_ceremony(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    told = [
        _("Text drawn in public: %(text)s", text=poll.seed_text or "–"),
        _("When chair and secretary have confirmed, nothing in the minutes changes any more."),
    ]
    if asked := ask_first(_("Confirm the minutes of the drawing?"), told, _("Confirm the minutes")):
        return asked
    preparation.confirm_minutes(act, cycle, poll)
    notify(_("You confirmed the minutes."))
    return redirect(url_for("voting.ceremony", cycle_id=cycle.id))


def _replacement_form(act: Act, poll: Poll) -> ReplacementForm:
    def name(person_id: UUID) -> str:
        return act.session.get_one(Person, person_id).name

    form = ReplacementForm()
    trustees = [
        (str(place.position), f"{place.position}. {name(place.person_id)}") for place in places.all_of(act, poll)
    ]
    candidates = [
        (str(grant.person_id), f"{name(grant.person_id)} · {grant.body}")
        for grant in replacements.candidates(act, poll)
    ]
    form.place.choices, form.person.choices = [("", ""), *trustees], [("", ""), *candidates]
    return form


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/trustees")
@access(allow(*replacements.REPLACING), action=lazy_gettext("replace a trustee before all keys are made"))
def replace_trustee(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    replacements.require_possible(act, cycle, poll)
    form = _replacement_form(act, poll)
    form.submit(
        lambda: replacements.replace(act, cycle, poll, position=int(form.place.data), person_id=UUID(form.person.data)),
        faults=lambda: (
            () if form.person.errors else replacements.faults_of_person(act, cycle, poll, UUID(form.person.data))
        ),
    )
    if form.errors:
        return _ceremony_page(act, cycle, poll, None, form), 422
    notify(_("The trustee is replaced."))
    return redirect(url_for("voting.ceremony", cycle_id=cycle.id))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/open")
@access(allow(Role.OFFICE))
@fresh_proof("voting.opening")
def opening(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return _opening_page(act, cycle, poll, OpeningForm(data={"closes_on": cycle.voting_until, "closes_at": None}))


def _opening_page(act: Act, cycle: Cycle, poll: Poll, form: OpeningForm) -> str:
    if poll.state != State.PREPARING:
        raise Conflict(_("The poll was opened: nothing of its preparation changes any more."))
    ballot = _ballot(act, cycle)
    return page(
        "voting/opening.html",
        cycle=cycle,
        poll=poll,
        form=form,
        ready=preparation.readiness(act, cycle, poll),
        missing=[step for step in steps.of_preparation(act, cycle, poll) if not step.done],
        projects=meetings.approved(act, cycle),
        groups=GROUPS,
        chosen=request.form,
        on_ballot=wording.ballot(ballot),
        rule=wording.rule(poll_rules.rule_of(act, cycle), ballot, settlements.named),
        roll_count=entries.count(act, cycle),
        cards=cards.numbers(act, poll),
    )


def _ballot(act: Act, cycle: Cycle) -> BallotRule | None:
    """What a ballot will be, once it is frozen."""
    return poll_rules.ballot_of(cycle, [review.cost or 0 for _proposal, review in meetings.approved(act, cycle)])


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/open")
@access(allow(Role.OFFICE), action=lazy_gettext("open the vote"))
@fresh_proof("voting.opening")
def open_poll(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = OpeningForm()
    form.submit(
        lambda: preparation.open_poll(
            act,
            cycle,
            poll,
            keys(),
            closes_at=form.moment(),
            exclusive=_exclusive(act, cycle),
            production=settings().production,
        ),
        {"closes_at": "closes_on", "exclusive": "closes_on"},
        lambda: preparation.faults_of_opening(
            act, cycle, form.likeliest_moment(local(act.at).date()), _exclusive(act, cycle)
        ),
    )
    if form.errors:
        if not preparation.readiness(act, cycle, poll).complete:
            raise Conflict(_("The preparation is not complete."))  # the page would show no form to put right
        return _opening_page(act, cycle, poll, form), 422
    notify(_("Voting is open. From now on nothing of it can be changed."))
    return redirect(url_for("voting.show", cycle_id=cycle.id))


def _exclusive(act: Act, cycle: Cycle) -> list[frozenset[UUID]]:
    """The projects that were put into the same group, of which only one can win."""
    groups: dict[str, set[UUID]] = {}
    for proposal, _review in meetings.approved(act, cycle):
        group = request.form.get(f"group-{proposal.id}", "")
        if group in GROUPS:
            groups.setdefault(group, set()).add(proposal.id)
    return [frozenset(members) for _name, members in sorted(groups.items())]
