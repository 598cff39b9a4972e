"""How the assembly decides: quorum, majority, the chair's vote. Pure; the thresholds are settings handed in.

Source: Law of 23.01.2001 № 148, article 39-3, and the model regulation of the assembly (order of 07.08.2017 № 295).
"""

from pb.gatherings.models import Outcome


class VotesError(Exception):
    """The votes do not add up, or the chair's vote is missing or not wanted."""


def quorum_needed(members: int, percent: int) -> int:
    """How many of `members` must be present: `percent` of them, rounded up, at least one.

    >>> quorum_needed(9, 50)
    5
    """
    return max(1, -(-members * percent // 100))


def has_quorum(present: int, members: int, percent: int) -> bool:
    """Whether `present` of `members` are enough."""
    return members > 0 and present >= quorum_needed(members, percent)


def outcome(in_favour: int, against: int, abstained: int, *, voting: int, chair: Outcome | None) -> Outcome:
    """What the assembly decided when `voting` members (present, without a conflict of interest) voted openly.

    More than half of those voting approve; on a tie the chair's vote, already one of the counted, decides.
    Raises VotesError if the votes do not add up to `voting`, or a tie has no chair's vote, or there is no tie.
    """
    if min(in_favour, against, abstained) < 0 or in_favour + against + abstained != voting:
        raise VotesError("the votes do not add up to the members who voted")
    tie = in_favour == against
    if tie != (chair is not None):
        raise VotesError("the chair's vote decides a tie and nothing else")
    if chair is not None:
        return chair
    return Outcome.APPROVED if 2 * in_favour > voting else Outcome.REJECTED
