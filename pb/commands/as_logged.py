"""Which rows the log tells of whole: `pb doctor` compares each with its event. A room adds its own here."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from sqlalchemy.orm import Session

from pb.audit.service import fingerprints
from pb.audit.service.fingerprints import Difference, Kept
from pb.budget import models as budget
from pb.budget.service import asking
from pb.budget.service import kept as budgets
from pb.classification.models import RecordedCode
from pb.commission import models as commission
from pb.commission.service import kept as monitoring
from pb.inspections import models as inspections
from pb.inspections.service import kept as visits
from pb.registers import models as registers
from pb.registers.service import kept as programmes
from pb.winners import models as winners
from pb.works import models as works

PLANNED: Final = ("proposal.budgeted", "winner.planned", "winner.waits", "winner.resumed")
OF_WORKS: Final = {
    works.Contract: "contract_written",
    works.Milestone: "milestone",
    works.Payment: "payment",
    works.Quantity: "quantity",
    works.Responsible: "responsible",
    works.Reply: "replied",
}
ROOMS: Final[tuple[Callable[[Session], list[Difference]], ...]] = (
    budgets.differing_versions,
    monitoring.differing,
    programmes.differing,
    visits.differing,
)
"""What a room compares in its own way: where an event or a signature has the digest of a whole."""


def kept() -> Iterator[Kept]:
    """Tables whose rows are compared by the digest that their event has."""
    codes = [column.name for column in RecordedCode.__table__.columns if column.name != "event"]
    yield Kept(RecordedCode, ("classification.recorded",), columns=codes, together=("territory_id", "recorded_at"))
    yield Kept(budget.Version, ("budget.begun", "budget.revised"))
    yield Kept(budget.Step, [f"budget.{move}" for move in budget.Move])
    yield Kept(budget.Decision, ("budget.decision_kept",))
    yield Kept(budget.Execution, ("budget.execution_taken",), fact="report")
    yield Kept(budget.Leftover, ("budget.leftover_recorded",))
    yield Kept(budget.Question, ("budget.asked", "budget.opined"), columns=asking.ASKED)
    yield Kept(budget.Question, ("budget.answered",), columns=asking.ANSWERED, once="answered_at")
    yield Kept(winners.Winner, ("proposal.budgeted",), fact="winner")
    yield Kept(winners.Plan, PLANNED)
    yield Kept(winners.Line, PLANNED, fact="lines_digest", together=("winner_id", "number"))
    yield Kept(works.Step, [f"work.{state}" for state in works.State])
    for model, action in OF_WORKS.items():
        yield Kept(model, (f"work.{action}",))
    yield Kept(commission.Step, [f"commission.{kind}" for kind in commission.Kind])
    yield Kept(inspections.InspectionSignature, ("inspection.signed",))
    yield Kept(inspections.RecommendationAnswer, [f"inspection.{kind}" for kind in inspections.Kind])
    yield Kept(registers.Progress, ("programme.progress",))
    yield Kept(registers.State, ("property.entered", "property.changed"))


def differing(session: Session) -> list[Difference]:
    """The rows of all okrugs that stand otherwise than the log says."""
    return [*fingerprints.differing(session, kept()), *chain.from_iterable(compared(session) for compared in ROOMS)]
