"""`pb count` on files."""

import json
import os
import re
import tracemalloc
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings

from pb.cli import main
from pb.commands.count_words import Words
from pb.core.allocation import pabulib
from pb.core.allocation.count import Rule, Terms, count
from pb.core.allocation.instance import Instance
from tests.core.allocation.elections import MINIMAL, SEED, elections
from tests.tools import require_shared


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
    assert "Кезегі келгенде қалғаны: 114.5, жетпегені: 95.5." in run(file, "--explain", "1", "--lang", "kk").output
    assert "95.5" in run(file, "--explain", "1", "--lang", "ru").output


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


def totals(*cells: str, rule: str = "greedy", column: str = "votes", kind: str = "approval") -> str:
    rows = "".join(f"{name};{cost};{cell}\n" for name, cost, cell in zip("abc", (50, 30, 60), cells, strict=True))
    return (
        f"META\nkey;value\nnum_projects;3\nnum_votes;0\nbudget;100\nvote_type;{kind}\nrule;{rule}\n"
        f"PROJECTS\nproject_id;cost;{column}\n{rows}VOTES\nvoter_id;vote\n"
    )


def test_without_ballots_the_column_of_votes_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "totals.pb"
    path.write_text(totals("2", "9", "7"), encoding="utf-8")
    result = run(path)
    assert result.exit_code == 0
    assert result.output.splitlines()[:4] == [
        "b",
        "c",
        "Rule: greedy. Winners: 2 of 3 projects.",
        "There are no ballots in the file: its totals were counted.",
    ]
    assert "Voters with" not in result.output
    path.write_text(totals("2", "9", "7", column="score", kind="cumulative"), encoding="utf-8")
    assert run(path).output.splitlines()[:2] == ["b", "c"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (totals("2", "9", "7", rule="equalshares"), "no ballots, only totals"),
        (totals("", "", ""), "ballots, or a column votes"),
        (totals("2", "9", "7", column="name"), "ballots, or a column votes"),
        (totals("2", "9", "7", kind="ordinal"), "ballots, or a column score"),
        (totals("2", "many", "7"), "line 11, votes: expected a whole number"),
    ],
)
def test_without_ballots_and_totals_it_is_said_why_nothing_is_counted(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "totals.pb"
    path.write_text(content, encoding="utf-8")
    result = run(path)
    assert (result.exit_code, why in result.output) == (1, True), result.output


def test_totals_cannot_be_compared_by_what_voters_get(tmp_path: Path) -> None:
    path = tmp_path / "totals.pb"
    path.write_text(totals("2", "9", "7"), encoding="utf-8")
    assert run(path, "--compare").exit_code == 1
    told = json.loads(run(path, "--json").output)
    assert (told["totals"], told["fairness"], told["winners"]) == (True, None, ["b", "c"])


def test_the_share_of_a_cost_is_stated(file: Path, tmp_path: Path) -> None:
    rule = ["--rule", "greedy-no-skip-share"]
    assert run(file, *rule).exit_code == 2
    assert run(file, "--share", "4/5").exit_code == 2
    assert run(file, *rule, "--share", "0").exit_code == 1
    # 114.5 are left, more than half of 210.
    assert run(file, *rule, "--share", "0.5").output.splitlines()[:2] == ["2", "1"]
    assert run(file, *rule, "--share", "4/5").output.splitlines()[:2][1].startswith("Rule")
    told = run(file, *rule, "--share", "0.5", "--explain", "1").output
    assert "It gets 114.5, all that was left; the rest comes from elsewhere: 95.5." in told
    path = tmp_path / "manifest.json"
    path.write_bytes(run(file, *rule, "--share", "0.5", "--json").stdout_bytes)
    assert run(file, "--manifest", path).exit_code == 0


def test_a_file_that_names_the_rule_of_a_share_needs_the_share(file: Path) -> None:
    """It was counted as plain greedy, and other projects won."""
    file.write_text(MINIMAL.replace("rule;greedy\n", "rule;greedy-no-skip-share\n"), encoding="utf-8")
    refused = run(file)
    assert refused.exit_code == 1
    assert "give --share" in refused.output
    assert run(file, "--share", "0,5").output.splitlines()[:2] == ["2", "1"], "a decimal comma is one too"
    assert run(file, "--rule", "greedy", "--share", "0.5").exit_code == 2


@pytest.mark.parametrize("share", ["1/0", "1/000", "4/0", "0/0", "x", "-1", "2", "0"])
def test_a_share_that_is_none_is_refused_in_one_line(file: Path, tmp_path: Path, share: str) -> None:
    rule = ["--rule", "greedy-no-skip-share", "--share"]
    result = run(file, *rule, share)
    assert (result.exit_code, len(result.output.splitlines())) == (1, 1)
    manifest = tmp_path / "manifest.json"
    written = json.loads(run(file, *rule, "0.5", "--json").output)
    manifest.write_text(json.dumps({"terms": {**written["terms"], "next_share": share}}))
    result = run(file, "--manifest", manifest)
    assert (result.exit_code, len(result.output.splitlines())) == (1, 1)


def test_the_line_of_a_quote_that_is_not_closed_is_named(file: Path) -> None:
    """Played: the file's last line was named, and the quote stood far above."""
    lines = MINIMAL.replace("1;210;1;", '1;210;1;"').splitlines()
    file.write_text("\n".join(lines), encoding="utf-8")
    at = next(number for number, line in enumerate(lines, 1) if line.startswith("1;210"))
    refused = run(file)
    assert refused.exit_code == 1
    assert f"line {at}:" in refused.output


@pytest.mark.parametrize("asked", [("--rule", "equalshares"), ("--rule", "equal-shares"), ("--compare",)])
def test_what_equal_shares_would_never_end_is_refused_at_once(
    file: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...]
) -> None:
    """Played: 10 000 ballots of 2 000 projects each, within every bound of the file, and no end in two minutes."""
    monkeypatch.setattr("pb.commands.count.MOST_WORK", 3)
    refused = run(file, *asked)
    assert (refused.exit_code, len(refused.output.splitlines())) == (1, 1)
    assert "Too much for equal shares" in refused.output
    assert run(file, "--rule", "greedy").exit_code == 0
    assert "500 000 000" in run("--help").output.replace("\n", " ").replace("  ", "")


@pytest.mark.parametrize("name", ["manifest-deep.json", "manifest-infinity.json"])
def test_a_manifest_without_bottom_or_end_is_refused_in_one_line(file: Path, name: str) -> None:
    result = run(file, "--manifest", require_shared(f"data/faults/{name}"))
    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 1
    assert isinstance(result.exception, SystemExit)


def test_a_name_of_a_file_steers_no_terminal_and_no_line(tmp_path: Path) -> None:
    odd = tmp_path / "odd\x1b[31m\nOk: counted.pb"
    odd.write_text("no election", encoding="utf-8")
    for arguments in ([odd], [tmp_path / "absent\x1b\n"], [odd, "--manifest", odd]):
        result = run(*arguments)
        assert result.exit_code in {1, 2}
        assert "\x1b" not in result.output
        assert "\\x1b" in result.output
        assert not any(line.startswith("Ok:") for line in result.output.splitlines())


def test_a_device_a_folder_and_a_pipe_are_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in ("/dev/zero", tmp_path, tmp_path / "pipe"):
        result = run(path)
        assert result.exit_code == 2
        assert len(result.output.splitlines()[-1]) < 300


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\n" * 2_000_000, "no empty line"),
        (b"META\nkey;value\n" + b"a;b\n" * 300_000, "at most 1000 rows in META"),
        (b"x" * 2_000_000, "a line of at most"),
        (b";" * 2_000_000, "a line of at most"),
        (b"META\nkey;value\n" + b"\xd1\x8f" * 700_000 + b"\xff", "a line of at most|UTF-8"),
        (b"META\nkey;value\na;\xff\n", "line 3, byte 17: expected UTF-8"),
        (b'META\nkey;value\na;"1\n' + b"abc;d\n" * 100_000, "quoted as in CSV"),
    ],
)
def test_what_is_no_election_is_refused_where_it_begins_to_be_none(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "large.pb"
    path.write_bytes(content)
    tracemalloc.start()
    result = run(path)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result.exit_code == 1
    assert re.search(why, result.output), result.output
    assert most < 5 * len(content) + 20_000_000


def test_more_votes_and_projects_than_any_election_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pabulib, "MOST_ROWS", {"META": 1_000, "PROJECTS": 2, "VOTES": 2})
    path = tmp_path / "many.pb"
    path.write_text(MINIMAL, encoding="utf-8")
    assert "at most 2 rows in VOTES" in run(path).output
    path.write_text(totals("1", "2", "3"), encoding="utf-8")
    assert "at most 2 rows in PROJECTS" in run(path).output
