"""Pages of the assembly: its members, meetings, minutes and signatures."""

from pb.gatherings.views import (
    attendance,
    convening,
    corrections,
    decisions,
    duties,
    fates,
    hall,
    meetings,
    members,
    minutes,
    of_cycles,
    opening,
    referrals,
    registration,
    signatures,
    voting,
    writing,
)
from pb.gatherings.views.blueprint import blueprint

__all__ = [
    "attendance",
    "blueprint",
    "convening",
    "corrections",
    "decisions",
    "duties",
    "fates",
    "hall",
    "meetings",
    "members",
    "minutes",
    "of_cycles",
    "opening",
    "referrals",
    "registration",
    "signatures",
    "voting",
    "writing",
]
