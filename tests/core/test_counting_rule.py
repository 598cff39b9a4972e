"""The counting rule in a poll's terms: plain as ever, or with settings that everybody can count again."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core.allocation.greedy import PLAIN, GreedyTerms
from pb.core.belenios.canonical import Check, ProtocolError, dump_json, parse_json
from pb.core.poll.counting_rule import NAME, parse_rule, rule_value
from pb.core.poll.terms import PollTerms
from tests.conformance.polls import make_terms

TERMS = make_terms(projects=3, choices=2)
A, B, C = (project.id for project in TERMS.projects)
FULL = GreedyTerms(True, 3, (frozenset({A, B}),), True, {"Краснояр": 5})
VALUE = rule_value(FULL)


def test_the_plain_rule_stands_as_it_always_stood() -> None:
    assert rule_value(PLAIN) == {"name": "greedy", "ties": ["cheaper", "seed"]}
    assert parse_rule(NAME) == PLAIN


@given(
    st.builds(
        GreedyTerms,
        stop_at_misfit=st.booleans(),
        least_votes=st.integers(1, 9),
        exclusive=st.sampled_from([(), (frozenset({A, C}),)]),
        in_part=st.booleans(),
        envelopes=st.dictionaries(st.sampled_from(["Краснояр", "Ақкөл"]), st.integers(1, 1000)),
    )
)
def test_a_rule_comes_back_from_the_terms_as_it_went_in(rule: GreedyTerms) -> None:
    terms = replace(TERMS, rule=rule)
    assert PollTerms.parse(parse_json(dump_json(terms.to_value()))) == terms


@pytest.mark.parametrize(
    ("value", "check"),
    [
        (VALUE | {"name": "equal-shares"}, Check.UNSUPPORTED),
        (VALUE | {"ties": ["seed"]}, Check.UNSUPPORTED),
        ("greedy", Check.UNSUPPORTED),
        ({name: value for name, value in VALUE.items() if name != "in_part"}, Check.FORM),
        (VALUE | {"discount": 1}, Check.FORM),
        (VALUE | {"in_part": 1}, Check.FORM),
        (VALUE | {"least_votes": 0}, Check.FORM),
        (VALUE | {"least_votes": "3"}, Check.FORM),
        (VALUE | {"envelopes": []}, Check.FORM),
        (VALUE | {"envelopes": {"Краснояр": 0}}, Check.FORM),
        (VALUE | {"envelopes": {"Краснояр": TERMS.envelope + 1}}, Check.TERMS),
        (VALUE | {"exclusive": [[A]]}, Check.TERMS),
        (VALUE | {"exclusive": [[A, "another"]]}, Check.TERMS),
        (VALUE | {"exclusive": [[A, B], [B, C]]}, Check.TERMS),
        (VALUE | {"exclusive": A}, Check.FORM),
    ],
)
def test_a_rule_that_is_none_is_refused(value: Any, check: Check) -> None:
    with pytest.raises(ProtocolError) as refused:
        PollTerms.parse(TERMS.to_value() | {"rule": value})
    assert refused.value.check is check


def test_settings_decide_who_wins() -> None:
    """Costs 15, 30 and 45 million tenge, an envelope of 60, votes in this order."""
    votes = [5, 4, 3]
    assert [one.id for one in TERMS.allocate(votes).winners] == [A, B]
    winners = [
        (GreedyTerms(exclusive=(frozenset({A, B}),)), [A, C]),
        (GreedyTerms(least_votes=5), [A]),
        (GreedyTerms(in_part=True), [A, B, C]),
        (GreedyTerms(stop_at_misfit=True), [A, B]),
    ]
    for rule, expected in winners:
        terms = replace(TERMS, rule=rule)
        assert [one.id for one in terms.allocate(votes).winners] == expected
    partly = replace(TERMS, rule=GreedyTerms(in_part=True)).allocate(votes)
    assert (partly.winners[-1].granted, partly.left) == (1_500_000_000, 0)


def test_a_settlement_counts_its_own_projects_first() -> None:
    projects = tuple(
        replace(project, settlement=name)
        for project, name in zip(TERMS.projects, ("Ақкөл", "Ақкөл", "Бұлақ"), strict=True)
    )
    rule = GreedyTerms(envelopes={"Бұлақ": 4_500_000_000})
    terms = replace(TERMS, projects=projects, rule=rule)
    assert [one.id for one in terms.allocate([5, 4, 1]).winners] == [C, A]
