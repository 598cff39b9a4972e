"""What whole ballots show of fairness: how voters fare by the poll's rule, by votes alone and by equal shares."""

from collections.abc import Collection
from fractions import Fraction
from typing import NamedTuple

from flask_babel import gettext as _

from pb.core.allocation.equal_shares import SharesTerms
from pb.core.allocation.greedy import PLAIN
from pb.core.belenios.ballot_rule import Points, Ranking
from pb.core.poll.fairness import Side
from pb.formats import money, number, numbered
from pb.results.service.counting import Counted


class Column(NamedTuple):
    """A rule and what it gives; `own` marks the rule of the poll."""

    title: str
    side: Side
    own: bool


def columns(counted: Counted) -> list[Column]:
    """The rules side by side, the poll's own first where it is neither of the two that are compared."""
    if counted.comparison is None:
        return []
    comparison, rule = counted.comparison, counted.rule
    by_points = isinstance(counted.ballot, Points | Ranking)
    both = [
        Column(_("By points alone") if by_points else _("By votes alone"), comparison.greedy, rule == PLAIN),
        Column(_("By equal shares"), comparison.shares, isinstance(rule, SharesTerms)),
    ]
    return (
        both
        if any(column.own for column in both)
        else [Column(_("By the rule of this vote"), comparison.own, True), *both]
    )


def table(counted: Counted) -> list[list[str]]:
    """Rows: a figure, and its value by each rule."""
    sides = [column.side for column in columns(counted)]
    if not sides:
        return []
    won = [frozenset(side.count.winners) for side in sides]
    rows = [
        [_("Winners"), *(number(len(winners)) for winners in won)],
        [_("Spent"), *(money(side.count.spent) for side in sides)],
        [_("Voters with at least one winner"), *(_of(side.fairness.covered, side.fairness.voters) for side in sides)],
        [_("Winners on a ballot, on average"), *(_hundredths(side.fairness.average_winners) for side in sides)],
        [_("Their worth, on average"), *(_tenge(side.fairness.average_worth) for side in sides)],
    ]
    if sides[0].fairness.injustices is not None:
        rows.append(
            [
                _("Projects whose supporters were passed over"),
                *(number(len(side.fairness.injustices or ())) for side in sides),
            ]
        )
    numbers = {str(project.id): project.number for project in counted.projects}
    alone = [winners - frozenset().union(*(other for other in won if other is not winners)) for winners in won]
    rows.append([_("Win by this rule alone"), *(_numbers({numbers[name] for name in ids}) for ids in alone)])
    return rows


def sentences(counted: Counted) -> list[str]:
    """The same in words: who has a winner, who would gain, who was passed over."""
    if counted.comparison is None:
        return []
    comparison, fairness = counted.comparison, counted.comparison.own.fairness
    texts = [
        _("Voters with at least one winner on their ballot: %(share)s.", share=_of(fairness.covered, fairness.voters)),
        _(
            "Voters for whom more of their choices win by equal shares: %(better)s; by the order alone: %(worse)s; as "
            "many by both: %(equal)s.",
            better=number(comparison.better),
            worse=number(comparison.worse),
            equal=number(comparison.equal),
        ),
    ]
    if fairness.injustices is None:
        texts.append(_("Whether somebody was passed over is computed for marks alone, not for points or an order."))
    elif not fairness.injustices:
        texts.append(
            _(
                "Nobody was passed over: no voters agree on a loser that their share of the envelope would pay "
                "besides what they won."
            )
        )
    numbers = {str(project.id): project.number for project in counted.projects}
    texts += [
        _(
            "Passed over: %(project)s. Voters who agree on it: %(voters)s. Their share of the envelope: %(share)s. "
            "What won on the ballot of each of them costs at most: %(worth)s.",
            project=numbered(numbers[injustice.id]),
            voters=number(injustice.voters),
            share=_tenge(injustice.share),
            worth=money(injustice.worth),
        )
        for injustice in fairness.injustices or ()
    ]
    return [str(sentence) for sentence in texts]


def _of(part: int, whole: int) -> str:
    percent = 100 * part // whole if whole else 0
    return str(_("%(part)s of %(whole)s (%(percent)s %%)", part=number(part), whole=number(whole), percent=percent))


def _hundredths(exact: Fraction) -> str:
    """Two decimals, rounded down, with the comma that Kazakhstan writes."""
    whole, rest = divmod(int(exact * 100), 100)
    return f"{number(whole)},{rest:02}"


def _tenge(exact: Fraction) -> str:
    """A sum of tiyn in whole tenge, rounded down."""
    return money(int(exact) // 100 * 100)


def _numbers(numbers: Collection[int]) -> str:
    return ", ".join(numbered(project) for project in sorted(numbers)) or "–"
