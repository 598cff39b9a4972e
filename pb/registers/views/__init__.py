"""Pages of the registers."""

from pb.registers.views import assets, development, duties, parts, tasks
from pb.registers.views.blueprint import blueprint

__all__ = ["assets", "blueprint", "development", "duties", "parts", "tasks"]
