"""The front page, where a cycle stands, and what everybody should know."""

from pb.process.views import cycle, duties, ending, home, my_work, style
from pb.process.views.blueprint import blueprint

__all__ = ["blueprint", "cycle", "duties", "ending", "home", "my_work", "style"]
