"""Ballots under another's name, and signatures that are none: what the database alone can be made to say."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.checks.service import faults, sample
from pb.core.eds.statements import tracker_text
from pb.db import Database
from pb.identity.service.signatures import Standing
from pb.jobs import service as jobs
from pb.jobs.models import Job
from pb.polls.models import Participation
from pb.settings import Settings
from pb.voting.models import BallotEvidence, CastBallot, EvidenceJudgement
from pb.voting.service import casting, evidence, judging
from tests.checks.conftest import VOTED, ClosedPoll, cast, close
from tests.polls.open_poll import ORIGIN, OpenPoll
from tests.polls.signing import Signatures, pem, signatures

both_databases = pytest.mark.both_databases
ACCOMPLICE = VOTED  # has a card, and stayed at home


def enemy(opened: OpenPoll, *statements: Any, triggers: tuple[str, ...] = ()) -> None:
    """Whoever owns the SQLite file, while the poll is open."""
    ClosedPoll(opened, clock.now()).enemy(*statements, triggers=triggers)


def put(opened: OpenPoll, **row: str) -> Any:
    """A row that claims to be a signature."""
    with opened.act() as act:
        return insert(BallotEvidence).values(poll_id=opened.rows(act)[1].id, **row)


# Ballots


def test_a_ballot_moved_under_an_accomplice_before_the_closing_is_named_by_its_key(
    app: object,  # noqa: ARG001 - its rooms
    opened: OpenPoll,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who was away and has a card says "I voted"; who voted seems to have stayed away. The archive tells them apart."""
    trackers = [cast(opened, number) for number in range(VOTED)]
    victim, accomplice = opened.entry_id(0), opened.entry_id(ACCOMPLICE)
    enemy(
        opened,
        update(CastBallot).where(CastBallot.entry_id == victim).values(entry_id=accomplice),
        update(Participation).where(Participation.entry_id == victim).values(entry_id=accomplice),
        triggers=("frozen_cast_ballots_update", "frozen_participations_update"),
    )
    closed = close(opened, monkeypatch)
    assert closed.marks() == [f"ballot_other_key:{trackers[0]}"]
    with closed.act(Role.AUDITOR) as act:
        found = evidence.reconcile(act, opened.rows(act)[1])
    assert (found.other_key, found.ok) == ((trackers[0],), False)


def test_a_row_of_the_box_that_points_at_another_ballot_of_the_archive_is_named(closed: ClosedPoll) -> None:
    with closed.act(None) as act:
        first = act.session.scalars(select(CastBallot.tracker).where(CastBallot.position == 1)).one()
    closed.enemy(
        update(CastBallot).where(CastBallot.position == 1).values(tracker="A" * 43),
        triggers=("frozen_cast_ballots_update",),
    )
    assert f"ballot_other_key:{'A' * 43}" in closed.marks()
    assert first not in str(closed.marks())


def test_participants_and_ballots_are_compared_one_by_one_and_each_difference_has_a_name(closed: ClosedPoll) -> None:
    """One ballot and another one's participation go: their numbers are the same as before."""

    def differences() -> list[str]:
        return [mark for mark in closed.marks() if mark.startswith("ballots_differ:")]

    first, second, third = (closed.opened.entry_id(number) for number in range(3))
    closed.enemy(
        delete(CastBallot).where(CastBallot.entry_id == first),
        delete(Participation).where(Participation.entry_id == second),
        triggers=("frozen_cast_ballots_delete", "frozen_participations_delete"),
    )
    with closed.act(None) as act:
        found = evidence.reconcile(act, closed.opened.rows(act)[1]).unpaired
    assert found[:2] == ("participation 1", "ballot 2")
    assert found[2].startswith("record ")
    (explained,) = differences()
    closed.explain()
    closed.answer_explanation()
    assert differences() == []
    closed.enemy(delete(CastBallot).where(CastBallot.entry_id == third))
    (another,) = differences()
    assert another != explained


# Signatures


@pytest.fixture
def signing(settings: Settings, database: Database, tmp_path: Path) -> Iterator[Signatures]:
    with signatures(settings, database, tmp_path / "eds") as made:
        yield made


def signature(signing: Signatures, opened: OpenPoll, number: int, tracker: str, **changes: Any) -> dict[str, str]:
    """A statement about a ballot, signed by the `number`-th voter."""
    statement = changes.pop("statement", None) or tracker_text(ORIGIN, opened.demo.poll_uuid, tracker)
    return {"statement": statement, "cms": pem(statement, signing.key_of(opened, number), **changes)}


def close_and_judge(signing: Signatures, opened: OpenPoll, monkeypatch: pytest.MonkeyPatch) -> ClosedPoll:
    closed = close(opened, monkeypatch)
    told = "The list of participants was not committed at the closing."
    assert told in closed.missing(), "nobody is left out of a sample by a signature that was not verified"
    with opened.database.work() as session:
        session.execute(update(Job).values(asked_at=clock.now()))  # the lists of the authority are of this day
    jobs.run_all(opened.database, signing.app.extensions["settings"])
    assert told not in closed.missing()
    return closed


def signed_numbers(closed: ClosedPoll) -> list[int]:
    with closed.act(None) as act:
        listed = sample.participants(act, closed.opened.rows(act)[1])
    return [number for number, signed in listed if signed]


def test_a_row_that_is_no_signature_keeps_nobody_out_of_the_sample(
    signing: Signatures, opened: OpenPoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator marks false ballots as signed, for whoever signed is not asked."""
    genuine = cast(opened, 0, lambda tracker: casting.SignedTracker(**signature(signing, opened, 0, tracker)))
    trackers = [genuine, *(cast(opened, number) for number in range(1, VOTED))]
    old = clock.now() - timedelta(days=1)
    enemy(
        opened,
        put(opened, tracker=trackers[1], statement="asar/1", cms="nobody's"),
        put(opened, tracker=trackers[2], **signature(signing, opened, 0, trackers[2])),  # another's key
        put(opened, tracker=trackers[3], **signature(signing, opened, 3, trackers[4])),  # over another ballot
        put(opened, tracker=trackers[4], **signature(signing, opened, 4, trackers[4], at=old)),
        put(opened, tracker=trackers[5], statement="x\ud800".encode("utf-8", "replace").decode(), cms="ЖСН"),
        triggers=("frozen_ballot_evidence_insert",),
    )
    closed = close_and_judge(signing, opened, monkeypatch)
    assert signed_numbers(closed) == [1]
    false = {mark.split(":")[1].split()[0] for mark in closed.marks() if mark.startswith("evidence_false:")}
    assert false == set(trackers[1:6])
    with closed.act(Role.AUDITOR) as act:
        cycle, poll = opened.rows(act)
        listed, found = sample.committed(act, poll), evidence.reconcile(act, poll)
        assert listed is not None
        assert (listed.count, listed.asked) == (VOTED, VOTED - 1)
        assert (found.signed, set(found.false_signatures)) == (1, set(trackers[1:6]))
        judged = [event.data for event in audit.every(act) if event.action == "poll.evidence_judged"]
        assert [(data["holds"], data["unknown"], data["false"]) for data in judged] == [(1, 0, 5)]
        assert genuine not in str(judged), "the log names no ballot that was signed"
        told = "An auditor must take the signatures"
        assert any(str(lacking).startswith(told) for lacking in faults.missing(act, poll))
        evidence.files(act, cycle, poll)
        assert not any(str(lacking).startswith(told) for lacking in faults.missing(act, poll))


def test_a_signature_that_came_changed_or_went_after_it_was_verified_is_a_fault(
    signing: Signatures, opened: OpenPoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    trackers = [
        cast(opened, number, lambda tracker, n=number: casting.SignedTracker(**signature(signing, opened, n, tracker)))  # type: ignore[misc]
        for number in range(2)
    ]
    trackers += [cast(opened, number) for number in range(2, VOTED)]
    closed = close_and_judge(signing, opened, monkeypatch)
    assert closed.marks() == []
    row = BallotEvidence.tracker
    closed.enemy(
        update(BallotEvidence).where(row == trackers[0]).values(cms="another"),
        delete(BallotEvidence).where(row == trackers[1]),
        put(opened, tracker=trackers[2], **signature(signing, opened, 2, trackers[2])),
        triggers=tuple(f"frozen_ballot_evidence_{change}" for change in ("insert", "update", "delete")),
    )
    marks = closed.marks()
    assert {mark.split(":")[1].split()[0] for mark in marks} == set(trackers[:3])
    assert signed_numbers(closed) == [1, 2]
    verdicts = {tracker: ["holds", "0" * 64] for tracker in trackers}
    closed.enemy(update(EvidenceJudgement).values(verdicts=verdicts), triggers=("frozen_evidence_judgements_update",))
    kinds = {mark.partition(":")[0] for mark in closed.marks()}
    assert kinds == {"evidence_changed", "evidence_false", "participants_changed"}


def test_a_verdict_that_was_forged_with_its_event_is_found_by_verifying_anew(
    signing: Signatures, opened: OpenPoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played: rubbish as signatures, and a verdict with an event of its own that says that they hold."""
    genuine = cast(opened, 0, lambda tracker: casting.SignedTracker(**signature(signing, opened, 0, tracker)))
    trackers = [genuine, *(cast(opened, number) for number in range(1, VOTED))]
    enemy(
        opened,
        put(opened, tracker=trackers[1], statement="asar/1", cms="nobody's"),
        put(opened, tracker=trackers[2], **signature(signing, opened, 0, trackers[2])),  # another's key
        triggers=("frozen_ballot_evidence_insert",),
    )
    closed = close(opened, monkeypatch)
    with opened.act() as act:  # today: the authority's lists are of this day
        cycle, poll = opened.rows(act)
        holds = {claim.tracker: (Standing.HOLDS, claim.digest) for claim in judging.claims(act.session, poll)}
        judging._keep(act, cycle, poll, holds)  # as the operator's own program may: event, row and committed list
    assert signed_numbers(closed) == [1, 2, 3], "two false ballots are kept out of the sample"
    false = {mark.split(":")[1].split()[0] for mark in closed.marks() if mark.startswith("evidence_false:")}
    assert false == set(trackers[1:3])


@pytest.mark.parametrize("gone", ["crl", "trust"])
def test_where_nobody_can_tell_whether_a_signature_holds_its_voter_is_asked_and_no_fault_is_said(
    signing: Signatures, opened: OpenPoll, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    cast(opened, 0, lambda tracker: casting.SignedTracker(**signature(signing, opened, 0, tracker)))
    for number in range(1, VOTED):
        cast(opened, number)
    for path in (signing.folder / "eds" / gone, signing.folder / gone):
        for file in path.glob("*"):
            file.unlink()
    closed = close_and_judge(signing, opened, monkeypatch)
    assert signed_numbers(closed) == []
    assert closed.marks() == []


def test_the_job_judges_once_however_often_it_runs(
    signing: Signatures, opened: OpenPoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast(opened, 0, lambda tracker: casting.SignedTracker(**signature(signing, opened, 0, tracker)))
    for number in range(1, VOTED):
        cast(opened, number)
    closed = close_and_judge(signing, opened, monkeypatch)
    with closed.act(None) as act:
        jobs.ask(act, judging.JOB, opened.rows(act)[1].id)
    jobs.run_all(opened.database, signing.app.extensions["settings"])
    with closed.act(None) as act:
        actions = [event.action for event in audit.every(act)]
    assert actions.count("poll.evidence_judged") == actions.count("checks.participants_committed") == 1


@both_databases
def test_the_database_takes_a_signature_with_its_ballot_alone(opened: OpenPoll) -> None:
    trackers = [cast(opened, 0), cast(opened, 1)]
    refused = put(opened, tracker=trackers[0], statement="asar/1", cms="late")
    with opened.act() as act, pytest.raises(DatabaseError, match="frozen_ballot_evidence_insert"):
        act.session.execute(refused)
