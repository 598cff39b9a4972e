"""Pages of people: signing in, the staff, and who holds which role."""

from pb.identity.views import accounts, holdings, proposals, sessions, staff, suspensions
from pb.identity.views.blueprint import blueprint

__all__ = ["accounts", "blueprint", "holdings", "proposals", "sessions", "staff", "suspensions"]
