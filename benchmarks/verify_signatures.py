"""How many electronic signatures one core verifies a second, and how long a document of 10 kB takes.

Targets: 50 verifications a second of GOST 34.10-2015/512; a signed document of 10 kB in under 100 ms. Exit status 1 if
one is missed.

    python -m benchmarks.verify_signatures [--rounds 5]
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from pb.core.eds import gost, verify_cms
from pb.core.eds.signing import sign_cms
from pb.core.eds.streebog import streebog512
from pb.demo.test_authority import ALGORITHMS, make_pki

TARGET_PER_SECOND = 50
TARGET_DOCUMENT = 0.100  # seconds
REPETITIONS = 20
DOCUMENT = bytes(10_000)


def seconds(action: Callable[[], object], rounds: int) -> float:
    """The median over rounds of one call's processor time, after a first call that fills tables."""
    action()
    measured = []
    for _round in range(rounds):
        begun = time.process_time()
        for _repetition in range(REPETITIONS):
            action()
        measured.append((time.process_time() - begun) / REPETITIONS)
    return statistics.median(measured)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    private = gost.generate_private()
    key, signature = gost.public_key_of(private), gost.sign(private, b"statement")
    bare = seconds(lambda: gost.verify(key, b"statement", signature), rounds)
    sys.stdout.write(f"GOST signature:       {bare * 1e3:7.1f} ms, {1 / bare:7.0f} a second\n")
    hashed = seconds(lambda: streebog512(DOCUMENT), rounds)
    sys.stdout.write(f"Streebog-512, 10 kB:  {hashed * 1e3:7.1f} ms\n")
    now = datetime.now(UTC)
    pki = make_pki(now)
    trust, revocations = pki.trust(), pki.revocations()
    slowest = 0.0
    for algorithm in ALGORITHMS:
        signer = pki.person(iin="800416200315", algorithm=algorithm)
        for name, content in (("statement", b"statement"), ("10 kB", DOCUMENT)):
            cms = sign_cms(content, signer, at=now)
            taken = seconds(lambda cms=cms: verify_cms(cms, trust=trust, at=now, revocations=revocations), rounds)  # type: ignore[misc]
            sys.stdout.write(f"CMS, {algorithm}, {name}:".ljust(22) + f"{taken * 1e3:7.1f} ms\n")
            slowest = max(slowest, taken)
    return int(1 / bare < TARGET_PER_SECOND or slowest > TARGET_DOCUMENT)


if __name__ == "__main__":
    sys.exit(main())
