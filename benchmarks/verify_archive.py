"""A whole archive of totals: two processes against one, and the memory that verifying takes.

Targets: 1.7 times faster in two processes; under 200 MB for 5,000 ballots of 20 projects, the processes' greatest
resident memory added up. Exit status 1 if one is missed. The speed-up is measured on BELENIOS-2048, the memory on
Ed25519, where 5,000 ballots take two minutes.

    python -m benchmarks.verify_archive [--ballots 150] [--memory-ballots 5000]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.archives import TOTALS, Poll, some_projects
from pb.core.belenios import verify
from pb.core.belenios.groups import BELENIOS_2048, ED25519, Group

SPEED_UP, MEGABYTES = 1.7, 200
MEASURE = """
import resource, sys
from pb.core.belenios import verify
if __name__ == "__main__":
    report = verify(sys.argv[1], jobs=2)
    assert report.ok, report.failure
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    each = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(own, each)
"""


def make(path: Path, group: Group, ballots: int) -> None:
    poll = Poll(path, group, TOTALS, ballots)
    poll.vote(some_projects)
    poll.finish()


def speed_up(path: Path) -> float:
    times = {}
    for jobs in (1, 2):
        start = time.perf_counter()
        if not verify(path, jobs=jobs).ok:
            raise SystemExit("our own archive is refused")
        times[jobs] = time.perf_counter() - start
    sys.stdout.write(f"one process {times[1]:.1f} s, two {times[2]:.1f} s: {times[1] / times[2]:.2f} times faster\n")
    return times[1] / times[2]


def megabytes(path: Path, folder: Path) -> float:
    """The main process and two others, which share their program's pages: an upper bound."""
    script = folder / "measure.py"
    script.write_text(MEASURE)
    run = subprocess.run([sys.executable, script, path], check=True, capture_output=True, text=True)
    own, each = (int(number) / 1024 for number in run.stdout.split())
    sys.stdout.write(f"memory: {own:.0f} MB, and {each:.0f} MB for each of two processes: {own + 2 * each:.0f} MB\n")
    return own + 2 * each


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--ballots", type=int, default=150)
    parser.add_argument("--memory-ballots", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder / "few.bel", BELENIOS_2048, options.ballots)
        missed = speed_up(folder / "few.bel") < SPEED_UP
        make(folder / "many.bel", ED25519, options.memory_ballots)
        missed |= megabytes(folder / "many.bel", folder) > MEGABYTES
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
