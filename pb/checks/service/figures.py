"""What a sample can find, beside what decided: both numbers stand next to each other on the page."""

from dataclasses import dataclass

from pb.act import Act
from pb.core.poll import sampling
from pb.cycles.models import Cycle
from pb.polls.models import Poll
from pb.results.service import counting
from pb.voting.service import ballot_box


@dataclass(frozen=True)
class Margin:
    """`ballots` in the box; `five_percent` of them, rounded up; `least` votes (or points) between a winner and a loser.

    `least` is None before the result, and where nobody lost or nobody won.
    """

    ballots: int
    five_percent: int
    least: int | None


def margin(act: Act, cycle: Cycle, poll: Poll) -> Margin:
    """Both numbers of the poll as it stands."""
    ballots = ballot_box.count(act, poll)
    counted = counting.outcome(act, cycle)
    won = [project.votes for project in counted.projects if project.won] if counted else []
    lost = [project.votes for project in counted.projects if not project.won] if counted else []
    # A project that costs too much may lose with more votes than a winner has: the distance counts, not its side.
    least = min((abs(winner - loser) for winner in won for loser in lost), default=None)
    return Margin(ballots, sampling.fraud_looked_for(ballots), least)
