"""What neighbours need of the polls' room."""

from pb.polls.counting import Counted, CountedProject, outcome

__all__ = ["Counted", "CountedProject", "outcome"]
