"""Pages of the poll: where it stands, its preparation, the ballot, objections, evidence."""

from pb.voting.views import (
    ballot,
    duties,
    evidence,
    fates,
    kiosk,
    objections,
    poll,
    preparation,
    release,
    reminding,
    short,
)
from pb.voting.views.blueprint import blueprint

__all__ = [
    "ballot",
    "blueprint",
    "duties",
    "evidence",
    "fates",
    "kiosk",
    "objections",
    "poll",
    "preparation",
    "release",
    "reminding",
    "short",
]
