"""The result of whole ballots of each kind: told in its own words, handed out as files, counted again by others."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from flask_babel import force_locale
from openpyxl import load_workbook

from pb import clock, migrations
from pb.cli import main
from pb.core.allocation.pabulib import read
from pb.core.allocation.pabulib_count import interpret
from pb.core.belenios.ballot_rule import Reason
from pb.core.belenios.verify import verify
from pb.cycles.models import Cycle
from pb.db import Database
from pb.demo import choices, okrug
from pb.demo.cycle import ENVELOPE, Driver, Stage
from pb.polls.models import Poll
from pb.polls.service import archive, state
from pb.results import documents
from pb.results.service import counting
from pb.settings import Settings
from tests.conformance.test_pabulib import CHECK, SECONDS
from tests.conftest import english, make_app
from tests.village import KEYS

ORIGIN = "http://localhost"
MARKS = choices.fill_in
VOTERS, PROJECTS = 14, 6
LIMIT = 30_000_000_00

# For each kind: settings of the cycle, a ballot that breaks its rule, why, and the vote type of the Pabulib file.
KINDS: dict[str, tuple[dict[str, Any], list[int], Reason, str]] = {
    "marks": ({"ballot_kind": "approval", "choices": 3}, [1] * 6, Reason.TOO_MANY, "approval"),
    "marks by equal shares": (
        {"ballot_kind": "approval", "choices": 3, "equal_shares": True}, [1] * 6, Reason.TOO_MANY, "approval",
    ),
    "points": (
        {"ballot_kind": "points", "points_each": 5, "points_total": 10},
        [9, 0, 0, 0, 0, 0], Reason.TOO_MANY_POINTS_FOR_ONE, "cumulative",
    ),
    "an order": ({"ballot_kind": "ranking", "choices": 4}, [1, 1, 0, 0, 0, 0], Reason.NOT_A_RANKING, "ordinal"),
    "a limit of cost": (
        {"ballot_kind": "knapsack", "cost_limit": LIMIT}, [1] * 6, Reason.OVER_THE_LIMIT, "approval",
    ),
}  # fmt: skip
POINTS = {"points", "an order"}


class Finished(NamedTuple):
    kind: str
    client: FlaskClient
    path: str
    counted: counting.Counted
    archive: Path
    paper: documents.Result


def spoiled(numbers: list[int]) -> Any:
    """Voters of whom the first breaks the rule and the second leaves the ballot blank."""
    first = [numbers, [0] * PROJECTS]
    return lambda *arguments: first.pop(0) if first else MARKS(*arguments)


@pytest.fixture(scope="module", params=KINDS)
def finished(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    rule, broken, _reason, _vote_type = KINDS[request.param]
    folder = tmp_path_factory.mktemp("whole")
    database = Database(f"sqlite:///{folder / 'asar.db'}")
    migrations.upgrade(database.engine)
    settings = Settings(str(database.engine.url), "a key for tests alone, forty characters!", KEYS.pepper, KEYS.seal,
                        folder, ORIGIN)  # fmt: skip
    app = make_app(settings, database)
    with app.test_request_context(base_url=ORIGIN), pytest.MonkeyPatch.context() as patched:
        patched.setattr(choices, "fill_in", spoiled(broken))
        with database.work() as session:
            okrug.build(session, KEYS, clock.now() - timedelta(days=400))
        demo = Driver(
            database=database,
            keys=KEYS,
            origin=ORIGIN,
            fiscal_year=clock.local(clock.now()).year + 1,
            begins=clock.local(clock.now() - timedelta(days=120)).date(),
            voters=VOTERS,
            projects=PROJECTS,
            roll_size=VOTERS + 2,
            report=lambda _stage, _figures: None,
            rule={"group_name": "Ed25519", "trustees_needed": 2, **rule},
        ).run(Stage.TALLY)
        with database.work() as session:
            act = okrug.act_of(session, None, clock.now())
            cycle = session.get_one(Cycle, demo.cycle_id)
            counted = counting.outcome(act, cycle)
            assert counted is not None
            poll: Poll = state.require(act, cycle)
            bel = folder / f"{poll.uuid}.bel"
            bel.write_bytes(b"".join(archive.stream(session, poll)))
            with force_locale("en"):
                paper = documents.result(act, cycle.id, "en", ORIGIN)
    yield Finished(request.param, english(app), f"{demo.path}/result", counted, bel, paper)
    database.engine.dispose()


@pytest.fixture
def files(finished: Finished, tmp_path: Path) -> tuple[Path, Path]:
    """The Pabulib file and the manifest, as anybody downloads them."""
    paths = (tmp_path / "kazakhstan_okrug_2027.pb", tmp_path / "manifest.json")
    for path, ending in zip(paths, ("pb", "json"), strict=True):
        path.write_bytes(finished.client.get(f"{finished.path}.{ending}").data)
    return paths


def count(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["count", *map(str, arguments)])


def numbers(finished: Finished) -> list[str]:
    return [str(one.number) for one in finished.counted.projects if one.won]


def page(finished: Finished, language: str = "en") -> str:
    answer = finished.client.get(finished.path, query_string={"lang": language})
    assert answer.status_code == 200
    return answer.text.partition("<main")[2].partition("<footer")[0]


def test_the_verifier_finds_what_the_page_tells(finished: Finished) -> None:
    report = verify(finished.archive)
    assert report.ok, report.failure
    assert report.allocation == finished.counted.allocation
    assert [one.reason for one in report.invalid] == [KINDS[finished.kind][2]]


def test_ballots_that_are_not_counted_stand_there_with_what_they_hold_and_why(finished: Finished) -> None:
    text = page(finished)
    assert "Ballots that are not counted: 1" in text
    ((place, _reason),) = finished.counted.result.invalid
    broken = zip(_ballot_numbers(finished), KINDS[finished.kind][1], strict=True)
    told = "; ".join(f"№\u00a0{project}: {number}" for project, number in broken if number)
    assert f"№\u00a0{place}" in text
    assert told in text
    assert "Blank ballots: 1. They count in the turnout" in text
    assert finished.counted.voted == VOTERS
    assert len(finished.counted.result.valid) == VOTERS - 1


def _ballot_numbers(finished: Finished) -> list[int]:
    return sorted(one.number for one in finished.counted.projects)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_fairness_is_told_in_words_and_figures(finished: Finished, language: str) -> None:
    text = page(finished, language)
    assert finished.counted.comparison is not None
    told = finished.counted.comparison.own.fairness
    assert told.voters == VOTERS - 1
    assert f"{told.covered} " in text
    assert text.count('<svg class="chart"') >= 3
    if language == "en":
        assert "Voters with at least one winner on their ballot" in text
        assert "By equal shares" in text
        applies = told.injustices is not None
        assert ("Nobody was passed over" in text or "Passed over: №" in text) == applies
        assert ("EJR+" in text) == applies
        assert applies == (finished.kind not in POINTS)


def test_points_and_places_are_never_called_votes(finished: Finished) -> None:
    text = re.sub(r"<[^>]+>", " ", page(finished))
    for of_the_phase in ("Result of the vote", "How to verify a vote", "The votes are counted."):
        text = text.replace(of_the_phase, "")
    counts_points = finished.kind in POINTS
    assert ("Points for each project" in text) == counts_points
    assert bool(re.search(r"\bvotes\b", text, re.IGNORECASE)) != counts_points
    assert not re.search(r"\bsums?\b", text, re.IGNORECASE)
    rows = list(csv.reader(io.StringIO(finished.client.get(f"{finished.path}.csv").data.decode("utf-8-sig"))))
    assert rows[0][4] == ("Points" if counts_points else "Votes")


def test_the_result_on_paper_says_the_same(finished: Finished) -> None:
    assert finished.paper.columns[2] == ("Points" if finished.kind in POINTS else "Votes")
    assert [row.votes for row in finished.paper.rows] == [one.votes for one in finished.counted.projects]
    told = " ".join(sentence for _heading, sentences in finished.paper.notes for sentence in sentences)
    assert "Voters with at least one winner on their ballot" in told
    assert "A ballot " in told


def test_all_ballots_come_as_a_table_without_names(finished: Finished) -> None:
    answer = finished.client.get(f"{finished.path}/ballots.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == VOTERS + 1
    assert len(rows[0]) == 1 + PROJECTS + 2, "a place, a number for each project, whether it counts and why not"
    assert [tuple(map(int, row[1 : 1 + PROJECTS])) for row in rows[1:]] == list(finished.counted.ballots)
    assert [row[-2] for row in rows[1:]].count("no") == 1


def test_the_workbook_compares_the_rules(finished: Finished) -> None:
    book = load_workbook(io.BytesIO(finished.client.get(f"{finished.path}.xlsx").data))
    assert "Voters and rules" in book.sheetnames
    figures = {row[0].value: row[1].value for row in book["Figures"].iter_rows(min_row=2)}
    assert (figures["Blank ballots"], figures["Ballots that are not counted"]) == (1, 1)


def test_the_pabulib_file_is_counted_to_the_same_winners(finished: Finished, files: tuple[Path, Path]) -> None:
    path, _manifest = files
    file = read(path.read_bytes())
    assert file.meta["vote_type"] == KINDS[finished.kind][3]
    assert len(file.votes.rows) == VOTERS - 2, "the format has no blank ballot"
    assert interpret(file).instance.voters == VOTERS - 1, "but a blank ballot is a voter"
    assert interpret(file).notices == ()
    done = count(path, "--check")
    assert done.exit_code == 0, done.output
    won = numbers(finished)
    assert done.output.splitlines()[: len(won)] == won
    assert finished.client.get(f"{finished.path}.pb").data == path.read_bytes(), "everybody gets the same bytes"
    assert finished.counted.comparison is not None
    told = finished.counted.comparison.own.fairness
    assert f"Voters with a winner: {told.covered}/{told.voters}" in done.output, "as the page tells it"


def test_the_manifest_counts_the_file_again(finished: Finished, files: tuple[Path, Path]) -> None:
    path, manifest = files
    told = json.loads(manifest.read_bytes())
    assert told["winners"] == numbers(finished)
    assert (told["voters"], told["envelope"] * 100) == (VOTERS - 1, ENVELOPE)
    assert count(path, "--manifest", manifest).exit_code == 0
    assert count(path, "--json").stdout_bytes == manifest.read_bytes()
    manifest.write_text(json.dumps(told | {"winners": told["winners"][:-1]}), encoding="utf-8")
    assert count(path, "--manifest", manifest).exit_code == 1


def test_the_format_s_checker_accepts_the_file(files: tuple[Path, Path]) -> None:
    command = [sys.executable, "-c", CHECK, str(files[0])]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["metadata"]["invalid"] == 0, told
