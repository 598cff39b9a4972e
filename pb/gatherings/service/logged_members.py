"""Whether every member of an assembly, and every term that ended early, stands in the log as two recorded it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.audit.models import AuditEvent
from pb.gatherings.models import Member

RECORDED, CONFIRMED, ENDED = "assembly.member_recorded", "assembly.member_confirmed", "assembly.term_ended"


def differing(session: Session) -> list[Member]:
    """The members of all territories of whom the log holds nothing, or something else."""
    query = select(AuditEvent).where(AuditEvent.action.in_((RECORDED, CONFIRMED, ENDED)))
    told: dict[object, list[AuditEvent]] = {}
    for event in session.scalars(query.order_by(AuditEvent.territory_id, AuditEvent.position)):
        told.setdefault(event.subject_id, []).append(event)
    members = session.scalars(select(Member).order_by(Member.territory_id, Member.number))
    return [member for member in members if not _stands(member, told.get(member.id, []))]


def _stands(member: Member, events: list[AuditEvent]) -> bool:
    """Who recorded and confirmed the member, when, and the last day that was said of the term."""
    here = [event for event in events if event.territory_id == member.territory_id]
    said = {(event.action, event.at, event.actor_id) for event in here}
    days = [event.data.get("until") for event in here if event.action in {RECORDED, ENDED}]
    return (
        (RECORDED, member.recorded_at, member.recorded_by) in said
        and (member.confirmed_at is None or (CONFIRMED, member.confirmed_at, member.confirmed_by) in said)
        and days[-1] == member.term_until.isoformat()
    )
