"""The page of everything that meetings decided, and what has become of it."""

from flask import request, url_for

from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import NotFound
from pb.gatherings import documents
from pb.gatherings.models import Outcome
from pb.gatherings.service import decided
from pb.gatherings.service.standing import IN_FORCE
from pb.gatherings.views import agenda
from pb.gatherings.views.blueprint import blueprint
from pb.gatherings.views.meetings import LABELS
from pb.web.access import EVERYBODY, access
from pb.web.paging import pager
from pb.web.parts import Place, parts
from pb.web.requests import current_act, page

PAGE = 20


@blueprint.get("/<okrug:okrug>/decisions")
@access(EVERYBODY)
def list_decisions() -> str:
    act = current_act()
    if act.territory.kind not in FOURTH_LEVEL:  # a raion or city has no assembly
        raise NotFound
    years = decided.years(act)
    wanted = request.args.get("year", type=int)
    year = wanted if wanted in years else None
    at_page = pager(
        decided.count(act, year), PAGE, lambda other: url_for("gatherings.list_decisions", page=other, year=year)
    )
    found = decided.page_of(act, year, at_page.number, PAGE)
    return page(
        "gatherings/decisions.html",
        decisions=found,
        texts={one.question.id: agenda.decision_shown(one.point) for one in found},
        hanging={
            one.question.id: parts(Place.DECISION, act, one.question)
            for one in found
            if one.question.outcome == Outcome.APPROVED and one.standing.way in IN_FORCE
        },
        proposed={one.question.id: agenda.question_shown(one.point) for one in found if one.point.get("amended")},
        votes_said=documents.votes_said,
        years=years,
        year=year,
        pager=at_page,
        **LABELS,
    )
