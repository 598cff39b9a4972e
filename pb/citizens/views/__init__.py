"""The citizens' budget of an okrug, edition by edition, and the okrugs of a raion side by side."""

from pb.citizens.views import duties, files, pages, raion
from pb.citizens.views.blueprint import blueprint

__all__ = ["blueprint", "duties", "files", "pages", "raion"]
