"""Real elections, where they are present: official winners, another implementation's winners, the format's checker.

The other implementation (pabutools) and the checker run as separate programs from virtual environments of their own:
ASAR_PABUTOOLS and ASAR_PABULIB_CHECKER name their interpreters; without them these tests skip.
"""

import json
import os
import subprocess
from pathlib import Path
from random import Random

import pytest

from pb.core.allocation.count import Count, Rule, Terms, count
from pb.core.allocation.equal_shares import SharesTerms, Start
from pb.core.allocation.instance import Kind
from pb.core.allocation.pabulib import read, write
from pb.core.allocation.pabulib_count import Reading, interpret
from pb.core.allocation.pabulib_export import export
from pb.core.allocation.pabulib_rules import ADD1, PLAIN, terms_of
from tests.tools import require_shared

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
CHECK = """
import json, sys
from pabulib.checker import Checker
results = Checker().process_files([sys.argv[1]])
print(json.dumps(results, default=str))
"""


def interpreter(variable: str) -> str:
    path = os.environ.get(variable, "")
    if not path:
        pytest.skip(f"{variable} names no interpreter")
    return path


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
    python = interpreter("ASAR_PABUTOOLS")
    for path in sorted(require_shared("data/pabulib").glob("*.pb")):
        reading, counted = count_file(path, "equalshares")
        if reading.instance.kind is Kind.APPROVAL:
            assert sorted(counted.winners) == json.loads(run(python, PLAIN_SHARES, path)), path.name


def test_the_checker_accepts_what_is_written(tmp_path: Path) -> None:
    python = interpreter("ASAR_PABULIB_CHECKER")
    instance = interpret(read(require_shared("data/pabulib/Poland_Warszawa_2023_Wesola.pb").read_bytes())).instance
    counted = count(instance, Terms())
    meta = {
        "description": "Ауыл бюджеті; «2027»",
        "country": "Kazakhstan",
        "unit": "Көктал",
        "instance": "2027",
        "rule": "greedy",
        "date_begin": "01.03.2027",
        "date_end": "15.03.2027",
        "max_length": "15",
        "language": "kk",
        "currency": "KZT",
        "experimental": "1",
    }
    path = tmp_path / "kazakhstan_koktal_2027.pb"
    path.write_bytes(write(export(instance, meta, counted.winners, Random(5))))
    told = json.loads(run(python, CHECK, path).splitlines()[-1])
    assert told["metadata"]["invalid"] == 0, told
