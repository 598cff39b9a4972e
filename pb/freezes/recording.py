"""What is recorded while a meeting is held: who is there, votes, what was said. The log's last event tells of each."""

from pb.freezes.gatherings import ABOUT_ELECTION, AT_THE_DOOR, OF_ELECTION, OF_GATHERING, OKRUG_OF_MINUTES
from pb.freezes.rule import Rule, changed
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

COUNTED = ("gathering.attendance", "gathering.quorate", "gathering.inquorate")
MOVED = ("came_at", "left_at")
VOTED = ("outcome", "ballot", "present", "in_favour", "against", "abstained", "needed", "chair_vote")
NUMBERS = ("present", "in_favour", "against", "abstained", "needed")
# What stands beside a vote: how each voted, who was there, who had an interest.
# In which list of the vote each is, and as what.
BESIDE = {
    "named_votes": ("by_name", "{number} || ':' || {row}.vote"),
    "question_presences": ("here", "{number}"),
    "conflicts_of_interest": ("conflicted", "{number}"),
}


def _now(*columns: str) -> str:
    """A moment stays, goes, or is that of the event."""
    kept = "(NEW.{0} IS NULL OR NEW.{0} = events.at OR NEW.{0} IS NOT DISTINCT FROM OLD.{0})"
    return " AND ".join(kept.format(column) for column in columns)


def _number(row: str) -> str:
    return f"(SELECT CAST(members.number AS text) FROM assembly_members members WHERE members.id = {row}.member_id)"  # noqa: S608 - our own names


def _listed(sql: Sql, name: str, each: str) -> str:
    """Whether one stands in a list of the event, which is a text with a space between each."""
    return sql.lists(sql.said("events.data", name), each)


def _attendance(sql: Sql) -> str:
    """A member comes, goes, is excused; or all are marked at the opening, or noted with a vote.

    Each event lists who is here after it. One of a single member changes the row of that member alone; one of all the
    rows of those who were not as it lists them, so that whoever counts again finds the same.
    """
    who, number = sql.said("events.data", "who"), _number("NEW")
    listed = _listed(sql, "here", number)
    here = "(({0}.came_at IS NOT NULL AND {0}.left_at IS NULL) = {1})"
    as_listed, was_not = here.format("NEW", listed), f"NOT {here.format('OLD', listed)}"
    of_all = f"{who} IS NULL AND {sql.said('events.data', 'here')} IS NOT NULL AND {was_not} AND {as_listed}"
    by = (
        f"{OF_GATHERING} AND {_now(*MOVED)} AND CASE events.action "
        f"WHEN 'gathering.absence' THEN {who} = {number} AND NOT {changed('present', 'remote', *MOVED)} "
        f"WHEN 'gathering.voted' THEN {of_all} AND {sql.said('events.data', 'corrects')} IS NULL "
        f"AND NOT {changed('present', 'remote', 'absence')} "
        f"ELSE events.action IN {COUNTED} AND (({who} = {number} AND {as_listed}) OR ({of_all})) END"
    )
    said = last_says("events.action", OKRUG_OF_MINUTES, by)
    return f"({changed('present', 'remote', 'absence', *MOVED)} AND NOT {said})"


def _at_the_door(sql: Sql, row: str, also: str) -> str:
    """A resident came or went."""
    place = f"(SELECT gatherings.territory_id FROM gatherings WHERE gatherings.id = {row}.gathering_id)"  # noqa: S608 - our own names
    who = f"{sql.said('events.data', 'who')} = CAST({row}.number AS text)"
    by = f"events.action IN {COUNTED} AND events.subject_id = {row}.gathering_id AND {who} AND {also}"
    return last_says("events.action", place, by)


def _votes(sql: Sql) -> str:
    """The numbers are those of the event; or the point was discussed and noted without a vote."""
    told = [f"{sql.said('events.data', name)} = CAST(NEW.{name} AS text)" for name in NUMBERS]
    told += [f"{sql.said('events.data', name)} = NEW.{name}" for name in ("outcome", "ballot")]
    told.append(f"COALESCE({sql.said('events.data', 'chair_vote')}, '') = COALESCE(NEW.chair_vote, '')")
    of_point = f"{OF_GATHERING} AND {sql.said('events.data', 'question')} = CAST(NEW.position AS text)"
    voted = last_says("'gathering.voted'", OKRUG_OF_MINUTES, " AND ".join((of_point, *told)))
    discussed = last_says("'gathering.discussed'", OKRUG_OF_MINUTES, of_point)
    as_noted = f"{of_point} AND {sql.said('events.data', 'noted')} IN ('1', 'true')"
    noted = last_says("'gathering.discussed'", OKRUG_OF_MINUTES, as_noted)
    numbers = changed(*(name for name in VOTED if name != "outcome"))
    without_a_vote = f"(NEW.outcome = 'noted' AND NOT {numbers} AND {noted})"
    return f"({changed(*VOTED)} AND NOT ({voted} OR {without_a_vote})) OR ({changed('speeches')} AND NOT {discussed})"


def _with_its_vote(sql: Sql, row: str, also: str = "1 = 1") -> str:
    """The log's last event is the vote on the point of this row."""
    position = f"(SELECT CAST(asked.position AS text) FROM agenda_questions asked WHERE asked.id = {row}.question_id)"  # noqa: S608 - our own names
    by = f"{ABOUT_ELECTION.format(row=row)} AND {sql.said('events.data', 'question')} = {position} AND {also}"
    return last_says("'gathering.voted'", OF_ELECTION.format(row=row), by)


def _beside(sql: Sql, table: str, row: str, *, listed: bool) -> str:
    """The vote on the point of this row is the last event, and its list has this row, or has it not."""
    name, form = BESIDE[table]
    told = _listed(sql, name, form.format(number=_number(row), row=row))
    return _with_its_vote(sql, row, told if listed else f"NOT {told}")


def _candidate(sql: Sql) -> str:
    """A candidate has the votes of the event."""
    each = "' ' || NEW.number || ':' || NEW.votes || CASE WHEN NEW.elected THEN '+' ELSE '' END || ' '"
    told = f"' ' || {sql.said('events.data', 'candidates')} || ' ' LIKE '%' || {each} || '%'"
    return (
        f"{changed('question_id', 'number', 'name', 'settlement')} "
        f"OR ({changed('votes', 'elected')} AND NOT {_with_its_vote(sql, 'NEW', told)})"
    )


def rules(sql: Sql) -> list[Rule]:
    came = _at_the_door(sql, "NEW", "NEW.came_at = events.at AND NEW.left_at IS NULL")
    gone = f"COALESCE({sql.said('events.data', 'left')}, '') IN ('1', 'true')"
    went = _at_the_door(sql, "NEW", f"{_now('left_at')} AND ({gone}) = (NEW.left_at IS NOT NULL)")
    return [
        Rule("attendances", "UPDATE", f"{changed('gathering_id', 'member_id')} OR {_attendance(sql)}", "logged"),
        Rule("meeting_registrations", "INSERT", f"NOT {came}", "logged"),
        Rule(
            "meeting_registrations",
            "UPDATE",
            f"{changed(*AT_THE_DOOR)} OR ({changed('left_at')} AND NOT {went})",
            "logged",
        ),
        Rule("meeting_registrations", "DELETE", f"NOT {_at_the_door(sql, 'OLD', '1 = 1')}", "logged"),
        Rule("agenda_questions", "UPDATE", _votes(sql), "logged"),
        Rule("candidates", "UPDATE", _candidate(sql), "logged"),
        *(Rule(table, "INSERT", f"NOT {_beside(sql, table, 'NEW', listed=True)}", "logged") for table in BESIDE),
        *(
            Rule(
                table,
                "UPDATE",
                f"{changed('question_id', 'member_id')} OR NOT {_beside(sql, table, 'NEW', listed=True)}",
                "logged",
            )
            for table in BESIDE
        ),
        *(Rule(table, "DELETE", f"NOT {_beside(sql, table, 'OLD', listed=False)}", "logged") for table in BESIDE),
        Rule("vote_corrections", "INSERT", f"NOT {_with_its_vote(sql, 'NEW', 'events.at = NEW.at')}", "logged"),
    ]
