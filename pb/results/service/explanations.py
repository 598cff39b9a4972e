"""Why a project won or lost, how the winners are found, and what the result means, in the reader's language."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _

from pb.core import alphabet
from pb.core.allocation.greedy import GreedyTerms, Reason, TieBreak
from pb.core.belenios.ballot_rule import BallotRule
from pb.core.belenios.ballot_rule import Reason as Invalid
from pb.formats import money, number, numbered
from pb.polls.service import wording
from pb.results.service.counting import Counted, CountedProject


class Words(NamedTuple):
    """What the counting rule adds up: votes, or points (a ranking's places give points)."""

    counted: str
    of_each: str


def words(ballot: BallotRule | None) -> Words:
    """The headings above the numbers that decided."""
    if wording.by_points(ballot):
        return Words(_("Points"), _("Points for each project"))
    return Words(_("Votes"), _("Votes for each project"))


def why(project: CountedProject, counted: Counted) -> str:
    """Some sentences with the sums and votes or points that decided."""
    sentences = [reason(project, counted)]
    if project.won and project.settlement_envelope:
        sentences.append(_("Paid from the part of its settlement: %(name)s.", name=project.settlement_envelope))
    if project.votes_missing:
        missing = number(project.votes_missing)
        sentences.append(
            _("Points missing to win: %(points)s.", points=missing)
            if wording.by_points(counted.ballot)
            else _("Votes missing to win: %(votes)s.", votes=missing)
        )
    if project.reason == Reason.SUPPORTERS_SPENT:
        sentences += _spent_on(project, counted)
    return " ".join(str(sentence) for sentence in sentences)


def reason(project: CountedProject, counted: Counted) -> str:
    """What decided, in one sentence."""
    # Shares divide into parts of a tiyn; people read whole tenge, rounded up where something is missing.
    left, missing, granted = money(project.left), money(-(-project.missing // 100) * 100), money(project.granted)
    rival, points = numbered(project.rival or 0), wording.by_points(counted.ballot)
    least = number(counted.rule.least_votes if isinstance(counted.rule, GreedyTerms) else 1)
    sentences = {
        Reason.WON: _("Won. When its turn came, %(left)s was left.", left=left),
        Reason.WON_IN_PART: _("Won in part: it gets %(granted)s of its cost, all that was left.", granted=granted),
        Reason.WON_WITH_THE_REST: _("Won with what was left after the shares, in the order of points.")
        if points
        else _("Won with what was left after the shares, in the order of votes."),
        Reason.FEW_FOR_ITS_COST: _("Those who chose it have together too small a share for its cost."),
        Reason.SUPPORTERS_SPENT: _(
            "Those who chose it spent their shares on other winners; missing: %(missing)s.", missing=missing
        ),
        Reason.NO_VOTES: _("Nobody chose it."),
        Reason.TOO_FEW_VOTES: _("Too few points: a winner needs at least %(least)s.", least=least)
        if points
        else _("Too few votes: a winner needs at least %(least)s.", least=least),
        Reason.EXCLUDED: _("Only one of these projects can win, and another one did: %(rival)s.", rival=rival),
        Reason.AFTER_THE_END: _("A project before it did not fit, and that ended the count."),
        Reason.NOT_ENOUGH_LEFT: _(
            "Did not fit: when its turn came, %(left)s was left; missing: %(missing)s.", left=left, missing=missing
        ),
    }
    return str(sentences[Reason(project.reason)])


def _spent_on(project: CountedProject, counted: Counted) -> list[str]:
    """On which winners the supporters of a loser spent their shares, the most first."""
    if counted.comparison is None:
        return []
    numbers = {str(project.id): project.number for project in counted.projects}
    spent = counted.comparison.own.count.standing(str(project.id)).spent_on
    payments = "; ".join(f"{numbered(numbers[winner])}: {money(round(paid, -2))}" for winner, paid in spent)
    return [_("They paid: %(winners)s.", winners=payments)] if payments else []


class Share(NamedTuple):
    """What a settlement's, or a kind's, projects got: how many won, their votes or points, the money, its part kept."""

    name: str
    projects: int
    winners: int
    votes: int
    granted: int
    reserved: int


def shares(counted: Counted) -> list[Share]:
    """The spread of votes and money over the settlements, the most money first."""
    return _spread(counted, {project.id: project.settlement for project in counted.projects})


def shares_by_kind(counted: Counted, kinds: Mapping[UUID, str]) -> list[Share]:
    """The same over kinds of projects; `kinds` holds the kind's name by project."""
    return _spread(counted, kinds)


def _spread(counted: Counted, names: Mapping[UUID, str]) -> list[Share]:
    spread = []
    for name in {names.get(project.id, "") for project in counted.projects}:
        own = [project for project in counted.projects if names.get(project.id, "") == name]
        spread.append(
            Share(
                name,
                len(own),
                sum(project.won for project in own),
                sum(project.votes for project in own),
                sum(project.granted for project in own),
                counted.rule.envelopes.get(name, 0) if isinstance(counted.rule, GreedyTerms) else 0,
            )
        )
    return sorted(spread, key=lambda share: (-share.granted, -share.votes, alphabet.key(share.name)))


def fairness(counted: Counted) -> list[str]:
    """What sums alone can show of fairness: no ballot of a secret vote of totals is ever opened."""
    if counted.ballot is not None:
        return []
    marks = sum(project.votes for project in counted.projects)
    winning = [project.votes for project in counted.projects if project.won]
    if not marks or not winning:
        return []
    sentences = [
        _(
            "Of %(marks)s choices on all ballots, %(winning)s went to projects that won.",
            marks=number(marks),
            winning=number(sum(winning)),
        ),
        _(
            "At least %(least)s of %(voters)s voters chose a project that won: so many chose the one with most votes.",
            least=number(max(winning)),
            voters=number(counted.voted),
        ),
        _("More cannot be told: single ballots stay secret, only their sum was opened."),
    ]
    won = {project.number for project in counted.projects if project.won}
    if missed := counted.plain_winners - won:
        sentences.append(
            _(
                "By votes alone, without other conditions, these would have won: %(projects)s.",
                projects=_numbers(missed),
            )
        )
    if gained := won - counted.plain_winners:
        sentences.append(
            _(
                "By votes alone, without other conditions, these would not have won: %(projects)s.",
                projects=_numbers(gained),
            )
        )
    return [str(sentence) for sentence in sentences]


def ties(counted: Counted) -> list[str]:
    """Every use of a tie-break that touches a winner."""
    numbers = {str(project.id): project.number for project in counted.projects}
    winners = {str(project.id) for project in counted.projects if project.won}
    why = {
        TieBreak.CHEAPER: _("it is cheaper"),
        TieBreak.MORE_VOTES: _("it has more points") if wording.by_points(counted.ballot) else _("it has more votes"),
        TieBreak.SEED: _("the order of the seed"),
    }
    return [
        str(
            _(
                "Tie: %(first)s before %(second)s (%(why)s).",
                first=numbered(numbers[tie.first]),
                second=numbered(numbers[tie.second]),
                why=why[tie.decided_by],
            )
        )
        for tie in counted.allocation.ties
        if tie.first in winners or tie.second in winners
    ]


def _numbers(numbers: set[int] | frozenset[int]) -> str:
    return ", ".join(numbered(project) for project in sorted(numbers)) or "–"


def invalid(reason: Invalid) -> str:
    """Why a whole ballot is not counted."""
    return str(
        {
            Invalid.NOT_AN_ENCODING: _("It holds no numbers."),
            Invalid.NOT_ZERO_OR_ONE: _("It has something else than marks."),
            Invalid.TOO_FEW: _("It has too few choices."),
            Invalid.TOO_MANY: _("It has too many choices."),
            Invalid.TOO_MANY_POINTS_FOR_ONE: _("It has too many points for one project."),
            Invalid.TOO_MANY_POINTS: _("It has too many points."),
            Invalid.NOT_A_RANKING: _("Its order repeats a place or leaves one out."),
            Invalid.OVER_THE_LIMIT: _("Its projects cost more than the limit."),
        }[reason]
    )
