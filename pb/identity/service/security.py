"""Security events in the structured log: what happened and to which account, by its random id.

No name, no IIN, no address of a person or of a machine and nothing typed stands in them: whoever reads the log sees
that an account is being tried, and learns nothing else about its owner.
"""

from uuid import UUID

import structlog

log = structlog.get_logger()


def tell(event: str, person_id: UUID | None = None, **facts: str | int | bool) -> None:
    """Writes one event. `facts` are words of the program (an endpoint, a family of browsers), never what was typed."""
    log.info(event, security=True, person=str(person_id) if person_id else None, **facts)
