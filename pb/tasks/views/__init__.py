"""Pages of tasks."""

from pb.tasks.views import duties, giving, pages, parts, steps
from pb.tasks.views.blueprint import blueprint

__all__ = ["blueprint", "duties", "giving", "pages", "parts", "steps"]
