"""Versions of the budget at meetings: which one a hearing is on, and which ones lay before the assembly on a day."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Final

from sqlalchemy import select

from pb.act import Act
from pb.budget.models import OVER, Budget, Kind, Move, Step, Version
from pb.clock import local
from pb.gatherings.models import Gathering, Matter, Outcome, Question, State
from pb.gatherings.models import Kind as Meeting

BEFORE_THE_ASSEMBLY: Final = (Kind.DRAFT, Kind.AMENDMENT, Kind.CORRECTION)
DECIDED: Final = (Move.AGREED, Move.DECLINED)
Taken = tuple[Version, Sequence[Step]]
"""A version with the steps that were taken of it."""


def open_on(act: Act, day: date) -> list[Version]:
    """The versions that were under way on a day: made by then, and not over before it; the latest first."""
    return _open(_versions(act), day)


def lies(act: Act, day: date) -> bool:
    """Whether a version lies before the assembly on a day: put by then, not withdrawn, not decided on before."""
    return any(_lies(steps, day) for _version, steps in _versions(act))


def nothing_lies(act: Act, question: Question) -> bool:
    """Whether what is decided at this point reaches no budget: no version lies before the assembly on that day."""
    if question.matter != Matter.BUDGET or question.removed or question.outcome == Outcome.REJECTED:
        return False
    return not lies(act, local(question.gathering.meets_at).date())


def hearings_on(act: Act, version: Version) -> list[Gathering]:
    """The hearings at which this version was, or is to be, spoken of."""
    query = (
        select(Gathering)
        .join(Question, Question.gathering_id == Gathering.id)
        .where(Gathering.territory_id == act.territory.id, Gathering.kind == Meeting.HEARING)
        .where(Gathering.state != State.CALLED_OFF, Question.matter == Matter.DRAFT, ~Question.removed)
        .order_by(Gathering.meets_at)
    )
    found = act.session.scalars(query).unique().all()
    every = _versions(act) if found else []
    return [one for one in found if version in _open(every, local(one.meets_at).date())]


def _open(every: Sequence[Taken], day: date) -> list[Version]:
    return [
        version
        for version, steps in every
        if local(version.made_at).date() <= day and not any(step.move in OVER and step.day < day for step in steps)
    ]


def _lies(steps: Sequence[Step], day: date) -> bool:
    put = any(step.move == Move.PUT and step.day <= day for step in steps)
    decided = any(step.move in DECIDED and step.day < day for step in steps)
    withdrawn = any(step.move == Move.WITHDRAWN and step.day <= day for step in steps)
    return put and not decided and not withdrawn


def _versions(act: Act) -> list[Taken]:
    """Every version that goes before the assembly, with its steps in their order; the latest first."""
    query = (
        select(Version, Step)
        .join(Budget, Budget.id == Version.budget_id)
        .outerjoin(Step, Step.version_id == Version.id)
        .where(Budget.territory_id == act.territory.id, Version.kind.in_(BEFORE_THE_ASSEMBLY))
        .order_by(Budget.first_year.desc(), Version.number.desc(), Step.number)
    )
    rows = ((version, step) for version, step in act.session.execute(query))
    return [
        (version, [step for _version, step in some if step is not None])
        for version, some in groupby(rows, key=itemgetter(0))
    ]
