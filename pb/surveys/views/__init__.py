"""Pages of surveys."""

from pb.surveys.views import duties, making, pages, parts, texts
from pb.surveys.views.blueprint import blueprint

__all__ = ["blueprint", "duties", "making", "pages", "parts", "texts"]
