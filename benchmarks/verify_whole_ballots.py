"""How long a whole archive takes: 1,000 whole ballots of 30 numbers with two shuffles on Ed25519, in two processes.

Target: under 10 s. Exit status 1 if it is missed. Run: `python -m benchmarks.verify_whole_ballots [--ballots 1000]`.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.archives import Poll
from pb.core.belenios import verify
from pb.core.belenios.groups import ED25519
from pb.core.belenios.messages import WholeQuestion

NUMBERS, TARGET = 30, 10.0
QUESTION = WholeQuestion(tuple(f"Жоба {number}" for number in range(NUMBERS)), "?")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--ballots", type=int, default=1000)
    parser.add_argument("--jobs", type=int, nargs="+", default=[2, 1])
    options = parser.parse_args()
    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "poll.bel"
        start = time.perf_counter()
        poll = Poll(path, ED25519, QUESTION, options.ballots)
        poll.vote(lambda voter: [(voter * place) % 256 for place in range(NUMBERS)])
        poll.finish()
        sys.stdout.write(f"made in {time.perf_counter() - start:.1f} s, {path.stat().st_size / 1e6:.1f} MB\n")
        for jobs in options.jobs:
            start = time.perf_counter()
            report = verify(path, jobs=jobs)
            seconds[jobs] = time.perf_counter() - start
            if not report.ok:
                raise SystemExit(f"our own archive is refused: {report.failure}")
            work = sum(line.seconds for line in report.lines.values())
            sys.stdout.write(
                f"load {os.getloadavg()[0]:.1f}; {jobs} processes: {seconds[jobs]:.1f} s, checks {work:.1f} s "
                f"(target {TARGET:.0f} s in two)\n"
            )
    return int(seconds.get(2, 0.0) > TARGET)


if __name__ == "__main__":
    sys.exit(main())
