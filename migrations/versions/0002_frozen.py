"""What was decided stays: triggers refuse changes that no program should make.

Each rule says when a change is refused; the same condition serves SQLite and PostgreSQL. Frozen rows stay frozen, but
for two columns that may change in them, and only to bytes that begin with the header of a newer key: the sealed IIN of
a roll entry and the sealed receipt key of a poll. What an entry is found by stays as it was.
"""

from alembic import op

from pb.freezes import ALWAYS, Rule, changed, create, drop, whenever

revision = "0002_frozen"
down_revision = "0001_tables"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "akim_answers",
    "archive_records",
    "audit_events",
    "budget_lines",
    "card_batches",
    "card_withdrawals",
    "links_erasures",
    "maker_confirmations",
    "maslikhat_decisions",
    "numbers_erasures",
    "paper_counts",
    "participant_lists",
    "poll_complaints",
    "roll_changes",
    "sample_answers",
    "sample_draws",
    "signatures",
)
POLL_FROZEN = (
    "id",
    "cycle_id",
    "attempt",
    "uuid",
    "receipt_public",
    "prepared_at",
    "trustees_json",
    "seed_text",
    "minutes_number",
    "minutes_on",
    "minutes_cards",
    "minutes_chair_id",
    "minutes_secretary_id",
    "election_json",
    "opened_at",
    "closes_at",
    "timestamp",
    "group_name",
    "threshold",
)
ANNULMENT = ("annul_reason", "annul_first_id", "annul_first_role", "annul_second_id", "annul_second_role")
POLL_MOVES = (
    "preparing open",
    "open closed",
    "open under_minimum",
    "closed decrypting",
    "decrypting complete",
    "preparing annulled",
    "open annulled",
    "closed annulled",
    "decrypting annulled",
    "under_minimum annulled",
)
POLL_STEPS = (
    "NEW.height < OLD.height OR NEW.records < OLD.records "
    f"OR (OLD.state <> NEW.state AND OLD.state || ' ' || NEW.state NOT IN {POLL_MOVES})"
)
TRUSTEE_FROZEN = (
    "poll_id",
    "position",
    "person_id",
    "body",
    "key_json",
    "confirmed_at",
    "certificate_json",
    "dealing_json",
    "share_json",
)
ENTRY_FROZEN = (
    "id",
    "cycle_id",
    "number",
    "iin_pepper",
    "name",
    "settlement",
    "imported_at",
    "gone_on",
    "gone_reason",
)
GRANT_FROZEN = (
    "id",
    "person_id",
    "territory_id",
    "role",
    "since",
    "basis",
    "body",
    "granted_at",
    "event",
    "proposal_id",
)
ROLE_PROPOSAL_FROZEN = (
    "id",
    "territory_id",
    "kind",
    "person_id",
    "role",
    "since",
    "until",
    "basis",
    "body",
    "grant_id",
    "reason",
    "proposed_by",
    "proposed_as",
    "proposed_at",
    "event",
)
REQUEST_FROZEN = (
    "id",
    "cycle_id",
    "number",
    "secret_hash",
    "person_id",
    "kind",
    "name",
    "settlement",
    "contact",
    "text",
    "made_at",
)
ANSWER = ("granted", "answer", "answered_at", "answered_by")
CORRECTION_FROZEN = (
    "id",
    "cycle_id",
    "entry_id",
    "request_id",
    "kind",
    "name",
    "settlement",
    "gone_on",
    "gone_reason",
    "reason",
    "proposed_by",
    "proposed_at",
)
DECISION = ("decided_by", "decided_at", "approved")
REISSUE_PROPOSAL = ("id", "poll_id", "proposed_at", "proposed_by")
REISSUE_APPROVAL = ("approved_at", "approved_by", "reserve", "withdrawn_key", "event")

OPENED = "EXISTS (SELECT 1 FROM polls WHERE polls.id = {row}.poll_id AND polls.election_json IS NOT NULL)"
# The roll's own state. Opening a poll needs a frozen roll, and a roll thaws when no opened poll rests on it.
ROLL_FROZEN = (
    "EXISTS (SELECT 1 FROM roll_freezes freezes WHERE freezes.cycle_id = {row}.cycle_id AND freezes.thawed_at IS NULL)"
)
POLL_RESTS_ON_ROLL = (
    "EXISTS (SELECT 1 FROM polls WHERE polls.cycle_id = NEW.cycle_id AND polls.election_json IS NOT NULL "
    "AND polls.state NOT IN ('annulled', 'under_minimum'))"
)
# After the terms that pb/erasure counts: the links of voters to ballots, and the IINs of a roll.
LINKS_ERASED = "EXISTS (SELECT 1 FROM links_erasures erased WHERE erased.poll_id = {row}.poll_id)"
NUMBERS_ERASED = "EXISTS (SELECT 1 FROM numbers_erasures erased WHERE erased.cycle_id = {row}.cycle_id)"
NOT_ENDED = (
    "NOT EXISTS (SELECT 1 FROM polls WHERE polls.id = NEW.poll_id "
    "AND polls.state IN ('complete', 'under_minimum', 'annulled'))"
)
OBJECTION_WAITS = (
    "EXISTS (SELECT 1 FROM objections WHERE objections.poll_id = NEW.poll_id AND objections.answered_at IS NULL)"
)
LINKS_KEPT = (
    "EXISTS (SELECT 1 FROM polls WHERE polls.cycle_id = NEW.cycle_id "
    "AND NOT EXISTS (SELECT 1 FROM links_erasures erased WHERE erased.poll_id = polls.id))"
)
MINUTES_CONFIRMED = (
    "EXISTS (SELECT 1 FROM minutes WHERE minutes.gathering_id = {row}.gathering_id "
    "AND minutes.chair_at IS NOT NULL AND minutes.secretary_at IS NOT NULL)"
)
CONFLICT_CONFIRMED = (
    "EXISTS (SELECT 1 FROM minutes JOIN agenda_questions ON agenda_questions.gathering_id = minutes.gathering_id "
    "WHERE agenda_questions.id = {row}.question_id AND minutes.chair_at IS NOT NULL "
    "AND minutes.secretary_at IS NOT NULL)"
)
MINUTES_UNCONFIRMED = (
    "NOT EXISTS (SELECT 1 FROM minutes WHERE minutes.id = NEW.minutes_id "
    "AND minutes.chair_at IS NOT NULL AND minutes.secretary_at IS NOT NULL)"
)
ONE_PERSON_FOR_BOTH = (
    "NEW.chair_id = NEW.secretary_id OR (NEW.chair_at IS NULL) <> (NEW.chair_id IS NULL) "
    "OR (NEW.secretary_at IS NULL) <> (NEW.secretary_id IS NULL)"
)
DECIDED_WITHOUT_VOTES = (
    "NEW.outcome IS NOT NULL AND (NEW.in_favour IS NULL OR NEW.needed IS NULL OR NEW.against IS NULL OR NEW.abstained IS NULL "
    "OR NOT EXISTS (SELECT 1 FROM gatherings WHERE gatherings.id = NEW.gathering_id "
    "AND gatherings.state IN ('quorate', 'minuted', 'confirmed')))"
)
# Pairs of pb/identity/service/roles.py, both ways round.
EXCLUDED = (
    "(grants.role || ' ' || NEW.role) IN ('trustee registrar', 'registrar trustee', 'trustee clerk', 'clerk trustee', "
    "'trustee administrator', 'administrator trustee', 'clerk registrar', 'registrar clerk', "
    "'chair office', 'office chair', 'chair administrator', 'administrator chair')"
)
OVERLAPPING = (
    "EXISTS (SELECT 1 FROM role_grants grants WHERE grants.person_id = NEW.person_id "  # noqa: S608 - our own names
    "AND grants.territory_id = NEW.territory_id AND grants.id <> NEW.id AND "
    + EXCLUDED
    + " AND grants.since <= COALESCE(NEW.until, '9999-12-31') AND NEW.since <= COALESCE(grants.until, '9999-12-31'))"
)
HALF_GONE = "((NEW.gone_on IS NULL) <> (NEW.gone_reason IS NULL))"
REISSUE_APPROVED = (
    "EXISTS (SELECT 1 FROM reissues WHERE reissues.poll_id = NEW.poll_id AND reissues.entry_id = NEW.entry_id "
    "AND reissues.approved_at IS NOT NULL)"
)
WITHDRAWN = (
    "EXISTS (SELECT 1 FROM card_withdrawals gone "
    "WHERE gone.poll_id = {row}.poll_id AND gone.public_key = {row}.public_key)"
)

# What the maker of the cards stated. Cards change only while nothing is stated, and a statement goes only before the
# minutes are confirmed; a trigger cannot hash the list in SQLite, so opening compares the fingerprints in the service.
STATED = "EXISTS (SELECT 1 FROM card_statements stated WHERE stated.poll_id = {row}.poll_id)"
KEYS_OF_POLL = (
    "((SELECT count(*) FROM credentials cards WHERE cards.poll_id = NEW.poll_id) "
    "+ (SELECT count(*) FROM reserve_credentials cards WHERE cards.poll_id = NEW.poll_id))"
)
MINUTES_STAND = (
    "EXISTS (SELECT 1 FROM polls WHERE polls.id = OLD.poll_id "
    "AND (polls.minutes_chair_id IS NOT NULL OR polls.minutes_secretary_id IS NOT NULL))"
)
LIST_MINUTED = "EXISTS (SELECT 1 FROM card_statements stated WHERE stated.poll_id = NEW.id AND stated.statement = NEW.minutes_cards)"


def _logged(action: str, moment: str, event: str = "event", also: str = ALWAYS) -> str:
    """The log's last event says so, at this very moment: the transaction that makes the row has just written it.

    Whoever makes rows of an event that stays the last one writes another after them: later ones find no such event.
    """
    return (
        "EXISTS (SELECT 1 FROM audit_events events JOIN audit_heads heads ON heads.territory_id = events.territory_id "  # noqa: S608 - our own names
        f"AND heads.hash = events.hash WHERE events.hash = NEW.{event} AND events.action = '{action}' "
        f"AND events.at = NEW.{moment} AND {also})"
    )


# The table of pb/identity/service/roles.py: a role, who proposes and who confirms.
APPOINTED_BY = (
    "trustee chair deputy",
    "trustee chair auditor",
    "auditor chair deputy",
    "chair chair administrator",
    "chair chair office",
    "chair secretary administrator",
    "chair secretary office",
    "chair deputy administrator",
    "chair deputy office",
    "secretary chair administrator",
    "secretary chair office",
    "deputy administrator chair",
    "deputy office chair",
    "administrator administrator chair",
    "administrator office chair",
    "office administrator chair",
    "office office chair",
    "akim administrator chair",
    "akim office chair",
    "registrar office chair",
    "clerk office chair",
    "observer office chair",
    "observer deputy chair",
)


def _held(person: str, role: str, moment: str) -> str:
    """The person had been given the role before that moment."""
    return (
        "EXISTS (SELECT 1 FROM role_grants held WHERE held.territory_id = NEW.territory_id "  # noqa: S608 - our own names
        f"AND held.person_id = NEW.{person} AND held.role = NEW.{role} AND held.granted_at < NEW.{moment})"
    )


PROPOSED = (
    f"{_logged('identity.role_proposed', 'proposed_at')} AND {_held('proposed_by', 'proposed_as', 'proposed_at')}"
)
APPROVED_AND_LOGGED = (
    f"(NEW.kind = 'give' AND {_logged('identity.role_granted', 'decided_at', 'decided_event')}) "
    f"OR (NEW.kind = 'end' AND {_logged('identity.role_ended', 'decided_at', 'decided_event')}) "
    f"OR (NEW.kind = 'invite' AND {_logged('identity.invitation_confirmed', 'decided_at', 'decided_event')})"
)
APPROVED_BY_TWO = (
    f"NEW.role || ' ' || NEW.proposed_as || ' ' || NEW.decided_as IN {APPOINTED_BY} "
    f"AND {_held('decided_by', 'decided_as', 'decided_at')} AND ({APPROVED_AND_LOGGED})"
)
# A staff role stands on a proposal that is being confirmed in this transaction, or on the founding, which gives two.
ROLE_GRANTED = (
    "EXISTS (SELECT 1 FROM role_proposals proposals WHERE proposals.id = NEW.proposal_id AND proposals.kind = 'give' "  # noqa: S608 - our own names
    "AND proposals.decision = 'approved' AND proposals.decided_event = NEW.event "
    "AND proposals.decided_at = NEW.granted_at AND proposals.territory_id = NEW.territory_id "
    "AND proposals.person_id = NEW.person_id AND proposals.role = NEW.role AND proposals.since <= NEW.since "
    "AND proposals.until IS NOT DISTINCT FROM NEW.until AND proposals.basis = NEW.basis "
    f"AND proposals.body = NEW.body) AND {_logged('identity.role_granted', 'granted_at')}"
)
FOUNDED = (
    "NEW.proposal_id IS NULL AND NEW.role IN ('administrator', 'chair') "  # noqa: S608 - our own names
    "AND NOT EXISTS (SELECT 1 FROM role_grants earlier WHERE earlier.role <> 'resident' "
    "AND (earlier.event <> NEW.event OR earlier.role = NEW.role OR earlier.person_id = NEW.person_id)) "
    f"AND {_logged('territory.founded', 'granted_at')}"
)
RESIDENT = (
    f"NEW.role = 'resident' AND NEW.proposal_id IS NULL AND {_logged('identity.resident_admitted', 'granted_at')}"
)
ROLE_ENDED = (
    "EXISTS (SELECT 1 FROM role_proposals proposals JOIN audit_heads heads "
    "ON heads.territory_id = proposals.territory_id AND heads.hash = proposals.decided_event "
    "WHERE proposals.kind = 'end' AND proposals.decision = 'approved' AND proposals.grant_id = NEW.id "
    "AND proposals.until <= NEW.until AND proposals.basis = NEW.end_basis)"
)
ANNULLED_WITHOUT_ROLE = (
    "(NEW.annul_first_role IS NOT NULL AND OLD.annul_first_role IS NULL AND NOT EXISTS (SELECT 1 FROM role_grants held "
    "WHERE held.person_id = NEW.annul_first_id AND held.role = NEW.annul_first_role)) "
    "OR (NEW.annul_second_role IS NOT NULL AND OLD.annul_second_role IS NULL AND (NOT EXISTS (SELECT 1 "
    "FROM role_grants held WHERE held.person_id = NEW.annul_second_id AND held.role = NEW.annul_second_role) "
    "OR NEW.annul_first_id IS DISTINCT FROM OLD.annul_first_id "
    "OR NEW.annul_first_role IS DISTINCT FROM OLD.annul_first_role)) "
    "OR (OLD.annul_first_id IS NOT NULL AND (NEW.annul_first_id IS DISTINCT FROM OLD.annul_first_id "
    "OR NEW.annul_first_role IS DISTINCT FROM OLD.annul_first_role))"
)
# Of this poll's cycle: an event of another poll makes no card here.
OF_CYCLE = "events.subject_id = (SELECT polls.cycle_id FROM polls WHERE polls.id = NEW.poll_id)"
MADE = _logged("poll.cards_made", "made_at", also=OF_CYCLE)
# Nobody is marked as having a card, or a code, without the commitment that is published of it.
UNCOMMITTED = (
    "(NEW.{moment} IS NOT NULL AND OLD.{moment} IS NULL AND NOT EXISTS (SELECT 1 FROM card_events events "
    "WHERE events.poll_id = NEW.poll_id AND events.entry_id = NEW.entry_id AND events.way = '{way}' AND {reserve}))"
)
CARD_UNCOMMITTED = UNCOMMITTED.format(moment="handed_over_at", way="handed_over", reserve="events.reserve IS NULL")
CODE_UNCOMMITTED = UNCOMMITTED.format(moment="released_at", way="released", reserve="events.reserve IS NULL")
RESERVE_UNCOMMITTED = UNCOMMITTED.format(
    moment="handed_over_at", way="handed_over", reserve="events.reserve = NEW.reserve"
)
BATCH_PUBLISHED = (
    "EXISTS (SELECT 1 FROM card_batches batches WHERE batches.poll_id = NEW.poll_id AND batches.day = NEW.day)"
)
OPENING_CONFIRMED = (
    "EXISTS (SELECT 1 FROM card_openings openings WHERE openings.poll_id = {row}.poll_id "
    "AND openings.confirmed_at IS NOT NULL)"
)
DRAWN_BEFORE_COMMITTED = (
    "NOT EXISTS (SELECT 1 FROM participant_lists lists WHERE lists.poll_id = NEW.poll_id AND lists.at < NEW.at)"
)
POLL_UNCLOSED = "EXISTS (SELECT 1 FROM polls WHERE polls.id = NEW.poll_id AND polls.state IN ('preparing', 'open'))"
CARD = (
    f"{changed('poll_id', 'entry_id', 'public_key', 'made_at', 'event')} "
    f"OR (OLD.handed_over_at IS NOT NULL AND {changed('handed_over_at', 'clerk_id')}) "
    f"OR (OLD.released_at IS NOT NULL AND {changed('released_at')}) "
    "OR (NEW.released_at IS NOT NULL AND (NEW.handed_over_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL)) "
    f"OR (OLD.withdrawn_at IS NOT NULL AND {changed('handed_over_at', 'clerk_id', 'released_at', 'withdrawn_at')}) "
    f"OR (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL AND NOT {REISSUE_APPROVED}) "
    f"OR {CARD_UNCOMMITTED} OR {CODE_UNCOMMITTED}"
)
REISSUE = (
    f"{changed(*REISSUE_PROPOSAL)} OR ({changed('entry_id', 'reason')} AND NOT "
    f"({LINKS_ERASED.format(row='NEW')} AND NEW.entry_id IS NULL AND NEW.reason = '')) OR (OLD.approved_at IS NOT NULL AND {changed(*REISSUE_APPROVAL)}) "
    f"OR (OLD.handed_over_at IS NOT NULL AND {changed('handed_over_at', 'clerk_id')}) "
    f"OR (OLD.replaced_at IS NOT NULL AND {changed('handed_over_at', 'clerk_id', 'replaced_at')}) "
    f"OR {RESERVE_UNCOMMITTED}"
)
FREEZE = f"{changed('cycle_id', 'number', 'at')} OR OLD.thawed_at IS NOT NULL OR {POLL_RESTS_ON_ROLL}"
SHUFFLE = f"OLD.verdict IS NOT NULL OR {changed('id', 'poll_id', 'position', 'data', 'handed_in_at')}"


def _cleared(column: str, erased: str) -> str:
    """A column changes otherwise than from its value to none, once `erased` stands."""
    return f"({changed(column)} AND NOT (NEW.{column} IS NULL AND {erased.format(row='NEW')}))"


def _resealed(column: str, mark: str) -> str:
    """The sealed bytes move to a newer key: they begin with the header, and with a higher one than before."""
    newer = f"substr(NEW.{column}, 1, 6) > substr(OLD.{column}, 1, 6) OR substr(OLD.{column}, 1, 4) <> {mark}"
    return f"({changed(column)} AND NOT (substr(NEW.{column}, 1, 4) = {mark} AND ({newer})))"


def _polls(mark: str) -> list[Rule]:
    opened = "OLD.election_json IS NOT NULL"
    frozen = f"({opened} AND ({changed(*POLL_FROZEN)} OR {_resealed('receipt_private', mark)})) OR {POLL_STEPS}"
    opening = "OLD.election_json IS NULL AND NEW.election_json IS NOT NULL"
    return [
        Rule("polls", "UPDATE", frozen),
        Rule("polls", "UPDATE", f"{opening} AND NOT {ROLL_FROZEN.format(row='NEW')}", "ordered"),
        # Opened polls, ended ones and annulled ones are made of polls in preparation, under the rules above.
        Rule("polls", "INSERT", "NEW.state <> 'preparing' OR NEW.election_json IS NOT NULL", "ordered"),
        Rule("polls", "UPDATE", f"OLD.state = 'annulled' AND {changed(*ANNULMENT)}", "frozen_annulment"),
        Rule("polls", "UPDATE", ANNULLED_WITHOUT_ROLE, "two_bodies"),
        Rule("polls", "UPDATE", f"{opening} AND NOT {LIST_MINUTED}", "minuted"),
        Rule("polls", "DELETE", ALWAYS),
        Rule(
            "poll_trustees",
            "UPDATE",
            f"{OPENED.format(row='OLD')} AND {changed(*TRUSTEE_FROZEN)}",
        ),
        Rule("poll_trustees", "INSERT", OPENED.format(row="NEW")),
        Rule("poll_trustees", "DELETE", OPENED.format(row="OLD")),
        Rule("poll_shuffles", "UPDATE", SHUFFLE),
        Rule("poll_shuffles", "DELETE", ALWAYS),
        Rule("poll_decryptions", "UPDATE", ALWAYS),
        Rule(
            "participations",
            "INSERT",
            "NEW.hour IS NULL "
            "OR NOT EXISTS (SELECT 1 FROM polls WHERE polls.id = NEW.poll_id AND polls.state = 'open')",
            "ordered",
        ),
    ]


def _links() -> list[Rule]:
    """What joins voters to ballots never changes, and goes when its erasure stands in the log."""
    unlogged = f"NOT {_logged('poll.links_erased', 'at', also=OF_CYCLE)}"
    erased, erased_before = LINKS_ERASED.format(row="NEW"), LINKS_ERASED.format(row="OLD")
    box = ("poll_id", "position", "tracker", "height", "record", "event", "hour")
    return [
        Rule("links_erasures", "INSERT", f"{unlogged} OR {NOT_ENDED} OR {OBJECTION_WAITS}"),
        Rule("ballot_evidence", "INSERT", erased),
        Rule("ballot_evidence", "UPDATE", ALWAYS),
        Rule("ballot_evidence", "DELETE", f"NOT {erased_before}"),
        Rule("cast_ballots", "INSERT", "NEW.entry_id IS NULL"),
        Rule("cast_ballots", "UPDATE", f"{changed(*box)} OR {_cleared('entry_id', LINKS_ERASED)}"),
        Rule("cast_ballots", "DELETE", ALWAYS),
        Rule(
            "participations",
            "UPDATE",
            f"{changed('poll_id', 'entry_id', 'channel')} OR {_cleared('hour', LINKS_ERASED)}",
        ),
        Rule("participations", "DELETE", ALWAYS),
    ]


def _roll(mark: str) -> list[Rule]:
    before, after = ROLL_FROZEN.format(row="OLD"), ROLL_FROZEN.format(row="NEW")
    found_by = _cleared("iin_lookup", NUMBERS_ERASED)
    entry = f"({before} OR {after}) AND ({changed(*ENTRY_FROZEN)} OR {found_by} OR {_resealed('iin_sealed', mark)})"
    numberless = f"(NEW.iin_sealed IS NULL OR NEW.iin_lookup IS NULL) AND NOT {NUMBERS_ERASED.format(row='NEW')}"
    salted = ("id", "cycle_id", "position", "occasion", "at", "count", "commitment")
    salt_goes = f"{NUMBERS_ERASED.format(row='NEW')} AND NEW.salt IS NULL"
    confirmation = changed("cycle_id", "count", "commitment", "person_id", "at")
    decided = f"(OLD.decided_at IS NOT NULL OR {after}) AND {changed(*DECISION)}"
    sealed = f"(OLD.iin_sealed IS NULL) <> (NEW.iin_sealed IS NULL) OR {_resealed('iin_sealed', mark)}"
    return [
        Rule(
            "numbers_erasures",
            "INSERT",
            f"NOT {_logged('roll.numbers_erased', 'at', also='events.subject_id = NEW.cycle_id')} OR {LINKS_KEPT}",
        ),
        Rule("roll_entries", "INSERT", f"{HALF_GONE} OR {after} OR ({numberless})"),
        Rule("roll_entries", "UPDATE", f"{HALF_GONE} OR ({numberless}) OR ({entry})"),
        Rule("roll_entries", "DELETE", before),
        Rule("roll_commitments", "INSERT", "NEW.salt IS NULL"),
        Rule("roll_commitments", "UPDATE", f"{changed(*salted)} OR {_cleared('salt', NUMBERS_ERASED)}"),
        Rule("roll_commitments", "DELETE", ALWAYS),
        Rule("roll_confirmations", "INSERT", f"{after} OR NEW.salt IS NULL"),
        Rule("roll_confirmations", "UPDATE", f"({before} OR {after}) AND ({confirmation} OR NOT ({salt_goes}))"),
        Rule("roll_confirmations", "DELETE", before),
        Rule("roll_freezes", "UPDATE", FREEZE),
        Rule("roll_freezes", "DELETE", ALWAYS),
        Rule("roll_corrections", "INSERT", after),
        Rule("roll_corrections", "UPDATE", f"{changed(*CORRECTION_FROZEN)} OR {sealed} OR ({decided})"),
        Rule("roll_corrections", "DELETE", ALWAYS),
        Rule(
            "roll_requests",
            "UPDATE",
            f"{changed(*REQUEST_FROZEN)} OR {_resealed('iin_sealed', mark)} "
            f"OR (OLD.answered_at IS NOT NULL AND {changed(*ANSWER)})",
        ),
        Rule("roll_requests", "DELETE", ALWAYS),
    ]


def _cards() -> list[Rule]:
    opened, opened_before = OPENED.format(row="NEW"), OPENED.format(row="OLD")
    erased_before = LINKS_ERASED.format(row="OLD")
    withdrawn, withdrawn_before = WITHDRAWN.format(row="NEW"), WITHDRAWN.format(row="OLD")
    stated, stated_before = STATED.format(row="NEW"), STATED.format(row="OLD")
    stating = _logged("poll.cards_stated", "at", also=OF_CYCLE)
    given = "NEW.handed_over_at IS NOT NULL OR NEW.released_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL"
    return [
        Rule("credentials", "INSERT", f"{opened} OR {stated} OR NOT {MADE} OR {withdrawn} OR {given}"),
        Rule("credentials", "UPDATE", CARD),
        Rule(
            "credentials",
            "DELETE",
            f"NOT {erased_before} AND ({opened_before} OR {stated_before} OR NOT {withdrawn_before})",
        ),
        Rule("card_withdrawals", "INSERT", f"{opened} OR NOT {_logged('poll.card_withdrawn', 'at', also=OF_CYCLE)}"),
        Rule("reserve_credentials", "INSERT", f"{opened} OR {stated} OR NOT {MADE} OR {withdrawn}"),
        Rule("reserve_credentials", "UPDATE", ALWAYS),
        Rule("reserve_credentials", "DELETE", f"{opened_before} OR {stated_before} OR NOT {withdrawn_before}"),
        Rule("card_statements", "INSERT", f"{opened} OR NEW.count <> {KEYS_OF_POLL} OR NOT {stating}"),
        Rule("card_statements", "UPDATE", ALWAYS),
        Rule("card_statements", "DELETE", f"{opened_before} OR {MINUTES_STAND}"),
        Rule("maker_confirmations", "INSERT", f"NOT {opened}"),
        Rule("sealed_codes", "INSERT", opened),
        Rule("sealed_codes", "UPDATE", ALWAYS),
        Rule("sealed_codes", "DELETE", f"{opened_before} AND NOT {erased_before}"),
        Rule("reissues", "UPDATE", REISSUE),
        Rule("reissues", "INSERT", "NEW.entry_id IS NULL OR NEW.handed_over_at IS NOT NULL"),
        Rule("reissues", "DELETE", "OLD.approved_at IS NOT NULL"),
        Rule("card_events", "INSERT", BATCH_PUBLISHED),
        Rule("card_events", "UPDATE", ALWAYS),
        Rule("card_events", "DELETE", f"NOT {erased_before}"),
        Rule("card_batches", "INSERT", f"NOT {_logged('poll.card_events', 'at')}"),
    ]


def _checks() -> list[Rule]:
    return [
        Rule("paper_counts", "INSERT", POLL_UNCLOSED),
        Rule("participant_lists", "INSERT", f"{POLL_UNCLOSED} OR NOT {_logged('checks.participants_committed', 'at')}"),
        Rule("sample_draws", "INSERT", f"{DRAWN_BEFORE_COMMITTED} OR NOT {_logged('checks.sample_drawn', 'at')}"),
        Rule("card_openings", "INSERT", POLL_UNCLOSED),
        *(Rule("card_openings", change, "OLD.confirmed_at IS NOT NULL") for change in ("UPDATE", "DELETE")),
        *whenever("opened_cards", OPENING_CONFIRMED),
        Rule("fault_explanations", "UPDATE", "OLD.chair_at IS NOT NULL"),
        Rule("fault_explanations", "DELETE", ALWAYS),
    ]


def _gatherings() -> list[Rule]:
    confirmed = "OLD.chair_at IS NOT NULL AND OLD.secretary_at IS NOT NULL"
    return [
        *(Rule("minutes", change, confirmed) for change in ("UPDATE", "DELETE")),
        *(Rule("minutes", change, ONE_PERSON_FOR_BOTH, "ordered") for change in ("INSERT", "UPDATE")),
        *(Rule("gatherings", change, "OLD.state = 'confirmed'") for change in ("UPDATE", "DELETE")),
        *whenever("attendances", MINUTES_CONFIRMED),
        *whenever("agenda_questions", MINUTES_CONFIRMED),
        *whenever("conflicts_of_interest", CONFLICT_CONFIRMED),
        *(Rule("agenda_questions", change, DECIDED_WITHOUT_VOTES, "ordered") for change in ("INSERT", "UPDATE")),
        Rule("akim_answers", "INSERT", MINUTES_UNCONFIRMED, "ordered"),
    ]


def _roles() -> list[Rule]:
    return [
        Rule("role_grants", "INSERT", f"(NEW.role = 'trustee' AND NEW.body = '') OR {OVERLAPPING}"),
        Rule("role_grants", "INSERT", f"NOT (({ROLE_GRANTED}) OR ({FOUNDED}) OR ({RESIDENT}))", "two_bodies"),
        Rule("role_grants", "UPDATE", f"{changed(*GRANT_FROZEN)} OR {OVERLAPPING}"),
        Rule("role_grants", "UPDATE", f"{changed('until', 'end_basis')} AND NOT {ROLE_ENDED}", "two_bodies"),
        Rule("role_grants", "DELETE", ALWAYS),
        Rule("role_proposals", "INSERT", f"NEW.decision IS NOT NULL OR NOT ({PROPOSED})"),
        Rule(
            "role_proposals",
            "UPDATE",
            f"{changed(*ROLE_PROPOSAL_FROZEN)} OR OLD.decision IS NOT NULL "
            f"OR (NEW.decision = 'approved' AND NOT ({APPROVED_BY_TWO}))",
        ),
        Rule("role_proposals", "DELETE", ALWAYS),
    ]


def _rules() -> list[Rule]:
    """All rules, with what sealed bytes begin with as this database writes it."""
    mark = "x'61736172'" if op.get_bind().dialect.name == "sqlite" else "'\\x61736172'::bytea"
    append_only = [Rule(table, change, ALWAYS) for table in APPEND_ONLY for change in ("UPDATE", "DELETE")]
    return [*append_only, *_polls(mark), *_links(), *_roll(mark), *_cards(), *_checks(), *_gatherings(), *_roles()]


def upgrade() -> None:
    create(_rules())


def downgrade() -> None:
    drop(_rules())
