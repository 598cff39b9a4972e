"""How long the tests of each directory take, summed over all workers, and whether that is within its budget.

`tests/budgets.toml` holds the minutes of each directory. A run of all tests ends with the table; in CI a directory over
its budget, or one without a budget, fails the run. A fixture counts where it is first asked for.
"""

import os
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

BUDGETS = Path("tests/budgets.toml")


@dataclass
class Durations:
    """Seconds by directory against minutes by directory."""

    budgets: Mapping[str, float]
    seconds: Counter[str] = field(default_factory=Counter)

    def add(self, nodeid: str, duration: float) -> None:
        """Adds one phase of a test: its setup, its call or its teardown."""
        self.seconds[directory_of(nodeid)] += duration

    def faults(self) -> list[str]:
        """What is wrong, in words."""
        faults = []
        for directory, seconds in sorted(self.seconds.items()):
            if directory not in self.budgets:
                faults.append(f"{directory} has no budget in {BUDGETS}")
            elif seconds > self.budgets[directory] * 60:
                faults.append(f"{directory} took {_minutes(seconds)} minutes; its budget is {self.budgets[directory]}")
        faults += [f"{unused} has a budget but no test" for unused in sorted(set(self.budgets) - set(self.seconds))]
        return faults

    def table(self) -> list[str]:
        """A line per directory, the longest first, and their sum."""
        lines = [f"{'minutes':>8} {'budget':>7}"]
        for directory, seconds in self.seconds.most_common():
            lines.append(f"{_minutes(seconds):>8} {self.budgets.get(directory, '-'):>7}  {directory}")
        whole = sum(self.budgets.values())
        return [*lines, f"{_minutes(sum(self.seconds.values())):>8} {whole:>7.1f}  all, one after the other"]


class Plugin:
    """Listens where the reports of all workers arrive."""

    def __init__(self, config: pytest.Config) -> None:
        self.durations = Durations(read_budgets(config.rootpath / BUDGETS))
        self.whole = runs_all(config)
        self.must_hold = self.whole and bool(os.environ.get("CI"))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.durations.add(report.nodeid, report.duration)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.must_hold and self.durations.faults() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.whole:
            return
        terminalreporter.section("minutes per directory")
        for line in self.durations.table():
            terminalreporter.write_line(line)
        for fault in self.durations.faults():
            terminalreporter.write_line(f"{'FAILED' if self.must_hold else 'beware'}: {fault}")


def register(config: pytest.Config) -> None:
    """Where the tests are spread over workers, they report to one place, and only that listens."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Plugin(config), "durations")


def read_budgets(path: Path) -> dict[str, float]:
    return {directory: float(minutes) for directory, minutes in tomllib.loads(path.read_text())["minutes"].items()}


def directory_of(nodeid: str) -> str:
    """The directory right below `tests`: what is deeper counts there."""
    parts = nodeid.partition("::")[0].split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def runs_all(config: pytest.Config) -> bool:
    """Neither directories nor tests were chosen."""
    chosen = ("keyword", "markexpr", "deselect", "lf", "failedfirst", "stepwise", "collectonly", "maxfail")
    of_all = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return of_all and not any(config.getoption(name, None) for name in chosen)


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.2f}"
