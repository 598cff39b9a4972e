"""The rule `equal-shares`: the Method of Equal Shares with its completion.

At the endowment B/n the method leaves money unspent. The completion `add1` raises every voter's endowment step by step
and counts anew, and keeps the last outcome that the envelope pays; then `greedy` may share out what is left.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final

from pb.core.allocation.electorate import Electorate
from pb.core.allocation.instance import Instance
from pb.core.allocation.shares import Purchase, Utility, reach, rivals_of, share

MOST_COUNTS: Final = 100_000
"""A completion that would need more counts is refused: its step is too small for its envelope."""

PATIENCE: Final = 4
"""After so many counts alike it is computed how many more steps will be alike, and those are passed over."""


class Completion(StrEnum):
    NONE = "none"
    ADD1 = "add1"


class Start(StrEnum):
    """Where a completion begins.

    At B/n; at B/n rounded down to a whole unit of currency; or at B/n, with the steps counted from B/n rounded down,
    as the programs of equalshares.net and Pabulib do.
    """

    EXACT = "B/n"
    FLOOR = "floor(B/n)"
    EXACT_THEN_FLOOR = "B/n, then floor(B/n)"


class Stop(StrEnum):
    """When a completion ends: when the next step would overspend, or also when nothing more fits."""

    OVERSPEND = "overspend"
    EXHAUSTIVE = "exhaustive"


class Ending(StrEnum):
    """Why a completion ended."""

    NO_COMPLETION = "no completion"
    OVERSPENT = "the next step would overspend"
    EXHAUSTED = "nothing more fits"
    ALL_WON = "every project with votes has won"


@dataclass(frozen=True, slots=True)
class SharesTerms:
    """A variant of the rule. `step`: a share of B/n by which the endowment rises; None for one unit of currency."""

    utility: Utility = Utility.COST
    completion: Completion = Completion.ADD1
    start: Start = Start.EXACT
    step: Fraction | None = Fraction(1, 100)
    stop: Stop = Stop.OVERSPEND
    then_greedy: bool = True

    def __post_init__(self) -> None:
        if self.step is not None and self.step <= 0:
            raise ValueError("the step of a completion is positive")


@dataclass(frozen=True, slots=True)
class Stage:
    """Endowments from `first` to `last` (smallest amounts, in steps) at which the same projects win, in one order.

    `paid` is false for the outcome that ended the completion because it costs more than the envelope.
    """

    first: Fraction
    last: Fraction
    steps: int
    winners: tuple[int, ...]
    cost: int
    paid: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """The outcome: purchases in order at the last `endowment`, how it was reached, and why it ended there."""

    purchases: tuple[Purchase, ...]
    endowment: Fraction
    path: tuple[Stage, ...]
    ending: Ending
    cost: int
    electorate: Electorate


@dataclass(frozen=True, slots=True)
class Bars:
    """Who cannot win: places of projects that are `barred`, and groups of places of which one can win."""

    barred: frozenset[int] = frozenset()
    exclusive: tuple[frozenset[int], ...] = ()

    def out(self, winners: Iterable[int]) -> frozenset[int]:
        """The barred ones, the winners, and those whom they exclude."""
        won = frozenset(winners)
        return self.barred.union(won, *(rivals_of(place, self.exclusive) for place in won))


NO_BARS: Final = Bars()


def equal_shares(instance: Instance, terms: SharesTerms, seed: str, bars: Bars = NO_BARS) -> Shares:
    """Count by the Method of Equal Shares; the greedy completion is left to the caller.

    Ends always: an endowment that pays every supported project alone lets all of them win, and the steps up to it are
    at most `MOST_COUNTS`. Raises ValueError if they would be more.
    """
    electorate = Electorate.of(instance, seed, bars.barred)
    voters = max(1, instance.voters)
    fair = Fraction(instance.envelope, voters)
    whole = Fraction(fair // instance.unit * instance.unit)
    endowment = whole if terms.completion is Completion.ADD1 and terms.start is Start.FLOOR else fair
    purchases = share(electorate, endowment, terms.utility, exclusive=bars.exclusive)
    stages = [_stage(instance, endowment, purchases)]
    if terms.completion is Completion.NONE:
        ending = Ending.NO_COMPLETION
    else:
        step = Fraction(instance.unit) if terms.step is None else fair * terms.step
        base = fair if terms.start is Start.EXACT else whole
        completion = _Completion(instance, electorate, terms, bars)
        endowment, purchases, ending = completion.run(step, base, purchases, stages)
    cost = _cost(instance, purchases)
    return Shares(tuple(purchases), endowment, _merge(stages), ending, cost, electorate)


@dataclass(frozen=True, slots=True)
class _Completion:
    instance: Instance
    electorate: Electorate
    terms: SharesTerms
    bars: Bars

    def run(
        self, step: Fraction, base: Fraction, purchases: list[Purchase], stages: list[Stage]
    ) -> tuple[Fraction, list[Purchase], Ending]:
        """Raise the endowment from `base` step by step until an ending; every outcome met is added to `stages`."""
        endowment = stages[-1].first
        if not step:
            return endowment, purchases, Ending.EXHAUSTED
        number, alike, patience = 0, 0, PATIENCE
        for _count in range(MOST_COUNTS):
            if self._all_won(purchases):
                return endowment, purchases, Ending.ALL_WON
            if self.terms.stop is Stop.EXHAUSTIVE and self._exhausted(purchases):
                return endowment, purchases, Ending.EXHAUSTED
            if alike >= patience:
                skipped = self._steps_alike(endowment, step)
                if skipped:
                    number += skipped
                    endowment = base + number * step
                    stages[-1] = replace(stages[-1], last=endowment, steps=stages[-1].steps + skipped)
                # Where nothing is gained, it is tried again later.
                alike, patience = 0, PATIENCE if skipped > patience else 2 * patience
            number += 1
            raised = base + number * step
            following = share(self.electorate, raised, self.terms.utility, exclusive=self.bars.exclusive)
            stages.append(_stage(self.instance, raised, following))
            if not stages[-1].paid:
                return endowment, purchases, Ending.OVERSPENT
            alike = alike + 1 if stages[-1].winners == stages[-2].winners else 0
            endowment, purchases = raised, following
        raise ValueError("the completion would take too many steps: choose a larger step")

    def _all_won(self, purchases: Sequence[Purchase]) -> bool:
        """Whether nobody is left whom more money could let win."""
        out = self.bars.out(purchase.project for purchase in purchases)
        return all(place in out or not support.voters for place, support in enumerate(self.electorate.supports))

    def _exhausted(self, purchases: Sequence[Purchase]) -> bool:
        left = self.instance.envelope - _cost(self.instance, purchases)
        out = self.bars.out(purchase.project for purchase in purchases)
        return all(
            place in out or not votes or project.cost > left
            for place, (project, votes) in enumerate(zip(self.instance.projects, self.instance.votes, strict=True))
        )

    def _steps_alike(self, endowment: Fraction, step: Fraction) -> int:
        """How many steps at least will have the same winners in the same order."""
        rise = reach(self.electorate, endowment, self.terms.utility, exclusive=self.bars.exclusive)
        return 0 if rise is None else max(0, math.ceil(rise / step) - 1)


def _cost(instance: Instance, purchases: Sequence[Purchase]) -> int:
    return sum(instance.projects[purchase.project].cost for purchase in purchases)


def _stage(instance: Instance, endowment: Fraction, purchases: Sequence[Purchase]) -> Stage:
    cost = _cost(instance, purchases)
    winners = tuple(purchase.project for purchase in purchases)
    return Stage(endowment, endowment, 1, winners, cost, cost <= instance.envelope)


def _merge(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """Neighbouring stages with the same winners become one; the order in which they win does not part them."""
    merged: list[Stage] = []
    for stage in stages:
        before = merged[-1] if merged else None
        if before is not None and set(before.winners) == set(stage.winners):
            merged[-1] = Stage(
                before.first, stage.last, before.steps + stage.steps, stage.winners, stage.cost, stage.paid
            )
        else:
            merged.append(stage)
    return tuple(merged)
