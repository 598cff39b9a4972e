"""Whether a ballot stands in one's name: at the desk, or with a digital signature."""

from datetime import date
from uuid import UUID

from flask import jsonify, session, url_for
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.checks.forms import AskForm
from pb.checks.service import question, rules
from pb.checks.views.blueprint import blueprint
from pb.cycles.models import Cycle
from pb.polls.models import Poll
from pb.polls.service import state
from pb.web.access import A_TEXT, EVERYBODY, access, allow
from pb.web.limits import SIGNATURES, limited
from pb.web.requests import Response, begin_work, current_act, keys, page
from pb.web.signing import signer_here, use_signature


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/asked")
@access(EVERYBODY)
def ask(cycle_id: UUID) -> str:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    kept = session.pop("asked", None) or {}
    standing: question.Standing | None = None
    if kept.get("poll") == poll.uuid:
        standing = question.Standing(kept["on_roll"], date.fromisoformat(kept["day"]) if kept["day"] else None)
    return _page(act, cycle, poll, AskForm(formdata=None), standing)


def _page(act: Act, cycle: Cycle, poll: Poll, form: AskForm, standing: question.Standing | None = None) -> str:
    return page(
        "checks/ask.html",
        cycle=cycle,
        poll=poll,
        form=form,
        at_the_desk=act.holds(Role.CLERK),
        standing=standing,
        erasure=rules.erased(act, poll),
    )


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/asked")
@access(allow(Role.CLERK), action=lazy_gettext("ask for somebody at the desk whether a ballot stands in their name"))
def ask_at_the_desk(cycle_id: UUID) -> Response:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    form = AskForm()
    standing = form.submit(lambda: question.ask_at_the_desk(act, cycle, poll, form.iin.iin, keys()))
    if standing is None:
        return _page(act, cycle, poll, form), 422
    return _page(act, cycle, poll, AskForm(formdata=None), standing)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/asked/eds")
@limited(SIGNATURES, proof=signer_here)
@access(
    EVERYBODY,
    action=lazy_gettext("ask with a digital signature whether a ballot stands in one's name"),
    own_transaction=True,
    largest_body=A_TEXT,
)
def ask_by_signature(cycle_id: UUID) -> Response:
    """The text is the one to sign in with; it is used up here, and nobody is signed in."""
    iin, _signer = use_signature()
    with begin_work(writing=True) as act:
        cycle, poll = state.of_cycle(act, cycle_id)
        standing = question.ask_by_signature(act, cycle, poll, iin, keys())
    day = standing.day.isoformat() if standing.day else ""
    session["asked"] = {"poll": poll.uuid, "on_roll": standing.on_roll, "day": day}
    return jsonify(next=url_for("checks.ask", cycle_id=cycle_id))
