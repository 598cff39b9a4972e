"""Pages of public hearings."""

from pb.hearings.views import answering, duties, pages, parts
from pb.hearings.views.blueprint import blueprint

__all__ = ["answering", "blueprint", "duties", "pages", "parts"]
