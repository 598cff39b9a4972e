"""Pages of notices: what is new, how one wants to be told, what one follows, the link that ends mail."""

from pb.notices.views import addresses, following, inbox, office, subscribing, unsubscribing
from pb.notices.views.blueprint import blueprint

__all__ = ["addresses", "blueprint", "following", "inbox", "office", "subscribing", "unsubscribing"]
