"""Real elections, where they are present: official winners, another implementation's winners, the format's checker.

The other implementation (pabutools) is GPL and runs as a separate program from a virtual environment of its own, whose
interpreter ASAR_PABUTOOLS names; without it these tests skip.
"""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from pb.core.allocation.count import Count, Rule, Terms, count
from pb.core.allocation.equal_shares import SharesTerms, Start
from pb.core.allocation.instance import Instance, Kind, Project
from pb.core.allocation.pabulib import read, write
from pb.core.allocation.pabulib_count import Reading, interpret
from pb.core.allocation.pabulib_export import export
from pb.core.allocation.pabulib_rules import ADD1, EVERYBODY, PLAIN, terms_of
from tests.tools import require_interpreter, require_shared

SECONDS = 120
PLAIN_SHARES = """
import json, sys
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule
instance, profile = parse_pabulib(sys.argv[1])
ties = TieBreakingRule(lambda i, p, project: (project.cost, -p.approval_score(project)))
won = method_of_equal_shares(instance, profile.as_multiprofile(), sat_class=Cost_Sat, tie_breaking=ties)
print(json.dumps(sorted(project.name for project in won)))
"""
META = {
    "description": "Ауыл бюджеті; «2027»",
    "country": "Kazakhstan",
    "unit": "Көктал",
    "instance": "2027",
    "rule": "greedy",
    "date_begin": "01.03.2027",
    "date_end": "15.03.2027",
    "language": "kk",
    "currency": "KZT",
    "experimental": "1",
}
CHECK = """
import json, sys
from pabulib.checker import Checker
results = Checker().process_files([sys.argv[1]])
print(json.dumps(results, default=str))
"""


def run(python: str, code: str, path: Path) -> str:
    done = subprocess.run([python, "-c", code, str(path)], capture_output=True, text=True, check=True, timeout=SECONDS)
    return done.stdout


def count_file(path: Path, rule: str | None = None) -> tuple[Reading, Count]:
    file = read(path.read_bytes())
    reading = interpret(file)
    return reading, count(reading.instance, terms_of(file, rule))


@pytest.mark.parametrize(
    "name",
    [
        "Netherlands_Assen_2024",
        "Poland_Swiecie_2023",
        "Poland_Warszawa_2023_Wesola",
        "Poland_Warszawa_2018_Pole_Mokotowskie",
    ],
)
def test_the_official_winners_win(name: str) -> None:
    reading, counted = count_file(require_shared(f"data/pabulib/{name}.pb"))
    assert frozenset(counted.winners) == reading.selected
    assert reading.notices == ()


@pytest.mark.slow
def test_every_file_is_read_written_and_counted_by_every_rule() -> None:
    for path in sorted(require_shared("data/pabulib").glob("*.pb")):
        file = read(path.read_bytes())
        assert read(write(file)).votes.rows == file.votes.rows
        instance = interpret(file).instance
        for shares in (PLAIN, ADD1, SharesTerms(start=Start.FLOOR)):
            assert count(instance, Terms(Rule.EQUAL_SHARES, shares=shares)).spent <= instance.envelope


def test_plain_equal_shares_agrees_with_pabutools_on_every_approval_file() -> None:
    python = require_interpreter("ASAR_PABUTOOLS")
    for path in sorted(require_shared("data/pabulib").glob("*.pb")):
        reading, counted = count_file(path, "equalshares")
        if reading.instance.kind is Kind.APPROVAL:
            assert sorted(counted.winners) == json.loads(run(python, PLAIN_SHARES, path)), path.name


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("voters", [1, 60])
def test_the_checker_accepts_what_is_written(tmp_path: Path, kind: Kind, voters: int) -> None:
    """It may loop for ever (on add1, when everything fits), so it runs apart and for a limited time."""
    instance = village(kind, voters)
    counted = count(instance, Terms(greedy=EVERYBODY))
    people = [("18-39", "F"), ("40-59", "M")] * (voters // 2) if voters > 1 else None
    path = tmp_path / "kazakhstan_koktal_2027.pb"
    path.write_bytes(write(export(instance, META, counted.winners, Random(5), people)))
    told = json.loads(run(sys.executable, CHECK, path).splitlines()[-1])
    assert told["metadata"]["invalid"] == 0, told


def village(kind: Kind, voters: int) -> Instance:
    """Eight projects with names that need quotes; of a ranking the first gets as many points as it is long."""
    chance = Random(3)
    costs = [chance.randint(5, 40) * 100_000 for _ in range(8)]
    projects = [
        Project(f"p{place}", cost, f"Жоба {place}; «көше»", "Көктал", "roads,water") for place, cost in enumerate(costs)
    ]
    ballots: list[tuple[tuple[int, ...], tuple[int, ...] | None]] = []
    for _ in range(voters):
        ranked = chance.sample(range(8), chance.randint(2, 4))
        places = tuple(sorted(ranked))
        points = {
            Kind.APPROVAL: None,
            Kind.POINTS: tuple(chance.randint(1, 5) for _ in places),
            Kind.RANKING: tuple(len(ranked) - ranked.index(place) for place in places),
        }
        ballots.append((places, points[kind]))
    return Instance.of(9_000_000, projects, ballots, kind)
