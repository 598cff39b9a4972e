"""Meetings, their votes and minutes."""

from pb.freezes.holding import held
from pb.freezes.rule import ALWAYS, Rule, changed, whenever
from pb.freezes.shared import confirmed, last_says
from pb.freezes.sql import Sql

OVER = (
    "(EXISTS (SELECT 1 FROM minutes WHERE minutes.gathering_id = {row}.gathering_id "  # noqa: S608 - our own names
    f"AND {confirmed('minutes')}) "
    "OR EXISTS (SELECT 1 FROM gatherings WHERE gatherings.id = {row}.gathering_id "
    "AND gatherings.state = 'called_off'))"
)
QUESTION_CONFIRMED = (
    "EXISTS (SELECT 1 FROM minutes "  # noqa: S608 - our own names
    "JOIN agenda_questions ON agenda_questions.gathering_id = minutes.gathering_id "
    "WHERE agenda_questions.id = {row}.question_id "
    f"AND {confirmed('minutes')})"
)
# At a report meeting and a hearing points are discussed, and nothing is decided: DISCUSSING in pb/gatherings/models.
DECIDED_WHERE_ONE_DISCUSSES = (
    "NEW.outcome IN ('approved', 'rejected') AND EXISTS (SELECT 1 FROM gatherings "
    "WHERE gatherings.id = NEW.gathering_id AND gatherings.kind IN ('report', 'hearing'))"
)
DECIDED_WITHOUT_VOTES = (
    "NEW.outcome IS NOT NULL AND ((NEW.outcome <> 'noted' AND (NEW.in_favour IS NULL OR NEW.needed IS NULL "
    "OR NEW.against IS NULL OR NEW.abstained IS NULL OR NEW.present IS NULL)) "
    "OR NOT EXISTS (SELECT 1 FROM gatherings WHERE gatherings.id = NEW.gathering_id "
    "AND gatherings.state IN ('quorate', 'minuted', 'confirmed')))"
)
DECIDED_AMISS = f"({DECIDED_WITHOUT_VOTES}) OR ({DECIDED_WHERE_ONE_DISCUSSES})"


# The log's last event tells of a meeting, its minutes, each confirmation and the akim's answer: by whom, and when.
OKRUG = "NEW.territory_id"
OKRUG_OF_MINUTES = "(SELECT gatherings.territory_id FROM gatherings WHERE gatherings.id = NEW.gathering_id)"
OF_ANOTHER_PLACE = (
    "NEW.cycle_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cycles WHERE cycles.id = NEW.cycle_id "
    "AND cycles.territory_id = NEW.territory_id)"
)
CONVENED = last_says("'gathering.convened'", OKRUG, "events.subject_id = NEW.id AND events.at = NEW.convened_at")
# One that nobody opened ends under its own word: nobody called it off.
NOT_HELD = "CASE WHEN NEW.called_off_at >= NEW.meets_at THEN 'gathering.not_held' ELSE 'gathering.called_off' END"
CALLS_OFF = f"({NOT_HELD})"
CALLED_OFF = ("called_off_at", "called_off_reason")
RULES = (
    *("quorum_percent", "majority_percent", "notice_days", "chair_decides", "minutes_days", "answer_days"),
    *("standing_officers", "remote_allowed"),
)
PLANNED = (
    *("id", "territory_id", "cycle_id", "previous_id", "number", "kind", "part", "extraordinary"),
    *("extraordinary_reason", "entitled", "demanded_by", "demand", "meets_at", "place", "convened_at", *RULES),
)
NOTIFIED = (
    *("id", "gathering_id", "proposal_id", "position", "matter", "text", "language", "speaker"),
    *("majority", "majority_basis", "seat", "places", "added", "amends_id"),
)
MOVE = (
    "CASE NEW.state WHEN 'minuted' THEN 'minutes.drawn_up' WHEN 'confirmed' THEN "
    "CASE events.action WHEN 'minutes.scan_confirmed' THEN events.action ELSE 'minutes.confirmed' END "
    f"WHEN 'called_off' THEN {NOT_HELD} ELSE 'gathering.' || NEW.state END"
)
MOVED = last_says(MOVE, OKRUG, "events.subject_id = NEW.id")
CONFIRMED = f"EXISTS (SELECT 1 FROM minutes WHERE minutes.gathering_id = NEW.id AND {confirmed('minutes')})"  # noqa: S608 - our own names
UNLOGGED_MOVE = (
    f"OLD.state <> NEW.state AND (NOT {MOVED} OR NEW.state = 'convened' "
    f"OR (NEW.state = 'confirmed' AND NOT {CONFIRMED}))"
)
CONVENED_AGAIN = "OLD.state <> NEW.state AND EXISTS (SELECT 1 FROM gatherings later WHERE later.previous_id = OLD.id)"
OF_GATHERING = "events.subject_id = NEW.gathering_id"
DRAWN_UP = last_says("NEW.kind || '.drawn_up'", OKRUG_OF_MINUTES, f"{OF_GATHERING} AND events.at = NEW.drawn_up_at")
WITHOUT_CONFIRMATION = "NEW.chair_at IS NULL AND NEW.secretary_at IS NULL AND NEW.scan_at IS NULL"
TEXT = (
    f"({changed('remarks', 'sha256', 'drawn_up_at')} OR CAST(OLD.body AS TEXT) IS DISTINCT FROM CAST(NEW.body AS TEXT))"
)


# Where these words stand as a version already, no other ones have their digest.
OTHER_WORDS = (
    "EXISTS (SELECT 1 FROM minutes_versions drawn WHERE drawn.minutes_id = NEW.id AND drawn.sha256 = NEW.sha256 "
    "AND CAST(drawn.body AS TEXT) <> CAST(NEW.body AS TEXT))"
)


def as_told(sql: Sql) -> str:
    """The event names the digest of the text that stands in these minutes."""
    return f"{sql.said('events.data', 'sha256')} = NEW.sha256"


def _drawn_up(sql: Sql) -> str:
    """The text is the one of the event, by its digest; what was remarked is what the text says."""
    said = last_says(
        "NEW.kind || '.drawn_up'",
        OKRUG_OF_MINUTES,
        f"{OF_GATHERING} AND events.at = NEW.drawn_up_at AND {as_told(sql)}",
    )
    remarked = f"COALESCE({sql.said('NEW.body', 'remarks')}, '') = NEW.remarks"
    return f"({said} AND {WITHOUT_CONFIRMATION} AND {remarked} AND NOT {OTHER_WORDS})"


def holds_office(sql: Sql, who: str, person: str) -> str:
    """Whether a person is chair or secretary of this meeting: by the standing role, or elected by those present."""
    standing = held(sql, person, f"'{who}'", "heads.territory_id", "events.at")
    elected = (
        "EXISTS (SELECT 1 FROM meeting_officers officers WHERE officers.gathering_id = NEW.gathering_id "  # noqa: S608 - our own names
        f"AND officers.office = '{who}' AND officers.person_id = {person} AND officers.accepted_at <= events.at)"
    )
    by_role = "EXISTS (SELECT 1 FROM gatherings met WHERE met.id = NEW.gathering_id AND met.standing_officers)"
    return f"(CASE WHEN {by_role} THEN {standing} ELSE {elected} END)"


def _confirmed_unlogged(sql: Sql, who: str) -> str:
    holds = holds_office(sql, who, f"NEW.{who}_id")
    by = (
        f"{OF_GATHERING} AND events.actor_id = NEW.{who}_id AND events.at = NEW.{who}_at AND {holds} AND {as_told(sql)}"
    )
    said = last_says("NEW.kind || '.confirmed'", OKRUG_OF_MINUTES, by)
    return (
        f"({changed(f'{who}_at', f'{who}_id')} "
        f"AND CASE WHEN NEW.{who}_at IS NULL THEN NOT {DRAWN_UP} ELSE NOT {said} END)"
    )


def _minutes_unlogged(sql: Sql) -> str:
    signed = " OR ".join(_confirmed_unlogged(sql, who) for who in ("chair", "secretary"))
    text = f"({TEXT} AND NOT {_drawn_up(sql)})"
    return f"{changed('id', 'gathering_id', 'kind', 'corrects_id')} OR {text} OR {signed}"


def _called_off(sql: Sql) -> str:
    """Who may convene a meeting calls it off before it begins: a cycle's the chair alone, the akim's side others.

    Or after its day, if nobody opened it.
    """
    chair, akim, office = (
        held(sql, "events.actor_id", f"'{role}'", "heads.territory_id", "events.at")
        for role in ("chair", "akim", "office")
    )
    holds = f"((NEW.kind = 'assembly' AND {chair}) OR (NEW.cycle_id IS NULL AND ({akim} OR {office})))"
    never_opened = f"(OLD.opened_at IS NULL AND {sql.day('events.at')} > {sql.day('OLD.meets_at')})"
    when = f"events.at = NEW.called_off_at AND (events.at < OLD.meets_at OR {never_opened})"
    by = f"events.subject_id = NEW.id AND {when} AND {holds}"
    return f"(OLD.state = 'convened' AND NEW.state = 'called_off' AND {last_says(CALLS_OFF, OKRUG, by)})"


# Who opened a meeting, whom it elected, and its agenda: the log's last event tells of each.
OF_MEETING = "events.subject_id = NEW.id"
OPENED_UNLOGGED = (
    f"{changed('opened_at', 'opened_by_id')} AND (OLD.opened_at IS NOT NULL OR NOT "
    + last_says(
        "events.action AND events.action IN ('gathering.attendance', 'gathering.' || NEW.state)",
        OKRUG,
        f"{OF_MEETING} AND events.actor_id = NEW.opened_by_id AND events.at = NEW.opened_at",
    )
    + ")"
)
AGENDA_UNLOGGED = (
    f"{changed('agenda_adopted_at')} AND (OLD.agenda_adopted_at IS NOT NULL OR NOT "  # noqa: S608 - our own names
    + last_says("'gathering.agenda_voted'", OKRUG, f"{OF_MEETING} AND events.at = NEW.agenda_adopted_at")
    + " OR NOT EXISTS (SELECT 1 FROM agenda_votes votes WHERE votes.gathering_id = NEW.id AND votes.kind = 'adopt' "
    "AND votes.at = NEW.agenda_adopted_at AND votes.in_favour >= votes.needed))"
)
# An agenda that was voted down is voted on once more with a reason.
VOTED_AGAIN = (
    "(NEW.kind = 'adopt' AND NEW.reason = '' AND EXISTS (SELECT 1 FROM agenda_votes earlier "
    "WHERE earlier.gathering_id = NEW.gathering_id AND earlier.kind = 'adopt'))"
)
ELECTED = last_says("'gathering.officer_elected'", OKRUG_OF_MINUTES, f"{OF_GATHERING} AND events.at = NEW.elected_at")
ACCEPTED = last_says(
    "'gathering.office_accepted'",
    OKRUG_OF_MINUTES,
    f"{OF_GATHERING} AND events.actor_id = NEW.person_id AND events.at = NEW.accepted_at",
)
COUNTS = ("in_favour", "against", "abstained", "needed")


def _says(sql: Sql, *names: str) -> str:
    """The event tells these columns as they stand in the row."""
    return " AND ".join(f"{sql.said('events.data', name)} = CAST(NEW.{name} AS text)" for name in names)


def _elected(sql: Sql) -> str:
    """Those present elected somebody to this office by these votes; whom, is not in the log."""
    by = f"{OF_GATHERING} AND events.at = NEW.elected_at AND {_says(sql, 'office', 'present', *COUNTS)}"
    return last_says("'gathering.officer_elected'", OKRUG_OF_MINUTES, by)


def _officer_unlogged(sql: Sql) -> str:
    return (
        f"{changed('gathering_id', 'office')} "
        f"OR ({changed('name', 'elected_at', 'present', *COUNTS)} AND NOT {_elected(sql)}) "
        f"OR ({changed('person_id', 'accepted_at')} "
        f"AND NOT (CASE WHEN NEW.person_id IS NULL THEN {ELECTED} ELSE {ACCEPTED} END))"
    )


def _voted_on_agenda(sql: Sql) -> str:
    """The row is the vote of which the event tells; by its number there is no second one of the same event."""
    point = "(SELECT voted.position FROM agenda_questions voted WHERE voted.id = NEW.question_id)"
    said = f"COALESCE({sql.said('events.data', 'question')}, '') = COALESCE(CAST({point} AS text), '')"
    reason = f"COALESCE({sql.said('events.data', 'reason')}, '') = NEW.reason"
    whole = f"{_says(sql, 'number', 'kind', *COUNTS)} AND {said} AND {reason}"
    return last_says("'gathering.agenda_voted'", OKRUG_OF_MINUTES, f"{OF_GATHERING} AND events.at = NEW.at AND {whole}")


VOTED_ON_AGENDA = last_says("'gathering.agenda_voted'", OKRUG_OF_MINUTES, OF_GATHERING)
CONVENING = "'gathering.convened'"
MOVED_AMENDMENT = last_says("'gathering.amendment_moved'", OKRUG_OF_MINUTES, OF_GATHERING)
POINT_UNLOGGED = (
    "NOT (CASE WHEN NEW.added THEN CASE WHEN NEW.amends_id IS NULL "
    f"THEN {VOTED_ON_AGENDA} ELSE {MOVED_AMENDMENT} END "
    f"ELSE {last_says(CONVENING, OKRUG_OF_MINUTES, OF_GATHERING)} END)"
)
TAKEN_OFF = (
    "EXISTS (SELECT 1 FROM agenda_votes votes WHERE votes.question_id = NEW.id AND votes.kind = 'remove' "
    "AND votes.gathering_id = NEW.gathering_id)"
)
REMOVED_UNLOGGED = f"{changed('removed')} AND NOT (NEW.removed AND {VOTED_ON_AGENDA} AND {TAKEN_OFF})"
# Before the announced hour people come, and nobody is elected, adopts an agenda or votes.
HOUR = "(SELECT met.meets_at FROM gatherings met WHERE met.id = NEW.gathering_id)"
VOTED_EARLY = f"{changed('outcome', 'present', 'in_favour', 'against', 'abstained')} AND " + last_says(
    "events.action", OKRUG_OF_MINUTES, f"events.at < {HOUR}"
)


AT_THE_DOOR = ("id", "gathering_id", "number", "name", "settlement", "came_at")
OF_ELECTION = (
    "(SELECT met.territory_id FROM agenda_questions asked JOIN gatherings met ON met.id = asked.gathering_id "
    "WHERE asked.id = {row}.question_id)"
)
ABOUT_ELECTION = (
    "events.subject_id = (SELECT asked.gathering_id FROM agenda_questions asked WHERE asked.id = {row}.question_id)"
)
NAMED = last_says("'gathering.candidate_named'", OF_ELECTION.format(row="NEW"), ABOUT_ELECTION.format(row="NEW"))
WITHDRAWN = last_says("'gathering.candidate_withdrew'", OF_ELECTION.format(row="OLD"), ABOUT_ELECTION.format(row="OLD"))
# Neither members nor points come with what is recorded only on the day.
CAME_BEFORE = "NEW.present OR NEW.came_at IS NOT NULL OR NEW.left_at IS NOT NULL OR NEW.absence <> ''"
VOTED_BEFORE = "NEW.outcome IS NOT NULL OR NEW.in_favour IS NOT NULL OR NEW.speeches <> ''"


def rules(sql: Sql) -> list[Rule]:
    return [
        Rule("gatherings", "UPDATE", "OLD.state IN ('confirmed', 'called_off')"),
        *(Rule(table, "DELETE", ALWAYS) for table in ("gatherings", "agenda_questions", "attendances")),
        *(rule for table in ("attendances", "agenda_questions") for rule in whenever(table, OVER)[:2]),
        *whenever("meeting_registrations", OVER),
        Rule(
            "attendances",
            "INSERT",
            f"{CAME_BEFORE} OR NOT {last_says(CONVENING, OKRUG_OF_MINUTES, OF_GATHERING)}",
            "logged",
        ),
        *whenever("meeting_officers", OVER),
        Rule("meeting_officers", "INSERT", f"NOT {_elected(sql)} OR NEW.person_id IS NOT NULL", "logged"),
        Rule("meeting_officers", "UPDATE", _officer_unlogged(sql), "logged"),
        Rule("meeting_officers", "DELETE", ALWAYS, "logged"),
        *(Rule("meeting_officers", change, f"NEW.elected_at < {HOUR}", "opened") for change in ("INSERT", "UPDATE")),
        Rule("agenda_votes", "INSERT", f"NEW.at < {HOUR}", "opened"),
        Rule("agenda_questions", "UPDATE", VOTED_EARLY, "opened"),
        Rule("agenda_votes", "INSERT", VOTED_AGAIN, "ordered"),
        Rule("agenda_votes", "INSERT", f"{OVER.format(row='NEW')} OR NOT {_voted_on_agenda(sql)}", "logged"),
        *whenever("candidates", QUESTION_CONFIRMED),
        Rule("candidates", "INSERT", f"NEW.elected OR NEW.votes IS NOT NULL OR NOT {NAMED}", "logged"),
        Rule("candidates", "DELETE", f"NOT {WITHDRAWN}", "logged"),
        *whenever("named_votes", QUESTION_CONFIRMED),
        Rule("vote_corrections", "INSERT", QUESTION_CONFIRMED.format(row="NEW"), "ordered"),
        *whenever("conflicts_of_interest", QUESTION_CONFIRMED),
        *whenever("question_presences", QUESTION_CONFIRMED),
        *(Rule("agenda_questions", change, DECIDED_AMISS, "ordered") for change in ("INSERT", "UPDATE")),
        Rule("agenda_questions", "UPDATE", f"{changed(*NOTIFIED)} OR ({REMOVED_UNLOGGED})", "notified"),
        Rule("agenda_questions", "INSERT", f"{VOTED_BEFORE} OR {POINT_UNLOGGED}", "logged"),
        Rule(
            "gatherings",
            "UPDATE",
            f"({OPENED_UNLOGGED}) OR ({AGENDA_UNLOGGED}) OR NEW.agenda_adopted_at < NEW.meets_at",
            "opened",
        ),
        Rule("gatherings", "INSERT", f"NEW.state <> 'convened' OR NOT {CONVENED}", "logged"),
        Rule("gatherings", "INSERT", OF_ANOTHER_PLACE, "placed"),
        Rule(
            "gatherings",
            "UPDATE",
            f"{changed(*PLANNED)} OR ({UNLOGGED_MOVE}) OR ({changed(*CALLED_OFF)} AND NOT {_called_off(sql)})",
            "logged",
        ),
        Rule("gatherings", "UPDATE", CONVENED_AGAIN, "ordered"),
        Rule("minutes", "INSERT", f"NEW.drawn_up_at < {HOUR}", "opened"),
        Rule("minutes", "INSERT", f"NOT {_drawn_up(sql)}", "logged"),
        Rule("minutes", "UPDATE", _minutes_unlogged(sql), "logged"),
    ]
