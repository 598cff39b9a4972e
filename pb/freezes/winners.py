"""Winners and what pays for them: each version with its event, and none waits before another whom fewer chose."""

from pb.freezes.holding import held
from pb.freezes.rule import Rule
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

OKRUG = "(SELECT cycles.territory_id FROM cycles WHERE cycles.id = NEW.cycle_id)"
OF_WINNER = (
    "(SELECT cycles.territory_id FROM winners JOIN cycles ON cycles.id = winners.cycle_id "
    "WHERE winners.id = NEW.winner_id)"
)
PROJECT = "(SELECT winners.proposal_id FROM winners WHERE winners.id = NEW.winner_id)"
LATEST = "(SELECT coalesce(max(earlier.number), 0) FROM winner_plans earlier WHERE earlier.winner_id = NEW.winner_id)"
WAITED = (
    "EXISTS (SELECT 1 FROM winner_plans before WHERE before.winner_id = NEW.winner_id "
    "AND before.number = NEW.number - 1 AND before.waits)"
)
# How another winner of the same cycle stands: its last plan.
_ANOTHER = (
    "EXISTS (SELECT 1 FROM winners itself JOIN winners other ON other.cycle_id = itself.cycle_id "
    "JOIN winner_plans stands ON stands.winner_id = other.id WHERE itself.id = NEW.winner_id AND {which} "
    "AND stands.number = (SELECT max(any_plan.number) FROM winner_plans any_plan WHERE any_plan.winner_id = other.id))"
)
A_LATER_ONE_DOES_NOT_WAIT = _ANOTHER.format(which="other.position > itself.position AND NOT stands.waits")
AN_EARLIER_ONE_WAITS = _ANOTHER.format(which="other.position < itself.position AND stands.waits")
OUT_OF_TURN = f"((NEW.waits AND {A_LATER_ONE_DOES_NOT_WAIT}) OR (NOT NEW.waits AND {AN_EARLIER_ONE_WAITS}))"
MADE = "(SELECT winners.made_at FROM winners WHERE winners.id = NEW.winner_id)"
YEAR = (
    "(SELECT cycles.fiscal_year FROM winners JOIN cycles ON cycles.id = winners.cycle_id "
    "WHERE winners.id = NEW.winner_id)"
)
_SUM = (
    "(SELECT coalesce(sum(sums.amount), 0) FROM budget_lines sums WHERE sums.version_id = {version} "  # noqa: S608 - our own names
    f"AND sums.part = '{{part}}' AND sums.year = {YEAR})"
)
# A version of this okrug's budget with less transfers or less spending of the cycle's year than the one before it, on
# which somebody decided. Whether it leaves the winner out is the service's to say: it depends on all winners' plans.
_LESS = " OR ".join(
    f"{_SUM.format(version='amended.id', part=part)} < {_SUM.format(version='amended.basis_id', part=part)}"
    for part in ("transfers", "spending")
)
LESS = (
    "EXISTS (SELECT 1 FROM budget_steps decided WHERE decided.version_id = amended.basis_id "  # noqa: S608 - our own names
    f"AND (decided.question_id IS NOT NULL OR decided.decision_id IS NOT NULL)) AND ({_LESS})"
)
# A point by which a meeting of this okrug, since the winner's lines were made of the result, agreed such a version.
DECIDED = (
    "EXISTS (SELECT 1 FROM agenda_questions points JOIN gatherings ON gatherings.id = points.gathering_id "  # noqa: S608 - our own names
    "JOIN budget_steps agreed ON agreed.question_id = points.id AND agreed.move = 'agreed' "
    "JOIN budget_versions amended ON amended.id = agreed.version_id JOIN budgets ON budgets.id = amended.budget_id "
    "WHERE points.id = NEW.question_id AND points.outcome = 'approved' AND gatherings.state = 'confirmed' "
    "AND points.matter = 'budget' "
    f"AND gatherings.meets_at >= {MADE} "
    f"AND gatherings.territory_id = {OF_WINNER} AND budgets.territory_id = {OF_WINNER} AND {LESS})"
)
# Or an amendment of such sums, which the maslikhat decided since then.
CUT = (
    "EXISTS (SELECT 1 FROM budget_versions amended JOIN budgets ON budgets.id = amended.budget_id "  # noqa: S608 - our own names
    "JOIN budget_steps steps ON steps.version_id = amended.id AND steps.move = 'approved' "
    "WHERE amended.id = NEW.version_id AND amended.kind = 'amendment' "
    f"AND budgets.territory_id = {OF_WINNER} AND CAST(steps.day AS text) >= CAST({{day}} AS text) AND {LESS})"
)
ACTION = (
    "CASE WHEN NEW.number = 1 THEN 'proposal.budgeted' WHEN NEW.waits THEN 'winner.waits' "
    f"WHEN {WAITED} THEN 'winner.resumed' ELSE 'winner.planned' END"
)
AS_GRANTED = "NEW.amount = (SELECT winners.granted FROM winners WHERE winners.id = NEW.winner_id) AND NEW.position = 1"

# As the event lists each, see told_of of pb/winners/service/plans.py.
LINE = "NEW.position || ':' || NEW.year || ':' || NEW.code || ':' || NEW.amount || ':' || NEW.source"


def rules(sql: Sql) -> list[Rule]:
    version = f"(NEW.number = 1 OR {sql.said('events.data', 'version')} = CAST(NEW.number AS text))"
    granted = f"{sql.said('events.data', 'amount')} = CAST(NEW.granted AS text)"
    won = last_says(
        "'proposal.budgeted'",
        OKRUG,
        f"events.subject_id = NEW.proposal_id AND events.at = NEW.made_at AND {granted}",
    )
    planned = last_says(
        ACTION,
        OF_WINNER,
        f"events.subject_id = {PROJECT} AND events.at = NEW.made_at AND events.actor_id = NEW.made_by AND {version}",
    )
    said = "IN ('proposal.budgeted', 'winner.planned', 'winner.waits', 'winner.resumed')"
    listed = sql.lists(sql.said("events.data", "plan"), LINE)
    of_it = last_says(
        "events.action",
        OF_WINNER,
        f"events.action {said} AND events.subject_id = {PROJECT} AND {version} AND {listed}",
    )
    return [
        Rule("winners", "INSERT", f"NOT {won}", "logged"),
        Rule("winner_plans", "INSERT", f"NOT {planned}", "logged"),
        Rule("winner_plans", "INSERT", f"NEW.number <> {LATEST} + 1 OR {OUT_OF_TURN}", "ordered"),
        Rule(
            "winner_plans",
            "INSERT",
            f"NOT {held(sql, 'NEW.made_by', repr('office'), OF_WINNER, 'NEW.made_at')}",
            "placed",
        ),
        Rule("winner_plans", "INSERT", f"NEW.waits AND NOT ({DECIDED} OR {CUT.format(day=sql.day(MADE))})", "decided"),
        Rule("winner_lines", "INSERT", f"NOT {of_it}", "logged"),
        Rule("winner_lines", "INSERT", f"NEW.number <> {LATEST} OR (NEW.number = 1 AND NOT ({AS_GRANTED}))", "ordered"),
    ]
