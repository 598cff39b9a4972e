"""What a vote comes to: whether enough were there, whether the numbers add up, what was decided, who was elected."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from pb.core import alphabet
from pb.errors import FieldRefusal, NotFound
from pb.gatherings.models import Ballot, Candidate, Gathering, Majority, Office, Outcome, Question
from pb.gatherings.service import meetings, presence
from pb.gatherings.service.rules import ChairError, Count, Room, VotesError, elected, needed, outcome

FOR, AGAINST, ABSTAINED = NAMED = ("for", "against", "abstained")


@dataclass(frozen=True, slots=True)
class Votes:
    """A vote on one question; `chair` is given on a tie that it decides; `conflicted` members did not vote.

    `present` are the members who were there at this question, None: those who are marked as here; where residents
    meet, `counted` of them were there, None: as many as are registered. `by_name` says how each voted, `candidates` how
    many voted for which; `second` and `second_candidates` are what another person counted of a secret vote. `reason`:
    why what is recorded is corrected, or was voted on once more (`repeated`).
    """

    in_favour: int
    against: int
    abstained: int
    chair: Outcome | None
    conflicted: frozenset[UUID]
    present: frozenset[UUID] | None = None
    counted: int | None = None
    ballot: Ballot = Ballot.OPEN
    by_name: Mapping[UUID, str] | None = None
    second: Count | None = None
    candidates: Mapping[int, int] | None = None
    second_candidates: Mapping[int, int] | None = None
    reason: str = ""
    repeated: bool = False

    @property
    def count(self) -> Count:
        if self.by_name is None:
            return Count(self.in_favour, self.against, self.abstained)
        said = list(self.by_name.values())
        return Count(*(said.count(vote) for vote in NAMED))


def faults_of_quorum(gathering: Gathering, present: frozenset[UUID], counted: int | None) -> Iterator[FieldRefusal]:
    """Whether too few are present to decide. Raises NotFound (somebody who is not of this meeting)."""
    if not present <= {attendance.member_id for attendance in gathering.attendances}:
        raise NotFound
    if not gathering.of_members:
        yield from _faults_of_count(gathering, counted)
        return
    quorum = meetings.quorum_of(gathering, len(present))
    if not quorum.reached:
        yield FieldRefusal("present", meetings.quorum_in_words(quorum, of_members=True))


def present_at(gathering: Gathering, question: Question, votes: Votes) -> frozenset[UUID]:
    """The members who were there, as it is recorded now."""
    if not gathering.of_members:
        return frozenset()
    return meetings.present_at(gathering, question) if votes.present is None else votes.present


def room_of(gathering: Gathering, votes: Votes, present: frozenset[UUID]) -> Room:
    """How many could decide: those who were there, and of them those without an interest."""
    there = len(present) if gathering.of_members else _counted(gathering, votes.counted)
    everybody = len(gathering.attendances if gathering.of_members else gathering.registrations)
    return Room(there, there - len(votes.conflicted & present), everybody)


def decided(gathering: Gathering, question: Question, votes: Votes, room: Room, voting: frozenset[UUID]) -> Outcome:
    """What was decided. Raises FieldRefusal: the votes do not add up, a name is missing, two counts differ."""
    _refuse_names(gathering, votes, voting)
    _refuse_counts_that_differ(votes)
    count = votes.count
    try:
        return outcome(
            count.in_favour,
            count.against,
            count.abstained,
            room=room,
            chair=votes.chair,
            chair_decides=_casts(gathering, votes, voting),
            majority=Majority(question.majority),
            percent=gathering.majority_percent,
        )
    except ChairError as error:
        message = _("The chair's vote decides on a tie, and only then, if the chair is there and votes.")
        raise FieldRefusal("chair", message) from error
    except VotesError as error:
        message = _(
            "For, against and abstained must add up to the members who may vote: %(number)s.", number=room.voting
        )
        raise FieldRefusal("in_favour", message) from error


def needed_of(gathering: Gathering, question: Question, room: Room, count: Count) -> int:
    """How many had to be in favour by the question's own rule; of an election, of each candidate."""
    given = room.present if question.places else count.in_favour + count.against
    return needed(room, Majority(question.majority), gathering.majority_percent, for_or_against=given)


def chosen(candidates: Sequence[Candidate], votes: Votes, room: Room, places: int, least: int) -> dict[int, bool]:
    """Which candidates were elected, by their numbers. Raises FieldRefusal: numbers are missing, or too high."""
    given = dict(votes.candidates or {})
    if not candidates:
        raise FieldRefusal("candidates", _("Write down the candidates first."))
    if given.keys() != {row.number for row in candidates} or min(given.values()) < 0:
        raise FieldRefusal("candidates", _("Write for each candidate how many voted for them."))
    if votes.ballot == Ballot.ON_PAPER and dict(votes.second_candidates or {}) != given:
        raise FieldRefusal("candidates", _("The two counts differ. Count the papers again, both of you."))
    if max(given.values()) > room.voting:
        raise FieldRefusal(
            "candidates", _("No candidate can have more votes than may vote: %(number)s.", number=room.voting)
        )
    if sum(given.values()) > room.voting * places:
        told = _(
            "These are more votes than there can be: %(voting)s who may vote, for %(places)s places.",
            voting=room.voting,
            places=places,
        )
        raise FieldRefusal("candidates", told)
    winners = elected(given, places, least)
    return {number: number in winners for number in given}


def hands(votes: Votes, winners: Mapping[int, bool]) -> Count:
    """For, against and abstained; of an election the most that one candidate got."""
    return Count(max((votes.candidates or {}).values()), 0, 0) if winners else votes.count


def written(votes: Votes, winners: Mapping[int, bool]) -> dict[str, Any]:
    """A vote as the log tells it, and as the rules compare it with what is put down.

    Of an election each candidate's number and votes, with a plus for who was elected: `1:7+ 2:3`.
    """
    count, given = hands(votes, winners), votes.candidates or {}
    each = [f"{number}:{given[number]}{'+' if won else ''}" for number, won in sorted(winners.items())]
    return {
        "in_favour": count.in_favour,
        "against": count.against,
        "abstained": count.abstained,
        "ballot": votes.ballot,
        **({"chair_vote": votes.chair} if votes.chair is not None else {}),
        **({"candidates": " ".join(each)} if each else {}),
    }


def beside(gathering: Gathering, votes: Votes, present: frozenset[UUID]) -> dict[str, str]:
    """Who was there, who had an interest and how each voted by name, by their numbers: the rules compare these too."""
    if not gathering.of_members:
        return {}
    by_name = votes.by_name or {}
    rows = [row for row in presence.in_order(gathering) if row.member_id in by_name]
    told = {
        "conflicted": presence.listed(gathering, votes.conflicted & present),
        "by_name": " ".join(f"{row.member.number}:{by_name[row.member_id]}" for row in rows),
    }
    return {"here": presence.listed(gathering, present), **{name: each for name, each in told.items() if each}}


def _faults_of_count(gathering: Gathering, counted: int | None) -> Iterator[FieldRefusal]:
    there, registered = _counted(gathering, counted), len(gathering.registrations)
    quorum = meetings.quorum_of(gathering, there)
    if there > registered:
        message = _("Registered are %(registered)s: no more can be present.", registered=registered)
        yield FieldRefusal("counted", message)
    elif not quorum.reached:
        yield FieldRefusal("counted", meetings.quorum_in_words(quorum, of_members=False))


def _counted(gathering: Gathering, counted: int | None) -> int:
    return presence.count(gathering) if counted is None else counted


def _refuse_names(gathering: Gathering, votes: Votes, voting: frozenset[UUID]) -> None:
    """Raises FieldRefusal: by name everybody who may vote has a vote, and nobody else."""
    if votes.ballot != Ballot.BY_NAME:
        return
    named = frozenset(votes.by_name or ())
    names = {row.member_id: row.member.name for row in gathering.attendances}
    if lacking := sorted((names[member] for member in voting - named), key=alphabet.key):
        raise FieldRefusal("by_name", _("These votes are missing: %(names)s", names=", ".join(lacking)))
    if strange := sorted((names.get(member, "?") for member in named - voting), key=alphabet.key):
        raise FieldRefusal("by_name", _("These do not vote on this question: %(names)s", names=", ".join(strange)))


def _refuse_counts_that_differ(votes: Votes) -> None:
    """Raises FieldRefusal: a secret vote is counted by two people, who must come to the same."""
    if votes.ballot == Ballot.ON_PAPER and votes.second != votes.count:
        told = _("The two counts differ. Count the papers again, both of you.")
        raise FieldRefusal("second_in_favour", told)


def _casts(gathering: Gathering, votes: Votes, voting: frozenset[UUID]) -> bool:
    """Whether the chair's vote can decide a tie: by regulation, not in secret, and among those who vote."""
    if not gathering.chair_decides or votes.ballot == Ballot.ON_PAPER:
        return False
    chairs = {row.name for row in gathering.officers if row.office == Office.CHAIR}
    presiding = {
        row.member_id
        for row in gathering.attendances
        if (row.member.office == Office.CHAIR if gathering.standing_officers else row.member.name in chairs)
    }
    return bool(presiding & voting)
