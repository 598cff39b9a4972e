"""How long verifying one ballot of 20 projects takes on one core: ours against the verifiers that others wrote.

Both verify the same open archive; the time of the archive without ballots is taken off, so that starting up, the
setup and reading files do not count. Rounds alternate, medians of processor time are compared.
BELENIOS-2048 against Debian's
belenios-tool (wanted: 2.5 times faster), Ed25519 against npm's sirona (20 times, and 40 ballots a second). Exit status
1 if a target is missed; a verifier that is not installed is left out and said so.

    python -m benchmarks.verify_ballots [--ballots 12] [--rounds 5]
"""

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.archives import CHOICES, TOTALS, Poll, some_projects
from pb.core.belenios import verify
from pb.core.belenios.groups import BELENIOS_2048, ED25519, Group

SIRONA = (
    Path(__file__).resolve().parents[1] / "tests" / "outside" / "node_modules" / "sirona" / "dist" / "cli" / "sirona.js"
)
A_SECOND = 40


def write_archives(group: Group, ballots: int, folder: Path) -> tuple[Path, Path]:
    """An archive without ballots and one with, both of the same election."""
    folder.mkdir()
    poll = Poll(folder / "poll.bel", group, TOTALS, ballots)
    empty, full = (folder / name / f"{poll.election.uuid}.bel" for name in ("empty", "full"))
    for path in (empty, full):
        path.parent.mkdir()
    shutil.copy(poll.path, empty)
    poll.vote(some_projects)
    poll.path.rename(full)
    return empty, full


def seconds(work: Callable[[], None]) -> float:
    """The processor's time that this process and those it waits for take: other work on the machine hardly counts."""
    start = _spent()
    work()
    return _spent() - start


def _spent() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def ours(archive: Path) -> None:
    report = verify(archive)
    if not report.ok:
        raise SystemExit(f"our own archive is refused: {report.failure}")


def compare(group: Group, command: Sequence[str], ballots: int, rounds: int, folder: Path) -> tuple[float, float]:
    """Medians of milliseconds for one ballot: ours, and the other's."""
    empty, full = write_archives(group, ballots, folder)

    def theirs(archive: Path) -> None:
        subprocess.run(command, cwd=archive.parent, check=True, capture_output=True)

    own_times, other_times = [], []
    for _ in range(rounds):
        own_times.append((seconds(lambda: ours(full)) - seconds(lambda: ours(empty))) / ballots * 1000)
        other_times.append((seconds(lambda: theirs(full)) - seconds(lambda: theirs(empty))) / ballots * 1000)
    return statistics.median(own_times), statistics.median(other_times)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--ballots", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    tool, node = shutil.which("belenios-tool"), shutil.which("node")
    others = [
        (BELENIOS_2048, "belenios-tool", [tool, "election", "verify"], 2.5, 0),
        (ED25519, "sirona", [node if SIRONA.exists() else None, str(SIRONA), "election", "verify"], 20.0, A_SECOND),
    ]
    missed = False
    for group, name, command, target, a_second in others:
        if command[0] is None:
            sys.stdout.write(f"{name} is not installed: nothing to compare with on {group.name}\n")
            continue
        with tempfile.TemporaryDirectory() as folder:
            present = [part for part in command if part is not None]
            own, other = compare(group, present, options.ballots, options.rounds, Path(folder) / "poll")
        missed |= other / own < target or 1000 / own < a_second
        sys.stdout.write(
            f"{group.name}, a ballot of {CHOICES} projects: {own:.1f} ms, {1000 / own:.0f} a second; {name} "
            f"{other:.1f} ms; {other / own:.2f} times faster, {target} wanted (median of {options.rounds} rounds of "
            f"{options.ballots} ballots)\n"
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
