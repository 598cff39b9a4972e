"""Pages of the assembly: its members, meetings, minutes and signatures."""

from pb.gatherings.views import (
    convening,
    duties,
    fates,
    meetings,
    members,
    minutes,
    of_cycles,
    referrals,
    registration,
    signatures,
)
from pb.gatherings.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "convening",
    "duties",
    "fates",
    "meetings",
    "members",
    "minutes",
    "of_cycles",
    "referrals",
    "registration",
    "signatures",
]
