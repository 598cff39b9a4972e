"""A whole archive of totals: two processes against one, and the memory that verifying takes.

Targets: 1.7 times faster in two processes; under 200 MB for 5,000 ballots of 20 projects on BELENIOS-2048, the
greatest resident memory of main process and two others added up. Exit status 1 if one is missed. Those 5,000 ballots
are one ballot under 5,000 credentials, read, chained and tallied by the main process; their proofs, which are wrong,
are left out, as other processes would check them: what one of those takes is measured with the speed-up.

    python -m benchmarks.verify_archive [--ballots 150] [--memory-ballots 5000]
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.archives import TOTALS, Poll, some_projects
from pb.core.belenios import chain, verify
from pb.core.belenios.ballots import encrypt_ballot
from pb.core.belenios.groups import BELENIOS_2048

SPEED_UP, MEGABYTES = 1.7, 200
MEASURE = """
import resource, sys
from pb.core.belenios import ballots, verify
sys.modules["pb.core.belenios.verify"].check_proofs = lambda election, ballot: None
report = verify(sys.argv[1])
assert report.ok, report.failure
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def speed_up(path: Path) -> float:
    times = {}
    for jobs in (1, 2):
        start = time.perf_counter()
        if not verify(path, jobs=jobs).ok:
            raise SystemExit("our own archive is refused")
        times[jobs] = time.perf_counter() - start
    load, ratio = os.getloadavg()[0], times[1] / times[2]
    sys.stdout.write(f"load {load:.1f}; one process {times[1]:.1f} s, two {times[2]:.1f} s: {ratio:.2f} times faster\n")
    return ratio


def write_copies(path: Path, ballots: int) -> None:
    """An open archive of one ballot under many credentials."""
    poll = Poll(path, BELENIOS_2048, TOTALS, ballots)
    ballot = encrypt_ballot(poll.election, poll.secrets[0], [some_projects(3)])
    for secret in poll.secrets:
        credential = BELENIOS_2048.serialise(BELENIOS_2048.generator.exp(secret))
        poll.add(chain.ballot(poll.event, replace(ballot, credential=credential).to_json(BELENIOS_2048)))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--ballots", type=int, default=150)
    parser.add_argument("--memory-ballots", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "poll.bel"
        poll = Poll(path, BELENIOS_2048, TOTALS, options.ballots)
        poll.vote(some_projects)
        poll.finish()
        missed = speed_up(path) < SPEED_UP
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        write_copies(path, options.memory_ballots)
        run = subprocess.run([sys.executable, "-c", MEASURE, path], check=True, capture_output=True, text=True)
        own = int(run.stdout) / 1024
        total, size = own + 2 * child, path.stat().st_size / 1e6
        sys.stdout.write(
            f"{options.memory_ballots} ballots, {size:.0f} MB: main process {own:.0f} MB, each other {child:.0f} MB, "
            f"in all {total:.0f} MB (target {MEGABYTES})\n"
        )
    return int(missed or total > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
