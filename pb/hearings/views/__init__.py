"""Pages of public hearings."""

from pb.hearings.views import answering, duties, pages, papers, parts
from pb.hearings.views.blueprint import blueprint

__all__ = ["answering", "blueprint", "duties", "pages", "papers", "parts"]
