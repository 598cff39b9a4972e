"""Pages of the checks between the closing and the adoption."""

from pb.checks.views import auditors, cards, duties, entering, question, sample, show
from pb.checks.views.blueprint import blueprint

__all__ = ["auditors", "blueprint", "cards", "duties", "entering", "question", "sample", "show"]
