"""The commission as two recorded it, its reports once somebody signed, and each step after them."""

from pb.freezes.holding import alone, held
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import last_says, stands_here
from pb.freezes.sql import Sql

RECORD = (
    "id",
    "territory_id",
    "number",
    "term_from",
    "term_until",
    "question_id",
    "minutes_number",
    "minutes_on",
    "recorded_at",
    "recorded_by",
)
OF_REPORT = ("id", "territory_id", "number", "commission_id", "written_at", "written_by")
OF_COMMISSION = "(SELECT commissions.territory_id FROM commissions WHERE commissions.id = NEW.commission_id)"
RECORDED = last_says(
    "'commission.recorded'",
    "NEW.territory_id",
    "events.subject_id = NEW.id AND events.at = NEW.recorded_at AND events.actor_id = NEW.recorded_by",
)
SEATED = last_says("'commission.recorded'", OF_COMMISSION, "events.subject_id = NEW.commission_id")
CONFIRMED = last_says(
    "'commission.confirmed'",
    "NEW.territory_id",
    "events.subject_id = NEW.id AND events.at = NEW.confirmed_at AND events.actor_id = NEW.confirmed_by",
)
WRITTEN = last_says(
    "'commission.report_written'",
    "NEW.territory_id",
    "events.subject_id = NEW.id AND events.at = NEW.written_at AND events.actor_id = NEW.written_by",
)
CORRECTED = last_says("'commission.report_corrected'", "NEW.territory_id", "events.subject_id = NEW.id")


def _territory(row: str) -> str:
    return f"(SELECT reports.territory_id FROM monitoring_reports reports WHERE reports.id = {row}.report_id)"  # noqa: S608 - our own names


def _signed(report: str) -> str:
    return f"EXISTS (SELECT 1 FROM monitoring_signatures signed WHERE signed.report_id = {report})"  # noqa: S608 - our own names


FILE = "(SELECT papers.sha256 FROM papers WHERE papers.id = NEW.paper_id)"
OF_SIGNATURE = ("report_id", "member_id", "at", "by_id", "sha256", "signed_on", "paper_id")
WAITED_NOT = "(OLD.paper_id IS NULL OR OLD.confirmed_at IS NOT NULL)"
LET_GO = last_says("'commission.paper_let_go'", _territory("OLD"), "events.subject_id = OLD.report_id")


def _scan(sql: Sql) -> str:
    return f"{sql.said('events.data', 'scan')} = {FILE}"


def _compared(sql: Sql) -> str:
    """A deputy or an auditor, of no body of who brought the scan and not named on it, confirms it."""
    territory, second = _territory("NEW"), "NEW.confirmed_by"
    role = sql.said("events.data", "as")
    by = (
        f"events.subject_id = NEW.report_id AND events.at = NEW.confirmed_at AND events.actor_id = {second} "
        f"AND {_scan(sql)} AND {role} IN ('deputy', 'auditor') AND {held(sql, second, role, territory, 'events.at')}"
    )
    party = (
        "EXISTS (SELECT 1 FROM monitoring_signatures signed JOIN assembly_members members "  # noqa: S608 - our own names
        f"ON members.id = signed.member_id WHERE signed.paper_id = NEW.paper_id AND members.person_id = {second})"
    )
    said = last_says("'commission.paper_confirmed'", territory, by)
    apart = alone(sql, second, ("NEW.by_id", "''"), territory, "NEW.confirmed_at")
    return f"({said} AND {apart} AND NOT {party})"


def _loose(row: str) -> str:
    """A line changes with the event of a report that is written or corrected, and never once somebody has signed."""
    subject = f"events.subject_id = {row}.report_id"
    written = last_says("'commission.report_written'", _territory(row), subject)
    corrected = last_says("'commission.report_corrected'", _territory(row), subject)
    return f"(({written} OR {corrected}) AND NOT {_signed(f'{row}.report_id')})"


def rules(sql: Sql) -> list[Rule]:
    by_the_actor = "events.subject_id = NEW.report_id AND events.at = NEW.at AND events.actor_id = NEW.by_id"
    said = f"{sql.said('events.data', 'sha256')} = NEW.sha256"
    member = "(SELECT CAST(members.number AS text) FROM assembly_members members WHERE members.id = NEW.member_id)"
    named = f"{by_the_actor} AND {said} AND {sql.said('events.data', 'member')} = {member}"
    press = last_says("'commission.report_signed'", _territory("NEW"), named)
    brought = last_says("'commission.paper_brought'", _territory("NEW"), f"{named} AND {_scan(sql)}")
    signature = (
        "(NEW.confirmed_at IS NULL AND CASE WHEN NEW.paper_id IS NULL "
        f"THEN {press} ELSE {brought} AND NOT {stands_here(FILE, 'NEW.paper_id')} END)"
    )
    seat = (
        "EXISTS (SELECT 1 FROM monitoring_reports reports JOIN commission_seats seats ON seats.commission_id = "
        "reports.commission_id JOIN assembly_members members ON members.id = seats.member_id WHERE reports.id = "
        "NEW.report_id AND members.id = NEW.member_id AND (NEW.paper_id IS NOT NULL OR members.person_id = NEW.by_id))"
    )
    step = last_says("'commission.' || NEW.kind", _territory("NEW"), by_the_actor)
    recommended = (
        "EXISTS (SELECT 1 FROM monitoring_steps earlier WHERE earlier.report_id = NEW.report_id "
        "AND earlier.number = 1 AND earlier.kind = 'recommended' AND NEW.number = 2)"
    )

    def holds(role: str, territory: str, person: str, at: str) -> str:
        return held(sql, person, f"'{role}'", territory, at)

    assembly, akim = (
        " OR ".join(holds(role, _territory("NEW"), "NEW.by_id", "NEW.at") for role in roles)
        for roles in (("chair", "secretary"), ("akim",))
    )
    confirming = " OR ".join(
        holds(role, "NEW.territory_id", "NEW.confirmed_by", "NEW.confirmed_at") for role in ("chair", "secretary")
    )
    lines = [
        ("INSERT", f"NOT {_loose('NEW')}"),
        ("UPDATE", f"NOT {_loose('OLD')} OR NOT {_loose('NEW')}"),
        ("DELETE", f"NOT {_loose('OLD')}"),
    ]
    return [
        Rule("commissions", "INSERT", f"NOT {RECORDED} OR NEW.confirmed_at IS NOT NULL", "logged"),
        Rule("commissions", "UPDATE", f"{changed(*RECORD)} OR OLD.confirmed_at IS NOT NULL OR NOT {CONFIRMED}"),
        Rule("commissions", "UPDATE", f"NOT ({confirming})", "placed"),
        Rule("commissions", "DELETE", ALWAYS),
        Rule("commission_seats", "INSERT", f"NOT {SEATED}", "logged"),
        Rule("monitoring_reports", "INSERT", f"NOT {WRITTEN}", "logged"),
        Rule("monitoring_reports", "UPDATE", f"{changed(*OF_REPORT)} OR {_signed('OLD.id')} OR NOT {CORRECTED}"),
        Rule("monitoring_reports", "DELETE", ALWAYS),
        *(Rule("monitoring_lines", change, refused) for change, refused in lines),
        Rule("monitoring_signatures", "INSERT", f"NOT {signature}", "logged"),
        Rule("monitoring_signatures", "INSERT", f"NOT {seat}", "placed"),
        Rule("monitoring_signatures", "UPDATE", f"{changed(*OF_SIGNATURE)} OR {WAITED_NOT} OR NOT {_compared(sql)}"),
        Rule("monitoring_signatures", "DELETE", f"{WAITED_NOT} OR NOT {LET_GO}"),
        Rule("monitoring_steps", "INSERT", f"NOT {step}", "logged"),
        Rule("monitoring_steps", "INSERT", f"NEW.number <> 1 AND NOT {recommended}", "ordered"),
        Rule(
            "monitoring_steps",
            "INSERT",
            f"NOT ((NEW.kind <> 'concluded' AND ({assembly})) OR (NEW.kind = 'concluded' AND ({akim})))",
            "placed",
        ),
    ]
