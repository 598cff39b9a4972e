"""`pb demo` plays a cycle up to each stage; its archive is one that other programs accept."""

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from pb.cli import main
from pb.commands.demo import STAGES
from pb.core.allocation.equal_shares import SharesTerms
from pb.core.belenios.archive import ArchiveReader
from pb.core.belenios.ballot_rule import Approval, Knapsack, Points, Ranking
from pb.core.belenios.chain import read_links
from pb.core.belenios.messages import EventType
from pb.core.belenios.report import Stage as Reached
from pb.core.belenios.verify import verify
from tests.conformance.outside import belenios_accepts, sirona, sirona_accepts
from tests.conformance.polls import write
from tests.tools import require_tool

# What an archive shows when the demonstration stops there.
REACHED = {
    "voting": Reached.OPEN,
    "tally": Reached.COMPLETE,
    "result": Reached.COMPLETE,
    "budget": Reached.COMPLETE,
}


def demo(*arguments: str) -> str:
    run = CliRunner().invoke(main, ["demo", "--voters", "12", "--projects", "5", *arguments])
    assert run.exit_code == 0, run.output
    return run.output


@pytest.mark.parametrize("stage", STAGES)
def test_the_demonstration_stops_where_it_is_told_and_its_archive_holds(stage: str, tmp_path: Path) -> None:
    path = tmp_path / "demo.bel"
    wanted = ["--archive", str(path)] if stage in REACHED else []
    told = demo("--through", stage, *wanted)
    played = re.findall(r"^\s*(\w+):", told, re.MULTILINE)[: STAGES.index(stage) + 1]
    # The worker's verification is of today, after everything that is played as the past.
    assert played == sorted(STAGES[: STAGES.index(stage) + 1], key=lambda each: (each == "result", STAGES.index(each)))
    for later in STAGES[STAGES.index(stage) + 1 :]:
        assert f"{later}:" not in told
    if not wanted:
        return
    report = verify(path)
    assert report.ok
    assert (report.ballots, report.stage) == (12, REACHED[stage])
    (uuid,) = re.findall(r"called (\w+)\.bel", told)
    tool = require_tool("belenios-tool")
    path.rename(tmp_path / f"{uuid}.bel")
    run = subprocess.run([tool, "election", "verify"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


KINDS = {
    "an order, all, Ed25519": (["--ballot", "ranking", "--group", "Ed25519"], Ranking, sirona_accepts),
    "an order, 2 of 3, finite field": (
        ["--ballot", "ranking", "--group", "RFC-3526-2048", "--threshold", "2"], Ranking, belenios_accepts,
    ),
    "points, all, finite field": (["--ballot", "points"], Points, belenios_accepts),
    "marks by equal shares, 2 of 3, finite field": (
        ["--ballot", "approval", "--equal-shares", "--threshold", "2"], Approval, belenios_accepts,
    ),
    "a limit of cost, all, Ed25519": (["--ballot", "knapsack", "--group", "Ed25519"], Knapsack, sirona_accepts),
    "sums, 2 of 3, Ed25519": (["--group", "Ed25519", "--threshold", "2"], None, sirona_accepts),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_ballot_is_played_to_a_result_that_others_accept(kind: str, tmp_path: Path) -> None:
    options, ballot, accepts = KINDS[kind]
    path = tmp_path / "demo.bel"
    told = demo("--through", "result", *options, "--archive", str(path))
    assert "verified the archive" in told
    report = verify(path)
    assert report.ok, report.failure
    assert (report.stage, report.ballots, report.invalid) == (Reached.COMPLETE, 12, ())
    assert report.terms is not None
    assert isinstance(report.terms.ballot, ballot or type(None))
    assert isinstance(report.terms.rule, SharesTerms) == ("--equal-shares" in options)
    made_together = b'[["Pedersen",' in path.read_bytes()
    assert made_together == ("--threshold" in options)
    assert accepts(report.election, path.read_bytes())


def test_whole_ballots_of_a_threshold_key_on_ed25519_are_verified_by_others_up_to_the_result(tmp_path: Path) -> None:
    """Sirona 0.0.28 says that it has not implemented that one; a version that has will fail here, and belongs above."""
    path = tmp_path / "demo.bel"
    demo("--through", "result", "--ballot", "ranking", "--group", "Ed25519", "--threshold", "2", "--archive", str(path))
    report = verify(path)
    assert report.ok, report.failure
    assert "Not Implemented" in sirona(report.election, path.read_bytes()).stderr
    with path.open("rb") as file:
        chain = list(read_links(ArchiveReader(file)))
    assert chain[-1].event.type is EventType.RESULT
    assert sirona_accepts(report.election, write(chain[:-1]))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--ballot", "ranking", "--group", "BELENIOS-2048"], "Whole ballots need the group"),
        (["--ballot", "ranking", "--equal-shares"], "Equal shares need whole ballots"),
        (["--equal-shares"], "Equal shares need whole ballots"),
        (["--threshold", "4"], "--threshold"),
        (["--ballot", "lottery"], "--ballot"),
    ],
)
def test_what_cannot_go_together_is_refused_in_words(options: list[str], words: str) -> None:
    run = CliRunner().invoke(main, ["demo", "--through", "proposals", *options])
    assert (run.exit_code, words in run.output) == (2, True)


def test_an_archive_before_the_vote_is_refused_in_words(tmp_path: Path) -> None:
    arguments = ["demo", "--projects", "2", "--through", "proposals", "--archive", str(tmp_path / "demo.bel")]
    run = CliRunner().invoke(main, arguments)
    assert run.exit_code == 1
    assert "There is no archive before the stage of voting." in run.output


def test_fewer_voters_than_the_minimum_end_without_a_result() -> None:
    run = CliRunner().invoke(main, ["demo", "--voters", "3", "--projects", "2", "--through", "budget"])
    assert run.exit_code == 0, run.output
    assert "nothing is decrypted" in run.output
    assert "no result, no lines" in run.output
