"""Our archives before the verifier that Debian ships, and other tools' archives before ours."""

import json
from dataclasses import replace
from typing import Any

import pytest

from pb.core.belenios.ballots import encrypt_ballot
from pb.core.belenios.canonical import Check, dump_json
from pb.core.belenios.messages import EventType
from pb.core.belenios.report import Stage, Step
from tests.conformance.polls import G, Poll, belenios_tool, links, make_poll, make_terms, verified, write
from tests.tools import require_shared, require_tool


def accept(poll: Poll, archive: bytes | None = None) -> None:
    """Both verifiers accept the archive."""
    archive = poll.archive if archive is None else archive
    report = verified(archive)
    assert report.ok, report.failure
    said = belenios_tool(require_tool("belenios-tool"), poll.election.uuid, archive)
    assert said.returncode == 0, said.stderr


@pytest.mark.parametrize("choices", [1, 2, 3, 4, 5])
def test_each_choice_limit_in_kazakh_with_one_to_three_trustees(choices: int) -> None:
    votes = [(voter, [[int(place < count) for place in range(5)]]) for voter, count in ((0, 0), (1, choices))]
    poll = make_poll(votes, trustees=1 + choices % 3, terms=make_terms(projects=5, choices=choices))
    assert "asar" in json.loads(poll.messages.election)
    accept(poll)
    assert verified(poll.archive).result == (tuple(int(place < choices) for place in range(5)),)


def test_no_ballot_at_all() -> None:
    poll = make_poll([])
    accept(poll)
    report = verified(poll.archive)
    assert (report.voters, report.result) == (0, ((0, 0),))
    assert report.allocation is not None
    assert report.allocation.winners == ()


def test_a_single_voter_and_trustee() -> None:
    accept(make_poll([(0, [[0, 1]])], voters=1, trustees=1))


def test_of_a_voter_who_votes_again_the_last_ballot_counts() -> None:
    poll = make_poll([(0, [[1, 0]]), (1, [[1, 0]]), (0, [[0, 1]]), (0, [[0, 0]])])
    accept(poll)
    report = verified(poll.archive)
    assert (report.ballots, report.voters, report.result) == (4, 2, ((1, 0),))


def test_blank_votes_and_several_questions_without_terms_of_ours() -> None:
    questions = [
        {"answers": ["Иә", "Жоқ"], "blank": True, "min": 1, "max": 1, "question": "Бюджетті мақұлдайсыз ба?"},
        {"answers": ["a", "b", "c"], "min": 2, "max": 3, "question": "?"},
        {"answers": ["a"], "min": 0, "max": 0, "question": "?"},
    ]

    def election(uuid: str, y: Any) -> str:
        return dump_json(
            {
                "version": 1,
                "description": "",
                "name": "Сұрақ",
                "group": G.name,
                "public_key": G.serialise(y),
                "questions": questions,
                "uuid": uuid,
            }
        )

    votes = [(0, [[1, 0, 0], [1, 1, 0], [0]]), (1, [[0, 0, 1], [1, 1, 1], [0]])]
    poll = make_poll(votes, election_json=election)
    accept(poll)
    report = verified(poll.archive)
    assert report.result == ((1, 0, 1), (2, 2, 1), (0,))
    assert report.terms is None
    assert report.lines[Step.TERMS].count == 0


@pytest.mark.parametrize(
    ("through", "stage"),
    [
        (EventType.SETUP, Stage.OPEN),
        (EventType.BALLOT, Stage.OPEN),
        (EventType.END_BALLOTS, Stage.CLOSED),
        (EventType.ENCRYPTED_TALLY, Stage.TALLIED),
        (EventType.PARTIAL_DECRYPTION, Stage.DECRYPTING),
        (EventType.RESULT, Stage.COMPLETE),
    ],
)
def test_an_archive_may_end_at_any_event_and_the_report_says_where(through: EventType, stage: Stage) -> None:
    poll = make_poll([(0, [[1, 0]])])
    archive = write(links(poll.messages, through))
    assert verified(archive).stage is stage
    accept(poll, archive)


def test_nothing_may_be_tallied_under_the_minimum_of_ballots() -> None:
    poll = make_poll([(0, [[1, 0]]), (0, [[0, 1]]), (1, [[0, 1]])], terms=make_terms(minimum=3))
    report = verified(poll.archive)
    assert report.failure is not None
    assert (report.failure.check, report.failure.height) == (Check.MINIMUM, 5)
    assert verified(write(links(poll.messages, EventType.END_BALLOTS))).ok


WHOLE = ((1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1))


@pytest.mark.parametrize(
    ("path", "result"),
    [
        ("v2.0-single/4W67Y99SG5wPYy.bel", ((1, 3, 1, 2), (3, 2))),
        ("v2.0-nh-rfc3526/g1vrFPKmx4khxU.bel", None),
        ("v3.0-nh-ed25519/sEPtbReN6dyoKs.bel", None),
        ("v3.0-single-ed25519/DRE7XLHpUR6XDf.bel", ((1, 3, 1, 2), (3, 2))),
        ("v3.0-threshold-bel2048/arP8mSjZgoNCTh.bel", ((1, 3, 1, 2), (3, 2))),
    ],
)
def test_the_archives_of_other_tools_verify(path: str, result: Any) -> None:
    report = verified(require_shared(f"data/belenios/{path}").read_bytes())
    assert report.ok, report.failure
    assert (report.stage, report.ballots) == (Stage.COMPLETE, 5)
    if result is None:
        assert report.result is not None
        first, second, whole = report.result
        assert (first, second) == ((3, 1), (2, 2, 1))
        assert sorted(whole) == [ballot for ballot in WHOLE if ballot != (1, 3, 2)]
        assert report.shufflers == (1, 2)
    else:
        assert report.result == result


TAMPERED = {
    "ballot_dropped_from_tally": Check.TALLY,
    "ballot_stuffed_by_non-listed_credential": Check.CREDENTIAL,
    "ballot_with_extra_field_re-signed": Check.FORM,
    "credential_not_on_list": Check.CREDENTIAL,
    "decryption_factor_forged": Check.DECRYPTION,
    "event_removed_from_the_chain": Check.CHAIN,
    "honest": None,
    "overvote_proof_truncated_re-signed": Check.OVERALL_PROOF,
    "pok_of_trustee_wrong": Check.TRUSTEES,
    "result_altered": Check.RESULT,
    "signature_altered": Check.SIGNATURE,
    "tar_closed_with_two_zero_blocks": Check.ARCHIVE,
}


def test_every_tampered_archive_has_its_expected_check() -> None:
    assert {path.stem for path in require_shared("data/belenios/tampered").glob("*.bel")} == set(TAMPERED)


@pytest.mark.parametrize("name", TAMPERED)
def test_tampered_archives_are_refused_for_the_right_reason(name: str) -> None:
    report = verified(require_shared(f"data/belenios/tampered/{name}.bel").read_bytes())
    assert (report.failure and report.failure.check) == TAMPERED[name], report.failure


def test_both_verifiers_refuse_a_ballot_of_another_poll() -> None:
    poll, other = make_poll([(0, [[1, 0]])]), make_poll([(0, [[1, 0]])])
    foreign = encrypt_ballot(other.election, poll.secrets[1], [[1, 0]]).to_json(G)
    archive = write(links(replace(poll.messages, ballots=(*poll.messages.ballots, foreign))))
    report = verified(archive)
    assert report.failure is not None
    assert (report.failure.check, report.failure.height) == (Check.ELECTION, 2)
    assert belenios_tool(require_tool("belenios-tool"), poll.election.uuid, archive).returncode != 0
