"""Pages of the cards: making them, their maker's word, handing them over, re-issuing a lost one."""

from pb.cards.views import duties, handing_over, lost, maker, making, reissues, undoing
from pb.cards.views.blueprint import blueprint

__all__ = ["blueprint", "duties", "handing_over", "lost", "maker", "making", "reissues", "undoing"]
