"""What hangs of a hearing on the page of its meeting, and under its minutes."""

from flask import render_template

from pb.act import Act
from pb.clock import local
from pb.gatherings.models import Gathering, Kind
from pb.hearings.service import finding, takes_opinions
from pb.materials import service as materials
from pb.web.parts import Place, hangs


@hangs(Place.MEETING)
@hangs(Place.MINUTES)
def of_a_hearing(act: Act, gathering: Gathering) -> str:
    """How many opinions came and were answered, with the way there."""
    if gathering.kind != Kind.HEARING:
        return ""
    return render_template(
        "hearings/_part.html",
        gathering=gathering,
        counts=finding.counts(act, gathering),
        papers=len(materials.of(act, gathering)),
        waits_for_papers=finding.waits_for_papers(act, gathering),
        papers_due=finding.papers_due(act, gathering),
        papers_late=local(act.at).date() > finding.papers_due(act, gathering),
        is_open=takes_opinions(act, gathering),
    )
