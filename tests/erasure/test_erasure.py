"""What joins voters to ballots goes, later the IINs of the roll; what anybody verifies stays as it was."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, text

from pb import clock, migrations
from pb.act import Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.cards.models import CardWithdrawal, Credential, HandOverUndoing, Reissue, SealedCode
from pb.checks.models import Explanation, OpenedCard, PaperCount, ParticipantList, SampleAnswer
from pb.checks.service import faults, openings, sample
from pb.core.belenios.verify import verify
from pb.erasure import service
from pb.erasure.service import What, files
from pb.errors import Conflict
from pb.identity.service import accounts
from pb.polls.models import LinksErasure, Participation
from pb.polls.service import archive
from pb.roll.models import Entry
from pb.roll.service import commitments
from pb.voting.models import BallotEvidence, CastBallot, EvidenceJudgement
from pb.voting.service import ballot_box
from tests.conftest import english, make_app
from tests.erasure.conftest import EVIDENCE, PERSONAL, REASON, VOTERS, Ended
from tests.erasure.deeds import count, end_both_terms, erase_all, refused
from tests.frozen.world import without_rules
from tests.sessions import session_of
from tests.village import KEYS


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
