"""What hangs of the commission on the point about earlier decisions: recommendations, and what the akim concluded."""

from flask import render_template

from pb.act import Act
from pb.commission.models import HOLDERS, STATE_LABELS, STATE_TAGS, State
from pb.commission.service import following
from pb.commission.views.pages import named
from pb.gatherings.models import Question
from pb.web.parts import Place, hangs

SHOWN = 4
"""Of two years: a report for each half-year."""


@hangs(Place.EARLIER)
def recommended(act: Act, question: Question) -> str:  # noqa: ARG001 - one signature for all parts
    """The akim's conclusion is given at the next meeting: there it is heard, or asked for."""
    told = [one for one in following.all_of(act) if one.state in {State.RECOMMENDED, State.CONCLUDED}][:SHOWN]
    if not told:
        return ""
    return render_template(
        "commission/_earlier.html",
        reports=[(one, named(one.report)) for one in told],
        state_labels=STATE_LABELS,
        state_tags=STATE_TAGS,
        holders=HOLDERS,
    )
