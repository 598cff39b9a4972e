"""Where people decide, the first point is what became of earlier decisions: whoever convenes them cannot leave it out.

Those present may take it off the agenda by a vote, as any point.
"""

from typing import Final

from sqlalchemy import select

from pb.act import Act
from pb.gatherings.models import CONFIRMED, DISCUSSING, Gathering, Kind, Minutes, Outcome, Question

FIRST_AT: Final = frozenset({Kind.ASSEMBLY, Kind.GATHERING})
"""A separate gathering elects, a commission monitors, and at the others nothing is decided."""


def is_asked(act: Act, kind: Kind) -> bool:
    """Whether a meeting of this kind asks first what became of earlier decisions: something was decided here before."""
    if kind not in FIRST_AT:
        return False
    query = select(Question.id).join(Gathering, Gathering.id == Question.gathering_id)
    query = query.join(Minutes, Minutes.gathering_id == Gathering.id).where(
        Gathering.territory_id == act.territory.id,
        Gathering.kind.not_in(DISCUSSING),
        Question.outcome == Outcome.APPROVED,
        CONFIRMED,
    )
    return act.session.scalars(query.limit(1)).first() is not None
