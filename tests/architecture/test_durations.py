"""The budget of minutes per test directory: the sum, the verdict, and that a run of all tests in CI fails by it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.durations import Durations, directory_of, read_budgets

ROOT = Path(__file__).resolve().parents[2]


def measured(**seconds: list[float]) -> Durations:
    durations = Durations({"tests/roll": 1.0, "tests/core": 0.5})
    for directory, phases in seconds.items():
        for phase in phases:
            durations.add(f"tests/{directory}/test_x.py::test_y[a/b::c]", phase)
    return durations


@pytest.mark.parametrize(
    ("nodeid", "directory"),
    [
        ("tests/roll/test_roll.py::test_one[a/b]", "tests/roll"),
        ("tests/core/eds/test_der.py::test_one", "tests/core"),
        ("tests/test_top.py::test_one", "tests"),
    ],
)
def test_a_test_counts_for_the_directory_right_below_tests(nodeid: str, directory: str) -> None:
    assert directory_of(nodeid) == directory


def test_setup_call_and_teardown_of_all_tests_of_a_directory_are_added_up() -> None:
    durations = measured(roll=[20.0, 39.5, 0.25], core=[29.0])
    assert durations.seconds == {"tests/roll": 59.75, "tests/core": 29.0}
    assert durations.faults() == []


def test_a_directory_over_its_budget_is_named_with_both_figures() -> None:
    durations = measured(roll=[30.0, 31.2], core=[30.0])
    assert durations.faults() == ["tests/roll took 1.02 minutes; its budget is 1.0"]


def test_a_directory_without_a_budget_and_a_budget_without_a_directory_are_faults() -> None:
    assert measured(roll=[1.0], cards=[1.0]).faults() == [
        "tests/cards has no budget in tests/budgets.toml",
        "tests/core has a budget but no test",
    ]


def test_the_table_has_the_longest_first_and_the_sum_last() -> None:
    lines = [line.split() for line in measured(roll=[30.0], core=[60.0, 30.0]).table()]
    assert lines[1:3] == [["1.50", "0.5", "tests/core"], ["0.50", "1.0", "tests/roll"]]
    assert lines[3][:2] == ["2.00", "1.5"]


def test_every_directory_of_tests_has_its_budget() -> None:
    directories = {directory_of(str(path.relative_to(ROOT))) for path in (ROOT / "tests").rglob("test_*.py")}
    assert set(read_budgets(ROOT / "tests/budgets.toml")) == directories


def test_all_budgets_together_leave_two_workers_less_than_ninety_minutes() -> None:
    assert sum(read_budgets(ROOT / "tests/budgets.toml").values()) <= 2 * 90


@pytest.mark.parametrize(
    ("environment", "arguments", "status", "words"),
    [
        ({"CI": "1"}, ["-n", "2"], 1, "FAILED: tests/slow took"),
        ({"CI": "1"}, ["tests/slow"], 0, ""),
        ({}, [], 0, "beware: tests/slow took"),
    ],
    ids=["in CI", "one directory", "by hand"],
)
def test_only_a_run_of_all_tests_in_ci_fails_by_its_budget(
    tmp_path: Path, environment: dict[str, str], arguments: list[str], status: int, words: str
) -> None:
    for name, seconds in (("slow", 0.4), ("quick", 0.0)):
        folder = tmp_path / "tests" / name
        folder.mkdir(parents=True)
        (folder / f"test_{name}.py").write_text(f"import time\ndef test_it(): time.sleep({seconds})\n")
    (tmp_path / "tests/budgets.toml").write_text('[minutes]\n"tests/slow" = 0.005\n"tests/quick" = 1\n')
    (tmp_path / "tests/conftest.py").write_text("from durations import register as pytest_configure\n")
    shutil.copy(ROOT / "tests/durations.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\naddopts = --import-mode=importlib\n")
    clean = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST_")}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "xdist.plugin", *arguments],
        cwd=tmp_path,
        env=clean | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == status, run.stdout + run.stderr
    assert ("minutes per directory" in run.stdout) == bool(words)
    assert words in run.stdout
