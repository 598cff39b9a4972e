"""The hall's screen: the question, the figures and the result in large letters, for a second window or a projector.

A window of the same device is told at once by the tablet; any other asks every four seconds, and is told by the ETag
that nothing changed. Names of voters stand on it only where it was voted on by name.
"""

from uuid import UUID

from flask import current_app, render_template, request
from flask_babel import lazy_gettext

from pb.act import Act
from pb.gatherings.models import OUTCOME_LABELS, Ballot, Gathering, Question
from pb.gatherings.service import meetings
from pb.gatherings.service.rules import needed_in_words
from pb.gatherings.views import agenda
from pb.gatherings.views.blueprint import blueprint
from pb.gatherings.views.writing import called
from pb.web.access import EVERYBODY, access
from pb.web.requests import Response, current_act, page

VOTES = {"for": lazy_gettext("For"), "against": lazy_gettext("Against"), "abstained": lazy_gettext("Abstained")}


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/hall")
@access(EVERYBODY)
def hall(gathering_id: UUID) -> str:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    return page("gatherings/hall.html", gathering=gathering, **_now(act, gathering))


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/hall/now")
@access(EVERYBODY)
def hall_now(gathering_id: UUID) -> Response:
    """What changes on the screen, alone: a page of a few hundred bytes."""
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    answer = current_app.make_response(
        render_template("gatherings/hall_now.html", gathering=gathering, **_now(act, gathering))
    )
    answer.add_etag()
    return answer.make_conditional(request)


def _now(act: Act, gathering: Gathering) -> dict[str, object]:
    question = _on_screen(act, gathering)
    named = question is not None and question.ballot == Ballot.BY_NAME
    names = {row.member_id: row.member.name for row in gathering.attendances}
    return {
        "quorum": meetings.quorum_of(gathering),
        "question": question,
        "text": agenda.of_question(act, gathering, question) if question is not None else "",
        "called": called(act, gathering, question) if question is not None else "",
        "outcome_labels": OUTCOME_LABELS,
        "needed_in_words": needed_in_words,
        "by_name": [(names[row.member_id], VOTES[row.vote]) for row in question.named_votes]
        if question and named
        else [],
    }


def _on_screen(act: Act, gathering: Gathering) -> Question | None:
    """The question whose votes were recorded last stays until the next one is opened on the tablet; else the next."""
    asked = request.args.get("question", "")
    standing = meetings.to_decide(act, gathering)
    chosen = next((row for row in standing if str(row.position) == asked), None)
    return chosen or next((row for row in standing if row.outcome is None), standing[-1] if standing else None)
