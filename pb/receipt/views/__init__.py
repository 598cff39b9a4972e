"""Pages of the receipt: where the money of the okrug goes, and what residents ask of it."""

from pb.receipt.views import asking, duties, pages
from pb.receipt.views.blueprint import blueprint

__all__ = ["asking", "blueprint", "duties", "pages"]
