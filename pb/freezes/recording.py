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
BESIDE = ("named_votes", "question_presences", "conflicts_of_interest")


def _now(*columns: str) -> str:
    """A moment stays, goes, or is that of the event."""
    kept = "(NEW.{0} IS NULL OR NEW.{0} = events.at OR NEW.{0} IS NOT DISTINCT FROM OLD.{0})"
    return " AND ".join(kept.format(column) for column in columns)


def _attendance(sql: Sql) -> str:
    """A member comes, goes, is excused; or all are marked at the opening, or noted with a vote."""
    number = "(SELECT CAST(members.number AS text) FROM assembly_members members WHERE members.id = NEW.member_id)"
    who = sql.said("events.data", "who")
    by = (
        f"{OF_GATHERING} AND ({who} IS NULL OR {who} = {number}) AND {_now(*MOVED)} AND CASE events.action "
        f"WHEN 'gathering.absence' THEN NOT {changed('present', 'remote', *MOVED)} "
        f"WHEN 'gathering.voted' THEN NOT {changed('present', 'remote', 'absence')} "
        f"ELSE events.action IN {COUNTED} END"
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
    went = _at_the_door(sql, "NEW", _now("left_at"))
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
        *(Rule(table, "INSERT", f"NOT {_with_its_vote(sql, 'NEW')}", "logged") for table in BESIDE),
        *(
            Rule(table, "UPDATE", f"NOT {_with_its_vote(sql, 'OLD')} OR NOT {_with_its_vote(sql, 'NEW')}", "logged")
            for table in BESIDE
        ),
        *(Rule(table, "DELETE", f"NOT {_with_its_vote(sql, 'OLD')}", "logged") for table in BESIDE),
        Rule("vote_corrections", "INSERT", f"NOT {_with_its_vote(sql, 'NEW', 'events.at = NEW.at')}", "logged"),
    ]
