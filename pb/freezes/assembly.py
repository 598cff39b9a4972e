"""The assembly's members: the office records who comes and whose term ends early, another body confirms it."""

from pb.freezes.holding import alone, held
from pb.freezes.rule import Rule, changed
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

# A test compares them with pb/gatherings/service/membership.py.
CONFIRMING = ("chair", "secretary", "deputy", "auditor")
ELECTED = (
    *("id", "territory_id", "number", "name", "settlement", "office", "term_from", "electing_document"),
    *("recorded_at", "recorded_by", "together"),
)
OF_ENDING = ("member_id", "last_day", "reason", "document", "recorded_at", "recorded_by", "together")
# One person has one term at a time: else a quorum counts them twice.
SITS_ALREADY = (
    "NEW.confirmed_at IS NOT NULL AND EXISTS (SELECT 1 FROM assembly_members others WHERE others.id <> NEW.id "
    "AND others.territory_id = NEW.territory_id AND others.confirmed_at IS NOT NULL AND others.name = NEW.name "
    "AND others.settlement = NEW.settlement AND others.term_from <= NEW.term_until "
    "AND others.term_until >= NEW.term_from)"
)
CLAIMED = last_says(
    "'assembly.account_claimed'",
    "NEW.territory_id",
    "events.subject_id = NEW.id AND events.actor_id = NEW.person_id AND OLD.person_id IS NULL",
)


def _place(row: str) -> str:
    return f"(SELECT members.territory_id FROM assembly_members members WHERE members.id = {row}.member_id)"  # noqa: S608 - our own names


def _said(action: str, territory: str, by: str) -> str:
    return last_says(f"'{action}'", territory, by)


def _recorded(sql: Sql, action: str, territory: str, subject: str, also: str = "1 = 1") -> str:
    """The office records it now."""
    by = f"events.subject_id = {subject} AND events.at = NEW.recorded_at AND events.actor_id = NEW.recorded_by"
    by = f"{by} AND {also}"
    office = held(sql, "NEW.recorded_by", "'office'", territory, "NEW.recorded_at")
    return f"({_said(action, territory, by)} AND {office} AND NEW.confirmed_at IS NULL)"


def _confirmed(sql: Sql, action: str, territory: str, subject: str) -> str:
    """Somebody who answers to no body of who recorded it confirms it now."""
    role = sql.said("events.data", "as")
    by = (
        f"events.subject_id = {subject} AND events.at = NEW.confirmed_at AND events.actor_id = NEW.confirmed_by "
        f"AND {role} IN {CONFIRMING} AND {held(sql, 'NEW.confirmed_by', role, territory, 'events.at')}"
    )
    apart = alone(sql, "NEW.confirmed_by", ("NEW.recorded_by", "'office'"), territory, "NEW.confirmed_at")
    return f"(OLD.confirmed_at IS NULL AND {_said(action, territory, by)} AND {apart})"


def _let_go(action: str, territory: str, subject: str) -> str:
    """What nobody has confirmed goes."""
    said = _said(action, territory, f"events.subject_id = {subject}")
    return f"(OLD.confirmed_at IS NULL AND {said})"


def _ended(sql: Sql) -> str:
    """Two recorded that the term ends early: on that day, or on the one of the second if that is later."""
    ending = (
        "EXISTS (SELECT 1 FROM assembly_endings endings WHERE endings.member_id = NEW.id "
        "AND endings.confirmed_at = events.at AND endings.last_day <= NEW.term_until)"
    )
    until = f"{sql.said('events.data', 'until')} = CAST(NEW.term_until AS text)"
    by = f"events.subject_id = NEW.id AND {until} AND {ending}"
    return f"(NEW.term_until < OLD.term_until AND {_said('assembly.term_ended', 'NEW.territory_id', by)})"


def rules(sql: Sql) -> list[Rule]:
    until = f"{sql.said('events.data', 'until')} = CAST(NEW.term_until AS text)"
    recorded = _recorded(sql, "assembly.member_recorded", "NEW.territory_id", "NEW.id", until)
    confirmed = _confirmed(sql, "assembly.member_confirmed", "NEW.territory_id", "NEW.id")
    ending = _recorded(sql, "assembly.ending_recorded", _place("NEW"), "NEW.member_id")
    ended = _confirmed(sql, "assembly.term_ended", _place("NEW"), "NEW.member_id")
    member_let_go = _let_go("assembly.member_let_go", "OLD.territory_id", "OLD.id")
    ending_let_go = _let_go("assembly.ending_let_go", _place("OLD"), "OLD.member_id")
    twice = f"{changed('confirmed_at', 'confirmed_by')} AND NOT {confirmed}"
    return [
        Rule("assembly_members", "INSERT", f"NEW.person_id IS NOT NULL OR NOT {recorded}", "logged"),
        Rule("assembly_members", "UPDATE", changed(*ELECTED)),
        Rule("assembly_members", "UPDATE", twice, "two_bodies"),
        Rule("assembly_members", "UPDATE", f"{changed('confirmed_at')} AND {SITS_ALREADY}", "ordered"),
        Rule("assembly_members", "UPDATE", f"{changed('term_until')} AND NOT {_ended(sql)}", "logged"),
        Rule("assembly_members", "UPDATE", f"{changed('person_id')} AND NOT {CLAIMED}", "claimed"),
        Rule("assembly_members", "DELETE", f"NOT {member_let_go}"),
        Rule("assembly_endings", "INSERT", f"NOT {ending}", "logged"),
        Rule("assembly_endings", "UPDATE", f"{changed(*OF_ENDING)} OR NOT {ended}"),
        Rule("assembly_endings", "DELETE", f"NOT {ending_let_go}"),
    ]
