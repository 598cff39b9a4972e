"""The counting rule of a poll in its terms: `greedy`, plain or with settings, or `equal-shares`.

A poll of totals knows only how many ballots chose each project, so its rule is one that needs no more; whole ballots
may be counted by equal shares, in the one variant that is written here. The plain rule is written as it always was, so
that older archives verify and newer ones of the plain rule look the same.
"""

from typing import Any, Final

from pb.core.allocation.equal_shares import SharesTerms
from pb.core.allocation.greedy import PLAIN, GreedyTerms
from pb.core.belenios.canonical import Check, JSONValue, ProtocolError, fields, items, text, whole

NAME: Final[dict[str, Any]] = {"name": "greedy", "ties": ["cheaper", "seed"]}
EQUAL_SHARES: Final[dict[str, Any]] = {
    "name": "equal-shares",
    "utility": "cost",
    "completion": "add1",
    "start": "B/n",
    "step": "1/100",
    "then": "greedy",
    "ties": ["cheaper", "more votes", "seed"],
}
CountingRule = GreedyTerms | SharesTerms
SETTINGS: Final = ("stop_at_misfit", "least_votes", "exclusive", "in_part", "envelopes")


def rule_value(rule: CountingRule) -> dict[str, JSONValue]:
    """The value of the term "rule"."""
    if isinstance(rule, SharesTerms):
        return dict(EQUAL_SHARES)
    if rule == PLAIN:
        return dict(NAME)
    return {
        **NAME,
        "stop_at_misfit": rule.stop_at_misfit,
        "least_votes": rule.least_votes,
        "exclusive": [list[JSONValue](sorted(group)) for group in rule.exclusive],
        "in_part": rule.in_part,
        "envelopes": dict(rule.envelopes),
    }


def parse_rule(value: JSONValue) -> CountingRule:
    """The rule from its value. Raises ProtocolError (UNSUPPORTED for an unknown rule, FORM)."""
    if value == NAME:
        return PLAIN
    if value == EQUAL_SHARES:
        return SharesTerms()
    if not isinstance(value, dict) or {name: value.get(name) for name in NAME} != NAME or len(value) == len(NAME):
        raise ProtocolError(Check.UNSUPPORTED, "The counting rule is not known.")
    members = fields(value, *NAME, *SETTINGS)
    envelopes = members["envelopes"]
    if not isinstance(envelopes, dict):
        raise ProtocolError(Check.FORM, "The envelopes of settlements are no object.")
    return GreedyTerms(
        stop_at_misfit=_flag(members["stop_at_misfit"]),
        least_votes=whole(members["least_votes"], least=1),
        exclusive=tuple(frozenset(text(project) for project in items(group)) for group in items(members["exclusive"])),
        in_part=_flag(members["in_part"]),
        envelopes={name: whole(part, least=1) for name, part in envelopes.items()},
    )


def check_rule(rule: CountingRule, envelope: int, ids: set[str]) -> None:
    """Raise ProtocolError (TERMS) for a rule that does not fit the envelope (tiyn) and the projects."""
    if isinstance(rule, SharesTerms):
        return
    if sum(rule.envelopes.values()) > envelope:
        raise ProtocolError(
            Check.TERMS, "The envelopes of settlements exceed the whole.", equation="sum of parts ≤ envelope"
        )
    grouped = [project for group in rule.exclusive for project in group]
    if not set(grouped) <= ids or len(set(grouped)) != len(grouped) or any(len(group) < 2 for group in rule.exclusive):
        raise ProtocolError(Check.TERMS, "A group of exclusive projects is none.")


def _flag(value: JSONValue) -> bool:
    if not isinstance(value, bool):
        raise ProtocolError(Check.FORM, "A switch is neither on nor off.")
    return value
