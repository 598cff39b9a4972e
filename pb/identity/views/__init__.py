"""Pages of people: signing in, the staff, and who holds which role."""

from pb.identity.views import accounts, holdings, proposals, staff
from pb.identity.views.blueprint import blueprint

__all__ = ["accounts", "blueprint", "holdings", "proposals", "staff"]
