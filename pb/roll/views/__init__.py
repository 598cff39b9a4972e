"""Pages of the roll: importing, correcting, residents' requests, and signing in by an electronic signature."""

from pb.roll.views import corrections, duties, eds, requests, roll
from pb.roll.views.blueprint import blueprint

__all__ = ["blueprint", "corrections", "duties", "eds", "requests", "roll"]
