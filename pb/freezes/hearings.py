"""What was published, said and answered at a hearing stays, and was logged by who did it."""

from pb.freezes.holding import held
from pb.freezes.rule import Rule
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

HEARING = (
    "(SELECT gatherings.territory_id FROM gatherings WHERE gatherings.id = NEW.gathering_id "
    "AND gatherings.kind = 'hearing' AND gatherings.state {states})"
)
OPEN = HEARING.format(states="NOT IN ('minuted', 'confirmed', 'called_off')")
CONVENED = (
    "(SELECT gatherings.territory_id FROM gatherings WHERE gatherings.id = NEW.gathering_id "
    "AND gatherings.state = 'convened')"
)
OF_OPINION = (
    "(SELECT gatherings.territory_id FROM hearing_opinions opinions JOIN gatherings ON gatherings.id = "
    "opinions.gathering_id WHERE opinions.id = NEW.opinion_id AND (gatherings.state <> 'called_off' "
    # One in its place takes the opinions along.
    "OR EXISTS (SELECT 1 FROM gatherings later WHERE later.previous_id = gatherings.id)))"
)
BY_THE_ACTOR = "events.at = NEW.at AND events.actor_id = NEW.by_id"


def rules(sql: Sql) -> list[Rule]:
    published = last_says(
        "'gathering.paper_published'", CONVENED, f"events.subject_id = NEW.paper_id AND {BY_THE_ACTOR}"
    )
    channel = f"{sql.said('events.data', 'channel')} = NEW.channel"
    given = last_says("'hearing.opinion_given'", OPEN, f"events.subject_id = NEW.id AND {BY_THE_ACTOR} AND {channel}")
    verdict = f"{sql.said('events.data', 'verdict')} = NEW.verdict"
    answered = last_says(
        "'hearing.opinion_answered'", OF_OPINION, f"events.subject_id = NEW.opinion_id AND {BY_THE_ACTOR} AND {verdict}"
    )
    akim, office = (held(sql, "NEW.by_id", f"'{role}'", OF_OPINION, "NEW.at") for role in ("akim", "office"))
    return [
        Rule("meeting_materials", "INSERT", f"NOT {published}", "logged"),
        Rule("hearing_opinions", "INSERT", f"NOT {given}", "logged"),
        Rule("opinion_answers", "INSERT", f"NOT {answered}", "logged"),
        Rule("opinion_answers", "INSERT", f"NOT ({akim} OR {office})", "placed"),
    ]
