"""Projects whose payments, as the office writes them down, exceed what the treasury reported of their whole programme.

Both stand on the pages of the okrug and come by different ways: where they cannot both be true, the page says so.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from pb.act import Act
from pb.citizens.service import Chosen, Content
from pb.core.budget.codes import Code, Part
from pb.core.receipt import PROGRAMME_DEPTH
from pb.works.models import Payment
from pb.works.service import facts


class Exceeding(NamedTuple):
    """A programme by its code: what was paid for these projects by the report's day, and what it reports, in tiyn."""

    programme: str
    projects: Sequence[Chosen]
    paid: int
    reported: int


def of_content(act: Act, content: Content) -> list[Exceeding]:
    """Nothing without a report. A project that several programmes pay for is not compared."""
    if content.paid is None:
        return []
    reported: dict[str, int] = defaultdict(int)
    for (part, code), amount in content.paid.items():
        if part == Part.SPENDING:
            reported[_programme(code)] += amount
    by_programme: dict[str, list[Chosen]] = defaultdict(list)
    for one in content.chosen:
        programmes = {_programme(project.code) for project in one.projects}
        if len(programmes) == 1 and (programme := programmes.pop()) in reported:
            by_programme[programme].append(one)
    paid = _paid_by(act, [one.proposal.id for one in content.chosen], content.edition.day)
    found = [
        Exceeding(programme, some, sum(paid[one.proposal.id] for one in some), reported[programme])
        for programme, some in by_programme.items()
    ]
    return [one for one in found if one.paid > one.reported]


def _programme(text: str) -> str:
    """The programme of a code in whichever subgroup; a code above the programmes is itself."""
    code = Code.read(text).without_subgroup()
    return code.up(min(code.depth, PROGRAMME_DEPTH)).text


def _paid_by(act: Act, proposal_ids: Sequence[UUID], day: date) -> dict[UUID, int]:
    """What was paid for each project up to a day."""
    payments = facts.latest(act, Payment, proposal_ids)
    return {each: sum(one.amount for one in payments.get(each, []) if one.day <= day) for each in proposal_ids}
