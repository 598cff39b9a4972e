"""How long verifying one ballot of 20 projects takes on one core: ours against belenios-tool in the same run.

Both verify the same open archive; the time of the archive without ballots is taken off, so that starting up, the
setup and reading files do not count. Rounds alternate, medians are compared. Exit status 1 if ours is slower.

    python benchmarks/verify_ballots.py [--ballots 12] [--rounds 5]
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pb.core.belenios import chain
from pb.core.belenios.archive import header, record
from pb.core.belenios.ballots import encrypt_ballot
from pb.core.belenios.canonical import dump_json
from pb.core.belenios.credentials import derive, generate_code, public_credential
from pb.core.belenios.groups import BELENIOS_2048 as GROUP
from pb.core.belenios.messages import Election, Question, credentials_json, generate_uuid, trustees_json
from pb.core.belenios.trustees import combine_keys, generate_private_key, trustee_key
from pb.core.belenios.verify import verify

CHOICES, LIMIT, TIMESTAMP = 20, 5, 1_795_253_127


def write_archives(ballots: int, folder: Path) -> tuple[Path, Path]:
    """An archive without ballots and one with, both of the same election."""
    key = trustee_key(GROUP, generate_private_key(GROUP))
    uuid = generate_uuid()
    question = Question(tuple(f"Жоба {number}" for number in range(CHOICES)), 0, LIMIT, "?")
    election = Election.parse(
        dump_json(
            {
                "version": 1,
                "description": "",
                "name": "",
                "group": GROUP.name,
                "public_key": GROUP.serialise(combine_keys(GROUP, [key])),
                "questions": [question.to_value()],
                "uuid": uuid,
            }
        )
    )
    secrets = [derive(GROUP, uuid, generate_code()) for _ in range(ballots)]
    credentials = credentials_json([public_credential(GROUP, secret) for secret in secrets])
    links = [chain.setup(election.json, trustees_json([key], GROUP), credentials)]
    for voter, secret in enumerate(secrets):
        chosen = {(voter + step) % CHOICES for step in range(voter % (LIMIT + 1))}
        ballot = encrypt_ballot(election, secret, [[int(place in chosen) for place in range(CHOICES)]])
        links.append(chain.ballot(links[-1].event, ballot.to_json(GROUP)))
    empty, full = (folder / name / f"{uuid}.bel" for name in ("empty", "full"))
    for path, part in ((empty, links[:1]), (full, links)):
        records = [entry for link in part for entry in link.records]
        path.parent.mkdir()
        path.write_bytes(header(TIMESTAMP) + b"".join(record(entry.name, entry.data, TIMESTAMP) for entry in records))
    return empty, full


def seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ours(archive: Path) -> None:
    report = verify(archive)
    if not report.ok:
        raise SystemExit(f"our own archive is refused: {report.failure}")


def theirs(tool: str, archive: Path) -> None:
    subprocess.run([tool, "election", "verify"], cwd=archive.parent, check=True, capture_output=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--ballots", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    tool = shutil.which("belenios-tool")
    if tool is None:
        sys.stdout.write("belenios-tool is not installed: nothing to compare with\n")
        return 0
    own_times, tool_times = [], []
    with tempfile.TemporaryDirectory() as folder:
        empty, full = write_archives(options.ballots, Path(folder))
        for _ in range(options.rounds):
            own = seconds(lambda: ours(full)) - seconds(lambda: ours(empty))
            tools = seconds(lambda: theirs(tool, full)) - seconds(lambda: theirs(tool, empty))
            own_times.append(own / options.ballots * 1000)
            tool_times.append(tools / options.ballots * 1000)
    own_median, tool_median = statistics.median(own_times), statistics.median(tool_times)
    sys.stdout.write(
        f"verify a ballot of {CHOICES} projects: {own_median:.1f} ms; belenios-tool {tool_median:.1f} ms; "
        f"ratio {own_median / tool_median:.2f} (median of {options.rounds} rounds of {options.ballots} ballots; "
        f"at most 1 is wanted)\n"
    )
    return 0 if own_median <= tool_median else 1


if __name__ == "__main__":
    sys.exit(main())
