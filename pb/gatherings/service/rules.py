"""How the assembly decides: quorum, majority, the chair's vote. Pure; the thresholds are settings handed in.

Source: Law of 23.01.2001 № 148, article 39-3, and the model regulation of the assembly (order of 07.08.2017 № 295).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.gatherings.models import Majority, Outcome


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


@dataclass(frozen=True, slots=True)
class Count:
    """How many raised their hands for, against and in abstention."""

    in_favour: int
    against: int
    abstained: int

    @property
    def total(self) -> int:
        return self.in_favour + self.against + self.abstained


@dataclass(frozen=True, slots=True)
class Room:
    """Who could decide a question: how many were `present`, how many of them are `voting`, of how many in `all`.

    `voting` are those present without an interest of their own; `all` the members, or who registered.
    """

    present: int
    voting: int
    all: int


def needed(room: Room, majority: Majority, percent: int, *, for_or_against: int) -> int:
    """How many must be in favour by a question's own rule; `percent` belongs to the law's rule, of those present.

    >>> room = Room(present=9, voting=8, all=20)
    >>> [needed(room, rule, 50, for_or_against=7) for rule in Majority]
    [5, 4, 6, 11]
    """
    match majority:
        case Majority.PRESENT:
            return votes_needed(room.present, percent)
        case Majority.VOTING:
            return votes_needed(for_or_against)
        case Majority.TWO_THIRDS:
            return max(1, -(-2 * room.present // 3))
        case Majority.MEMBERS:
            return votes_needed(room.all)


def outcome(
    in_favour: int,
    against: int,
    abstained: int,
    *,
    room: Room,
    chair: Outcome | None = None,
    chair_decides: bool = False,
    majority: Majority = Majority.PRESENT,
    percent: int = 50,
) -> Outcome:
    """What was decided in an open vote; a tie rejects.

    Only where the raion's own regulation says so (`chair_decides`) and the law's rule holds does the chair's vote, one
    of those counted, decide when exactly half of those present are in favour and as many against. Raises VotesError
    when the votes do not add up to `room.voting`, ChairError when the chair's vote is given without such a tie, or is
    missing on one.
    """
    if (
        min(in_favour, against, abstained) < 0
        or in_favour + against + abstained != room.voting
        or room.voting > room.present
    ):
        raise VotesError("the votes do not add up to the members who voted")
    half = majority is Majority.PRESENT and percent == 50
    tie = chair_decides and half and in_favour == against and 2 * in_favour == room.present > 0
    if tie != (chair is not None):
        raise ChairError("the chair's vote decides a tie and nothing else")
    if chair is not None:
        return chair
    enough = in_favour >= needed(room, majority, percent, for_or_against=in_favour + against)
    return Outcome.APPROVED if enough else Outcome.REJECTED


def elected(votes: Mapping[int, int], places: int, least: int) -> frozenset[int]:
    """Who of the candidates (by number) was elected: those with most votes, each with at least `least` of them.

    Where several have as many for the last places and not all fit, none of them is: it is voted on once more.

    >>> sorted(elected({1: 9, 2: 7, 3: 7, 4: 3}, places=2, least=5))
    [1]
    """
    enough = {number: count for number, count in votes.items() if count >= least}
    if len(enough) <= places:
        return frozenset(enough)
    bar = sorted(enough.values(), reverse=True)[places]
    return frozenset(number for number, count in enough.items() if count > bar)


def needed_in_words(votes: int, percent: int, majority: str = Majority.PRESENT) -> LazyString:
    """How many votes a question needed, and of what share that is more."""
    match majority:
        case Majority.VOTING:
            return _("Votes needed: %(needed)s. That is more than half of those who vote for or against.", needed=votes)
        case Majority.TWO_THIRDS:
            return _("Votes needed: %(needed)s. That is two thirds of those present.", needed=votes)
        case Majority.MEMBERS:
            return _("Votes needed: %(needed)s. That is more than half of all, present or not.", needed=votes)
    if percent == 50:
        return _("Votes needed: %(needed)s. That is more than half of those present.", needed=votes)
    return _(
        "Votes needed: %(needed)s. That is more than %(percent)s percent of those present.",
        needed=votes,
        percent=percent,
    )
