"""Why a project won or lost, how the winners are found, and what the result means, in the reader's language."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _

from pb.core.allocation.equal_shares import SharesTerms
from pb.core.allocation.greedy import GreedyTerms, Reason, TieBreak
from pb.core.belenios.ballot_rule import Reason as Invalid
from pb.core.counting_rule import CountingRule
from pb.polls.counting import Counted, CountedProject
from pb.web.formats import money, number


def why(project: CountedProject, rule: CountingRule) -> str:
    """Some sentences with the sums and votes that decided."""
    sentences = [_why(project, rule)]
    if project.won and project.settlement_envelope:
        sentences.append(_("Paid from the part of its settlement: %(name)s.", name=project.settlement_envelope))
    if project.votes_missing:
        sentences.append(_("Votes missing to win: %(votes)s.", votes=number(project.votes_missing)))
    return " ".join(str(sentence) for sentence in sentences)


def _why(project: CountedProject, rule: CountingRule) -> str:
    left, missing, granted = money(project.left), money(project.missing), money(project.granted)
    rival = f"№ {project.rival}"
    least = number(rule.least_votes if isinstance(rule, GreedyTerms) else 1)
    sentences = {
        Reason.WON: _("Won. When its turn came, %(left)s was left.", left=left),
        Reason.WON_IN_PART: _("Won in part: it gets %(granted)s of its cost, all that was left.", granted=granted),
        Reason.WON_WITH_THE_REST: _("Won with what was left after the shares, in the order of votes."),
        Reason.FEW_FOR_ITS_COST: _("Those who voted for it have together too small a share for its cost."),
        Reason.SUPPORTERS_SPENT: _(
            "Those who voted for it spent their shares on other winners; missing: %(missing)s.", missing=missing
        ),
        Reason.NO_VOTES: _("Nobody voted for it."),
        Reason.TOO_FEW_VOTES: _("Too few votes: a winner needs at least %(least)s.", least=least),
        Reason.EXCLUDED: _("Only one of these projects can win, and another one did: %(rival)s.", rival=rival),
        Reason.AFTER_THE_END: _("A project with more votes did not fit, and that ended the count."),
        Reason.NOT_ENOUGH_LEFT: _(
            "Did not fit: when its turn came, %(left)s was left; missing: %(missing)s.", left=left, missing=missing
        ),
    }
    return str(sentences[Reason(project.reason)])


def _rule_of_shares() -> list[str]:
    sentences = [
        _("Equal shares: each ballot gets the same share of the envelope and pays for the projects it names."),
        _("A project wins when those who named it can pay for it; the one that costs each the least comes first."),
        _("Shares are raised step by step while the envelope pays; what is left then goes in the order of votes."),
    ]
    return [str(sentence) for sentence in sentences]


def rule(terms: CountingRule) -> list[str]:
    """How the winners are found: a sentence for every setting that is not the usual one."""
    if isinstance(terms, SharesTerms):
        return _rule_of_shares()
    sentences = [_("Projects are taken in the order of their votes. Whatever still fits into the envelope wins.")]
    if terms.envelopes:
        parts = "; ".join(f"{name}: {money(part)}" for name, part in sorted(terms.envelopes.items()))
        sentences.append(
            _("First each settlement's own projects are counted with its part of the envelope: %(parts)s.", parts=parts)
        )
        sentences.append(_("What the settlements leave over goes to all remaining projects together."))
    if terms.in_part:
        sentences.append(_("The first project that does not fit gets what is left, and that ends the count."))
    elif terms.stop_at_misfit:
        sentences.append(_("The first project that does not fit ends the count."))
    else:
        sentences.append(_("What does not fit is skipped, and the next project is tried."))
    if terms.least_votes > 1:
        sentences.append(_("Fewest votes with which a project wins: %(votes)s.", votes=number(terms.least_votes)))
    if terms.exclusive:
        sentences.append(_("Of projects that exclude each other only one can win."))
    sentences.append(
        _("Of projects with as many votes the cheaper comes first, then the order that the text drawn in public gives.")
    )
    return [str(sentence) for sentence in sentences]


class Share(NamedTuple):
    """What a settlement's, or a kind's, projects got: how many won, their votes, the money, the part kept for them."""

    name: str
    projects: int
    winners: int
    votes: int
    granted: int
    reserved: int


def shares(counted: Counted) -> list[Share]:
    """The spread of votes and money over the settlements, the most money first."""
    return _spread(counted, {one.id: one.settlement for one in counted.projects})


def shares_by_kind(counted: Counted, kinds: Mapping[UUID, str]) -> list[Share]:
    """The same over kinds of projects; `kinds` holds the kind's name by project."""
    return _spread(counted, kinds)


def _spread(counted: Counted, names: Mapping[UUID, str]) -> list[Share]:
    found = []
    for name in {names.get(one.id, "") for one in counted.projects}:
        own = [one for one in counted.projects if names.get(one.id, "") == name]
        found.append(
            Share(
                name,
                len(own),
                sum(one.won for one in own),
                sum(one.votes for one in own),
                sum(one.granted for one in own),
                counted.rule.envelopes.get(name, 0) if isinstance(counted.rule, GreedyTerms) else 0,
            )
        )
    return sorted(found, key=lambda share: (-share.granted, -share.votes, share.name))


def fairness(counted: Counted) -> list[str]:
    """What sums alone can tell of fairness: no ballot of a secret vote of totals is ever opened."""
    if counted.ballot is not None:
        return []
    marks = sum(one.votes for one in counted.projects)
    winning = [one.votes for one in counted.projects if one.won]
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
    won = {one.number for one in counted.projects if one.won}
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
    numbers = {str(one.id): one.number for one in counted.projects}
    winners = {str(one.id) for one in counted.projects if one.won}
    why = {
        TieBreak.CHEAPER: _("it is cheaper"),
        TieBreak.MORE_VOTES: _("it has more votes"),
        TieBreak.SEED: _("the order of the seed"),
    }
    return [
        str(
            _(
                "Tie: %(first)s before %(second)s (%(why)s).",
                first=f"№ {numbers[tie.first]}",
                second=f"№ {numbers[tie.second]}",
                why=why[tie.decided_by],
            )
        )
        for tie in counted.allocation.ties
        if tie.first in winners or tie.second in winners
    ]


def _numbers(numbers: set[int] | frozenset[int]) -> str:
    return ", ".join(f"№ {one}" for one in sorted(numbers)) or "–"


def is_custom(terms: CountingRule) -> bool:
    """Whether the rule has settings for which the Pabulib format has no name."""
    return isinstance(terms, GreedyTerms) and bool(
        terms.envelopes or terms.exclusive or terms.in_part or terms.least_votes > 1
    )


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
