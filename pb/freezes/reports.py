"""What the akim's office reports: versions follow each other, with their event in the okrug's log, and stay."""

from pb.freezes.rule import Rule
from pb.freezes.shared import logged

ACTIONS = {
    "reported_quarters": "report.quarter_recorded",
    "reported_appeals": "report.appeals_recorded",
}
OF_TERRITORY = "events.territory_id = NEW.territory_id"
MEETING = logged("report.meeting_recorded", "recorded_at", also=f"{OF_TERRITORY} AND events.subject_id = NEW.id")
OF_MEETING = (
    "events.subject_id = NEW.meeting_id AND events.territory_id = "
    "(SELECT reported.territory_id FROM reported_meetings reported WHERE reported.id = NEW.meeting_id)"
)
VERSION = (
    f"CASE WHEN NEW.version = 1 THEN {logged('report.meeting_recorded', 'recorded_at', also=OF_MEETING)} "
    f"ELSE {logged('report.meeting_corrected', 'recorded_at', also=OF_MEETING)} END"
)
SAME_MEETING = "other.meeting_id = NEW.meeting_id"
SAME_QUARTER = "other.territory_id = NEW.territory_id AND other.year = NEW.year AND other.quarter = NEW.quarter"


def _not_next(table: str, same: str) -> str:
    """Another version than the one that follows those there are."""
    return f"NEW.version <> (SELECT COUNT(*) + 1 FROM {table} other WHERE {same})"  # noqa: S608 - our own names


def rules() -> list[Rule]:
    """They are the same on both databases."""
    return [
        Rule("reported_meetings", "INSERT", f"NOT {MEETING}", "logged"),
        Rule("reported_meeting_versions", "INSERT", f"NOT ({VERSION})", "logged"),
        Rule("reported_meeting_versions", "INSERT", _not_next("reported_meeting_versions", SAME_MEETING), "ordered"),
        *(
            Rule(table, "INSERT", f"NOT {logged(action, 'recorded_at', also=OF_TERRITORY)}", "logged")
            for table, action in ACTIONS.items()
        ),
        *(Rule(table, "INSERT", _not_next(table, SAME_QUARTER), "ordered") for table in ACTIONS),
    ]
