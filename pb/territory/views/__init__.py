"""Pages of a territory: its settings, how many people live in it, its emblem, its working days."""

from pb.territory.views import settings, working_days
from pb.territory.views.blueprint import blueprint

__all__ = ["blueprint", "settings", "working_days"]
