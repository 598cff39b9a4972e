"""A count in plain English lines, for a terminal."""

from collections.abc import Callable
from fractions import Fraction

from pb.core.allocation.count import Count, Standing
from pb.core.allocation.fairness import assess, prefer
from pb.core.allocation.greedy import Reason
from pb.core.allocation.instance import Instance
from pb.core.allocation.pabulib_count import amount


def summary(instance: Instance, counted: Count) -> list[str]:
    """The winners' ids, one per line in order; then what was counted and what is left."""
    lines = list(counted.winners)
    money = _money(instance)
    lines.append(f"{len(counted.winners)} of {len(instance.projects)} projects win by {counted.terms.rule.value}.")
    lines.append(f"{instance.voters} ballots; spent {money(counted.spent)}; left {money(counted.left)}.")
    if counted.shares is not None:
        shares = counted.shares
        lines.append(f"Endowment {_short(shares.endowment / instance.unit)} a voter; ended: {shares.ending.value}.")
    if counted.greedy_preferred:
        lines.append("More voters prefer what greedy gives: its winners stand.")
    lines += [f"Tie: {tie.first} before {tie.second}, by {tie.decided_by.value}." for tie in counted.ties]
    return lines


def explanation(instance: Instance, counted: Count, project_id: str) -> list[str]:
    """Why a project won or lost. Raises KeyError for an unknown one."""
    standing = counted.standing(project_id)
    money = _money(instance)
    lines = [f"{standing.id}: cost {money(standing.cost)}, votes {standing.votes}, score {standing.score}."]
    lines.append(_why(instance, standing))
    if standing.effective is not None:
        whole, hundredths = divmod(standing.effective, 100)
        lines.append(f"Effective votes: {whole}.{hundredths:02}.")
    if standing.covered is not None:
        lines.append(f"Its supporters have {money(standing.covered)} left. They paid:")
        lines += [f"  {money(paid)} for {winner}" for winner, paid in standing.spent_on]
    if standing.votes_missing:
        lines.append(f"Votes missing: {standing.votes_missing}.")
    return lines


def _why(instance: Instance, standing: Standing) -> str:
    money = _money(instance)
    left = money(standing.left or 0)
    sentences = {
        Reason.WON: f"Won as number {standing.step}.",
        Reason.WON_IN_PART: f"Won as number {standing.step}, and gets {money(standing.granted)} of its cost.",
        Reason.WON_WITH_THE_REST: f"Won as number {standing.step} with the money left at the end, by votes.",
        Reason.NOT_ENOUGH_LEFT: f"Lost: {left} was left at its turn; missing: {money(standing.missing)}.",
        Reason.NO_VOTES: "Lost: nobody voted for it.",
        Reason.TOO_FEW_VOTES: "Lost: it has fewer votes than a winner needs.",
        Reason.EXCLUDED: f"Lost: {standing.rival} won, and only one of them can.",
        Reason.AFTER_THE_END: "Lost: a project before it did not fit, which ended the count.",
        Reason.FEW_FOR_ITS_COST: "Lost: its supporters are too few for its cost, even with all of their money; "
        f"missing: {money(standing.missing)}.",
        Reason.SUPPORTERS_SPENT: "Lost: its supporters spent their money on others; "
        f"missing: {money(standing.missing)}.",
    }
    return sentences[standing.reason]


def comparison(instance: Instance, greedy: Count, shares: Count) -> list[str]:
    """Both rules side by side, and who gains."""
    lines = [f"{'':24}{'greedy':>14}{'equal-shares':>14}"]
    first, second = assess(instance, greedy.winners), assess(instance, shares.winners)
    money = _money(instance)
    rows = [
        ("winners", str(len(greedy.winners)), str(len(shares.winners))),
        ("spent", money(greedy.spent), money(shares.spent)),
        ("voters with a winner", str(first.covered), str(second.covered)),
        ("winners per voter", _short(first.average_winners), _short(second.average_winners)),
        ("their worth", _short(first.average_worth / instance.unit), _short(second.average_worth / instance.unit)),
    ]
    if first.injustices is not None and second.injustices is not None:
        rows.append(("groups passed over", str(len(first.injustices)), str(len(second.injustices))))
    lines += [f"{name:24}{one:>14}{other:>14}" for name, one, other in rows]
    worse, better, equal = prefer(instance, greedy.winners, shares.winners)
    lines.append(f"Only greedy: {', '.join(name for name in greedy.winners if name not in shares.winners) or '-'}")
    lines.append(
        f"Only equal-shares: {', '.join(name for name in shares.winners if name not in greedy.winners) or '-'}"
    )
    lines.append(f"Voters with more winners by equal-shares: {better}; by greedy: {worse}; as many: {equal}.")
    return lines


def _money(instance: Instance) -> Callable[[int], str]:
    return lambda money: amount(money, instance.unit)


def _short(number: Fraction) -> str:
    """Two decimals, rounded down; for reading only."""
    whole, hundredths = divmod(int(number * 100), 100)
    return f"{whole}.{hundredths:02}"
