"""How long counting takes on one core: equal shares with completion, greedy, and reading a large file.

The first line is compared with pabutools 1.2.3 and gmpy2 in the same run. It is GPL, so it runs as a separate program:
from the environment whose interpreter ASAR_PABUTOOLS names, or from one that is made in build/ for the purpose. Times
are of the processor, not of the clock. Exit status 1 if a target is missed.

    python -m benchmarks.count_ballots
"""

import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from pb.core.allocation.count import Rule, Terms, count
from pb.core.allocation.equal_shares import SharesTerms
from pb.core.allocation.instance import Instance, Project
from pb.core.allocation.pabulib import Table, read, write
from pb.core.allocation.pabulib_count import interpret
from pb.core.allocation.pabulib_export import export

Result = TypeVar("Result")
MEBIBYTE_IN_KIB = 1024
LEAST_RATIO = 15
SECONDS = 600
ORACLE = Path(__file__).resolve().parents[1] / "build" / "oracle"
SHARES = Terms(Rule.EQUAL_SHARES, shares=SharesTerms(step=Fraction(1, 100), then_greedy=False))
META = {"description": "d", "country": "Kazakhstan", "unit": "u", "instance": "1", "rule": "greedy"}
PABUTOOLS = """
import sys, time
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.fractions import frac
from pabutools.rules import exhaustion_by_budget_increase, method_of_equal_shares
instance, profile = parse_pabulib(sys.argv[1])
profile = profile.as_multiprofile()
start = time.process_time()
method_of_equal_shares(instance, profile, sat_class=Cost_Sat, voter_budget_increment=frac(
    instance.budget_limit, 100 * profile.num_ballots()))
print(time.process_time() - start)
"""


def village(voters: int, projects: int, seed: int = 1) -> Instance:
    """Voters approve one to ten projects, some projects are more popular; the envelope pays three tenths of them."""
    chance = random.Random(seed)
    costs = [chance.randint(5, 200) * 10_000 for _ in range(projects)]
    popular = [chance.random() ** 1.5 + 0.05 for _ in costs]
    ballots = [
        (tuple(sorted(set(chance.choices(range(projects), popular, k=chance.randint(1, 10))))), None)
        for _ in range(voters)
    ]
    return Instance.of(sum(costs) * 3 // 10, [Project(f"p{place}", cost) for place, cost in enumerate(costs)], ballots)


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def report(work: str, seconds: float, target: float) -> bool:
    sys.stdout.write(f"{work}: {seconds:.2f} s (at most {target} s is wanted)\n")
    sys.stdout.flush()
    return seconds <= target


def pabutools() -> str:
    """An interpreter that has pabutools; "" if there is none and none can be made."""
    given = os.environ.get("ASAR_PABUTOOLS", "")
    interpreter = ORACLE / "bin" / "python"
    if given or interpreter.exists():
        return given or str(interpreter)
    make = [sys.executable, "-m", "venv", str(ORACLE)]
    install = [str(ORACLE / "bin" / "pip"), "install", "--quiet", "pabutools==1.2.3", "gmpy2>=2.2"]
    try:
        for command in (make, install):
            subprocess.run(command, check=True, timeout=SECONDS)
    except (subprocess.SubprocessError, OSError):
        shutil.rmtree(ORACLE, ignore_errors=True)
        return ""
    return str(interpreter)


def pabutools_seconds(python: str, instance: Instance) -> float:
    """Seconds of the processor for the same count; as many as it was given where it did not end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "village.pb"
        path.write_bytes(write(export(instance, META, [], random.Random(1))))
        command = [python, "-c", PABUTOOLS, str(path)]
        try:
            done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return SECONDS
    return float(done.stdout)


def shares(voters: int, projects: int, target: float) -> tuple[Instance, bool, float]:
    instance = village(voters, projects)
    counted, seconds = timed(lambda: count(instance, SHARES))
    steps = sum(stage.steps for stage in counted.shares.path) if counted.shares else 0
    work = f"equal shares with completion, {voters} voters x {projects} projects, {steps} steps"
    return instance, report(work, seconds, target), seconds


def large_file() -> bytes:
    """65,000 voters with the columns that real files have."""
    file = export(village(65_000, 120), META, [], random.Random(1))
    columns = ("age", "sex", "voting_method", "neighborhood")
    rows = tuple((*row, "40-59", "F", "internet", "North-East 3") for row in file.votes.rows)
    return write(replace(file, votes=Table((*file.votes.columns, *columns), rows)))


def main() -> int:
    small, met, seconds = shares(10_000, 40, 1)
    if python := pabutools():
        theirs = pabutools_seconds(python, small)
        ratio = theirs / seconds
        sys.stdout.write(
            f"pabutools: {theirs:.1f} s, {ratio:.1f} times as long (at least {LEAST_RATIO} times is wanted)\n"
        )
        met = met and ratio >= LEAST_RATIO
    else:
        sys.stdout.write("pabutools is not installed and cannot be: nothing to compare with\n")
    large, in_time, _seconds = shares(100_000, 100, 10)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MEBIBYTE_IN_KIB
    sys.stdout.write(f"memory so far: {memory} MB (at most 150 is wanted)\n")
    _counted, seconds = timed(lambda: count(large, Terms()))
    met = met and in_time and memory <= 150
    met = report("greedy, 100000 voters x 100 projects", seconds, 0.5) and met
    data = large_file()
    _reading, seconds = timed(lambda: interpret(read(data)))
    met = report(f"read a file of 65000 voters, {len(data) / 10**6:.1f} MB", seconds, 0.6) and met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
