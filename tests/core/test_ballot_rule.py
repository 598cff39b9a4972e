"""When a whole ballot is valid, and why not."""

from collections.abc import Sequence

import pytest

from pb.core.belenios.ballot_rule import Approval, BallotRule, Knapsack, Points, Ranking, Reason, parse_rule, rule_extra
from pb.core.belenios.canonical import ProtocolError

APPROVAL, POINTS, RANKING, KNAPSACK = Approval(1, 2), Points(5, 8), Ranking(2), Knapsack((40, 30, 50), 80)


@pytest.mark.parametrize(
    ("rule", "ballot", "reason"),
    [
        (APPROVAL, (1, 0, 1), None),
        (APPROVAL, (0, 0, 0), Reason.TOO_FEW),
        (APPROVAL, (1, 1, 1), Reason.TOO_MANY),
        (APPROVAL, (2, 0, 0), Reason.NOT_ZERO_OR_ONE),
        (POINTS, (5, 3, 0), None),
        (POINTS, (0, 0, 0), None),
        (POINTS, (6, 0, 0), Reason.TOO_MANY_POINTS_FOR_ONE),
        (POINTS, (5, 4, 0), Reason.TOO_MANY_POINTS),
        (RANKING, (2, 0, 1), None),
        (RANKING, (0, 0, 0), None),
        (RANKING, (2, 0, 0), Reason.NOT_A_RANKING),
        (RANKING, (1, 1, 0), Reason.NOT_A_RANKING),
        (RANKING, (255, 1, 0), Reason.NOT_A_RANKING),
        (RANKING, (1, 2, 3), Reason.TOO_MANY),
        (KNAPSACK, (0, 1, 1), None),
        (KNAPSACK, (1, 0, 1), Reason.OVER_THE_LIMIT),
        (KNAPSACK, (0, 0, 2), Reason.NOT_ZERO_OR_ONE),
    ],
)
def test_ballots(rule: BallotRule, ballot: Sequence[int], reason: Reason | None) -> None:
    assert rule.reason(ballot) is reason
    assert parse_rule(rule_extra(rule), 3) == rule


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "approval", "least": 3, "most": 2},
        {"kind": "approval", "most": 2, "least": 1},
        {"kind": "approval", "least": 0, "most": 4},
        {"kind": "approval", "least": 0, "most": 2, "x": 1},
        {"kind": "points", "each": 256, "total": 300},
        {"kind": "points", "each": 0, "total": 3},
        {"kind": "points", "each": 1, "total": 3 * 255 + 1},
        {"kind": "ranking", "most": 0},
        {"kind": "ranking", "most": "2"},
        {"kind": "knapsack", "costs": [1, 2], "limit": 3},
        {"kind": "knapsack", "costs": [1, 2, -3], "limit": 3},
        {"kind": "lottery"},
        {},
        "approval",
    ],
)
def test_rules_that_are_none(value: object) -> None:
    with pytest.raises(ProtocolError):
        parse_rule({"ballot_rule": value}, 3)


@pytest.mark.parametrize("extra", [None, {}, {"other": 1}, [], "ballot_rule"])
def test_a_question_of_another_tool_has_no_rule(extra: object) -> None:
    assert parse_rule(extra, 3) is None
