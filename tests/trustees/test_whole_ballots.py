"""Whole cycles of every kind of ballot: shuffled in turn over HTTP, decrypted, counted, verified by others."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pb.core.belenios.ballot_rule import Approval, Points, Ranking, Reason
from pb.core.belenios.shuffles import Shuffle, shuffle
from pb.core.belenios.tally import to_shuffle
from pb.core.belenios.verify import verify
from pb.demo import choices
from pb.demo.cycle import Demo
from pb.polls.models import State
from pb.polls.service import state
from pb.results.service import counting
from pb.trustees.models import Fault
from pb.trustees.service import decrypting, places
from tests.conformance.outside import belenios_accepts
from tests.conftest import english
from tests.polls.trustees import Ceremony, bel, copied, driven, factors, refused

MARKS = choices.fill_in


@dataclass
class Spoiler:
    """Voters of whom the first puts something into the ballot that the rule forbids."""

    numbers: list[int]
    spoiled: bool = False

    def __call__(self, *arguments: Any) -> list[int]:
        if self.spoiled:
            return MARKS(*arguments)
        self.spoiled = True
        return self.numbers


def made(folder: Path, numbers: list[int] | None, method: str = "shuffle", **rule: Any) -> tuple[Path, Demo]:
    with pytest.MonkeyPatch.context() as patched:
        if numbers:
            patched.setattr(choices, "fill_in", Spoiler(numbers))
        return driven(folder, method, 40, **rule)


def handed(poll: Ceremony) -> str:
    """A right shuffle of what stands in the archive now."""
    with poll.act() as act:
        row = poll.rows(act)[1]
        election, tally = state.election_of(row.election_json or ""), decrypting.encrypted_tally(act.session, row)
    assert tally is not None
    return shuffle(election, to_shuffle(election, tally)).to_json(election.group)


def shuffled(poll: Ceremony, *numbers: int) -> None:
    for number in numbers:
        assert poll.stage(number) == "shuffle"
        assert poll.post(number, "shuffle", shuffle=handed(poll)).status_code == 202
        poll.work()


def decrypted(poll: Ceremony, *numbers: int) -> None:
    for number in numbers:
        assert poll.stage(number) == "decryption"
        poll.decrypt(number)


KINDS = {
    "points by equal shares, 2 of 3, Ed25519": (
        {"ballot_kind": "points", "points_each": 5, "points_total": 10, "group_name": "Ed25519", "equal_shares": True,
         "trustees_needed": 2},
        [9, 0, 0, 0], Reason.TOO_MANY_POINTS_FOR_ONE, Points(5, 10),
    ),
    "marks by equal shares, 3 of 3, finite field": (
        {"ballot_kind": "approval", "group_name": "RFC-3526-2048", "equal_shares": True, "choices": 2},
        [1, 1, 1, 0], Reason.TOO_MANY, Approval(0, 2),
    ),
    "an order by Borda, 2 of 3, finite field": (
        {"ballot_kind": "ranking", "group_name": "RFC-3526-2048", "trustees_needed": 2},
        [1, 1, 0, 0], Reason.NOT_A_RANKING, Ranking(4),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_cycle_of_whole_ballots(kind: str, tmp_path: Path) -> None:
    rule, spoiled, reason, ballot = KINDS[kind]
    (folder := tmp_path / "copied").mkdir()
    for poll in copied(made(tmp_path, spoiled, **rule), folder):
        shuffled(poll, 2, 0)
        decrypted(poll, *((0, 2) if "trustees_needed" in rule else (0, 1, 2)))
        assert poll.poll().state == State.COMPLETE
        archive = bel(poll, folder)
        report = verify(archive)
        assert report.ok, report.failure
        assert [one.reason for one in report.invalid] == [reason]
        with poll.act() as act:
            cycle, row = poll.rows(act)
            counted, terms = counting.outcome(act, cycle), state.terms_of(row)
        assert counted is not None
        assert terms is not None
        assert terms.ballot == ballot
        assert report.allocation == counted.allocation, "the page and the verifier count alike"
        assert counted.result.invalid == tuple((one.ballot, one.reason) for one in report.invalid)
        assert len(counted.result.valid) == 11
        assert poll.app is not None
        page = english(poll.app).get(f"{poll.demo.path}/result").text
        assert "Ballots that are not counted: 1" in page
        assert english(poll.app).get(f"{poll.demo.path}/result.xlsx").status_code == 200
        assert english(poll.app).get(f"{poll.demo.path}/result.pb").status_code == 200
        if rule["group_name"] != "Ed25519":
            assert belenios_accepts(report.election, archive.read_bytes())


def test_totals_with_a_blank_choice(tmp_path: Path) -> None:
    (folder := tmp_path / "copied").mkdir()
    for poll in copied(made(tmp_path, [0, 0, 0, 0], "decrypt", blank=True), folder):
        decrypted(poll, 0, 1, 2)
        report = verify(bel(poll, folder))
        assert report.ok, report.failure
        assert belenios_accepts(report.election, bel(poll, folder).read_bytes())
        with poll.act() as act:
            counted = counting.outcome(act, poll.rows(act)[0])
        assert counted is not None
        assert counted.result.blank == 1
        assert report.allocation == counted.allocation
        assert sum(one.votes for one in counted.projects) == sum(counted.result.votes)


@pytest.fixture(scope="module")
def tallied_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    rule = {"ballot_kind": "points", "points_each": 5, "points_total": 10, "group_name": "Ed25519"}
    return made(tmp_path_factory.mktemp("tallied"), None, trustees_needed=2, **rule)


@pytest.fixture
def tallied(tallied_file: tuple[Path, Demo], tmp_path: Path) -> Iterator[Ceremony]:
    yield from copied(tallied_file, tmp_path)


def test_a_wrong_shuffle_is_named_and_asked_again(tallied: Ceremony, tmp_path: Path) -> None:
    right = handed(tallied)
    group = tallied.group
    parsed = Shuffle.parse(right, group)
    row = parsed.ciphertexts[0]
    wrong = Shuffle(((row[1], row[0], *row[2:]),), parsed.proofs).to_json(group)
    assert tallied.post(0, "shuffle", shuffle=wrong).status_code == 202
    refused(tallied.post(1, "shuffle", shuffle=right), 409, "being checked")
    tallied.work()
    with tallied.act() as act:
        faults = {one.position: one.fault for one in places.all_of(act, tallied.rows(act)[1])}
    assert faults[tallied.place(0)] == Fault.SHUFFLE
    assert tallied.log("poll.shuffle_refused")[0]["trustee"] == tallied.place(0)
    assert "Your shuffle was wrong" in tallied.client(0).get(f"{tallied.path}/trustee").text
    assert tallied.stage(0) == "shuffle"
    assert tallied.post(0, "shuffle", shuffle=right).status_code == 202
    tallied.work()
    refused(tallied.post(0, "shuffle", shuffle=right), 409, "shuffled already")
    assert tallied.stage(0) == "wait"
    assert tallied.client(1).get(f"{tallied.path}/trustee").text.count("Has shuffled") == 1
    assert tallied.post(1, "shuffle", shuffle=right).status_code == 202, "the shuffle of what was shuffled already"
    tallied.work()
    assert tallied.stage(1) == "shuffle", "it does not fit what the first made"
    shuffled(tallied, 1)
    assert tallied.stage(0) == "decryption"
    refused(tallied.post(2, "shuffle", shuffle=right), 409, "nothing to shuffle")
    assert verify(bel(tallied, tmp_path)).ok


def test_nothing_is_decrypted_before_two_have_shuffled(tallied: Ceremony) -> None:
    refused(tallied.post(0, "decryption", partial_decryption=factors(tallied, 0)), 409, "shuffled first")
    shuffled(tallied, 0)
    refused(tallied.post(1, "decryption", partial_decryption=factors(tallied, 1)), 409, "shuffled first")
    refused(tallied.post(0, "shuffle", shuffle="{}"), 409, "shuffled already")
    refused(tallied.post(1, "shuffle", shuffle="{}"), 422, "not a shuffle")
    fewer = json.loads(handed(tallied))
    fewer["ciphertexts"][0].pop()
    refused(tallied.post(1, "shuffle", shuffle=json.dumps(fewer, separators=(",", ":"))), 422, "")


def test_a_wrong_factor_of_whole_ballots_spoils_none(tallied: Ceremony, tmp_path: Path) -> None:
    shuffled(tallied, 0, 1)
    tallied.decrypt(0, wrong=True)
    assert tallied.log("poll.decryption_refused")[-1]["trustee"] == tallied.place(0)
    decrypted(tallied, 1, 2)
    assert tallied.poll().state == State.COMPLETE, "the two who were right suffice"
    report = verify(bel(tallied, tmp_path))
    assert report.ok, report.failure
    assert report.invalid == ()
