"""The report of a visit once somebody signed it, its recommendations, and each answer to them."""

from pb.freezes.holding import alone, held
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

OF_REPORT = ("id", "territory_id", "number", "body", "commission_id", "written_at", "written_by")
WRITTEN = last_says(
    "'inspection.written'",
    "NEW.territory_id",
    "events.subject_id = NEW.id AND events.at = NEW.written_at AND events.actor_id = NEW.written_by",
)
CORRECTED = last_says("'inspection.corrected'", "NEW.territory_id", "events.subject_id = NEW.id")
BY_THE_ACTOR = "events.subject_id = NEW.inspection_id AND events.at = NEW.at AND events.actor_id = NEW.by_id"


def _territory(row: str) -> str:
    return f"(SELECT reports.territory_id FROM inspections reports WHERE reports.id = {row}.inspection_id)"  # noqa: S608 - our own names


def _signed(report: str) -> str:
    return f"EXISTS (SELECT 1 FROM inspection_signatures signed WHERE signed.inspection_id = {report})"  # noqa: S608 - our own names


def _loose(row: str) -> str:
    """A recommendation changes with the event of its report, and never once somebody has signed."""
    subject = f"events.subject_id = {row}.inspection_id"
    written = last_says("'inspection.written'", _territory(row), subject)
    corrected = last_says("'inspection.corrected'", _territory(row), subject)
    return f"(({written} OR {corrected}) AND NOT {_signed(f'{row}.inspection_id')})"


def _whole() -> str:
    """The auditor signs alone, of the commission more than half: only then it is answered."""
    auditor = "reports.body = 'auditor' AND " + _signed("reports.id")
    signed = "(SELECT count(*) FROM inspection_signatures signed WHERE signed.inspection_id = reports.id)"
    seats = "(SELECT count(*) FROM commission_seats seats WHERE seats.commission_id = reports.commission_id)"
    return (
        "EXISTS (SELECT 1 FROM inspections reports JOIN recommendations asked ON asked.inspection_id = reports.id "  # noqa: S608 - our own names
        "WHERE reports.id = NEW.inspection_id AND asked.position = NEW.position "
        f"AND (({auditor}) OR 2 * {signed} > {seats}))"
    )


def _another(sql: Sql) -> str:
    """A deputy or the auditor, who has no seat in the commission and is of no body of who wrote the report."""
    territory = _territory("NEW")
    role = " OR ".join(held(sql, "NEW.by_id", repr(role), territory, "NEW.at") for role in ("deputy", "auditor"))
    seated = (
        "EXISTS (SELECT 1 FROM commission_seats sitting JOIN assembly_members own ON own.id = sitting.member_id "
        "WHERE sitting.commission_id = reports.commission_id AND own.person_id = NEW.by_id)"
    )
    apart = alone(sql, "NEW.by_id", ("reports.written_by", "''"), territory, "NEW.at")
    return f"(({role}) AND NOT {seated} AND {apart})"


def rules(sql: Sql) -> list[Rule]:
    said = f"{sql.said('events.data', 'sha256')} = NEW.sha256"
    signature = last_says("'inspection.signed'", _territory("NEW"), f"{BY_THE_ACTOR} AND {said}")
    seat = (
        "EXISTS (SELECT 1 FROM inspections reports JOIN commission_seats seats ON seats.commission_id = "  # noqa: S608 - our own names
        "reports.commission_id JOIN assembly_members members ON members.id = seats.member_id WHERE reports.id = "
        "NEW.inspection_id AND members.id = NEW.member_id "
        f"AND ((NEW.paper_id IS NOT NULL AND {_another(sql)}) OR members.person_id = NEW.by_id))"
    )
    auditor = held(sql, "NEW.by_id", "'auditor'", _territory("NEW"), "NEW.at")
    audits = (
        "(NEW.member_id IS NULL AND NEW.number = 1 AND EXISTS (SELECT 1 FROM inspections reports "  # noqa: S608 - our own names
        "WHERE reports.id = NEW.inspection_id AND reports.body = 'auditor') "
        f"AND {auditor})"
    )
    which = " AND ".join(
        f"{sql.said('events.data', name)} = CAST(NEW.{column} AS text)"
        for name, column in (("recommendation", "position"), ("answer", "number"))
    )
    answered = last_says("'inspection.' || NEW.kind", _territory("NEW"), f"{BY_THE_ACTOR} AND {which}")
    promised = (
        "EXISTS (SELECT 1 FROM recommendation_answers earlier WHERE earlier.inspection_id = NEW.inspection_id "
        "AND earlier.position = NEW.position AND earlier.number = NEW.number - 1 AND earlier.kind = 'promised')"
    )
    akim = held(sql, "NEW.by_id", "'akim'", _territory("NEW"), "NEW.at")
    loose = [
        ("INSERT", f"NOT {_loose('NEW')}"),
        ("UPDATE", f"NOT {_loose('OLD')} OR NOT {_loose('NEW')}"),
        ("DELETE", f"NOT {_loose('OLD')}"),
    ]
    writer = held(sql, "NEW.written_by", "'auditor'", "NEW.territory_id", "NEW.written_at")
    return [
        Rule("inspections", "INSERT", f"NOT {WRITTEN}", "logged"),
        Rule("inspections", "INSERT", f"NEW.body = 'auditor' AND NOT {writer}", "placed"),
        Rule("inspections", "UPDATE", f"{changed(*OF_REPORT)} OR {_signed('OLD.id')} OR NOT {CORRECTED}"),
        Rule("inspections", "DELETE", ALWAYS),
        *(Rule("recommendations", change, refused) for change, refused in loose),
        Rule("inspection_signatures", "INSERT", f"NOT {signature}", "logged"),
        Rule("inspection_signatures", "INSERT", f"NOT ({seat} OR {audits})", "placed"),
        Rule("recommendation_answers", "INSERT", f"NOT {answered}", "logged"),
        Rule(
            "recommendation_answers",
            "INSERT",
            f"(NEW.number <> 1 AND NOT {promised}) OR NOT {_whole()}",
            "ordered",
        ),
        Rule("recommendation_answers", "INSERT", f"NOT {akim}", "placed"),
    ]
