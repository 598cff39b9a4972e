"""What pages say of a survey: how it stands, who answers it, what it is on."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act
from pb.budget.models import Version
from pb.formats import numbered
from pb.gatherings.models import Gathering
from pb.surveys.models import Audience, Survey
from pb.surveys.service import drafts, finding
from pb.surveys.service.drafts import Draft
from pb.surveys.service.finding import State

STATE_LABELS: dict[State, LazyString] = {
    State.DRAFT: lazy_gettext("Being written"),
    State.COMING: lazy_gettext("Opens soon"),
    State.OPEN: lazy_gettext("Open now"),
    State.CLOSED: lazy_gettext("Closed"),
    State.CALLED_OFF: lazy_gettext("Called off"),
}
STATE_TAGS: dict[State, str] = {
    State.DRAFT: "grey",
    State.COMING: "grey",
    State.OPEN: "sky",
    State.CLOSED: "green",
    State.CALLED_OFF: "red",
}


class Shown(NamedTuple):
    """A survey in a list."""

    survey: Survey
    state: State
    tag: str
    label: LazyString
    open_to_all: bool
    answered: int


def rows(act: Act, some: Sequence[Survey]) -> list[Shown]:
    answered = finding.answered_each(act, some)
    return [_row(act, survey, answered[survey.id]) for survey in some]


def row(act: Act, survey: Survey) -> Shown:
    return rows(act, [survey])[0]


def _row(act: Act, survey: Survey, answered: int) -> Shown:
    state = finding.state(act, survey)
    open_to_all = survey.audience == Audience.EVERYBODY
    return Shown(survey, state, STATE_TAGS[state], STATE_LABELS[state], open_to_all, answered)


def on_draft(act: Act, draft: Draft) -> tuple[str, str] | None:
    """The draft in words, and its page; None where the survey is on none."""
    if draft.gathering_id is not None:
        gathering = act.session.get_one(Gathering, draft.gathering_id)
        told = _("Public hearing %(number)s", number=numbered(gathering.number))
        return f"{told}: {gathering.title}", url_for("hearings.show", gathering_id=gathering.id)
    if draft.version_id is not None:
        version = act.session.get_one(Version, draft.version_id)
        years = f"{version.budget.first_year}\u2013{version.budget.years[-1]}"
        told = _("Budget %(years)s, version %(number)s", years=years, number=numbered(version.number))
        url = url_for("budget.show_version", budget_id=version.budget_id, version_id=version.id)
        return told, url
    return None


def draft_choices(act: Act, survey: Survey | None = None) -> list[tuple[str, str]]:
    """The drafts to choose from in a form."""
    found = []
    for name, draft in drafts.offered(act, survey).items():
        told = on_draft(act, draft)
        if told is not None:
            found.append((name, told[0]))
    return [("", _("On no draft")), *found]
