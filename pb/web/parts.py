"""Parts that rooms hang on a page of a room before them: the page has places, and knows nobody who fills them."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from markupsafe import Markup

from pb.act import Act


class Place(StrEnum):
    """Where something may hang. What fills a place is told what the page is about.

    That is the plan of a meeting, the meeting, the hearing, the point of its agenda, a report of the commission, or the
    project.
    """

    PLAN = "plan"  # a meeting that is being convened: each part is a sentence
    MEETING = "meeting"
    HEARING = "hearing"  # the page of its opinions
    MINUTES = "minutes"
    POINT = "point"  # of an agenda, where it is voted on
    DECISION = "decision"
    BUDGET = "budget"
    BUDGET_OF_YEARS = "budget_of_years"  # all its versions
    WINNER = "winner"
    EARLIER = "earlier"  # the point of an agenda on what became of earlier decisions
    COMMISSION = "commission"
    MONITORING = "monitoring"
    WORK = "work"


Part = Callable[[Act, Any], str]
"""Tells the part as HTML, or nothing where it has none for this thing."""
_parts: dict[Place, list[Part]] = {}


def hangs(place: Place) -> Callable[[Part], Part]:
    """Registers a part of a place."""

    def register(part: Part) -> Part:
        _parts.setdefault(place, []).append(part)
        return part

    return register


def parts(place: Place, act: Act, thing: Any) -> list[Markup]:
    """What hangs there, as the templates of its rooms wrote it."""
    told = (part(act, thing) for part in _parts.get(place, ()))
    return [Markup(each) for each in told if each]  # noqa: S704 - a template has escaped it
