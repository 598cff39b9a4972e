"""Pages of the assembly: its members, meetings, minutes and signatures."""

from pb.gatherings.views import duties, meetings, minutes, signatures
from pb.gatherings.views.blueprint import blueprint

__all__ = ["blueprint", "duties", "meetings", "minutes", "signatures"]
