"""Pages of the trustees, and the calls of their programs."""

from pb.trustees.views import duties, shuffles, trustee
from pb.trustees.views.blueprint import blueprint

__all__ = ["blueprint", "duties", "shuffles", "trustee"]
