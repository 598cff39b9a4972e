"""What hangs of surveys on the page of a hearing, and of a version of the budget."""

from collections.abc import Sequence

from flask import render_template

from pb.act import Act
from pb.budget.models import Budget, Version
from pb.gatherings.models import Gathering
from pb.gatherings.service import calling_off
from pb.surveys.models import Survey
from pb.surveys.service import finding
from pb.surveys.views import showing
from pb.web.parts import Place, hangs


@hangs(Place.HEARING)
def on_hearing(act: Act, gathering: Gathering) -> str:
    """Also what was opened on a hearing in whose place this one is."""
    return _list(act, finding.on_hearing(act, list(calling_off.line_of(act, gathering))))


@hangs(Place.BUDGET)
def on_version(act: Act, version: Version) -> str:
    return _list(act, finding.on_version(act, version.id))


@hangs(Place.BUDGET_OF_YEARS)
def on_budget(act: Act, budget: Budget) -> str:
    """What was opened on any of its versions."""
    return _list(act, finding.on_budget(act, budget.id))


def _list(act: Act, some: Sequence[Survey]) -> str:
    return render_template("surveys/_part.html", surveys=showing.rows(act, some)) if some else ""
