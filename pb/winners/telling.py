"""Whoever follows a cycle is told when the maslikhat puts a budget in force that holds its winners' lines."""

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.budget.models import Move
from pb.cycles import service as cycles
from pb.notices.models import Kind
from pb.notices.service.telling import Concerned, Subject, teller, tells
from pb.winners.service import adopting

APPROVED = f"budget.{Move.APPROVED.value}"
_to_the_okrug = teller(APPROVED)  # the budget's own room told of it before


def _concerned(act: Act, event: AuditEvent) -> Concerned:
    """Whoever follows the okrug, and the cycles whose winners have their money by this very decision."""
    told = _to_the_okrug.concerned(act, event)
    adopted = adopting.by_version(act, event.subject_id, cycles.all_of(act))
    return Concerned(followed=told.followed | {Subject(Kind.CYCLE, cycle_id) for cycle_id in adopted})


tells(APPROVED, _to_the_okrug._replace(concerned=_concerned))
