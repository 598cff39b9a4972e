"""Pages of people: signing in, the staff, and who holds which role."""

from pb.identity.views import accounts, duties, holdings, proposals, sessions, staff, suspensions
from pb.identity.views.blueprint import blueprint

__all__ = ["accounts", "blueprint", "duties", "holdings", "proposals", "sessions", "staff", "suspensions"]
