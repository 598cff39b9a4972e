"""Pages of the proposals: the list, one proposal, the author's form, its pictures and papers."""

from pb.proposals.views import attachments, proposals, taking_away, uploads
from pb.proposals.views.blueprint import blueprint

__all__ = ["attachments", "blueprint", "proposals", "taking_away", "uploads"]
