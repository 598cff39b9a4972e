"""Pages of visits by the auditor and the commission."""

from pb.inspections.views.blueprint import blueprint

__all__ = ["blueprint"]
