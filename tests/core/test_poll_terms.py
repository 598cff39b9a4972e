"""The terms of a poll: frozen in election.json, read back as they were, refused where they contradict themselves."""

from dataclasses import replace
from typing import Any

import pytest

from pb.core.allocation.equal_shares import SharesTerms
from pb.core.belenios.ballot_rule import Approval, BallotRule, Knapsack, Points, Ranking, parse_rule
from pb.core.belenios.canonical import Check, ProtocolError, dump_json, parse_json
from pb.core.belenios.groups import BELENIOS_2048, RFC_3526_2048, Group
from pb.core.belenios.messages import Election, WholeQuestion, generate_uuid
from pb.core.poll.terms import PollTerms, Project, TieSeed, build_election
from tests.conformance.polls import make_terms

TERMS = make_terms(projects=3, choices=2)
VALUE = TERMS.to_value()


def election(terms: PollTerms = TERMS, group: Group = BELENIOS_2048, **texts: str) -> str:
    named = {"name": "Бюджет", "description": "", "question": "Таңдаңыз", "administrator": "Әкім", **texts}
    return build_election(
        uuid=generate_uuid(),
        public_key=group.generator.exp(5),
        group=group,
        terms=terms,
        credential_authority="Тіркеуші",
        **named,  # type: ignore[arg-type]
    )


def refusal(value: Any) -> Check:
    with pytest.raises(ProtocolError) as refused:
        PollTerms.parse(value)
    return refused.value.check


def test_terms_come_back_from_the_election_as_they_went_in() -> None:
    text = election()
    parsed = Election.parse(text)
    assert PollTerms.of(parsed) == TERMS
    assert parsed.questions[0].answers == tuple(f"{project.number}. {project.title}" for project in TERMS.projects)
    assert (parsed.questions[0].min, parsed.questions[0].max) == (0, 2)
    assert dump_json(parse_json(text)) == text
    assert list(parse_json(text)) == [
        "version",
        "description",
        "name",
        "group",
        "public_key",
        "questions",
        "uuid",
        "administrator",
        "credential_authority",
        "asar",
    ]


def test_terms_without_minutes() -> None:
    terms = replace(TERMS, minutes=None)
    assert PollTerms.parse(terms.to_value()) == terms


@pytest.mark.parametrize("field", VALUE)
def test_no_term_may_be_missing(field: str) -> None:
    value = {name: term for name, term in VALUE.items() if name != field}
    assert refusal(value) in {Check.FORM, Check.UNSUPPORTED}


@pytest.mark.parametrize(
    ("field", "value", "check"),
    [
        ("version", 2, Check.UNSUPPORTED),
        ("okrug", {"kato": "11103300", "name_kk": "", "name_ru": ""}, Check.TERMS),
        ("okrug", {"kato": "111033000", "name_kk": ""}, Check.FORM),
        ("fiscal_year", 27, Check.FORM),
        ("envelope", -1, Check.FORM),
        ("envelope", "100", Check.FORM),
        ("envelope", True, Check.FORM),
        ("projects", [], Check.TERMS),
        ("projects", [VALUE["projects"][0]] * 2, Check.TERMS),
        ("projects", [VALUE["projects"][0], VALUE["projects"][1] | {"number": 1}], Check.TERMS),
        ("projects", [VALUE["projects"][0] | {"id": "1"}, VALUE["projects"][1]], Check.TERMS),
        ("projects", [VALUE["projects"][0] | {"cost": -1}, VALUE["projects"][1]], Check.FORM),
        ("choices", 0, Check.FORM),
        ("choices", 4, Check.TERMS),
        ("rule", {"name": "greedy", "ties": ["seed"]}, Check.UNSUPPORTED),
        ("rule", {"name": "equal shares"}, Check.UNSUPPORTED),
        ("closes_at", "2026-11-30T13:00:00+05:00", Check.TERMS),
        ("closes_at", "2026-02-30T13:00:00Z", Check.TERMS),
        ("minimum_ballots", -10, Check.FORM),
        ("tie_seed", {"text": "another", "sha256": TERMS.tie_seed.sha256}, Check.TERMS),
        ("tie_seed", {"text": "x", "sha256": "x"}, Check.FORM),
        ("roll", {"count": -1, "commitment": "ab" * 32}, Check.FORM),
        ("roll", {"count": 1, "commitment": ""}, Check.FORM),
        ("receipt_key", "AAAA", Check.TERMS),
        ("receipt_key", None, Check.TERMS),
        ("minutes", {"number": "4", "date": "20.11.2026"}, Check.TERMS),
        ("minutes", {"number": "4", "date": "2026-11-31"}, Check.TERMS),
        ("minutes", {"number": 4, "date": "2026-11-20"}, Check.FORM),
    ],
)
def test_terms_that_are_none(field: str, value: Any, check: Check) -> None:
    assert refusal(VALUE | {field: value}) is check


def test_an_unknown_term_is_refused() -> None:
    assert refusal(VALUE | {"discount": 5}) is Check.FORM


def test_the_tie_seed_is_the_hash_of_its_text() -> None:
    assert TieSeed.of("").sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert TieSeed.of("қар") != TieSeed.of("қар ")


@pytest.mark.parametrize("text", ["a\nb", "\x1b[2J", "\x7f", "tab\t"])
def test_texts_with_control_characters_are_not_opened(text: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        election(name=text)
    assert refused.value.check is Check.TERMS
    project = Project(TERMS.projects[0].id, 1, text, "", 5)
    with pytest.raises(ProtocolError):
        election(replace(TERMS, projects=(project,), choices=1))


def test_a_lone_surrogate_is_not_opened() -> None:
    with pytest.raises(ProtocolError):
        election(name="\ud800")


def test_an_election_without_terms_of_ours_has_none() -> None:
    value = {name: term for name, term in parse_json(election()).items() if name != "asar"}
    assert PollTerms.of(Election.parse(dump_json(value))) is None


def test_terms_of_polls_before_there_was_a_reserve_read_as_they_were() -> None:
    assert "reserve" not in VALUE
    with_reserve = replace(TERMS, reserve=4)
    assert PollTerms.parse(with_reserve.to_value()) == with_reserve
    assert refusal({**VALUE, "reserve": -1}) is Check.FORM
    assert refusal({**VALUE, "reserve": "4"}) is Check.FORM


COSTS = tuple(project.cost for project in TERMS.projects)
KINDS: list[BallotRule] = [Approval(0, 2), Points(5, 10), Ranking(2), Knapsack(COSTS, TERMS.envelope)]


@pytest.mark.parametrize("ballot", KINDS, ids=lambda ballot: type(ballot).__name__)
def test_the_rule_of_a_whole_ballot_stands_in_the_terms_and_in_the_question(ballot: BallotRule) -> None:
    terms = replace(TERMS, ballot=ballot)
    assert PollTerms.parse(terms.to_value()) == terms
    parsed = Election.parse(election(terms, group=RFC_3526_2048))
    assert PollTerms.of(parsed) == terms
    (question,) = parsed.questions
    assert isinstance(question, WholeQuestion)
    assert parse_rule(question.extra, len(TERMS.projects)) == ballot
    other = replace(terms, ballot=Approval(0, 1))
    value = parse_json(parsed.json) | {"asar": other.to_value()}
    with pytest.raises(ProtocolError) as refused:
        PollTerms.of(Election.parse(dump_json(value)))
    assert refused.value.check is Check.TERMS


@pytest.mark.parametrize(
    "changes",
    [
        {"ballot": Knapsack((*COSTS[:-1], 1), TERMS.envelope)},
        {"ballot": Knapsack(tuple(reversed(COSTS)), TERMS.envelope)},
        {"ballot": Approval(0, 2), "blank": True},
        {"ballot": Ranking(2), "rule": SharesTerms()},
        {"rule": SharesTerms()},
    ],
)
def test_whole_ballots_that_contradict_the_other_terms_are_refused(changes: dict[str, Any]) -> None:
    assert refusal(replace(TERMS, **changes).to_value()) is Check.TERMS


@pytest.mark.parametrize("ballot", KINDS, ids=lambda ballot: type(ballot).__name__)
def test_all_but_rankings_can_be_counted_by_equal_shares(ballot: BallotRule) -> None:
    terms = replace(TERMS, ballot=ballot, rule=SharesTerms())
    assert isinstance(ballot, Ranking) or PollTerms.parse(terms.to_value()) == terms
