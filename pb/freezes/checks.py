"""What was found between the closing and the adoption. What names cards or numbers goes with the poll's links.

Each row stands on an event that its own member wrote in the same transaction; what counts by two needs an event of
the second member too. Both hold a role of the commission for longer than the cooling-off time, and none whose work is
checked since the poll was prepared.
"""

from pb.freezes.holding import alone, cooled, held, reaches, stands
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import LINKS_ERASED, OF_CYCLE, OKRUG_OF_POLL, cleared, logged
from pb.freezes.sql import Sql

# COMMISSION, COUNTING and CHECKED of pb/checks/service/rules.py; a test compares them.
COMMISSION = ("chair", "secretary", "deputy", "maslikhat_secretary", "auditor")
COUNTING = ("chair", "secretary", "auditor")
WRITING = ("secretary", "deputy", "maslikhat_secretary")
CHECKED = ("registrar", "clerk", "office", "administrator", "akim")
OPENING_AGREED = (
    "EXISTS (SELECT 1 FROM card_openings openings WHERE openings.poll_id = NEW.poll_id "
    "AND openings.agreed AND openings.answered_at < NEW.at)"
)
SAMPLE_AGREED = (
    "EXISTS (SELECT 1 FROM sample_draws draws WHERE draws.poll_id = NEW.poll_id "
    "AND draws.agreed AND draws.answered_at < NEW.at)"
)
NEXT_ATTEMPT = (
    "(NEW.attempt = 1 + (SELECT count(*) FROM {table} before WHERE before.poll_id = NEW.poll_id) "
    "AND NOT EXISTS (SELECT 1 FROM {table} before WHERE before.poll_id = NEW.poll_id "
    "AND (before.agreed IS NULL OR before.agreed)))"
)
DRAWING = ("poll_id", "attempt", "text", "minutes_number", "recorded_by", "recorded_at", "event")
NEXT_CARD_READING = (
    "NEW.reading = 1 + (SELECT count(*) FROM opened_cards before "
    "WHERE before.poll_id = NEW.poll_id AND before.card = NEW.card)"
)
NEXT_ANSWER_READING = (
    "(NEW.reading = 1 + (SELECT count(*) FROM sample_answers before "
    "WHERE before.poll_id = NEW.poll_id AND before.number = NEW.number) "
    "AND NOT EXISTS (SELECT 1 FROM sample_answers before WHERE before.poll_id = NEW.poll_id "
    "AND before.number = NEW.number AND (before.member_id = NEW.member_id OR before.confirmed_at IS NOT NULL)))"
)
DRAWN_BEFORE_COMMITTED = (
    "NOT EXISTS (SELECT 1 FROM participant_lists lists WHERE lists.poll_id = NEW.poll_id AND lists.at < {moment})"
)
POLL_UNCLOSED = "EXISTS (SELECT 1 FROM polls WHERE polls.id = NEW.poll_id AND polls.state IN ('preparing', 'open'))"


def _json_changed(column: str) -> str:
    """PostgreSQL compares no JSON: its text is compared."""
    return f"CAST(OLD.{column} AS text) <> CAST(NEW.{column} AS text)"


def _by(action: str, person: str, moment: str, event: str = "event") -> str:
    """The log's last event says so of this poll's cycle, and this person is its actor."""
    return logged(action, moment, event, f"{OF_CYCLE} AND events.actor_id = NEW.{person}")


def _member(sql: Sql, person: str, moment: str, roles: tuple[str, ...] = COMMISSION, since: str | None = None) -> str:
    """The person is of the commission at that moment, long enough, and has no work of their own to check.

    `since`: also without a gap from then on, and not suspended. The moment has come by the database's own clock too:
    who joins tomorrow confirms nothing today.
    """
    moment, person = f"NEW.{moment}", f"NEW.{person}"
    day, okrug = sql.day(moment), "cycles.territory_id"
    first = stands(sql, person, "offices.role", okrug, f"NEW.{since}", moment) if since else ALWAYS
    return (
        "EXISTS (SELECT 1 FROM polls JOIN cycles ON cycles.id = polls.cycle_id "  # noqa: S608 - our own names
        f"JOIN role_grants offices ON offices.person_id = {person} "
        f"WHERE polls.id = NEW.poll_id AND offices.role IN ({_listed(roles)}) "
        f"AND {cooled(sql, person, 'offices.role', okrug, moment)} AND {first} "
        f"AND NOT EXISTS (SELECT 1 FROM role_grants own WHERE {reaches('own', 'cycles.territory_id')} "
        f"AND own.person_id = {person} AND own.role IN ({_listed(CHECKED)}) AND own.since <= {day} "
        f"AND (own.until IS NULL OR own.until >= {sql.day('polls.prepared_at')} "
        f"OR own.since >= {sql.day('polls.prepared_at')})))"
    )


def _clerk(sql: Sql) -> str:
    return held(sql, "NEW.person_id", "'clerk'", OKRUG_OF_POLL.format(row="NEW"), "NEW.at")


def _listed(roles: tuple[str, ...]) -> str:
    return ", ".join(f"'{role}'" for role in roles)


def rules(sql: Sql) -> list[Rule]:
    return [*_paper(sql), *_lists(sql), *_answers(sql), *_cards(sql), *_explanations(sql)]


def _paper(sql: Sql) -> list[Rule]:
    erased = LINKS_ERASED.format(row="NEW")
    second = _member(sql, "person_id", "at", COUNTING)
    counting = f"((NEW.side = 'clerk' AND {_clerk(sql)}) OR (NEW.side = 'second' AND {second}))"
    return [
        Rule(
            "paper_counts",
            "INSERT",
            f"{POLL_UNCLOSED} OR {erased} OR NOT ({_by('checks.paper_counted', 'person_id', 'at')} AND {counting})",
        ),
        Rule(
            "paper_counts",
            "UPDATE",
            f"{changed('poll_id', 'side', 'person_id', 'signatures', 'at', 'event')} "
            f"OR ({_json_changed('cards')} AND NOT (CAST(NEW.cards AS text) = '[]' AND {erased}))",
        ),
        Rule("paper_counts", "DELETE", ALWAYS),
    ]


def _lists(sql: Sql) -> list[Rule]:
    erased_before = LINKS_ERASED.format(row="OLD")
    listed = changed("poll_id", "commitment", "count", "asked", "at", "event")
    judged = f"NOT {logged('poll.evidence_judged', 'at', also=OF_CYCLE)}"
    committed = logged("checks.participants_committed", "at", also=OF_CYCLE)
    early = DRAWN_BEFORE_COMMITTED.format(moment="NEW.recorded_at")
    drawn = _recorded(sql, "checks.sample_drawn", WRITING)
    agreed = _agreed(sql, ("checks.sample_draw_confirmed", "checks.sample_draw_refused"), WRITING)
    first = NEXT_ATTEMPT.format(table="sample_draws")
    return [
        Rule("evidence_judgements", "INSERT", f"{POLL_UNCLOSED} OR {judged}"),
        Rule("evidence_judgements", "UPDATE", ALWAYS),
        Rule("evidence_judgements", "DELETE", f"NOT {erased_before}"),
        Rule("participant_lists", "INSERT", f"{POLL_UNCLOSED} OR NOT {committed}"),
        Rule("participant_lists", "UPDATE", f"{listed} OR {cleared('salt', LINKS_ERASED)}"),
        Rule("participant_lists", "DELETE", ALWAYS),
        Rule(
            "sample_draws",
            "INSERT",
            f"{LINKS_ERASED.format(row='NEW')} OR NEW.answered_at IS NOT NULL OR {early} OR {sql.undrawn('NEW.text')} "
            f"OR NOT {first} OR NOT {drawn}",
        ),
        Rule(
            "sample_draws",
            "UPDATE",
            f"{changed(*DRAWING, 'size')} OR OLD.answered_at IS NOT NULL OR ({agreed}) IS NOT TRUE",
        ),
        Rule("sample_draws", "DELETE", ALWAYS),
    ]


def _recorded(sql: Sql, action: str, roles: tuple[str, ...]) -> str:
    """A member has just recorded a drawing."""
    return f"({_by(action, 'recorded_by', 'recorded_at')} AND {_member(sql, 'recorded_by', 'recorded_at', roles)})"


def _agreed(sql: Sql, actions: tuple[str, str], roles: tuple[str, ...]) -> str:
    """A second member has just confirmed or refused a drawing: of another body, in every role of either of the two.

    Nothing is confirmed for somebody who has lost the office in which it was recorded.
    """
    confirmed, refused = actions
    answer = ("answered_by", "answered_at", "answered_event")
    first = ("NEW.recorded_by", "''")
    still = _member(sql, "recorded_by", "answered_at", roles, "recorded_at")
    return (
        f"((NEW.agreed AND {_by(confirmed, *answer)} AND {still}) "
        f"OR (NOT NEW.agreed AND {_by(refused, *answer)})) AND {_member(sql, 'answered_by', 'answered_at')} "
        f"AND {alone(sql, 'NEW.answered_by', first, OKRUG_OF_POLL.format(row='NEW'), 'NEW.answered_at')}"
    )


def _answers(sql: Sql) -> list[Rule]:
    erased, erased_before = LINKS_ERASED.format(row="NEW"), LINKS_ERASED.format(row="OLD")
    written = f"({_by('checks.answered', 'member_id', 'at')} AND {_member(sql, 'member_id', 'at')})"
    confirmed = _confirmed(sql, "checks.answers_confirmed")
    frozen = changed("poll_id", "number", "reading", "answer", "member_id", "at", "event")
    return [
        Rule(
            "sample_answers",
            "INSERT",
            f"{erased} OR NEW.confirmed_at IS NOT NULL OR NOT {SAMPLE_AGREED} OR NOT ({NEXT_ANSWER_READING}) "
            f"OR NOT {written}",
        ),
        Rule("sample_answers", "UPDATE", f"{frozen} OR OLD.confirmed_at IS NOT NULL OR {erased} OR NOT {confirmed}"),
        Rule("sample_answers", "DELETE", f"NOT {erased_before}"),
    ]


def _confirmed(sql: Sql, action: str) -> str:
    """A second member has just confirmed the row."""
    by_event = _by(action, "confirmed_by", "confirmed_at", "confirmed_event")
    return f"({by_event} AND {_member(sql, 'confirmed_by', 'confirmed_at')})"


def _cards(sql: Sql) -> list[Rule]:
    erased, erased_before = LINKS_ERASED.format(row="NEW"), LINKS_ERASED.format(row="OLD")
    drawn = _recorded(sql, "checks.cards_drawn", COMMISSION)
    undrawn = f"({DRAWN_BEFORE_COMMITTED.format(moment='NEW.recorded_at')} OR {sql.undrawn('NEW.text')})"
    agreed = _agreed(sql, ("checks.cards_draw_confirmed", "checks.cards_draw_refused"), COMMISSION)
    first = NEXT_ATTEMPT.format(table="card_openings")
    read = (
        f"(({_by('checks.cards_opened', 'person_id', 'at')} OR {_by('checks.cards_corrected', 'person_id', 'at')}) "
        f"AND {_member(sql, 'person_id', 'at')})"
    )
    frozen = changed("poll_id", "card", "reading", "outcome", "typed", "person_id", "at", "event")
    confirmed = _confirmed(sql, "checks.cards_confirmed")
    return [
        Rule(
            "card_openings",
            "INSERT",
            f"{POLL_UNCLOSED} OR {erased} OR NEW.answered_at IS NOT NULL OR (NEW.text <> '' AND {undrawn}) "
            f"OR NOT {first} OR NOT {drawn}",
        ),
        Rule(
            "card_openings",
            "UPDATE",
            f"{changed(*DRAWING)} OR OLD.answered_at IS NOT NULL OR ({agreed}) IS NOT TRUE",
        ),
        Rule("card_openings", "DELETE", ALWAYS),
        Rule(
            "opened_cards",
            "INSERT",
            f"NEW.confirmed_at IS NOT NULL OR NOT {OPENING_AGREED} OR {erased} "
            f"OR NOT ({NEXT_CARD_READING}) OR NOT {read}",
        ),
        Rule("opened_cards", "UPDATE", f"{frozen} OR OLD.confirmed_at IS NOT NULL OR {erased} OR NOT {confirmed}"),
        Rule("opened_cards", "DELETE", f"NOT {erased_before}"),
    ]


def _explanations(sql: Sql) -> list[Rule]:
    erased = LINKS_ERASED.format(row="NEW")
    frozen = changed("id", "poll_id", "minutes_number", "text", "secretary_id", "at", "event")
    written = f"({_by('checks.explained', 'secretary_id', 'at')} AND {_member(sql, 'secretary_id', 'at', WRITING)})"
    answer = ("chair_id", "chair_at", "chair_event")
    answered = (
        f"(((NEW.agreed AND {_by('checks.explanation_confirmed', *answer)} "
        f"AND {_member(sql, 'secretary_id', 'chair_at', WRITING, 'at')}) "
        f"OR (NOT NEW.agreed AND {_by('checks.explanation_refused', *answer)})) "
        f"AND {_member(sql, 'chair_id', 'chair_at', ('chair',))})"
    )
    return [
        Rule(
            "fault_explanations",
            "INSERT",
            f"{POLL_UNCLOSED} OR {erased} OR NEW.salt IS NULL OR NEW.chair_at IS NOT NULL OR NOT {written}",
        ),
        Rule(
            "fault_explanations",
            "UPDATE",
            f"{frozen} OR ({_json_changed('faults')} AND NOT {erased}) OR {cleared('salt', LINKS_ERASED)} "
            f"OR ({changed(*answer, 'agreed')} AND (OLD.chair_at IS NOT NULL OR ({answered}) IS NOT TRUE))",
        ),
        Rule("fault_explanations", "DELETE", ALWAYS),
    ]
