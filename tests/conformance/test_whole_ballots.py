"""Polls of whole ballots and of threshold trustees before the verifiers that others wrote, and before ours."""

import json
from dataclasses import replace
from typing import Any

import pytest

from pb.core.belenios import ballots
from pb.core.belenios.ballot_rule import Approval, BallotRule, Points, Ranking, Reason
from pb.core.belenios.canonical import Check, dump_json
from pb.core.belenios.groups import BELENIOS_2048, ED25519, RFC_3526_2048, Group
from pb.core.belenios.messages import EventType
from pb.core.belenios.report import Stage, Step
from tests.conformance.outside import belenios_accepts, sirona_accepts
from tests.conformance.polls import Poll, finish, links, make_poll, verified, whole_election, write

WHOLE_GROUPS = [RFC_3526_2048, ED25519]


def accept(poll: Poll) -> None:
    """Ours accepts the archive, and so does whichever outside verifier computes in its group.

    Sirona 0.0.28 stops with an error of its own at a shuffle of nothing, and at shuffles beside other questions.
    """
    archive = poll.archive
    report = verified(archive)
    assert report.ok, report.failure
    if poll.election.group is not ED25519:
        assert belenios_accepts(poll.election.uuid, archive)
    elif not poll.election.whole or (poll.messages.ballots and len(poll.election.questions) == 1):
        assert sirona_accepts(poll.election.uuid, archive)


@pytest.mark.parametrize("group", WHOLE_GROUPS, ids=lambda group: group.name)
@pytest.mark.parametrize("voters", [0, 1, 2, 3])
def test_whole_ballots_of_few_voters(group: Group, voters: int) -> None:
    votes = [(voter, [[voter, 0, 255]]) for voter in range(voters)]
    poll = make_poll(votes, voters=3, group=group, election_json=whole_election(group, 3))
    accept(poll)
    report = verified(poll.archive)
    assert report.result is not None
    assert sorted(report.result[0]) == [(voter, 0, 255) for voter in range(voters)]
    assert (report.shufflers, report.stage) == ((1, 2), Stage.COMPLETE)
    assert report.lines[Step.SHUFFLES].count == 2 * voters


@pytest.mark.parametrize("group", WHOLE_GROUPS, ids=lambda group: group.name)
def test_whole_ballots_beside_totals_with_threshold_trustees_and_a_second_vote(group: Group) -> None:
    votes = [(0, [[0, 1, 0], [5, 5]]), (1, [[1, 0, 0], [0, 9]]), (0, [[0, 0, 1], [10, 0]])]
    election = whole_election(group, 2, Points(10, 10), totals=True)
    poll = make_poll(votes, trustees=1, threshold=(2, 3), decrypting=(1, 2, 4), group=group, election_json=election)
    accept(poll)
    report = verified(poll.archive)
    assert report.result is not None
    assert (report.result[0], sorted(report.result[1])) == ((1, 0, 1), [(0, 9), (10, 0)])
    assert report.invalid == ()


@pytest.mark.parametrize(("group", "answers"), [(RFC_3526_2048, 254), (ED25519, 30)], ids=["RFC", "Ed25519"])
def test_as_many_projects_as_an_element_carries(group: Group, answers: int) -> None:
    votes = [(0, [[255] * answers]), (1, [[0] * answers])]
    poll = make_poll(votes, group=group, election_json=whole_election(group, answers))
    accept(poll)
    assert verified(poll.archive).result is not None


def test_ballots_that_break_the_rule_are_shown_with_their_reason() -> None:
    rules: list[tuple[BallotRule, list[int], Reason]] = [
        (Approval(0, 1), [1, 1], Reason.TOO_MANY),
        (Points(3, 4), [3, 3], Reason.TOO_MANY_POINTS),
        (Ranking(2), [2, 2], Reason.NOT_A_RANKING),
    ]
    for rule, numbers, reason in rules:
        election = whole_election(ED25519, 2, rule)
        poll = make_poll([(0, [numbers]), (1, [[0, 1]])], group=ED25519, election_json=election)
        report = verified(poll.archive)
        assert report.ok, report.failure
        assert report.result is not None
        (invalid,) = report.invalid
        assert (invalid.question, invalid.reason) == (1, reason)
        assert report.result[0][invalid.ballot - 1] == tuple(numbers)
        assert report.to_value()["invalid"][0]["reason"] == reason.value
    accept(poll)


def test_the_rule_is_bound_to_the_ballots_and_must_be_known() -> None:
    poll = make_poll([(0, [[1, 0]])], group=ED25519, election_json=whole_election(ED25519, 2, Approval(0, 1)))
    election = json.loads(poll.messages.election)
    for value, check in (
        (Approval(0, 2).to_value(), Check.ELECTION),
        ({"kind": "lottery"}, Check.UNSUPPORTED),
        ({"kind": ["approval"]}, Check.UNSUPPORTED),
        ([], Check.UNSUPPORTED),
        ({"kind": "approval", "least": 0, "most": 3}, Check.FORM),
        ({"kind": "knapsack", "costs": [1], "limit": 1}, Check.TERMS),
    ):
        election["questions"][0]["extra"] = {"ballot_rule": value}
        failure = verified(write(links(replace(poll.messages, election=dump_json(election))))).failure
        assert failure is not None
        assert failure.check is check, value


def test_two_trustees_must_shuffle_a_poll_of_ours() -> None:
    poll = make_poll([(0, [[1, 0]])], group=ED25519, election_json=whole_election(ED25519, 2, Approval(0, 1)))
    assert poll.messages.shuffles is not None
    one = replace(poll.messages, shuffles=poll.messages.shuffles[:1])
    failure = verified(write(links(one, EventType.END_SHUFFLES))).failure
    assert failure is not None
    assert (failure.check, failure.height) == (Check.SHUFFLE, 5)


def test_numbers_hidden_before_the_answers_are_not_seen() -> None:
    """A dishonest voter encodes more numbers than there are answers; all see the last ones alone; ours calls
    the ballot invalid."""
    election_json = whole_election(RFC_3526_2048, 2, Points(9, 9))
    poll = make_poll([], group=RFC_3526_2048, election_json=election_json)
    wide = json.loads(poll.messages.election)
    wide["questions"][0]["value"]["answers"] = ["a"] * 5
    question = ballots.Election.parse(dump_json(wide)).questions[0]
    broad = replace(poll.election, questions=(question,))
    ballot = ballots.encrypt_ballot(broad, poll.secrets[0], [[9, 9, 9, 1, 2]])
    poll = replace(poll, messages=finish(poll, [ballot]))
    accept(poll)
    report = verified(poll.archive)
    assert report.result == (((1, 2),),)
    assert [ballot.reason for ballot in report.invalid] == [Reason.NOT_AN_ENCODING]


def test_ballots_with_the_same_randomness_stand_in_the_order_that_the_tool_gives_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two voters who agree on r make two ciphertexts with the same alpha."""
    poll = make_poll([], group=RFC_3526_2048, election_json=whole_election(RFC_3526_2048, 2))
    for votes in ([[1, 2]], [[2, 1]]), ([[2, 1]], [[1, 2]]), ([[1, 2]], [[1, 2]]):
        with monkeypatch.context() as patch:
            patch.setattr("pb.core.belenios.whole_ballots.secrets.randbelow", lambda _q: 7)
            cast = [
                ballots.encrypt_ballot(poll.election, secret, vote)
                for secret, vote in zip(poll.secrets, votes, strict=True)
            ]
        accept(replace(poll, messages=finish(poll, cast)))


@pytest.mark.parametrize("group", [BELENIOS_2048, ED25519], ids=lambda group: group.name)
@pytest.mark.parametrize("decrypting", [(1, 2, 3), (1, 2, 4), (1, 3, 4), (4, 3, 1), (1, 2, 3, 4)])
def test_any_two_of_three_trustees_decrypt_beside_the_servers_key(group: Group, decrypting: tuple[int, ...]) -> None:
    votes = [(0, [[1, 0]]), (1, [[1, 0]])]
    poll = make_poll(votes, trustees=1, threshold=(2, 3), decrypting=decrypting, group=group)
    assert verified(poll.archive).result == ((2, 0),)
    accept(poll)


@pytest.mark.parametrize(("threshold", "size"), [(1, 1), (1, 3), (3, 3)])
def test_a_group_of_trustees_without_a_mandatory_one(threshold: int, size: int) -> None:
    decrypting = tuple(range(1, threshold + 1))
    accept(make_poll([(0, [[0, 1]])], trustees=0, threshold=(threshold, size), decrypting=decrypting))


def test_totals_in_each_group() -> None:
    for group in (RFC_3526_2048, ED25519):
        poll = make_poll([(0, [[1, 0]]), (1, [[0, 1]]), (0, [[0, 0]])], group=group)
        accept(poll)
        assert verified(poll.archive).result == ((0, 1),)
        accept(make_poll([], group=group))


def test_totals_with_blank_votes_on_ed25519() -> None:
    def election(uuid: str, y: Any) -> str:
        questions = [
            {"answers": ["а", "ә", "б"], "min": 0, "max": 2, "question": "?"},
            {"answers": ["б"], "blank": True, "min": 1, "max": 1, "question": "?"},
        ]
        head = {"version": 1, "description": "", "name": "", "group": "Ed25519", "public_key": ED25519.serialise(y)}
        return dump_json({**head, "questions": questions, "uuid": uuid})

    poll = make_poll([(0, [[1, 1, 0], [0, 1]]), (1, [[0, 0, 0], [1, 0]])], group=ED25519, election_json=election)
    accept(poll)
    assert verified(poll.archive).result == ((1, 1, 0), (1, 1))
