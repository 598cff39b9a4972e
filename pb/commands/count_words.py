"""The sentences of `pb count`, in the chosen language."""

from fractions import Fraction

from pb.commands.spoken import words_of
from pb.core.allocation.count import Count, Standing
from pb.core.allocation.equal_shares import Ending
from pb.core.allocation.fairness import Fairness, assess, prefer
from pb.core.allocation.greedy import Reason, TieBreak
from pb.core.allocation.instance import Instance
from pb.core.allocation.pabulib_count import amount


class Words:
    """A count of an instance in sentences."""

    def __init__(self, instance: Instance, counted: Count, language: str) -> None:
        self.instance = instance
        self.counted = counted
        self.gettext = words_of(language)

    def money(self, money: int) -> str:
        return amount(money, self.instance.unit)

    def summary(self) -> list[str]:
        """The winners' ids, one per line in order; then what was counted and what is left."""
        _, counted = self.gettext, self.counted
        lines = list(counted.winners)
        lines.append(
            _(
                "Rule: %(rule)s. Winners: %(winners)s of %(projects)s projects.",
                rule=counted.terms.rule.value,
                winners=len(counted.winners),
                projects=len(self.instance.projects),
            )
        )
        if self.instance.totals is not None:
            lines.append(_("There are no ballots in the file: its totals were counted."))
        lines.append(
            _(
                "Ballots: %(ballots)s. Spent: %(spent)s. Left: %(left)s.",
                ballots=self.instance.voters,
                spent=self.money(counted.spent),
                left=self.money(counted.left),
            )
        )
        if counted.shares is not None:
            endowment = short(counted.shares.endowment / self.instance.unit)
            lines.append(_("Every voter held %(endowment)s at the end.", endowment=endowment))
            lines.append(self._ending(counted.shares.ending))
        if counted.greedy_preferred:
            lines.append(_("More voters prefer what greedy gives: its winners stand."))
        return [*lines, *self._ties()]

    def _ending(self, ending: Ending) -> str:
        _ = self.gettext
        return {
            Ending.NO_COMPLETION: _("The share of a voter was not raised."),
            Ending.OVERSPENT: _("With the next step the winners would cost more than the envelope."),
            Ending.EXHAUSTED: _("Nothing more fits into the envelope."),
            Ending.ALL_WON: _("Every project with votes has won."),
        }[ending]

    def _ties(self) -> list[str]:
        _ = self.gettext
        why = {
            TieBreak.CHEAPER: _("it is cheaper"),
            TieBreak.MORE_VOTES: _("it has more votes"),
            TieBreak.SEED: _("the order of the seed"),
        }
        return [
            _(
                "Tie: %(first)s before %(second)s (%(why)s).",
                first=tie.first,
                second=tie.second,
                why=why[tie.decided_by],
            )
            for tie in self.counted.ties
        ]

    def explanation(self, project_id: str) -> list[str]:
        """Why a project won or lost. Raises KeyError for an unknown one."""
        _, standing = self.gettext, self.counted.standing(project_id)
        cost, votes = self.money(standing.cost), standing.votes
        lines = [
            _("%(project)s: cost %(cost)s, votes %(votes)s, points %(score)s.",
              project=standing.id, cost=cost, votes=votes, score=standing.score),
            self._why(standing),
        ]  # fmt: skip
        if standing.effective is not None:
            whole, hundredths = divmod(standing.effective, 100)
            lines.append(_("Effective votes: %(votes)s.", votes=f"{whole}.{hundredths:02}"))
        if standing.covered is not None:
            lines.append(_("Its supporters have %(left)s left.", left=self.money(standing.covered)))
            lines += [
                _("They paid %(amount)s for project %(winner)s.", amount=self.money(paid), winner=winner)
                for winner, paid in standing.spent_on
            ]
        if standing.votes_missing:
            lines.append(_("Votes missing to win: %(votes)s.", votes=standing.votes_missing))
        return lines

    def _why(self, standing: Standing) -> str:
        _ = self.gettext
        left, missing = self.money(standing.left or 0), self.money(standing.missing)
        granted, step = self.money(standing.granted), standing.step
        least = self.counted.terms.greedy.least_votes
        sentences = {
            Reason.WON: _("Won as number %(step)s.", step=step),
            Reason.WON_IN_PART: _("Won in part: it gets %(granted)s of its cost, all that was left.", granted=granted),
            Reason.WON_BY_A_SHARE: _(
                "Won: a large enough share of its cost was left. It gets %(granted)s, all that was left; the rest "
                "comes from elsewhere: %(missing)s.",
                granted=granted,
                missing=missing,
            ),
            Reason.WON_WITH_THE_REST: _(
                "Won as number %(step)s, by its votes, with the money left at the end.", step=step
            ),
            Reason.NOT_ENOUGH_LEFT: _(
                "Did not fit: when its turn came, %(left)s was left; missing: %(missing)s.", left=left, missing=missing
            ),
            Reason.NO_VOTES: _("Nobody voted for it."),
            Reason.TOO_FEW_VOTES: _("Too few votes: a winner needs at least %(least)s.", least=least),
            Reason.EXCLUDED: _(
                "Only one of these projects can win, and another one did: %(rival)s.", rival=standing.rival
            ),
            Reason.AFTER_THE_END: _("A project with more votes did not fit, and that ended the count."),
            Reason.FEW_FOR_ITS_COST: _(
                "Its supporters are too few for its cost, even with all of their money. Missing: %(missing)s.",
                missing=missing,
            ),
            Reason.SUPPORTERS_SPENT: _(
                "Its supporters spent their money on other winners. Missing: %(missing)s.", missing=missing
            ),
        }
        return sentences[standing.reason]

    def fairness(self) -> list[str]:
        """What the result means for the voters."""
        if self.instance.totals is not None:
            return []
        _, fairness = self.gettext, assess(self.instance, self.counted.winners)
        lines = [f"{name}: {value}" for name, value in self._figures(fairness)]
        if fairness.injustices:
            ids = ", ".join(project.id for project in fairness.injustices)
            lines.append(_("Groups of voters who were passed over stand behind: %(projects)s.", projects=ids))
        return lines

    def _figures(self, fairness: Fairness) -> list[tuple[str, str]]:
        _ = self.gettext
        figures = [
            (_("Voters with a winner"), f"{fairness.covered}/{fairness.voters}"),
            (_("Winners per voter"), short(fairness.average_winners)),
            (_("Their worth per voter"), short(fairness.average_worth / self.instance.unit)),
        ]
        if fairness.injustices is not None:
            figures.append(
                (
                    _("Projects passed over unfairly (EJR+)"),
                    str(len(fairness.injustices)),
                )
            )
        return figures

    def comparison(self, greedy: Count, shares: Count) -> list[str]:
        """Both rules side by side, and who gains."""
        _ = self.gettext
        rows = [
            (_("Winners"), str(len(greedy.winners)), str(len(shares.winners))),
            (_("Spent"), self.money(greedy.spent), self.money(shares.spent)),
        ]
        of_greedy, of_shares = (self._figures(assess(self.instance, count.winners)) for count in (greedy, shares))
        rows += [(name, left, right) for (name, left), (_name, right) in zip(of_greedy, of_shares, strict=True)]
        width = max(len(name) for name, _left, _right in rows)
        lines = [f"{'':{width}}{'greedy':>16}{'equal-shares':>16}"]
        lines += [f"{name:{width}}{left:>16}{right:>16}" for name, left, right in rows]
        for rule, count, other in (("greedy", greedy, shares), ("equal-shares", shares, greedy)):
            alone = ", ".join(project for project in count.winners if project not in other.winners) or "-"
            lines.append(_("Wins only by %(rule)s: %(projects)s", rule=rule, projects=alone))
        worse, better, equal = prefer(self.instance, greedy.winners, shares.winners)
        lines.append(
            _(
                "Voters with more winners by equal-shares: %(better)s; by greedy: %(worse)s; as many: %(equal)s.",
                better=better,
                worse=worse,
                equal=equal,
            )
        )
        return lines


def short(number: Fraction) -> str:
    """Two decimals, rounded down; for reading only."""
    whole, hundredths = divmod(int(number * 100), 100)
    return f"{whole}.{hundredths:02}"
