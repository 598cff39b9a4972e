"""Pages of what becomes of the projects that won."""

from pb.works.views.blueprint import blueprint

__all__ = ["blueprint"]
