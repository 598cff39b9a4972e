"""`pb count` on files."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pb.cli import main
from tests.core.allocation.elections import MINIMAL


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "village.pb"
    path.write_text(MINIMAL, encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["count", *map(str, arguments)])


def test_winners_stand_one_per_line_before_the_summary(file: Path) -> None:
    result = run(file)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "2",
        "1 of 2 projects win by greedy.",
        "3 ballots; spent 185.5; left 114.5.",
    ]


def test_the_manifest_is_the_same_twice_and_counts_again(file: Path, tmp_path: Path) -> None:
    first, second = (run(file, "--rule", "equal-shares", "--json") for _ in range(2))
    assert first.stdout_bytes == second.stdout_bytes
    path = tmp_path / "manifest.json"
    path.write_bytes(first.stdout_bytes)
    assert run(file, "--manifest", path).exit_code == 0
    assert json.loads(run(file, "--manifest", path, "--json").output) == json.loads(first.output)
    path.write_text(json.dumps(json.loads(first.output) | {"winners": ["1"]}), encoding="utf-8")
    refused = run(file, "--manifest", path)
    assert (refused.exit_code, "other winners" in refused.output) == (1, True)


def test_check_tells_where_the_file_differs(file: Path) -> None:
    assert run(file, "--check").exit_code == 0
    file.write_text(MINIMAL.replace(";0;red", ";1;red").replace(";1;\n", ";0;\n"), encoding="utf-8")
    result = run(file, "--check")
    assert result.exit_code == 1
    assert "Selected in the file, does not win here: 1" in result.output
    assert "Wins here, not selected in the file: 2" in result.output


def test_explain_and_compare(file: Path) -> None:
    assert "missing: 95.5" in run(file, "--explain", "1").output
    assert "Voters with more winners by equal-shares" in run(file, "--compare").output
    assert run(file, "--explain", "9").exit_code == 1


def test_a_broken_file_is_refused_in_one_line(file: Path) -> None:
    file.write_text(MINIMAL.replace(";210;", ";many;"), encoding="utf-8")
    result = run(file)
    assert result.exit_code == 1
    assert "line 12, cost: expected a positive number" in result.output


def test_a_manifest_that_is_no_json_is_refused(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text("rule: greedy", encoding="utf-8")
    assert run(file, "--manifest", path).exit_code == 1
    assert run(file, "--manifest", path, "--rule", "greedy").exit_code == 2
