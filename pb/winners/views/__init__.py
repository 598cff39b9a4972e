"""Pages of the winners: the lines of a cycle, one winner, winners in a budget, what became of all cycles."""

from pb.winners.views import budgeting, duties, following, lines, planning
from pb.winners.views.blueprint import blueprint

__all__ = ["blueprint", "budgeting", "duties", "following", "lines", "planning"]
