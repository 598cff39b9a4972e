"""When a whole ballot is valid: the rule that election.json commits to, beside the question it is for.

It is in the question's field "extra": `{"ballot_rule":{"kind":..}}`. A whole ballot is a number for each project,
known after decryption alone; one that breaks the rule is shown with its reason and not counted.

Before every rule, what was decrypted must be the encoding of its numbers and hold nothing besides: no honest voter's
browser makes anything else. So a trustee who proves a wrong factor (which the protocol's proof does not rule out) can
spoil a ballot visibly, but not turn it into another.

* approval: 0 or 1 for each project, `least` to `most` of them.
* points: at most `each` (255 or less) for a project, at most `total` in all.
* ranking: 1 for the first choice, 2 for the second and so on, without gaps or ties, 0 for the others; at most `most`.
* knapsack: 0 or 1 for each project, together at most `limit` of their `costs` (tiyn).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from pb.core.belenios.canonical import Check, JSONValue, ProtocolError, fields, items, whole

FIELD: Final = "ballot_rule"
MOST_POINTS: Final = 255
"""What a ballot holds for a project: eight bits."""


class Reason(StrEnum):
    """Why a ballot is invalid. The names are published in reports and never change."""

    NOT_AN_ENCODING = "not an encoding of numbers"
    NOT_ZERO_OR_ONE = "not 0 or 1"
    TOO_FEW = "too few choices"
    TOO_MANY = "too many choices"
    TOO_MANY_POINTS_FOR_ONE = "too many points for one project"
    TOO_MANY_POINTS = "too many points"
    NOT_A_RANKING = "ranks repeated or left out"
    OVER_THE_LIMIT = "over the knapsack limit"


@dataclass(frozen=True, slots=True)
class Approval:
    """Between `least` and `most` projects, each approved or not."""

    least: int
    most: int

    def reason(self, ballot: Sequence[int]) -> Reason | None:
        if any(number > 1 for number in ballot):
            return Reason.NOT_ZERO_OR_ONE
        if sum(ballot) < self.least:
            return Reason.TOO_FEW
        return Reason.TOO_MANY if sum(ballot) > self.most else None

    def to_value(self) -> dict[str, JSONValue]:
        return {"kind": "approval", "least": self.least, "most": self.most}

    @classmethod
    def parse(cls, value: JSONValue, answers: int) -> Self:
        members = fields(value, "kind", "least", "most")
        most = whole(members["most"], least=1, most=answers)
        return cls(whole(members["least"], most=most), most)


@dataclass(frozen=True, slots=True)
class Points:
    """Points for each project, with a limit for one and for all together."""

    each: int
    total: int

    def reason(self, ballot: Sequence[int]) -> Reason | None:
        if any(number > self.each for number in ballot):
            return Reason.TOO_MANY_POINTS_FOR_ONE
        return Reason.TOO_MANY_POINTS if sum(ballot) > self.total else None

    def to_value(self) -> dict[str, JSONValue]:
        return {"kind": "points", "each": self.each, "total": self.total}

    @classmethod
    def parse(cls, value: JSONValue, answers: int) -> Self:
        members = fields(value, "kind", "each", "total")
        each = whole(members["each"], least=1, most=MOST_POINTS)
        return cls(each, whole(members["total"], least=1, most=MOST_POINTS * answers))


@dataclass(frozen=True, slots=True)
class Ranking:
    """The voter's first `most` choices or fewer, in order."""

    most: int

    def reason(self, ballot: Sequence[int]) -> Reason | None:
        ranks = sorted(number for number in ballot if number)
        if ranks != list(range(1, len(ranks) + 1)):
            return Reason.NOT_A_RANKING
        return Reason.TOO_MANY if len(ranks) > self.most else None

    def to_value(self) -> dict[str, JSONValue]:
        return {"kind": "ranking", "most": self.most}

    @classmethod
    def parse(cls, value: JSONValue, answers: int) -> Self:
        members = fields(value, "kind", "most")
        return cls(whole(members["most"], least=1, most=min(answers, MOST_POINTS)))


@dataclass(frozen=True, slots=True)
class Knapsack:
    """Projects that together cost no more than `limit`, in tiyn as `costs`."""

    costs: tuple[int, ...]
    limit: int

    def reason(self, ballot: Sequence[int]) -> Reason | None:
        if any(number > 1 for number in ballot):
            return Reason.NOT_ZERO_OR_ONE
        cost = sum(cost for cost, chosen in zip(self.costs, ballot, strict=True) if chosen)
        return Reason.OVER_THE_LIMIT if cost > self.limit else None

    def to_value(self) -> dict[str, JSONValue]:
        return {"kind": "knapsack", "costs": list(self.costs), "limit": self.limit}

    @classmethod
    def parse(cls, value: JSONValue, answers: int) -> Self:
        members = fields(value, "kind", "costs", "limit")
        costs = tuple(whole(cost) for cost in items(members["costs"]))
        if len(costs) != answers:
            raise ProtocolError(Check.TERMS, "A knapsack rule does not have a cost for each answer.")
        return cls(costs, whole(members["limit"]))


BallotRule = Approval | Points | Ranking | Knapsack
_KINDS: Final[dict[str, Any]] = {"approval": Approval, "points": Points, "ranking": Ranking, "knapsack": Knapsack}


def parse_rule(extra: JSONValue, answers: int) -> BallotRule | None:
    """The rule in the field "extra" of a question with so many answers; None in a question of another tool.

    Raises ProtocolError (FORM, TERMS; UNSUPPORTED for a rule of an unknown kind).
    """
    if not isinstance(extra, dict) or FIELD not in extra:
        return None
    value = extra[FIELD]
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ProtocolError(Check.UNSUPPORTED, "The rule for a valid ballot is not known.")
    rule: BallotRule = _KINDS[kind].parse(value, answers)
    return rule


def not_counted(rule: BallotRule, ballots: Sequence[Sequence[int]], strange: Collection[int]) -> dict[int, Reason]:
    """The ballots that are not counted, by place from 1, with the reason.

    `strange` are those, by place from 0, that are no encoding of numbers.
    """
    reasons = (
        Reason.NOT_AN_ENCODING if place in strange else rule.reason(ballot) for place, ballot in enumerate(ballots)
    )
    return {place: reason for place, reason in enumerate(reasons, 1) if reason is not None}


def rule_extra(rule: BallotRule) -> dict[str, JSONValue]:
    """The field "extra" of a question with this rule."""
    return {FIELD: rule.to_value()}
