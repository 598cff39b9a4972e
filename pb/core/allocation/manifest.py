"""The rule manifest: everything that decides a result, and the result, as canonical JSON.

Canonical: keys sorted, no spaces, UTF-8, no floats; fractions are texts like "1/100". The same input and the same terms
give the same bytes, on every machine.
"""

import json
import re
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final

from pb.core.allocation.count import Count, Rule, Standing, Terms
from pb.core.allocation.equal_shares import Completion, SharesTerms, Start, Stop
from pb.core.allocation.fairness import Fairness, Part, assess
from pb.core.allocation.greedy import GreedyTerms
from pb.core.allocation.instance import Instance
from pb.core.allocation.shares import Utility

VERSION: Final = 1
MOST_BYTES: Final = 20 * 10**6
TIES: Final = ["cheaper", "more votes", "sha256(seed|project id)"]
FRACTION: Final = re.compile(r"\d{1,18}(/(?!0+$)\d{1,18}|\.\d{1,18})?", re.ASCII)
STEP_UNIT: Final = "unit"
SATISFACTION: Final = "satisfaction"
OF_GREEDY_ALONE: Final = ("stop_at_misfit", "in_part", "envelopes", "next_share")


class ManifestError(ValueError):
    """The manifest does not say how to count."""


def load(data: bytes) -> dict[str, Any]:
    """The JSON object of a manifest. Raises ManifestError for what is none, nests too deep or holds endless numbers."""
    try:
        value = json.loads(data, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise ManifestError("a manifest is JSON, without endless numbers and not nested deeply") from error
    if not isinstance(value, dict):
        raise ManifestError("a manifest is a JSON object")
    return value


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def canonical(value: Any) -> bytes:
    """Canonical JSON with a line end."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"


def terms_value(terms: Terms) -> dict[str, Any]:
    """The terms as a manifest holds them."""
    greedy, shares = terms.greedy, terms.shares
    value: dict[str, Any] = {"rule": terms.rule.value, "seed": terms.seed, "ties": TIES, "arithmetic": "exact"}
    if terms.rule is Rule.EQUAL_SHARES:
        value |= {
            "utility": shares.utility.value,
            "completion": shares.completion.value,
            "start": shares.start.value,
            "step": STEP_UNIT if shares.step is None else str(shares.step),
            "stop": shares.stop.value,
            "then_greedy": shares.then_greedy,
            "least_votes": greedy.least_votes,
            "comparison": SATISFACTION if terms.comparison else "none",
        }
        if greedy.exclusive:
            value["exclusive"] = _groups(greedy)
    else:
        value |= {
            "stop_at_misfit": greedy.stop_at_misfit,
            "least_votes": greedy.least_votes,
            "exclusive": _groups(greedy),
            "in_part": greedy.in_part,
            "envelopes": dict(greedy.envelopes),
        }
        if greedy.next_share is not None:
            value["next_share"] = str(greedy.next_share)
    return value


def _groups(greedy: GreedyTerms) -> list[list[str]]:
    return sorted(sorted(group) for group in greedy.exclusive)


def parse_terms(value: Any) -> Terms:
    """The terms that a manifest holds; settings left out have their defaults. Raises ManifestError."""
    if not isinstance(value, dict) or not isinstance(value.get("terms", value), dict):
        raise ManifestError("a manifest is a JSON object")
    members = value.get("terms", value)
    try:
        step = members.get("step", "1/100")
        return Terms(
            rule=_rule(members),
            seed=_typed(members, "seed", str, ""),
            comparison=_comparison(members),
            greedy=GreedyTerms(
                stop_at_misfit=_typed(members, "stop_at_misfit", bool, default=False),
                least_votes=_typed(members, "least_votes", int, 1),
                exclusive=tuple(frozenset(map(str, group)) for group in members.get("exclusive", [])),
                in_part=_typed(members, "in_part", bool, default=False),
                envelopes={str(name): int(part) for name, part in members.get("envelopes", {}).items()},
                next_share=None if (share := members.get("next_share")) is None else fraction(share),
            ),
            shares=SharesTerms(
                utility=Utility(members.get("utility", Utility.COST)),
                completion=Completion(members.get("completion", Completion.ADD1)),
                start=Start(members.get("start", Start.EXACT)),
                step=None if step == STEP_UNIT else fraction(step),
                stop=Stop(members.get("stop", Stop.OVERSPEND)),
                then_greedy=_typed(members, "then_greedy", bool, default=True),
            ),
        )
    except KeyError as error:
        raise ManifestError(f"the manifest has no {error}") from error
    except (ValueError, TypeError, AttributeError, ArithmeticError) as error:  # infinity and 1/0 are ArithmeticErrors
        raise ManifestError(f"the manifest is not understood: {error}") from error


def fraction(value: Any) -> Fraction:
    """A share as a manifest writes it. Raises ValueError, also for 1/0 and for 1e999999999, long to compute."""
    if not FRACTION.fullmatch(str(value)):
        raise ValueError("a share is written as 1/100 or 0.01")
    return Fraction(str(value))


def _rule(members: dict[str, Any]) -> Rule:
    rule = Rule(members["rule"])
    if rule is Rule.EQUAL_SHARES and any(members.get(name) for name in OF_GREEDY_ALONE):
        raise ValueError("equal shares has none of these settings: " + ", ".join(OF_GREEDY_ALONE))
    return rule


def _comparison(members: dict[str, Any]) -> bool:
    value = members.get("comparison", "none")
    if value not in {"none", SATISFACTION}:
        raise ValueError(f"comparison is none or {SATISFACTION}")
    return bool(value == SATISFACTION)


def _typed(members: dict[str, Any], name: str, kind: type, default: Any) -> Any:
    value = members.get(name, default)
    if type(value) is not kind:
        raise TypeError(f"{name} is not of the type {kind.__name__}")
    return value


def manifest(instance: Instance, counted: Count, source: bytes, software: str) -> dict[str, Any]:
    """The manifest of a count. `source` is the file that was counted, `software` names what counted it."""
    return {
        "version": VERSION,
        "software": software,
        "input_sha256": sha256(source).hexdigest(),
        "ballot_type": instance.kind.value,
        "voters": instance.voters,
        "envelope": instance.envelope,
        "unit": instance.unit,
        "terms": terms_value(counted.terms),
        "winners": list(counted.winners),
        "spent": counted.spent,
        "left": counted.left,
        "greedy_preferred": counted.greedy_preferred,
        "ties": [
            {"first": tie.first, "second": tie.second, "decided_by": tie.decided_by.value} for tie in counted.ties
        ],
        "fairness": None if instance.totals else _fairness(assess(instance, counted.winners)),
        "projects": [_standing(standing) for standing in counted.standings],
        **({"totals": True} if instance.totals else {}),
        **_path(instance, counted),
    }


def _standing(standing: Standing) -> dict[str, Any]:
    optional = {"left": standing.left, "effective_hundredths": standing.effective, "covered": standing.covered}
    return {
        "id": standing.id,
        "cost": standing.cost,
        "votes": standing.votes,
        "score": standing.score,
        "reason": standing.reason.value,
        "step": standing.step,
        "granted": standing.granted,
        "missing": standing.missing,
        "votes_missing": standing.votes_missing,
        "rival": standing.rival or None,
        "spent_on": [{"winner": winner, "amount": amount} for winner, amount in standing.spent_on],
        **{name: number for name, number in optional.items() if number is not None},
    }


def _fairness(fairness: Fairness) -> dict[str, Any]:
    return {
        "voters_with_a_winner": fairness.covered,
        "winners_per_voter": str(fairness.average_winners),
        "worth_per_voter": str(fairness.average_worth),
        "settlements": [_part(part) for part in fairness.settlements],
        "categories": [_part(part) for part in fairness.categories],
        "passed_over": None
        if fairness.injustices is None
        else [
            {"id": injustice.id, "voters": injustice.voters, "worth": injustice.worth, "share": str(injustice.share)}
            for injustice in fairness.injustices
        ],
    }


def _part(part: Part) -> dict[str, Any]:
    return {"name": part.name, "projects": part.projects, "winners": part.winners, "spent": part.spent}


def _path(instance: Instance, counted: Count) -> dict[str, Any]:
    shares = counted.shares
    if shares is None:
        return {}
    return {
        "endowment": str(shares.endowment),
        "ending": shares.ending.value,
        "path": [
            {
                "first": str(stage.first),
                "last": str(stage.last),
                "steps": stage.steps,
                "winners": [instance.projects[place].id for place in stage.winners],
                "cost": stage.cost,
                "within_envelope": stage.paid,
            }
            for stage in shares.path
        ],
    }
