"""Pages of the trustees, and the calls of their programs."""

from pb.trustees.views import shuffles, trustee
from pb.trustees.views.blueprint import blueprint

__all__ = ["blueprint", "shuffles", "trustee"]
