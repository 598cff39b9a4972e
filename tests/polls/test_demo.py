"""`pb demo` plays a cycle up to each stage; its archive is one that other programs accept."""

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from pb.cli import main
from pb.commands.demo import STAGES
from pb.core.belenios.report import Stage as Reached
from pb.core.belenios.verify import verify
from tests.tools import require_tool

# What an archive shows when the demonstration stops there.
REACHED = {"voting": Reached.OPEN, "tally": Reached.COMPLETE, "budget": Reached.COMPLETE}


def demo(*arguments: str) -> str:
    run = CliRunner().invoke(main, ["demo", "--voters", "12", "--projects", "5", *arguments])
    assert run.exit_code == 0, run.output
    return run.output


@pytest.mark.parametrize("stage", STAGES)
def test_the_demonstration_stops_where_it_is_told_and_its_archive_holds(stage: str, tmp_path: Path) -> None:
    path = tmp_path / "demo.bel"
    wanted = ["--archive", str(path)] if stage in REACHED else []
    told = demo("--through", stage, *wanted)
    assert re.findall(r"^\s*(\w+):", told, re.MULTILINE)[: STAGES.index(stage) + 1] == list(
        STAGES[: STAGES.index(stage) + 1]
    )
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
