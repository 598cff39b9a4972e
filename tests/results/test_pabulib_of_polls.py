"""The Pabulib file of a poll: whatever its rule and its ballots, `pb count` finds the winners of the poll in it."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from pb.cli import main
from pb.core.allocation.count import count
from pb.core.allocation.equal_shares import SharesTerms
from pb.core.allocation.greedy import PLAIN, GreedyTerms
from pb.core.allocation.manifest import parse_terms
from pb.core.allocation.pabulib import FormatError, PabulibFile, read, write
from pb.core.allocation.pabulib_comment import MARK, comment, written_terms
from pb.core.allocation.pabulib_count import interpret
from pb.core.allocation.pabulib_rules import terms_of
from pb.core.belenios.ballot_rule import Approval, BallotRule, Knapsack, Points, Ranking
from pb.core.belenios.groups import ED25519
from pb.core.belenios.messages import generate_uuid
from pb.core.poll.result import PollResult, count_result
from pb.core.poll.terms import PollTerms, build_election
from pb.results.service import pabulib
from tests.conformance.polls import make_terms
from tests.conformance.test_pabulib import CHECK, SECONDS

MILLION = 1_000_000_00
COSTS = (15 * MILLION, 15 * MILLION, 30 * MILLION, 20 * MILLION)  # two are level in cost, so that seeds decide
ENVELOPE = 50 * MILLION
SETTLEMENTS = ("Ақкөл", "Ақкөл", "Бұлақ", "Бұлақ")
IDS = [project.id for project in make_terms(projects=4).projects]
RULES = {
    "plain": PLAIN,
    "stop": GreedyTerms(stop_at_misfit=True),
    "threshold": GreedyTerms(least_votes=2),
    "groups": GreedyTerms(exclusive=(frozenset(IDS[:2]),)),
    "in part": GreedyTerms(in_part=True),
    "settlements": GreedyTerms(envelopes={"Бұлақ": 20 * MILLION, "Ақкөл": 15 * MILLION}),
    "equal shares": SharesTerms(),
}
BALLOTS: list[BallotRule] = [Approval(0, 3), Points(5, 8), Ranking(3), Knapsack(COSTS, 35 * MILLION)]


def terms_with(ballot: BallotRule, rule: Any) -> PollTerms:
    terms = make_terms(projects=4, choices=3)
    projects = tuple(
        replace(project, cost=cost, settlement=name)
        for project, cost, name in zip(terms.projects, COSTS, SETTLEMENTS, strict=True)
    )
    return replace(terms, projects=projects, envelope=ENVELOPE, ballot=ballot, rule=rule)


def election(terms: PollTerms) -> str:
    texts = {"name": "Бюджет", "description": "", "question": "?", "administrator": "Әкім"}
    key = ED25519.generator.exp(5)
    return build_election(uuid=generate_uuid(), public_key=key, terms=terms, credential_authority="Тіркеуші",
                          group=ED25519, **texts)  # fmt: skip


@st.composite
def polls(draw: st.DrawFn) -> tuple[PollTerms, PollResult]:
    ballot = draw(st.sampled_from(BALLOTS))
    terms = terms_with(ballot, RULES[draw(st.sampled_from([name for name in RULES if possible(name, ballot)]))])
    numbers = st.integers(0, 4 if isinstance(ballot, Points | Ranking) else 1)
    row = draw(st.lists(st.lists(numbers, min_size=4, max_size=4), min_size=1, max_size=10))
    return terms, count_result(terms, row)


@settings(deadline=None, max_examples=150)
@given(polls())
def test_the_file_and_its_manifest_count_to_the_winners_of_the_poll(poll: tuple[PollTerms, PollResult]) -> None:
    terms, result = poll
    frozen = election(terms)
    data = pabulib.as_file(terms, result, 0, frozen)
    file = read(data)
    reading = interpret(file)
    assert reading.notices == tuple(one for one in reading.notices if "funded otherwise" in one.text)
    counted = count(reading.instance, terms_of(file))
    titles = {project.id: project.title for project in terms.projects}
    named = {project.id: project.name for project in reading.instance.projects}
    assert [named[one] for one in counted.winners] == [titles[one.id] for one in result.allocation.winners]
    granted = sum(one.granted for one in counted.standings) * 100
    assert (granted, counted.left * 100) == (result.allocation.spent, result.allocation.left)
    assert reading.instance.voters == len(result.valid)
    manifest = json.loads(pabulib.as_manifest(result, frozen))
    assert manifest["winners"] == list(counted.winners)
    assert parse_terms(manifest) == terms_of(file)
    assert pabulib.as_file(terms, result, 0, frozen) == data


VILLAGE = [[1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 1, 0], [0, 0, 1, 0], [1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]]


def possible(name: str, ballot: BallotRule) -> bool:
    """A poll does not count equal shares from rankings."""
    return name != "equal shares" or not isinstance(ballot, Ranking)


@pytest.mark.parametrize(
    ("name", "ballot"),
    [
        pytest.param(name, ballot, id=f"{name}, {type(ballot).__name__}")
        for name in RULES
        for ballot in BALLOTS
        if possible(name, ballot)
    ],
)
def test_the_format_s_checker_accepts_every_rule(name: str, ballot: BallotRule, tmp_path: Path) -> None:
    rows = VILLAGE
    if isinstance(ballot, Ranking):
        rows = [[1, 2, 0, 0], [2, 0, 1, 0], [0, 0, 1, 0], [0, 0, 1, 0], [1, 2, 3, 0], [0, 0, 0, 0]]
    terms = terms_with(ballot, RULES[name])
    path = tmp_path / "kazakhstan_okrug_2027.pb"
    path.write_bytes(pabulib.as_file(terms, count_result(terms, rows), 0, election(terms)))
    done = subprocess.run([sys.executable, "-c", CHECK, str(path)], capture_output=True, text=True, check=True,
                          timeout=SECONDS)  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["metadata"]["invalid"] == 0, told


def test_ids_are_the_numbers_on_the_ballot_unless_the_drawn_text_decided_otherwise() -> None:
    """A and B cost and are liked alike: their order follows from the drawn text and the projects' own ids."""
    rule = GreedyTerms(exclusive=(frozenset(IDS[:2]),))
    found = set()
    for text in range(20):
        terms = terms_with(Approval(0, 3), rule)
        terms = replace(terms, tie_seed=terms.tie_seed.of(str(text)))
        result = count_result(terms, [[1, 1, 0, 0]])
        file = read(pabulib.as_file(terms, result, 0, election(terms)))
        (name,) = count(interpret(file).instance, terms_of(file)).winners
        assert name in {result.allocation.winners[0].id, str(IDS.index(result.allocation.winners[0].id) + 1)}
        found.add(len(name) < 3)
    assert found == {True, False}


def with_comment(value: str) -> PabulibFile:
    terms = terms_with(Approval(0, 3), PLAIN)
    file = read(pabulib.as_file(terms, count_result(terms, VILLAGE), 0, election(terms)))
    return read(write(replace(file, meta={**file.meta, "comment": value})))


def test_prose_alone_says_nothing() -> None:
    assert written_terms(with_comment("#1: Two villages. #2: Terms as ever")) == {}
    assert written_terms(with_comment(comment(["One"], {"terms": {"rule": "greedy"}}))) == {"terms": {"rule": "greedy"}}


@pytest.mark.parametrize(
    "value",
    ["", "{", "[]", "7", '{"terms":5}', "{}", "[" * 50_000, '{"terms":{},"blank_ballots":-1}',
     '{"terms":{},"blank_ballots":1.5}', '{"terms":{},"blank_ballots":true}'],
)  # fmt: skip
def test_terms_that_are_none_are_refused_at_the_comment(value: str) -> None:
    with pytest.raises(FormatError) as refused:
        interpret(with_comment(f"#1: {MARK}{value}"))
    assert refused.value.column == "comment"


@pytest.mark.parametrize("terms", [{}, {"rule": "lottery"}, {"rule": "greedy", "least_votes": "2"}])
def test_terms_that_are_not_understood_are_refused(terms: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="manifest"):
        terms_of(with_comment(comment([], {"terms": terms})))


@pytest.mark.parametrize("name", [name for name in RULES if name != "equal shares"])
@pytest.mark.parametrize("votes", [[7, 5, 3, 0], [2, 2, 2, 2], [0, 0, 0, 0], [1, 1, 0, 9]])
def test_the_file_of_a_poll_of_totals_counts_to_its_winners_and_the_checker_accepts_it(
    name: str, votes: list[int], tmp_path: Path
) -> None:
    """It gave other winners, with exit status 0: nobody's ballots were counted."""
    terms = replace(terms_with(Approval(0, 3), RULES[name]), ballot=None)
    result = count_result(terms, votes)
    path = tmp_path / "kazakhstan_okrug_2027.pb"
    path.write_bytes(pabulib.as_file(terms, result, 9, ""))
    file = read(path.read_bytes())
    reading = interpret(file)
    counted = count(reading.instance, terms_of(file))
    titles = {project.id: project.title for project in terms.projects}
    named = {project.id: project.name for project in reading.instance.projects}
    assert [named[one] for one in counted.winners] == [titles[one.id] for one in result.allocation.winners]
    assert {named[one.id]: one.votes for one in counted.standings} == dict(zip(titles.values(), votes, strict=True))
    done = CliRunner().invoke(main, ["count", str(path), "--check"])
    assert done.exit_code == 0, done.output
    refused = CliRunner().invoke(main, ["count", str(path), "--rule", "equal-shares"])
    assert (refused.exit_code, "no ballots, only totals" in refused.output) == (1, True)
    checked = subprocess.run([sys.executable, "-c", CHECK, str(path)], capture_output=True, text=True, check=True,
                             timeout=SECONDS)  # fmt: skip
    told = json.loads(checked.stdout.splitlines()[-1])
    assert told["metadata"]["invalid"] == 0, told


@pytest.mark.parametrize("totals", [{"1": -1}, {"1": True}, {"1": 1}, []])
def test_totals_that_are_none_are_refused_at_the_comment(totals: Any) -> None:
    terms = replace(terms_with(Approval(0, 3), PLAIN), ballot=None)
    file = read(pabulib.as_file(terms, count_result(terms, [1, 2, 3, 4]), 9, ""))
    value = comment([], {"terms": {"rule": "greedy"}, "totals": totals})
    with pytest.raises(FormatError) as refused:
        interpret(read(write(replace(file, meta={**file.meta, "comment": value}))))
    assert refused.value.column in {"comment", "num_votes"}
