"""Pages of an assembly's proposals to the maslikhat, and of its deputies."""

from pb.maslikhat.views import deputies, duties, pages, parts, steps
from pb.maslikhat.views.blueprint import blueprint

__all__ = ["blueprint", "deputies", "duties", "pages", "parts", "steps"]
