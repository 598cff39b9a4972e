"""What hangs of the commission on the point about earlier decisions: recommendations, and what the akim concluded."""

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act
from pb.commission.models import HOLDERS, STATE_LABELS, STATE_TAGS, State
from pb.commission.service import following
from pb.commission.views.pages import named
from pb.gatherings.models import Matter, Question
from pb.web.parts import Place, hangs

SHOWN = 4
"""Of two years: a report for each half-year."""


@hangs(Place.DECISION)
def of_reports(_act: Act, question: Question) -> str:
    """From what the assembly adopted on a report to where chair or secretary record its recommendations."""
    if question.matter != Matter.MONITORING:
        return ""
    told = _("Commission of the community")
    return Markup('<p><a href="{}">{}</a></p>').format(url_for("commission.overview"), told)


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
