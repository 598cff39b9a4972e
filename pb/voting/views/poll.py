"""Public pages of a poll: where it stands, annulling and repeating it, trackers."""

from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.cards.service import cards, confirmations, release, statements
from pb.core.belenios.receipt_code import spaced
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.formats import tenths
from pb.jobs import service as jobs
from pb.notices.service import reminding
from pb.polls.models import Poll, State
from pb.polls.service import participation, state, wording
from pb.proposals.service import taking_away
from pb.roll.service import entries
from pb.trustees.service import places
from pb.voting.forms import AnnulForm, KeyForm, TrackerForm
from pb.voting.service import ballot_box, closing, preparation
from pb.voting.service import objections as voter_objections
from pb.voting.views import steps
from pb.voting.views.blueprint import blueprint
from pb.voting.views.voters import voter_here
from pb.web import demonstration
from pb.web import requests as web
from pb.web.access import EVERYBODY, access, allow
from pb.web.account import proved_recently
from pb.web.limits import KEY_LOOK_UPS, is_read, limited
from pb.web.proof import fresh_proof
from pb.web.requests import current_act, notify, page


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll")
@access(EVERYBODY)
def show(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    return poll_page(act, cycle)


def poll_page(act: Act, cycle: Cycle, annul: AnnulForm | None = None) -> str:
    poll = state.current(act, cycle)
    if poll is None:
        return page("voting/none.html", cycle=cycle)
    cast, entitled = closing.turnout(act, cycle, poll)
    terms = state.terms_of(poll)
    return page(
        "voting/show.html",
        cycle=cycle,
        poll=poll,
        terms=terms,
        removed=taking_away.during_the_vote(act, cycle),
        on_ballot=wording.ballot(terms.ballot if terms else None),
        open=state.is_open(poll, act.at),
        reminded=reminding.asked(act, cycle.id),
        cast=cast,
        entitled=entitled,
        turnout=tenths(cast * 1000 // entitled) if entitled else "",
        channels=participation.by_channel(act, poll),
        cards=cards.numbers(act, poll),
        signatures=release.offered(web.settings()),
        objections=voter_objections.count(act, poll),
        attempts=state.attempts(act, cycle),
        trustees=places.all_of(act, poll),
        ready=preparation.readiness(act, cycle, poll) if poll.state == State.PREPARING else None,
        roll_count=entries.count(act, cycle),
        maker=statements.minuted(poll),
        how_made=statements.HOW_MADE,
        maker_confirmed=confirmations.find(act, poll),
        verified=jobs.find(act, "poll.verify", poll.id),
        tracker_form=TrackerForm(formdata=None),
        proved=proved_recently(),
        annul_form=annul or _annul_form(act, cycle, poll),
        may_repeat=preparation.may_be_repeated(act, cycle, poll),
        work=steps.of_the_reader(act, cycle, poll),
        steps=steps.of_preparation(act, cycle, poll) if poll.state == State.PREPARING else [],
        may_decide_annulment=closing.may_decline(act, cycle, poll),
        proposed_annulment=act.person is not None and poll.annul_first_id == act.person.id,
        demo_secrets=demonstration.secrets_of(web.settings(), str(cycle.id)),
        state_label=lambda one: state.label(one, act.at),
        state_tag=state.tag(poll, act.at),
    )


def _annul_form(act: Act, cycle: Cycle, poll: Poll) -> AnnulForm | None:
    """For who may propose; who may confirm what was proposed has a page of its own."""
    return AnnulForm() if poll.annul_first_id is None and closing.may_annul(act, cycle, poll) else None


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/annul")
@access(allow(*closing.SECOND_PERSONS))
@fresh_proof("voting.look_over_annulment")
def look_over_annulment(cycle_id: UUID) -> web.Response:
    """Asks once more whoever decides on a proposal to annul, and whoever made it whether it stands."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    if not closing.may_decline(act, cycle, poll):
        return redirect(url_for("voting.show", cycle_id=cycle.id))
    return page(
        "voting/look_over_annulment.html",
        cycle=cycle,
        poll=poll,
        cast=ballot_box.count(act, poll),
        confirms=closing.may_annul(act, cycle, poll),
        own=act.person is not None and poll.annul_first_id == act.person.id,
        hinders=closing.hinders(act, poll),
    )


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/annul/decline")
@access(
    allow(*closing.SECOND_PERSONS), action=lazy_gettext("decline a proposal to annul a poll, or take back one's own")
)
@fresh_proof("voting.look_over_annulment")
def decline_annulment(cycle_id: UUID) -> web.Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    taken_back = closing.decline_annulment(act, cycle, poll)
    notify(_("The proposal is taken back.") if taken_back else _("The proposal is declined. The poll goes on."))
    return redirect(url_for("voting.show", cycle_id=cycle.id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/annul")
@access(allow(*closing.SECOND_PERSONS), action=lazy_gettext("annul a poll, chair and office together"))
@fresh_proof("voting.show")
def annul(cycle_id: UUID) -> web.Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = AnnulForm()
    if poll.annul_first_id is not None:
        del form.reason  # the first person has given it, and the page asks the second for none
    annulled = form.submit(lambda: closing.annul(act, cycle, poll, (form.reason.data if form.reason else None) or ""))
    if annulled is None:
        return poll_page(act, cycle, form), 422
    notify(_("The poll is annulled.") if annulled else _("Proposed. A second person must confirm."))
    return redirect(url_for("voting.show", cycle_id=cycle.id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/repeat")
@access(allow(Role.OFFICE), action=lazy_gettext("repeat a poll"))
def repeat(cycle_id: UUID) -> web.Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    preparation.prepare(act, cycle, web.keys())
    notify(_("A new poll is in preparation. New cards and keys are needed."))
    return redirect(url_for("voting.show", cycle_id=cycle.id))


@blueprint.route("/<okrug:okrug>/<year:cycle_id>/poll/tracker", methods=["GET", "POST"])
@access(EVERYBODY, reads=True)
def tracker(cycle_id: UUID) -> web.Response:
    """By POST: who looked for which ballot stands in no address, so in no history and in no log of a proxy."""
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    if (poll := state.current(act, cycle)) is None:
        return poll_page(act, cycle)
    form = TrackerForm()
    sent = request.method == "POST"
    asked = sent and form.validate()
    ballot = ballot_box.find(act, poll, form.asked) if asked else None
    shown = page(
        "voting/tracker.html",
        cycle=cycle,
        poll=poll,
        form=form,
        asked=asked,
        ballot=ballot,
        neighbours=ballot_box.neighbours(act, ballot) if ballot else (),
        spaced=spaced,
    )
    return (shown, 422) if sent and not asked else shown


@blueprint.route("/<okrug:okrug>/<year:cycle_id>/poll/keys", methods=["GET", "POST"])
@limited(KEY_LOOK_UPS, proof=voter_here, unless=is_read)
@access(EVERYBODY, reads=True)
def look_key_up(cycle_id: UUID) -> web.Response:
    """Whether a card's key has voted: its holder asks with the fingerprint under the fold, by POST as for a tracker."""
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    if (poll := state.current(act, cycle)) is None:
        return poll_page(act, cycle)
    form = KeyForm()
    sent = request.method == "POST"
    asked = sent and form.validate()
    found = ballot_box.of_key(act, poll, form.asked) if asked else None
    shown = page("voting/key.html", cycle=cycle, poll=poll, form=form, asked=asked, found=found)
    return (shown, 422) if sent and not asked else shown
