"""What stays of a meeting: its minutes with their number and versions, and the akim's answer.

Minutes that correct others stand in the same tables under the same rules: `kind` begins the names of their events.
"""

from pb.freezes.gatherings import OKRUG_OF_MINUTES
from pb.freezes.holding import held
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import confirmed, disputed, last_says
from pb.freezes.sql import Sql

UNCONFIRMED = (
    "NOT EXISTS (SELECT 1 FROM minutes WHERE minutes.id = NEW.minutes_id "  # noqa: S608 - our own names
    f"AND minutes.kind = 'minutes' AND {confirmed('minutes')})"
)
ONE_PERSON_FOR_BOTH = (
    "NEW.chair_id = NEW.secretary_id OR (NEW.chair_at IS NULL) <> (NEW.chair_id IS NULL) "
    "OR (NEW.secretary_at IS NULL) <> (NEW.secretary_id IS NULL)"
)
OKRUG = OKRUG_OF_MINUTES.replace("NEW.gathering_id", "minutes.gathering_id")
NUMBERED = ("territory_id", "year", "serial")
# The numbers of a territory's year have no gap: each is one more than the highest before it.
LEAVES_A_GAP = (
    "NEW.serial <> 1 + COALESCE((SELECT max(earlier.serial) FROM minutes earlier "
    "WHERE earlier.territory_id = NEW.territory_id AND earlier.year = NEW.year), 0)"
)
VERSIONS_LEAVE_A_GAP = (
    "NEW.version <> 1 + COALESCE((SELECT max(earlier.version) FROM minutes_versions earlier "
    "WHERE earlier.minutes_id = NEW.minutes_id), 0)"
)


def _of_another_year(sql: Sql) -> str:
    """A number of another territory, or of a year in which the meeting was not held, or the correction not drawn up."""
    met, drawn_up = (f"CAST({sql.day(moment)} AS text)" for moment in ("gatherings.meets_at", "NEW.drawn_up_at"))
    moment = f"CASE NEW.kind WHEN 'minutes' THEN {met} ELSE {drawn_up} END"
    year = f"CAST(NEW.year AS text) = substr({moment}, 1, 4)"
    return (
        "NOT EXISTS (SELECT 1 FROM gatherings WHERE gatherings.id = NEW.gathering_id "  # noqa: S608 - our own names
        f"AND gatherings.territory_id = NEW.territory_id AND {year})"
    )


def _drawn_up() -> str:
    """A version says what the minutes say, in the deed that drew them up."""
    by = (
        "events.subject_id = minutes.gathering_id AND events.actor_id = NEW.by_id AND events.at = NEW.at "
        "AND minutes.sha256 = NEW.sha256 AND CAST(minutes.body AS TEXT) = CAST(NEW.body AS TEXT)"
    )
    said = last_says("minutes.kind || '.drawn_up'", OKRUG, by)
    return f"EXISTS (SELECT 1 FROM minutes WHERE minutes.id = NEW.minutes_id AND {said})"  # noqa: S608 - our own names


def _answered(sql: Sql) -> str:
    """The akim answers, who is it at that moment; the event lists the decisions that were named before."""
    named = sql.said("events.data", "disputed")
    holds = held(sql, "NEW.akim_id", "'akim'", "heads.territory_id", "events.at")
    by = (
        "events.subject_id = minutes.gathering_id AND events.actor_id = NEW.akim_id AND events.at = NEW.at "
        f"AND {holds} AND CASE WHEN NEW.agrees THEN {named} IS NULL AND {DISPUTED} = 0 "
        f"ELSE {DISPUTED} = 1 + length({named}) - length(replace({named}, ' ', '')) END"
    )
    said = last_says("'minutes.answered'", OKRUG, by)
    return f"EXISTS (SELECT 1 FROM minutes WHERE minutes.id = NEW.minutes_id AND {said})"  # noqa: S608 - our own names


def _named(sql: Sql) -> str:
    """The akim's event lists the place of this decision."""
    listed = sql.lists(sql.said("events.data", "disputed"), "CAST(point.position AS text)")
    by = f"events.subject_id = minutes.gathering_id AND {listed}"
    said = last_says("'minutes.answered'", OKRUG, by)
    return (
        "EXISTS (SELECT 1 FROM minutes JOIN agenda_questions point ON point.gathering_id = minutes.gathering_id "  # noqa: S608 - our own names
        "WHERE minutes.id = NEW.minutes_id AND point.id = NEW.question_id AND point.amends_id IS NULL "
        f"AND point.outcome IN ('approved', 'rejected') AND {said})"
    )


# As in pb/gatherings/models/referrals.py; a test compares them.
MOVES = (
    "sent discussed",
    "discussed decided",
    "decided declined",
    "decided confirmed",
    "declined decided",
    "confirmed sent",
)
_BEFORE = (
    "EXISTS (SELECT 1 FROM minutes_referrals earlier WHERE earlier.minutes_id = NEW.minutes_id "
    "AND earlier.about = NEW.about AND earlier.number = NEW.number - 1 AND {which})"
)
FOLLOWS = _BEFORE.format(
    which=f"earlier.kind || ' ' || NEW.kind IN {MOVES} AND earlier.day <= NEW.day "
    "AND (NEW.kind NOT IN ('confirmed', 'declined') OR earlier.by_id <> NEW.by_id) "
    "AND (NEW.kind <> 'confirmed' OR earlier.outcome = NEW.outcome)"
)
AGREED = "EXISTS (SELECT 1 FROM akim_answers given WHERE given.minutes_id = NEW.minutes_id AND given.agrees)"
ANSWERED = "EXISTS (SELECT 1 FROM akim_answers given WHERE given.minutes_id = NEW.minutes_id)"
DISPUTED = (
    "(SELECT count(*) FROM akim_disagreements disputed WHERE disputed.minutes_id = NEW.minutes_id "
    "AND EXISTS (SELECT 1 FROM agenda_questions point WHERE point.id = disputed.question_id "
    "AND point.gathering_id = minutes.gathering_id))"
)
UPHELD = (
    "EXISTS (SELECT 1 FROM minutes_referrals ruled WHERE ruled.minutes_id = NEW.minutes_id "
    "AND ruled.about = 'approval' AND ruled.kind = 'confirmed' AND ruled.outcome = 'upheld')"
)
# Of a disagreement alone that is not the first one: the akim disagreed with an earlier meeting of this place too.
DISAGREED_TWICE = (
    "EXISTS (SELECT 1 FROM akim_answers given JOIN minutes ON minutes.id = given.minutes_id "
    "JOIN gatherings ON gatherings.id = minutes.gathering_id WHERE given.minutes_id = NEW.minutes_id "
    "AND NOT given.agrees AND gatherings.previous_id IS NOT NULL AND EXISTS (SELECT 1 FROM akim_answers earlier "
    "JOIN minutes first ON first.id = earlier.minutes_id WHERE first.territory_id = minutes.territory_id "
    "AND NOT earlier.agrees AND earlier.at <= given.at AND earlier.minutes_id <> given.minutes_id))"
)
DECIDED_ABOVE = (
    "EXISTS (SELECT 1 FROM minutes_referrals ruled WHERE ruled.minutes_id = NEW.minutes_id "
    "AND ruled.about = 'approval' AND ruled.kind IN ('decided', 'confirmed') AND NOT EXISTS (SELECT 1 "
    "FROM minutes_referrals later WHERE later.minutes_id = ruled.minutes_id AND later.about = ruled.about "
    "AND later.number > ruled.number))"
)
ANOTHER_DECISION = (
    "(NEW.question_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM agenda_questions point JOIN minutes "
    "ON minutes.gathering_id = point.gathering_id WHERE minutes.id = NEW.minutes_id AND point.id = NEW.question_id "
    "AND point.outcome = 'approved'))"
)
OUT_OF_ORDER = (
    f"{UNCONFIRMED} OR (NEW.number <> 1 AND NOT {FOLLOWS}) "
    f"OR (NEW.about = 'approval' AND {AGREED}) OR (NEW.about = 'execution' AND NOT ({ANSWERED} OR {UPHELD})) "
    f"OR (NEW.about = 'execution' AND {disputed('NEW.question_id')} AND NOT {UPHELD}) "
    f"OR (NEW.ground = 'silent' AND {ANSWERED}) OR (NEW.ground = 'disagreed' AND NOT {DISAGREED_TWICE}) "
    f"OR {ANOTHER_DECISION}"
)


def _printed(sql: Sql) -> str:
    """The PDF of the latest version stands with its event, which tells its fingerprint."""
    by = (
        "events.subject_id = minutes.gathering_id AND events.at = NEW.made_at "
        f"AND {sql.said('events.data', 'pdf')} = NEW.sha256"
    )
    said = last_says("minutes.kind || '.printed'", OKRUG, by)
    latest = "(SELECT max(drawn.version) FROM minutes_versions drawn WHERE drawn.minutes_id = NEW.minutes_id)"
    return (
        "EXISTS (SELECT 1 FROM minutes WHERE minutes.id = NEW.minutes_id "  # noqa: S608 - our own names
        f"AND NEW.version = {latest} AND {said})"
    )


FILE = "(SELECT papers.sha256 FROM papers WHERE papers.id = NEW.paper_id)"


def _told(sql: Sql) -> str:
    """A step above the akim stands with its event: whose it is and when, what was decided, and which file came."""

    def said(name: str) -> str:
        return sql.said("events.data", name)

    by = (
        "events.subject_id = minutes.gathering_id AND events.actor_id = NEW.by_id AND events.at = NEW.at "
        f"AND {said('about')} = NEW.about AND {said('step')} = CAST(NEW.number AS text) "
        f"AND COALESCE({said('outcome')}, '') = NEW.outcome AND COALESCE({said('file')}, '') = COALESCE({FILE}, '')"
    )
    logged = last_says("'referral.' || NEW.kind", OKRUG, by)
    return f"EXISTS (SELECT 1 FROM minutes WHERE minutes.id = NEW.minutes_id AND {logged})"  # noqa: S608 - our own names


def _of_the_maslikhat(sql: Sql) -> str:
    """What became of minutes above is recorded by the secretary of the maslikhat."""
    place = "(SELECT minutes.territory_id FROM minutes WHERE minutes.id = NEW.minutes_id)"
    holds = held(sql, "NEW.by_id", "'maslikhat_secretary'", place, "NEW.at")
    return f"NEW.kind IN ('discussed', 'decided') AND NOT {holds}"


def rules(sql: Sql) -> list[Rule]:
    return [
        Rule("minutes", "UPDATE", f"{confirmed('OLD')} OR {changed(*NUMBERED)}"),
        Rule("minutes", "DELETE", ALWAYS),
        *(Rule("minutes", change, ONE_PERSON_FOR_BOTH, "ordered") for change in ("INSERT", "UPDATE")),
        Rule("minutes", "INSERT", f"{LEAVES_A_GAP} OR {_of_another_year(sql)}", "numbered"),
        Rule("minutes_versions", "INSERT", VERSIONS_LEAVE_A_GAP, "numbered"),
        Rule("minutes_versions", "INSERT", f"NOT {_drawn_up()}", "logged"),
        Rule("minutes_referrals", "INSERT", OUT_OF_ORDER, "ordered"),
        Rule("minutes_referrals", "INSERT", f"NOT {_told(sql)}", "logged"),
        Rule("minutes_referrals", "INSERT", _of_the_maslikhat(sql), "placed"),
        Rule("minutes_papers", "INSERT", f"NOT {_printed(sql)}", "logged"),
        Rule("akim_disagreements", "INSERT", ANSWERED, "ordered"),
        Rule("akim_disagreements", "INSERT", f"NOT {_named(sql)}", "logged"),
        Rule("akim_answers", "INSERT", f"{UNCONFIRMED} OR {DECIDED_ABOVE}", "ordered"),
        Rule("akim_answers", "INSERT", f"NOT {_answered(sql)}", "logged"),
    ]
