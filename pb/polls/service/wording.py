"""The rules of a ballot and of its count, in words."""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _

from pb.core import alphabet
from pb.core.allocation.equal_shares import SharesTerms
from pb.core.belenios.ballot_rule import Approval, BallotRule, Knapsack, Points, Ranking
from pb.core.poll.counting_rule import CountingRule
from pb.formats import money, number


def by_points(ballot: BallotRule | None) -> bool:
    """Whether a ballot gives points, or places that are worth points, and not marks."""
    return isinstance(ballot, Points | Ranking)


def _rule_of_shares(ballot: BallotRule | None) -> list[str]:
    first = _("Equal shares: each ballot gets the same share of the envelope and pays for the projects it names.")
    if by_points(ballot):
        sentences = [
            first,
            _("A project wins when those who gave it points can pay for it, each in proportion to the points."),
            _("The one that costs the least for a point comes first."),
            _("Shares are raised step by step while the envelope pays; what is left then goes in the order of points."),
        ]
    else:
        sentences = [
            first,
            _("A project wins when those who named it can pay for it; the one that costs each the least comes first."),
            _("Shares are raised step by step while the envelope pays; what is left then goes in the order of votes."),
        ]
    return [str(sentence) for sentence in sentences]


def ballot(ballot: BallotRule | None) -> list[str]:
    """What a whole ballot says, and what makes one valid; nothing of totals, of which no ballot is ever seen."""
    match ballot:
        case Approval(most=most):
            sentences = [_("A ballot marks projects; at most: %(most)s.", most=most)]
        case Knapsack(limit=limit):
            sentences = [_("A ballot marks projects that together cost at most %(limit)s.", limit=money(limit))]
        case Points(each=each, total=total):
            sentences = [_("A ballot shares out points; in all at most %(total)s, for one project at most %(each)s.",
                      total=total, each=each)]  # fmt: skip
        case Ranking(most=most):
            sentences = [
                _("A ballot puts projects in order; at most: %(most)s.", most=most),
                _("The first place gives this number of points: %(most)s. Each further place gives one less.",
                  most=most),
            ]  # fmt: skip
        case _:
            sentences = []
    return [str(sentence) for sentence in sentences]


def _as_kept(settlement: str) -> str:
    return settlement


def rule(terms: CountingRule, ballot: BallotRule | None = None, named: Callable[[str], str] = _as_kept) -> list[str]:
    """How the winners are found: a sentence for every setting that is not the usual one.

    `named` says what settlements are called in the reader's language.
    """
    if isinstance(terms, SharesTerms):
        return _rule_of_shares(ballot)
    points = by_points(ballot)
    sentences = [
        _("Projects are taken in the order of their points. Whatever still fits into the envelope wins.")
        if points
        else _("Projects are taken in the order of their votes. Whatever still fits into the envelope wins.")
    ]
    if terms.envelopes:
        envelopes = {named(kept): part for kept, part in terms.envelopes.items()}
        parts = "; ".join(f"{name}: {money(part)}" for name, part in _by_alphabet(envelopes))
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
        least = number(terms.least_votes)
        sentences.append(
            _("Fewest points with which a project wins: %(points)s.", points=least)
            if points
            else _("Fewest votes with which a project wins: %(votes)s.", votes=least)
        )
    if terms.exclusive:
        sentences.append(_("Of projects that exclude each other only one can win."))
    sentences += [
        _("Of projects with as many points the cheaper comes first.")
        if points
        else _("Of projects with as many votes the cheaper comes first."),
        _("Where they cost the same, the text drawn in public gives the order."),
    ]
    return [str(sentence) for sentence in sentences]


def _by_alphabet(envelopes: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(envelopes.items(), key=lambda part: alphabet.key(part[0]))
