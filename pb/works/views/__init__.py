"""Pages of what becomes of the projects that won."""

from pb.works.views import answering, duties, pages, writing
from pb.works.views.blueprint import blueprint

__all__ = ["answering", "blueprint", "duties", "pages", "writing"]
