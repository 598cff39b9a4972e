"""What this room hangs itself on the point about earlier decisions: how each of the latest ones stands."""

from flask import render_template

from pb.act import Act
from pb.gatherings.models import Outcome, Question
from pb.gatherings.service import decided
from pb.gatherings.views import agenda
from pb.web.parts import Place, hangs

SHOWN = 10


@hangs(Place.EARLIER)
def latest(act: Act, question: Question) -> str:  # noqa: ARG001 - one signature for all parts
    """Those that were adopted: what was rejected is done by nobody."""
    some = [one for one in decided.page_of(act, None, 1, SHOWN) if one.question.outcome == Outcome.APPROVED]
    if not some:
        return ""
    texts = {one.question.id: agenda.decision_shown(one.point) for one in some}
    return render_template("gatherings/_earlier.html", some=some, texts=texts)
