"""Which rows the log tells of whole: `pb doctor` compares each with its event. A room adds its own here."""

from collections.abc import Iterator
from itertools import chain

from sqlalchemy.orm import Session

from pb.audit.service import fingerprints
from pb.audit.service.fingerprints import Difference, Kept
from pb.budget import models as budget
from pb.budget.service import asking
from pb.classification.models import RecordedCode
from pb.registers.service import kept as programmes
from pb.winners import models as winners

PLANNED = ("proposal.budgeted", "winner.planned", "winner.waits", "winner.resumed")


def kept() -> Iterator[Kept]:
    """Tables whose rows are compared by their digest."""
    file = ("territory_id", "recorded_at")
    codes = [column.name for column in RecordedCode.__table__.columns if column.name != "event"]
    yield Kept(RecordedCode, ("classification.recorded",), columns=codes, together=file)
    yield Kept(budget.Question, ("budget.asked", "budget.opined"), columns=asking.ASKED)
    yield Kept(budget.Question, ("budget.answered",), columns=asking.ANSWERED, once="answered_at")
    yield Kept(winners.Winner, ("proposal.budgeted",), fact="winner")
    yield Kept(winners.Plan, PLANNED)
    yield Kept(winners.Line, PLANNED, fact="lines_digest", together=("winner_id", "number"))


def differing(session: Session) -> list[Difference]:
    """The rows of all okrugs that stand otherwise than the log says."""
    by_digest = chain.from_iterable(fingerprints.differing(session, one) for one in kept())
    return [*by_digest, *programmes.differing(session)]
