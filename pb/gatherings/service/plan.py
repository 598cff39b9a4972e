"""A meeting as whoever convenes it fills it in, and as it is called: what becomes of it is in `convening`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pb.gatherings.models import Gathering, Kind, Majority, Matter, Seat


@dataclass(frozen=True, slots=True)
class Rules:
    """By what a meeting is held: percents of those entitled and present, days of notice, working days of its papers."""

    quorum_percent: int
    majority_percent: int
    notice_days: int
    chair_decides: bool
    minutes_days: int
    answer_days: int
    standing_officers: bool
    remote_allowed: bool


@dataclass(frozen=True, slots=True)
class Called:
    """A meeting as it is called: everything but its agenda. `part`: of which settlement or street it is."""

    kind: Kind
    meets_at: datetime
    place: str
    rules: Rules
    cycle_id: UUID | None = None
    previous: Gathering | None = None
    part: str = ""
    extraordinary: bool = False
    extraordinary_reason: str = ""
    entitled: int | None = None
    demanded_by: int | None = None
    demand: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of an agenda as it is typed; `text` in `language`. Another majority than the law's names its basis.

    An election says which `seat` it fills, and how many `places` there are.
    """

    matter: Matter
    text: str
    language: str
    speaker: str = ""
    majority: Majority = Majority.PRESENT
    majority_basis: str = ""
    seat: Seat | None = None
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A meeting outside a cycle, as who convenes it fills it in; None: not typed, or not readable."""

    kind: Kind
    meets_at: datetime | None
    place: str
    points: Sequence[Point] = field(default=())
    part: str = ""
    extraordinary: bool = False
    extraordinary_reason: str = ""
    entitled: int | None = None
    demanded_by: int | None = None
    demand: str = ""
