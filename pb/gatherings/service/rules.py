"""How the assembly decides: quorum, majority, the chair's vote. Pure; the thresholds are settings handed in.

Source: Law of 23.01.2001 № 148, article 39-3, and the model regulation of the assembly (order of 07.08.2017 № 295).
"""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.gatherings.models import Outcome


class VotesError(Exception):
    """The votes do not add up."""


class ChairError(VotesError):
    """The chair's vote is missing, or is not wanted."""


def quorum_needed(members: int, percent: int) -> int:
    """How many of `members` must be present: `percent` of them, rounded up, at least one.

    >>> quorum_needed(9, 50)
    5
    """
    return max(1, -(-members * percent // 100))


def has_quorum(present: int, members: int, percent: int) -> bool:
    """Whether `present` of `members` are enough."""
    return members > 0 and present >= quorum_needed(members, percent)


def votes_needed(present: int, percent: int = 50) -> int:
    """How many must be in favour: more than `percent` of those present, half of them by article 39-3, point 11.

    >>> votes_needed(6), votes_needed(9, 66)
    (4, 6)
    """
    return present * percent // 100 + 1


def outcome(
    in_favour: int,
    against: int,
    abstained: int,
    *,
    present: int,
    voting: int,
    chair: Outcome | None = None,
    chair_decides: bool = False,
    majority: int = 50,
) -> Outcome:
    """What the assembly decided in an open vote: `voting` of the `present` members have no conflict of interest.

    More than `majority` percent of those present adopt; a tie rejects. Only where the raion's own regulation says so
    (`chair_decides`) does the chair's vote, one of those counted, decide when exactly half of those present are in
    favour and as many against. Raises VotesError when the votes do not add up to `voting`, ChairError when the chair's
    vote is given without such a tie, or is missing on one.
    """
    if min(in_favour, against, abstained) < 0 or in_favour + against + abstained != voting or voting > present:
        raise VotesError("the votes do not add up to the members who voted")
    tie = chair_decides and majority == 50 and in_favour == against and 2 * in_favour == present > 0
    if tie != (chair is not None):
        raise ChairError("the chair's vote decides a tie and nothing else")
    if chair is not None:
        return chair
    return Outcome.APPROVED if in_favour >= votes_needed(present, majority) else Outcome.REJECTED


def needed_in_words(needed: int, percent: int) -> LazyString:
    """How many votes a question needed, and of what share of those present that is more."""
    if percent == 50:
        return _("Votes needed: %(needed)s. That is more than half of those present.", needed=needed)
    return _(
        "Votes needed: %(needed)s. That is more than %(percent)s percent of those present.",
        needed=needed,
        percent=percent,
    )
