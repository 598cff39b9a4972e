"""The front page, where a cycle stands, and what everybody should know."""

from pb.process.views import cycle, ending, home
from pb.process.views.blueprint import blueprint

__all__ = ["blueprint", "cycle", "ending", "home"]
