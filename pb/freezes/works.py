"""What became of a project stays as it was recorded, step by step and version by version; an answer stays its own."""

from pb.freezes.holding import held
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

# As in pb/works/models.py; a test compares them.
WAY = ("design", "request", "tender", "contract", "works", "accepted", "maintenance")
FORWARD = tuple(f"{earlier} {later}" for place, earlier in enumerate(WAY) for later in WAY[place + 1 :])
FACTS = {
    "work_contracts": "contract_written",
    "work_milestones": "milestone",
    "work_payments": "payment",
    "work_quantities": "quantity",
    "work_responsible": "responsible",
}


def _place(row: str, also: str = "") -> str:
    return (
        "(SELECT cycles.territory_id FROM proposals JOIN cycles ON cycles.id = proposals.cycle_id "  # noqa: S608 - our own names
        f"WHERE proposals.id = {row}.proposal_id{also})"
    )


PLACE = _place("NEW")
CYCLE = "(SELECT own.cycle_id FROM proposals own WHERE own.id = NEW.proposal_id)"
# Of a project that won, in the phase in which it is carried out; else there is no place that one could hold a role in.
SITE = _place(
    "NEW",
    " AND cycles.phase = 'works' AND EXISTS (SELECT 1 FROM winners WHERE winners.proposal_id = proposals.id)",
)
BY_THE_ACTOR = "events.subject_id = NEW.proposal_id AND events.at = NEW.at AND events.actor_id = NEW.by_id"
NOT_SKIPPED = (
    "(NEW.state NOT IN ('accepted', 'maintenance') OR EXISTS (SELECT 1 FROM work_steps earlier "
    "WHERE earlier.proposal_id = NEW.proposal_id AND earlier.number = NEW.number - 1 "
    "AND earlier.state || ' ' || NEW.state IN ('works accepted', 'maintenance accepted', 'accepted maintenance')))"
)
FOLLOWS = (
    "EXISTS (SELECT 1 FROM work_steps earlier WHERE earlier.proposal_id = NEW.proposal_id "  # noqa: S608 - our own names
    "AND earlier.number = NEW.number - 1 AND earlier.state <> NEW.state AND earlier.day <= NEW.day "
    f"AND (NEW.words <> '' OR earlier.state || ' ' || NEW.state IN {FORWARD}))"
)
OF_ANSWER = (
    "(SELECT cycles.territory_id FROM work_answers answers JOIN proposals ON proposals.id = answers.proposal_id "
    "JOIN cycles ON cycles.id = proposals.cycle_id WHERE answers.id = NEW.answer_id AND answers.at = NEW.answered)"
)
KEPT = ("id", "proposal_id", "number", "step", "person_id")


def _before(table: str, which: str) -> str:
    return f"EXISTS (SELECT 1 FROM {table} earlier WHERE earlier.proposal_id = NEW.proposal_id AND {which})"  # noqa: S608 - our own names


def _by_the_office(sql: Sql, place: str = SITE) -> str:
    return held(sql, "NEW.by_id", "'office'", place, "NEW.at")


# Another term, and a day on which it was done that is taken back, have a reason.
MOVED = (
    "(NEW.words = '' AND EXISTS (SELECT 1 FROM work_milestones earlier WHERE earlier.proposal_id = NEW.proposal_id "
    "AND earlier.number = NEW.number AND earlier.version = NEW.version - 1 AND (earlier.until <> NEW.until "
    "OR (earlier.done_on IS NOT NULL AND earlier.done_on IS DISTINCT FROM NEW.done_on))))"
)


def _fact(sql: Sql, table: str, action: str) -> list[Rule]:
    """A first version follows the fact before it, a later one its own, which was not withdrawn."""
    said = " AND ".join(f"{sql.said('events.data', name)} = CAST(NEW.{name} AS text)" for name in ("number", "version"))
    logged = last_says(f"'work.{action}'", PLACE, f"{BY_THE_ACTOR} AND {said}")
    first = f"(NEW.number = 1 OR {_before(table, 'earlier.number = NEW.number - 1')})"
    its_own = "earlier.number = NEW.number AND earlier.version = NEW.version - 1"
    later = _before(table, f"{its_own} AND NOT earlier.withdrawn")
    disordered = f"NOT ((NEW.version = 1 AND {first}) OR (NEW.version > 1 AND {later}))"
    return [
        Rule(table, "INSERT", f"NOT {logged}", "logged"),
        Rule(table, "INSERT", f"{disordered} OR {MOVED}" if action == "milestone" else disordered, "ordered"),
        Rule(table, "INSERT", f"NOT {_by_the_office(sql)}", "placed"),
    ]


def _pictures(sql: Sql) -> list[Rule]:
    def of_picture(action: str, row: str) -> str:
        named = (
            f"EXISTS (SELECT 1 FROM pictures shown WHERE shown.id = {row}.picture_id "  # noqa: S608 - our own names
            f"AND {sql.said('events.data', 'sha256')} = shown.sha256)"
        )
        return last_says(f"'work.{action}'", _place(row), f"events.subject_id = {row}.proposal_id AND {named}")

    return [
        Rule("work_pictures", "INSERT", f"NOT {of_picture('picture_added', 'NEW')}", "logged"),
        Rule("work_pictures", "INSERT", f"NOT {_by_the_office(sql)}", "placed"),
        Rule("work_pictures", "UPDATE", ALWAYS),
        Rule("work_pictures", "DELETE", f"NOT {of_picture('picture_removed', 'OLD')}"),
    ]


def _answers(sql: Sql) -> list[Rule]:
    """A resident's own, within the term of the acceptance that it is about.

    No event says whose it is, nor of which project: whoever counted them would learn how few answered. So that one
    event still brings one answer, no other of the cycle has its moment.
    """
    event = f"events.subject_id = {CYCLE} AND events.at = NEW.at AND events.actor_id IS NULL"
    another = (
        "EXISTS (SELECT 1 FROM work_answers other JOIN proposals ON proposals.id = other.proposal_id "  # noqa: S608 - our own names
        f"WHERE other.at = NEW.at AND other.id <> NEW.id AND proposals.cycle_id = {CYCLE})"
    )
    logged = last_says("'work.answered'", PLACE, f"{event} AND NOT {another}")
    in_time = (
        "EXISTS (SELECT 1 FROM work_steps step WHERE step.proposal_id = NEW.proposal_id AND step.number = NEW.step "  # noqa: S608 - our own names
        f"AND step.state = 'accepted' AND step.answers_until >= {sql.day('NEW.at')})"
    )
    resident = held(sql, "NEW.person_id", "'resident'", SITE, "NEW.at")
    number = f"{sql.said('events.data', 'number')} = CAST(NEW.number AS text)"
    by_the_actor = "events.subject_id = NEW.answer_id AND events.at = NEW.at AND events.actor_id = NEW.by_id"
    replied = last_says("'work.replied'", OF_ANSWER, f"{by_the_actor} AND {number}")
    return [
        *(Rule("work_answers", change, f"NOT {logged}", "logged") for change in ("INSERT", "UPDATE")),
        *(Rule("work_answers", change, f"NOT {in_time}", "dated") for change in ("INSERT", "UPDATE")),
        Rule("work_answers", "INSERT", f"NOT {resident}", "placed"),
        # Later than it was: what the last event says of an answer is not played twice.
        Rule("work_answers", "UPDATE", f"{changed(*KEPT)} OR NEW.at <= OLD.at"),
        Rule("work_answers", "DELETE", ALWAYS),
        Rule("work_replies", "INSERT", f"NOT {replied}", "logged"),
        Rule("work_replies", "INSERT", f"NOT {_by_the_office(sql, OF_ANSWER)}", "placed"),
    ]


def rules(sql: Sql) -> list[Rule]:
    step = f"{sql.said('events.data', 'step')} = CAST(NEW.number AS text)"
    logged = last_says("'work.' || NEW.state", PLACE, f"{BY_THE_ACTOR} AND {step}")
    return [
        Rule("work_steps", "INSERT", f"NOT {logged}", "logged"),
        Rule("work_steps", "INSERT", f"(NEW.number <> 1 AND NOT {FOLLOWS}) OR NOT {NOT_SKIPPED}", "ordered"),
        Rule("work_steps", "INSERT", f"NOT {_by_the_office(sql)}", "placed"),
        *(rule for table, action in FACTS.items() for rule in _fact(sql, table, action)),
        *_pictures(sql),
        *_answers(sql),
    ]
