"""Pages of the receipt: where the money of the okrug goes, and what residents ask of it."""

from pb.receipt.views import pages
from pb.receipt.views.blueprint import blueprint

__all__ = ["blueprint", "pages"]
