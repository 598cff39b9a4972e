"""What one body proposes and another decides: roles, and suspensions of accounts."""

from collections.abc import Mapping

from pb.freezes.holding import alone, cooled, held, stands
from pb.freezes.shared import logged
from pb.freezes.sql import Sql

# The event is of this okrug, of this person, and who acts is its actor.
OF_PERSON = "events.territory_id = NEW.territory_id AND events.subject_id = NEW.person_id"
PROPOSER = ("NEW.proposed_by", "NEW.proposed_as")
DECIDER = ("NEW.decided_by", "NEW.decided_as")
BY_PROPOSER = f"{OF_PERSON} AND events.actor_id = NEW.proposed_by"
BY_DECIDER = f"{OF_PERSON} AND events.actor_id = NEW.decided_by"


def proposed(sql: Sql, action: str) -> str:
    """The log's last event says that this person proposes it, who holds the role."""
    holds = held(sql, *PROPOSER, "NEW.territory_id", "NEW.proposed_at")
    return f"({logged(action, 'proposed_at', also=BY_PROPOSER)} AND {holds})"


def decided(action: str) -> str:
    """The log's last event says that this person decides it."""
    return logged(action, "decided_at", "decided_event", BY_DECIDER)


def approved_by_two(sql: Sql, level: str, bodies: tuple[str, ...], actions: Mapping[str, str]) -> str:
    """The other body confirms: a row of the table (where, role, who proposes and confirms), and its kind's event.

    Who proposed it has held the role in which they did ever since.
    """
    said = " OR ".join(f"(NEW.kind = '{kind}' AND {decided(action)})" for kind, action in actions.items())
    return (
        f"({level} || ' ' || NEW.role || ' ' || NEW.proposed_as || ' ' || NEW.decided_as IN {bodies} "
        f"AND {cooled(sql, *DECIDER, 'NEW.territory_id', 'NEW.decided_at')} "
        f"AND {stands(sql, *PROPOSER, 'NEW.territory_id', 'NEW.proposed_at', 'NEW.decided_at')} "
        f"AND {alone(sql, 'NEW.decided_by', PROPOSER, 'NEW.territory_id', 'NEW.decided_at')} AND ({said}))"
    )
