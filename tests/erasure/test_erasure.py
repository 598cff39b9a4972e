"""After their terms the links of voters to ballots go, and later the IINs of the roll; never before, never unlogged."""

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from pb import clock, migrations
from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.cards.models import CardWithdrawal, Credential, HandOverUndoing, Reissue, SealedCode
from pb.checks.models import Explanation, OpenedCard, PaperCount, ParticipantList, SampleAnswer
from pb.checks.service import faults, openings, sample
from pb.core.belenios.verify import verify
from pb.cycles.models import Cycle
from pb.demo import okrug
from pb.erasure import service
from pb.erasure.service import What, files
from pb.errors import Conflict
from pb.gatherings.models import Answer
from pb.identity.service import accounts
from pb.polls.models import LinksErasure, Participation, Poll
from pb.polls.service import archive, state
from pb.roll.models import Entry, NumbersErasure
from pb.roll.service import commitments, entries
from pb.territory import service as territories
from pb.voting.models import BallotEvidence, CastBallot, EvidenceJudgement, Objection
from pb.voting.service import ballot_box, objections, preparation
from tests.conftest import english, make_app
from tests.erasure.conftest import EVIDENCE, PERSONAL, REASON, VOTERS, Ended
from tests.frozen.world import without_rules
from tests.sessions import session_of
from tests.village import KEYS


def erase_all(ended: Ended, at: datetime | None = None) -> list[What]:
    with ended.act(at) as act:
        due = [thing for thing in service.kept(act) if thing.is_due(clock.local(act.at).date())]
        for thing in due:
            service.erase(act, thing)
        return [thing.what for thing in due]


def count(act: Act, *entities: type) -> list[int]:
    return [act.session.scalar(select(func.count()).select_from(entity)) or 0 for entity in entities]


def refused(ended: Ended, *statements: str) -> None:
    for statement in statements:
        with pytest.raises(DBAPIError), ended.database.work() as session:
            session.execute(text(statement))


def end_both_terms(ended: Ended) -> None:
    """IINs are kept for as short a time as an okrug may set: nothing is erased with a moment of the future."""
    decide(ended, iin_days=30)


def decide(ended: Ended, **values: int) -> None:
    """The terms of the cycle, as if the okrug had decided so before it was opened."""
    with without_rules(ended.database.engine) as connection:
        connection.execute(update(Cycle).where(Cycle.id == ended.cycle_id).values(values))


def lengthen(ended: Ended, **values: int) -> None:
    """The okrug's settings, with a day long before the cycle was opened."""
    with ended.act() as act:
        office = replace(act, roles=frozenset({Role.OFFICE}))
        for name, value in values.items():
            territories.record_setting(office, name, value, source="№ 1", since=date(2020, 1, 1))


def test_a_term_that_was_lengthened_after_the_opening_keeps_nothing_longer(ended: Ended) -> None:
    """Played: settings with a date of the past, an event for each, and nothing was ever erased."""
    end_both_terms(ended)
    lengthen(ended, objection_days=365, unadopted_days=1095, iin_days=3650)
    with ended.act() as act:
        assert [thing.is_due(clock.local(act.at).date()) for thing in service.kept(act)] == [True, False]
    assert erase_all(ended) == [What.LINKS]
    assert erase_all(ended) == [What.NUMBERS]


@pytest.mark.parametrize("name", ["objection_days", "unadopted_days", "iin_days"])
def test_the_terms_of_a_cycle_never_change(ended: Ended, name: str) -> None:
    for days in (1, -1):
        with pytest.raises(DBAPIError, match="frozen_cycles_update"), ended.database.work() as session:
            session.execute(update(Cycle).values({name: getattr(Cycle, name) + days}))
    with pytest.raises(DBAPIError, match="terms_bounded"):
        decide(ended, **{name: 4000})


def without_a_poll(ended: Ended, days_ago: int) -> None:
    """The same roll in a cycle that never had a poll; the last day of its plan was so many days ago."""
    last = clock.local(clock.now()).date() - timedelta(days=days_ago)
    with without_rules(ended.database.engine) as connection:
        connection.execute(delete(Poll))
        connection.execute(update(Cycle).where(Cycle.id == ended.cycle_id).values(budget_until=last))
        connection.execute(delete(Answer))


def test_a_roll_of_which_nobody_ever_voted_keeps_no_numbers_for_ever(ended: Ended) -> None:
    """As it was found: without a poll there was no day, and the IINs of everybody stayed."""
    decide(ended, iin_days=30)
    without_a_poll(ended, 29)
    with ended.act() as act:
        kept = [(thing.what, thing.due) for thing in service.kept(act)]
    assert kept == [(What.NUMBERS, clock.local(clock.now()).date() + timedelta(days=1))]
    assert erase_all(ended) == []
    with ended.act() as act:
        event = audit.record(act, "roll.numbers_erased", subject=ended.cycle_id).hash
        act.session.add(NumbersErasure(cycle_id=ended.cycle_id, at=act.at, event=event))
        with pytest.raises(DBAPIError, match="frozen_numbers_erasures_insert"):
            act.session.flush()
        act.session.rollback()
    page = english(make_app(ended.settings, ended.database)).get(f"{ended.path}/").text
    assert "IINs of the roll of voters are erased from this day on" in page
    without_a_poll(ended, 30)
    assert erase_all(ended) == [What.NUMBERS]
    with ended.act() as act:
        assert set(act.session.scalars(select(Entry.iin_sealed))) == {None}
        assert list(service.kept(act)) == []


def test_after_the_erasure_of_its_numbers_nothing_comes_to_a_roll_and_no_poll(ended: Ended) -> None:
    decide(ended, iin_days=30)
    without_a_poll(ended, 40)
    assert erase_all(ended) == [What.NUMBERS]
    with ended.act() as act:
        with pytest.raises(Conflict, match="erased after their term"):
            entries.refuse_frozen(act, ended.cycle(act))
        poll = state.current(act, ended.cycle(act))
        assert poll is None or not preparation.may_be_repeated(act, ended.cycle(act), poll)
        old = act.session.scalars(select(Entry)).first()
        assert old is not None
        values = {"iin_lookup": b"l" * 32, "iin_sealed": b"s", "iin_pepper": 1, "name": "x", "settlement": "x"}
        values |= {"id": uuid4(), "number": 9999, "cycle_id": ended.cycle_id, "imported_at": act.at}
    with pytest.raises(DBAPIError, match="frozen_roll_entries_insert"), ended.database.work() as session:
        session.execute(insert(Entry).values(values))


def object_in_time(ended: Ended) -> None:
    """An objection while the okrug's term was longer than it is now, when it is over."""
    decide(ended, objection_days=365)
    with ended.act() as act:
        objections.object_to(act, ended.poll(act), text="Менің карточкам", contact="8 700")
    decide(ended, objection_days=30)


def test_no_erasure_is_dated_before_its_time_comes(ended: Ended) -> None:
    """As it was played: the event and the row of today, under the date on which the term will be over."""
    with ended.act() as act:
        numbers = [thing for thing in service.kept(act) if thing.what is What.NUMBERS]
        assert numbers[0].due is None or numbers[0].due > clock.now().date()
    assert erase_all(ended) == [What.LINKS]
    for at in (clock.now() + timedelta(days=2), clock.now() + timedelta(days=400)):
        with ended.act(at) as act:
            event = audit.record(act, "roll.numbers_erased", subject=ended.cycle_id).hash
            act.session.add(NumbersErasure(cycle_id=ended.cycle_id, at=act.at, event=event))
            with pytest.raises(DBAPIError, match="dated_numbers_erasures_insert"):
                act.session.flush()
            act.session.rollback()


def test_links_are_not_erased_with_a_moment_of_the_future(ended: Ended) -> None:
    with ended.act(clock.now() + timedelta(days=2)) as act:
        event = audit.record(act, "poll.links_erased", subject=ended.cycle_id).hash
        act.session.add(LinksErasure(poll_id=ended.poll_id, at=act.at, event=event, figures={"by_card": 1}))
        with pytest.raises(DBAPIError, match="dated_links_erasures_insert"):
            act.session.flush()
        act.session.rollback()


def test_nothing_is_erased_before_the_term_and_the_day_is_said(ended: Ended) -> None:
    with ended.act() as act:
        links = next(thing for thing in service.kept(act) if thing.what is What.LINKS)
    assert links.due is not None
    before = datetime.combine(links.due - timedelta(days=1), datetime.min.time(), clock.ALMATY)
    with ended.act(before) as act:
        early = next(thing for thing in service.kept(act) if thing.what is What.LINKS)
        with pytest.raises(Conflict):
            service.erase(act, early)
    assert erase_all(ended, before) == []
    assert erase_all(ended, before + timedelta(days=1)) == [What.LINKS]


def test_an_open_objection_keeps_everything_until_it_is_answered(ended: Ended) -> None:
    object_in_time(ended)
    assert erase_all(ended) == []
    with ended.act() as act:
        poll = ended.poll(act)
        event = audit.record(act, "poll.links_erased", subject=ended.cycle_id).hash
        act.session.add(LinksErasure(poll_id=poll.id, at=act.at, event=event, figures={}))
        with pytest.raises(DBAPIError):
            act.session.flush()
        act.session.rollback()
    with ended.database.work() as session:
        office = okrug.act_of(session, Role.OFFICE, clock.now())
        made = session.scalars(select(Objection)).one()
        objections.answer_objection(office, ended.poll(office), made, "Жауап")
    assert erase_all(ended) == [What.LINKS]


def test_nobody_can_tell_any_more_whose_ballot_is_whose(ended: Ended) -> None:
    assert erase_all(ended) == [What.LINKS]
    with ended.act() as act:
        assert count(act, Credential, SealedCode, BallotEvidence) == [0, 0, 0]
        assert set(act.session.scalars(select(CastBallot.entry_id))) == {None}
        assert set(act.session.scalars(select(Participation.hour))) == {None}


def test_of_the_checks_the_counts_stay_and_no_card_and_no_number(ended: Ended) -> None:
    with ended.act() as act:
        poll = ended.poll(act)
        answered, cards = sample.counts(act, poll), openings.summary(act, poll)
        signatures = [row.signatures for row in act.session.scalars(select(PaperCount).order_by(PaperCount.side))]
        assert answered["voted"]
        assert cards["opened"]
        assert all(row.cards for row in act.session.scalars(select(PaperCount)))
    erase_all(ended)
    with ended.act() as act:
        assert count(act, SampleAnswer, OpenedCard, EvidenceJudgement) == [0, 0, 0]
        rows = act.session.scalars(select(PaperCount).order_by(PaperCount.side)).all()
        assert [(row.signatures, row.cards) for row in rows] == [(number, []) for number in signatures]
        explained = act.session.scalars(select(Explanation)).one()
        assert (explained.faults, explained.salt) == (["did_not_vote", "lost"], None)
        assert act.session.scalars(select(ParticipantList.salt)).all() == [None]
        withdrawn = act.session.scalars(select(CardWithdrawal)).all()
        assert {(row.reason, row.salt) for row in withdrawn} == {("", None)}
        figures = act.session.get_one(LinksErasure, ended.poll_id).figures["checks"]
        assert (figures["sample"], figures["cards"]) == (answered, cards)
        assert faults.before_adoption(act, ended.cycle(act)) == [], "they were done before"
    client = english(make_app(ended.settings, ended.database))
    page = client.get(f"{ended.path}/poll/checks")
    assert page.status_code == 200
    assert "below stands what was counted then" in page.text
    asked = client.get(f"{ended.path}/poll/asked").text
    assert "Nobody can compare them any more." in asked
    assert "Ask with a digital signature" not in asked, "a form that is always refused"
    assert f">{answered['voted']}<" in page.text


def test_what_anybody_verifies_stands_as_before(ended: Ended, tmp_path: Path) -> None:
    with ended.act() as act:
        before = b"".join(archive.stream(act.session, ended.poll(act)))
    erase_all(ended)
    with ended.act() as act:
        poll = ended.poll(act)
        assert b"".join(archive.stream(act.session, poll)) == before
        assert ballot_box.count(act, poll) == VOTERS
        assert count(act, Participation) == [VOTERS]
        assert audit.first_fault(act) is None
    path = tmp_path / "archive.bel"
    path.write_bytes(before)
    assert verify(path).ok


def test_the_pages_show_what_was_counted_and_say_when_it_was_erased(ended: Ended) -> None:
    app = make_app(ended.settings, ended.database)
    path = f"{ended.path}/poll"
    client = english(app)
    before = client.get(path).text
    erase_all(ended)
    after = client.get(path).text
    token = re.compile(r'name="csrf_token" value="[^"]*"')
    assert token.sub("", after.partition("<main")[2]) == token.sub("", before.partition("<main")[2])
    with ended.act() as act:
        event = act.session.scalars(select(AuditEvent).where(AuditEvent.action == "poll.links_erased")).one()
        erasure = act.session.get_one(LinksErasure, ended.poll_id)
    assert event.data["figures"] == erasure.figures
    assert erasure.figures["by_card"] == VOTERS
    assert erasure.figures["signed"] == 0, "a row that nobody verified is no signature"
    assert erasure.figures["false_signatures"] == 1


def test_the_database_erases_nothing_without_the_event_that_says_so(ended: Ended) -> None:
    refused(
        ended,
        "DELETE FROM ballot_evidence",
        "DELETE FROM credentials",
        "DELETE FROM sample_answers",
        "DELETE FROM opened_cards",
        "DELETE FROM evidence_judgements",
        "UPDATE paper_counts SET cards = '[]'",
        "UPDATE participant_lists SET salt = NULL",
        "UPDATE fault_explanations SET faults = '[\"did_not_vote\"]'",
        "UPDATE fault_explanations SET salt = NULL",
        "UPDATE card_withdrawals SET reason = '', salt = NULL",
        "DELETE FROM sealed_codes",
        "UPDATE cast_ballots SET entry_id = NULL",
        "UPDATE participations SET hour = NULL",
        "UPDATE roll_entries SET iin_sealed = NULL",
        "UPDATE roll_entries SET iin_lookup = NULL",
        "UPDATE roll_commitments SET salt = NULL",
        "UPDATE roll_confirmations SET salt = NULL",
        "INSERT INTO links_erasures (poll_id, at, event, figures) "
        "SELECT polls.id, CURRENT_TIMESTAMP, audit_heads.hash, '{}' FROM polls, audit_heads",
        "INSERT INTO numbers_erasures (cycle_id, at, event) "
        "SELECT cycles.id, CURRENT_TIMESTAMP, audit_heads.hash FROM cycles, audit_heads",
    )


def test_an_erasure_lets_nothing_else_change(ended: Ended) -> None:
    erase_all(ended)
    refused(
        ended,
        "UPDATE cast_ballots SET tracker = 'another'",
        "UPDATE cast_ballots SET entry_id = (SELECT entry_id FROM participations LIMIT 1)",
        "DELETE FROM cast_ballots",
        "DELETE FROM participations",
        "UPDATE paper_counts SET signatures = 0",
        "UPDATE paper_counts SET cards = '[\"1\"]'",
        "UPDATE participant_lists SET count = 0",
        "UPDATE fault_explanations SET text = 'another'",
        "UPDATE card_withdrawals SET reason = 'another'",
        "DELETE FROM card_withdrawals",
        "UPDATE participations SET channel = 'kiosk', hour = NULL",
        "UPDATE participations SET hour = CURRENT_TIMESTAMP",
        "INSERT INTO ballot_evidence (poll_id, tracker, statement, cms) "
        "SELECT poll_id, tracker, 'asar/1', 'another' FROM cast_ballots WHERE position = 2",
        "UPDATE links_erasures SET figures = '{}'",
        "DELETE FROM links_erasures",
        "UPDATE roll_entries SET name = 'Another'",
    )


def test_the_numbers_of_the_roll_go_after_their_own_term_with_the_salts(ended: Ended) -> None:
    end_both_terms(ended)
    assert erase_all(ended) == [What.LINKS]
    assert erase_all(ended) == [What.NUMBERS]
    with ended.act() as act:
        entries = act.session.scalars(select(Entry)).all()
        assert {(entry.iin_sealed, entry.iin_lookup) for entry in entries} == {(None, None)}
        assert all(entry.name for entry in entries)
        with pytest.raises(Conflict):
            commitments.holds(act, ended.cycle(act), KEYS)
        assert audit.first_fault(act) is None
    assert erase_all(ended) == []


def personal_in_tables(ended: Ended) -> list[str]:
    """The tables in which something still stands that goes with the IINs."""
    found = []
    with ended.database.engine.connect() as connection:
        for table in migrations.metadata().tables.values():
            rows = "".join(repr(tuple(row)) for row in connection.execute(select(table)))
            if any(gone.decode() in rows for gone in PERSONAL):
                found.append(table.name)
    return sorted(found)


def test_with_the_numbers_go_files_of_the_roll_and_the_names_and_contacts_of_those_who_asked(ended: Ended) -> None:
    """As it was found: a file that was read and never taken in kept every IIN."""
    assert personal_in_tables(ended) == ["roll_corrections", "roll_imports", "roll_requests"]
    refused(
        ended,
        "UPDATE roll_requests SET name = '', contact = '', text = ''",
        "UPDATE roll_requests SET iin_sealed = NULL",
        "UPDATE roll_corrections SET name = ''",
        "UPDATE roll_corrections SET iin_sealed = NULL",
    )
    end_both_terms(ended)
    erase_all(ended)
    assert personal_in_tables(ended) != [], "the first term is of links alone"
    erase_all(ended)
    assert personal_in_tables(ended) == []
    refused(ended, "UPDATE roll_requests SET name = 'Another'", "UPDATE roll_corrections SET name = 'Another'")


def test_no_file_keeps_what_was_erased(ended: Ended, tmp_path: Path) -> None:
    assert ended.database.engine.dialect.name != "sqlite" or PERSONAL[0] in (tmp_path / "asar.db").read_bytes()
    with ended.act() as act:
        sealed = act.session.scalars(select(SealedCode.sealed)).first() or ""
        number = act.session.scalars(select(Entry.iin_sealed)).first() or b""
    end_both_terms(ended)
    erase_all(ended)
    erase_all(ended)
    files.rewrite(ended.database.engine, service.TABLES)
    if ended.database.engine.dialect.name != "sqlite":
        assert personal_in_tables(ended) == []
        with ended.act() as act:
            rows = (
                act.session.execute(text("SELECT CAST(p AS text) FROM participations p ORDER BY ctid")).scalars().all()
            )
            assert rows == sorted(rows)
        return
    with (
        closing(sqlite3.connect(tmp_path / "asar.db")) as source,
        closing(sqlite3.connect(tmp_path / "backup.db")) as to,
    ):
        source.backup(to)
    found = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"asar.db", "backup.db"} <= {path.name for path in found}
    for path in found:
        data = path.read_bytes()
        for gone in (EVIDENCE.encode(), REASON.encode(), b"did_not_vote:3", sealed.encode(), number, *PERSONAL):
            assert gone
            assert gone not in data, path


@pytest.mark.parametrize(
    "path",
    [
        "/roll",
        "/roll/statistics",
        "/roll/commitments",
        "/poll/checks",
        "/poll/reconciliation",
        "/poll/reissues",
        "/poll/objections",
    ],
)
def test_pages_of_a_cycle_without_links_and_numbers_say_so_instead_of_breaking(ended: Ended, path: str) -> None:
    end_both_terms(ended)
    erase_all(ended)
    erase_all(ended)
    app = make_app(ended.settings, ended.database)
    with ended.act() as act:
        auditor = next(person for person, roles in accounts.people_with_roles(act) if Role.AUDITOR in roles)
        marks = session_of(act.session, auditor.id)
    client = english(app)
    with client.session_transaction() as session:
        session.update(marks)
    page = client.get(f"{ended.path}{path}")
    assert page.status_code == 200
    if path in {"/roll/commitments", "/poll/reconciliation"}:
        assert "erased" in page.text


def test_what_was_proposed_about_cards_and_never_decided_stops_no_erasure(ended: Ended) -> None:
    """A re-issue and an undoing that still waited when voting ended: they name voters, and go with the links."""
    with ended.act() as act:
        poll_id, entry_id = act.session.execute(select(Credential.poll_id, Credential.entry_id).limit(1)).one()
        clerk = accounts.holders(act, Role.CLERK)[0].id
    proposed = {"poll_id": poll_id, "entry_id": entry_id, "reason": REASON, "salt": b"s" * 32}
    proposed |= {"proposed_at": clock.now(), "proposed_by": clerk}
    with without_rules(ended.database.engine) as connection:
        for number, table in enumerate((Reissue, HandOverUndoing)):
            connection.execute(insert(table).values(id=uuid4(), proposed_event=str(number) * 64, **proposed))
    assert erase_all(ended) == [What.LINKS]
    with ended.act() as act:
        undoing = act.session.scalars(select(HandOverUndoing)).one()
        assert (undoing.entry_id, undoing.reason, undoing.salt) == (None, "", None)
        assert REASON not in set(act.session.scalars(select(Reissue.reason)))
