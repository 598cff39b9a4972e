"""What whoever has the application's role in the database tried, and the rule that refuses it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from pb import clock, migrations
from pb.act import Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent, AuditHead
from pb.core.places.kinds import Kind
from pb.cycles.models import Cycle
from pb.db import Database
from pb.freezes import holding
from pb.freezes import people as people_rules
from pb.gatherings.models import Member
from pb.identity.models import Grant, Person
from pb.polls.models import LinksErasure
from pb.proposals.models import Proposal, Review
from pb.territory.models import Setting, Territory
from pb.territory.service import KINDS
from pb.voting.models import Objection
from pb.voting.service import objections
from tests.polls.open_poll import OpenPoll

both = pytest.mark.both_databases


def refused(database: Database, attack: Callable[[Connection], object], by: str) -> None:
    with database.engine.connect() as connection:
        with pytest.raises(DatabaseError, match=by):
            attack(connection)
        connection.rollback()


def head(connection: Connection) -> Any:
    ends = select(AuditHead.territory_id, AuditHead.position, AuditHead.hash)
    return connection.execute(ends.join(Territory).where(Territory.kind == Kind.OKRUG)).one()


@both
def test_the_log_s_end_is_not_moved_back(opened: OpenPoll, database: Database) -> None:
    """An event that was the last one once would let everything that rested on it be done again."""

    def rewind(connection: Connection) -> None:
        earlier = connection.execute(select(AuditEvent.hash, AuditEvent.position).order_by(AuditEvent.position)).first()
        assert earlier is not None
        connection.execute(update(AuditHead).values(hash=earlier.hash, position=earlier.position))

    assert opened
    refused(database, rewind, "frozen_audit_heads_update")
    refused(database, lambda connection: connection.execute(delete(AuditHead)), "frozen_audit_heads_delete")


@both
def test_the_log_is_not_begun_anew_nor_forked(opened: OpenPoll, database: Database) -> None:
    assert opened

    def fork(connection: Connection) -> None:
        """A second event after an old one."""
        first = connection.execute(select(AuditEvent).order_by(AuditEvent.position).offset(1)).mappings().first()
        assert first is not None
        # The one that follows the old event keeps its link: the attacker takes a free one.
        forged = dict(first) | {"hash": "f" * 64, "position": first["position"] + 10_000, "previous": "e" * 64}
        forged["at"] = clock.now()
        connection.execute(insert(AuditEvent).values(forged))

    def skip(connection: Connection) -> None:
        """The head moves on to an event that does not follow."""
        territory, position, _hash = head(connection)
        connection.execute(update(AuditHead).values(position=position + 1, hash="f" * 64))
        assert territory

    def begin(connection: Connection) -> None:
        territory, _position, _hash = head(connection)
        connection.execute(insert(AuditHead).values(territory_id=territory, position=0, hash=None))

    refused(database, fork, "frozen_audit_events_insert")
    refused(database, skip, "frozen_audit_heads_update")
    refused(database, begin, "frozen_audit_heads")


@both
def test_a_role_is_not_granted_twice_by_one_event(opened: OpenPoll, database: Database) -> None:
    """What two bodies confirmed for one person gives nothing to another, nor again."""
    assert opened

    def replay(connection: Connection) -> None:
        given = connection.execute(select(Grant).where(Grant.proposal_id.is_not(None))).mappings().first()
        accomplice = connection.execute(select(Person.id).order_by(Person.name)).scalars().first()
        assert given is not None
        forged = dict(given) | {"id": uuid4(), "person_id": accomplice, "proposal_id": None}
        connection.execute(insert(Grant).values(forged))

    refused(database, replay, "two_bodies_role_grants_insert|frozen_role_grants")


def object_to(opened: OpenPoll) -> UUID:
    with opened.act() as act:
        _cycle, poll = opened.rows(act)
        return objections.object_to(act, poll, text="Менің карточкаммен біреу дауыс берді", contact="8 701").id


@both
def test_an_objection_is_not_marked_as_answered_by_hand_nor_does_it_go(opened: OpenPoll, database: Database) -> None:
    """The erasure waits for it."""
    made = object_to(opened)
    one = Objection.id == made

    def mark(connection: Connection) -> None:
        office = connection.execute(select(Person.id)).scalars().first()
        event = connection.execute(select(AuditEvent.hash).order_by(AuditEvent.position.desc())).scalars().first()
        answered = {"answer": "жоқ", "answered_at": clock.now(), "answered_by": office, "event": event}
        connection.execute(update(Objection).where(one).values(answered))

    refused(database, mark, "frozen_objections_update")
    half = update(Objection).where(one).values(answered_at=clock.now())
    refused(database, lambda connection: connection.execute(half), "frozen_objections_update|answered_whole")
    wiped = update(Objection).where(one).values(text="", contact="")
    refused(database, lambda connection: connection.execute(wiped), "frozen_objections_update")
    gone = delete(Objection).where(one)
    refused(database, lambda connection: connection.execute(gone), "frozen_objections_delete")


@both
def test_an_answered_objection_keeps_its_answer(opened: OpenPoll, database: Database) -> None:
    made = object_to(opened)
    with opened.act(Role.OFFICE) as act:
        _cycle, poll = opened.rows(act)
        objections.answer_objection(act, poll, act.session.get_one(Objection, made), "Тексерілді.")
    other = update(Objection).where(Objection.id == made).values(answer="Other")
    refused(database, lambda connection: connection.execute(other), "frozen_objections_update")


@both
def test_nothing_is_erased_of_a_poll_whose_term_is_not_over_whatever_the_log_says(opened: OpenPoll) -> None:
    """The event is in the log, as the application's role can write one; the term is the database's own."""
    with opened.act() as act:
        cycle, poll = opened.rows(act)
        event = audit.record(act, "poll.links_erased", subject=cycle.id)
        act.session.add(LinksErasure(poll_id=poll.id, at=act.at, event=event.hash, figures={"ballots": 1}))
        with pytest.raises(DatabaseError, match="frozen_links_erasures_insert"):
            act.session.flush()
        act.session.rollback()


@both
@pytest.mark.parametrize(
    ("attack", "by"),
    [
        (update(Proposal).where(Proposal.state == "accepted").values(cost=1), "frozen_proposals_update"),
        (update(Proposal).values(state="draft"), "frozen_proposals_update|numbered_when_submitted"),
        (update(Proposal).where(Proposal.state == "accepted").values(state="refused"), "frozen_proposals_update"),
        (delete(Proposal), "frozen_proposals_delete"),
        (update(Review).values(cost=10_000), "frozen_reviews_update"),
        (update(Cycle).values(envelope=10**12), "envelope_cycles_update"),
        (update(Cycle).values(minimum_ballots=2), "frozen_cycles_update"),
        (update(Cycle).where(Cycle.phase == "voting").values(phase="works"), "frozen_cycles_update"),
        (update(Member).values(office="chair"), "frozen_assembly_members_update"),
        (update(Member).values(term_until=datetime(2099, 1, 1, tzinfo=UTC).date()), "logged_assembly_members_update"),
        (update(Person).values(created_at=datetime(2000, 1, 1, tzinfo=UTC)), "frozen_people_update"),
        (update(Person).values(iin_lookup=func.coalesce(Person.iin_sealed, Person.iin_lookup)), "frozen_people_update"),
        (delete(Person), "frozen_people_delete"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value).replace("\n", " ")[:40],
)
def test_what_was_decided_stays(opened: OpenPoll, database: Database, attack: Any, by: str) -> None:
    assert opened
    refused(database, lambda connection: connection.execute(attack), by)


@both
def test_a_renewed_account_is_not_given_back_its_old_sessions(opened: OpenPoll, database: Database) -> None:
    assert opened
    with database.engine.begin() as connection:
        connection.execute(update(Person).values(renewed_at=clock.now()))
    for before in (None, clock.now() - timedelta(days=30)):
        back = update(Person).values(renewed_at=before)
        refused(database, lambda connection, back=back: connection.execute(back), "frozen_people_update")  # type: ignore[misc]


@both
@pytest.mark.parametrize("name", [name for name, _least in people_rules.LEAST])
def test_a_setting_is_not_written_below_its_least_nor_without_its_event(
    opened: OpenPoll, database: Database, name: str
) -> None:
    assert opened

    by = "frozen_territory_settings_insert|invalid input syntax"  # PostgreSQL reads no other number as a whole one

    def write(connection: Connection, value: float) -> None:
        territory, _position, _hash = head(connection)
        version = {
            "id": uuid4(),
            "territory_id": territory,
            "name": name,
            "value": value,
            "source": "x",
            "since": clock.now().date(),
            "recorded_at": clock.now(),
        }
        connection.execute(insert(Setting).values(version))

    for value in (0, 100, 3e-9):
        refused(database, lambda connection, value=value: write(connection, value), by)  # type: ignore[misc]


def test_the_rules_bounds_are_the_settings_own() -> None:
    assert {name: KINDS[name].least for name, _least in people_rules.LEAST} == dict(people_rules.LEAST)
    assert KINDS["cooling_days"].least == holding.LEAST_COOLING


def test_a_cycle_takes_every_term_that_a_setting_allows_and_no_other() -> None:
    bounds = next(str(rule.sqltext) for rule in Cycle.__table__.constraints if str(rule.name).endswith("terms_bounded"))  # type: ignore[attr-defined]
    for name in ("objection_days", "unadopted_days", "iin_days"):
        assert f"{name} >= {KINDS[name].least} AND {name} <= {KINDS[name].most}" in bounds


# Tables without a rule, each with its reason; `docs/threat-model.md` tells the same.
WITHOUT_A_RULE = {
    "account_sessions": "a person's own: ending one takes nobody's leave",
    "calendar_links": "a person's own",
    "contacts": "a person's own; sealed, and shown to be theirs by a code",
    "documents": "printed anew from what has rules",
    "follows": "a person's own",
    "invitations": "a one-time secret; what it opens is a role that has rules",
    "jobs": "work to do; what it does has rules",
    "news": "the office's own words; the log says when each was published and withdrawn",
    "notice_choices": "a person's own",
    "notice_sendings": "letters",
    "notices": "what the log says, for one person",
    "notices_reached": "how far the log was told",
    "outbox": "letters",
    "proposal_words": "by what a proposal is found: made anew from what has rules",
    "reminders": "a person's own; gone when the vote ends",
    "review_drafts": "a writer's own till the review is recorded, which has rules",
    "roll_imports": "a file that waits to be taken in by two; no roll is frozen while one waits",
    "second_factors": "a person's own; renewing it takes two bodies",
    "sent_forms": "of hours; where a form led that was sent: what it did has rules",
    "settlements": "names of the classifier: rolls and projects keep their own",
    "shuffle_codes": "one-time codes of a trustee",
    "uploads": "how far a file has come, for a day; what comes of it has rules",
    "writing_devices": "which browser writes a meeting's record just now; what it writes has rules",
    "used_nonces": "of minutes; a signed time bounds what a proof may use",
}


def test_every_table_has_a_rule_or_a_reason(opened: OpenPoll, database: Database) -> None:
    assert opened
    with database.engine.connect() as connection:
        ruled = set(
            connection.execute(text("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'")).scalars()
        )
    assert set(migrations.metadata().tables) - ruled == set(WITHOUT_A_RULE)


def test_the_architecture_lists_the_tables_without_a_rule() -> None:
    page = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith("| no rule, and why |")]
    assert {name for name in WITHOUT_A_RULE if f"`{name}`" not in row} == set()
