"""Pages of the assembly: its members, meetings, minutes and signatures."""

from pb.gatherings.views import (
    attendance,
    convening,
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
    scans,
    signatures,
    verification,
    voting,
    writing,
)
from pb.gatherings.views.blueprint import blueprint

__all__ = [
    "attendance",
    "blueprint",
    "convening",
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
    "scans",
    "signatures",
    "verification",
    "voting",
    "writing",
]
