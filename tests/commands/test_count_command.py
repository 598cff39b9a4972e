"""`pb count` on files."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings

from pb.cli import main
from pb.commands.count_words import Words
from pb.core.allocation.count import Rule, Terms, count
from pb.core.allocation.instance import Instance
from tests.core.allocation.elections import MINIMAL, SEED, elections


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
        "Rule: greedy. Winners: 1 of 2 projects.",
        "Ballots: 3. Spent: 185.5. Left: 114.5.",
        "Voters with a winner: 3/3",
        "Winners per voter: 1.00",
        "Their worth per voter: 185.50",
        "Projects passed over unfairly (EJR+): 0",
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


def test_a_resident_reads_why_in_kazakh_and_russian(file: Path) -> None:
    assert "Кезегі келгенде қалғаны: 114.5, жетпегені: 95.5." in run(file, "--explain", "1", "--language", "kk").output
    assert "95.5" in run(file, "--explain", "1", "--language", "ru").output


def test_a_file_without_a_rule_is_counted_by_the_one_that_is_asked_for(file: Path) -> None:
    file.write_text(MINIMAL.replace("rule;greedy\n", ""), encoding="utf-8")
    refused = run(file)
    assert (refused.exit_code, "expected a rule that the file defines" in refused.output) == (1, True)
    assert run(file, "--rule", "greedy").output.splitlines()[0] == "2"


def test_the_manifest_names_the_input_and_the_software(file: Path) -> None:
    told = json.loads(run(file, "--json").output)
    assert told["input_sha256"] == sha256(file.read_bytes()).hexdigest()
    assert re.fullmatch(r"asar [\d.]+, rules sha256 [0-9a-f]{64}", told["software"])


def test_equal_shares_tells_whose_wins_used_up_the_money(tmp_path: Path) -> None:
    path = tmp_path / "minority.pb"
    votes = "".join(f"v{voter};{'a,b,c' if voter < 6 else 'd'}\n" for voter in range(9))
    path.write_text(
        "META\nkey;value\nnum_projects;4\nnum_votes;9\nbudget;90\nvote_type;approval\nrule;equalshares\n"
        f"PROJECTS\nproject_id;cost\na;30\nb;30\nc;30\nd;30\nVOTES\nvoter_id;vote\n{votes}",
        encoding="utf-8",
    )
    winners = run(path).output.splitlines()[:3]
    assert "d" in winners
    (lost,) = {"a", "b", "c"} - set(winners)
    told = run(path, "--explain", lost).output.splitlines()
    assert told[1] == "Its supporters spent their money on other winners. Missing: 30."
    assert [line for line in told if line.startswith("They paid 30 for project")] == told[3:5]
    assert told[5] == "Votes missing to win: 3."


@settings(deadline=None, max_examples=20)
@given(elections())
def test_every_project_is_explained_in_every_language(instance: Instance) -> None:
    greedy, shares = (count(instance, Terms(rule, seed=SEED)) for rule in Rule)
    for counted in (greedy, shares):
        for language in ("kk", "ru", "en"):
            words = Words(instance, counted, language)
            assert words.summary()[: len(counted.winners)] == list(counted.winners)
            assert all(len(words.explanation(project.id)) >= 2 for project in instance.projects)
            assert words.comparison(greedy, shares)
