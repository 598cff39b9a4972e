"""Who presides over a meeting, and who keeps its record: what both may do follows from the meeting.

Source: Law of 23.01.2001 № 148, article 39-3, point 10: chair and secretary are elected by open vote for each meeting.
"""

from pb.act import Act, Role
from pb.gatherings.models import Gathering


def presides(act: Act, gathering: Gathering) -> bool:  # noqa: ARG001 - who it is follows from the meeting
    """Whether the actor is the chair of this meeting."""
    return act.holds(Role.CHAIR)


def keeps_record(act: Act, gathering: Gathering) -> bool:  # noqa: ARG001 - who it is follows from the meeting
    """Whether the actor is the secretary of this meeting."""
    return act.holds(Role.SECRETARY)
