"""The drafts that a survey may be on: of a hearing that takes opinions, or a version of the budget under way."""

from collections.abc import Mapping
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.budget import service as budgets
from pb.budget.models import Version
from pb.gatherings.models import Gathering, Kind, State
from pb.hearings import service as hearings
from pb.surveys.models import Survey

OFFERED: Final = 20


class Draft(NamedTuple):
    """One of the two, or neither."""

    gathering_id: UUID | None = None
    version_id: UUID | None = None


NOTHING: Final = Draft()


def offered(act: Act, survey: Survey | None = None) -> Mapping[str, Draft]:
    """By what a form calls them: `meeting-12`, `budget-2027-1`; also the one that the survey is on."""
    own = [of(survey)] if survey is not None else []
    found = {name_of(act, draft): draft for draft in (*_hearings(act), *_versions(act), *own)}
    return {name: draft for name, draft in found.items() if name}


def of(survey: Survey) -> Draft:
    return Draft(survey.gathering_id, survey.version_id)


def name_of(act: Act, draft: Draft) -> str:
    """What a form calls a draft; nothing where there is none."""
    if draft.gathering_id is not None:
        return f"meeting-{act.session.get_one(Gathering, draft.gathering_id).number}"
    if draft.version_id is not None:
        version = act.session.get_one(Version, draft.version_id)
        return f"budget-{version.budget.first_year}-{version.number}"
    return ""


def _hearings(act: Act) -> list[Draft]:
    query = select(Gathering).where(
        Gathering.territory_id == act.territory.id,
        Gathering.kind == Kind.HEARING,
        Gathering.state.not_in([State.CALLED_OFF, State.MINUTED, State.CONFIRMED]),
    )
    latest = act.session.scalars(query.order_by(Gathering.meets_at.desc()).limit(OFFERED))
    return [Draft(gathering_id=one.id) for one in latest if hearings.takes_opinions(act, one)]


def _versions(act: Act) -> list[Draft]:
    """What was put before somebody and is not over: lines that are still being written are no draft to ask about."""
    every = budgets.standing_of(act, [budget.id for budget in budgets.budgets(act)])
    under_way = [one for of_one in every.values() for one in of_one if not one.being_written and not one.over]
    return [Draft(version_id=one.version.id) for one in under_way][:OFFERED]
