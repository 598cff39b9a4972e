"""A cycle that is ended early: by the akim's office, from the gathering on by the chair too, and never over a poll."""

from pb.freezes.holding import alone, cooled, stands
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import last_says, logged
from pb.freezes.sql import Sql

BY_THE_OFFICE_ALONE = ("proposals", "review")
POLL_UNDER_WAY = ("preparing", "open", "closed", "decrypting")
PROPOSED = ("cycle_id", "phase", "reason", "first_id", "first_at", "first_event")
CONFIRMED = ("second_id", "second_at", "second_event")
OKRUG = "(SELECT cycles.territory_id FROM cycles WHERE cycles.id = NEW.cycle_id)"
OKRUG_BEFORE = "(SELECT cycles.territory_id FROM cycles WHERE cycles.id = OLD.cycle_id)"
IN_ITS_PHASE = "EXISTS (SELECT 1 FROM cycles WHERE cycles.id = NEW.cycle_id AND cycles.phase = NEW.phase)"


def _by(sql: Sql, which: str, role: str, also: str = ALWAYS) -> str:
    """The event is of this cycle and its okrug, by this person, who has held the role long enough."""
    person = f"NEW.{which}_id"
    return (
        f"events.subject_id = NEW.cycle_id AND events.territory_id = {OKRUG} AND events.actor_id = {person} "
        f"AND {cooled(sql, person, repr(role), OKRUG, f'NEW.{which}_at')} AND {also}"
    )


def _first(sql: Sql) -> str:
    """The office ends the cycle before the gathering, and proposes it from then on."""
    by_office = _by(sql, "first", "office")
    ends = logged("cycle.ended", "first_at", "first_event", by_office)
    proposes = logged("cycle.ending_proposed", "first_at", "first_event", by_office)
    early = f"NEW.phase IN {BY_THE_OFFICE_ALONE}"
    return f"({IN_ITS_PHASE} AND NEW.second_id IS NULL AND (({early} AND {ends}) OR (NOT {early} AND {proposes})))"


def _second(sql: Sql) -> str:
    two = alone(sql, "NEW.second_id", ("NEW.first_id", "'office'"), OKRUG, "NEW.second_at")
    first = stands(sql, "NEW.first_id", "'office'", OKRUG, "NEW.first_at", "NEW.second_at")
    confirms = logged("cycle.ended", "second_at", "second_event", _by(sql, "second", "chair", f"{two} AND {first}"))
    return f"({IN_ITS_PHASE} AND OLD.second_id IS NULL AND {confirms})"


def _declined(sql: Sql) -> str:
    """By the office, which takes its proposal back, or by the chair; an ending that took place stays."""
    decides = " OR ".join(
        cooled(sql, "events.actor_id", f"'{role}'", "heads.territory_id", "events.at") for role in ("chair", "office")
    )
    said = last_says("'cycle.ending_declined'", OKRUG_BEFORE, f"events.subject_id = OLD.cycle_id AND ({decides})")
    going_on = "EXISTS (SELECT 1 FROM cycles WHERE cycles.id = OLD.cycle_id AND cycles.phase <> 'ended')"
    return f"(OLD.second_id IS NULL AND {going_on} AND {said})"


def rules(sql: Sql) -> list[Rule]:
    ending = (
        "EXISTS (SELECT 1 FROM cycle_endings endings WHERE endings.cycle_id = NEW.id AND endings.phase = OLD.phase "  # noqa: S608 - our own names
        f"AND (endings.phase IN {BY_THE_OFFICE_ALONE} OR endings.second_id IS NOT NULL))"
    )
    polls = f"EXISTS (SELECT 1 FROM polls WHERE polls.cycle_id = NEW.id AND polls.state IN {POLL_UNDER_WAY})"  # noqa: S608 - our own names
    said = last_says("'cycle.ended'", "NEW.territory_id", "events.subject_id = NEW.id")
    ends = "OLD.phase <> 'ended' AND NEW.phase = 'ended'"
    of_ended = "EXISTS (SELECT 1 FROM cycles WHERE cycles.id = NEW.cycle_id AND cycles.phase = 'ended')"
    return [
        Rule("cycle_endings", "INSERT", f"NOT {_first(sql)}"),
        Rule(
            "cycle_endings",
            "UPDATE",
            f"{changed(*PROPOSED)} OR ({changed(*CONFIRMED)} AND NOT {_second(sql)})",
        ),
        Rule("cycle_endings", "DELETE", f"NOT {_declined(sql)}"),
        Rule("cycles", "UPDATE", f"{ends} AND (NOT {ending} OR {polls} OR NOT {said})", "ended"),
        Rule("polls", "INSERT", of_ended, "ended"),
    ]
