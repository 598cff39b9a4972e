"""Pages of the commission of the community."""

from pb.commission.views import deciding, duties, pages, parts, reports, seating, signing
from pb.commission.views.blueprint import blueprint

__all__ = ["blueprint", "deciding", "duties", "pages", "parts", "reports", "seating", "signing"]
