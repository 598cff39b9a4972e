"""Who is here now, and whether a show of hands adds up to them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.audit import service as audit
from pb.errors import FieldRefusal
from pb.gatherings.models import Attendance, Gathering, Registration
from pb.gatherings.service.rules import Count, quorum_needed, votes_needed


class Away(NamedTuple):
    """When somebody went out, and when they came back."""

    left: datetime
    came: datetime


def here(gathering: Gathering) -> frozenset[UUID]:
    """The members who came and have not left."""
    return frozenset(row.member_id for row in gathering.attendances if row.here)


def registered(gathering: Gathering) -> list[Registration]:
    """The residents who came and have not left."""
    return [row for row in gathering.registrations if row.left_at is None]


def listed(gathering: Gathering, members: Collection[UUID]) -> str:
    """The numbers of these members as the log tells them, with a space between each."""
    return " ".join(str(row.member.number) for row in in_order(gathering) if row.member_id in members)


def in_order(gathering: Gathering) -> list[Attendance]:
    """The members of a meeting by their numbers."""
    return sorted(gathering.attendances, key=lambda row: row.member.number)


def away(act: Act, gathering: Gathering) -> Mapping[int, Sequence[Away]]:
    """When somebody went out and came back, by the numbers of members, or of who was registered at the door."""
    return _members_away(act, gathering) if gathering.of_members else _residents_away(act, gathering)


def _residents_away(act: Act, gathering: Gathering) -> Mapping[int, Sequence[Away]]:
    """Each event says who left or came back. A number that was taken back stands for somebody else afterwards."""
    found: dict[int, list[Away]] = {}
    out: dict[int, datetime] = {}
    for event in audit.of_subject(act, gathering.id):
        if "who" not in event.data:
            continue
        number, left = int(event.data["who"]), event.data.get("left")
        if event.data.get("mistaken"):
            found.pop(number, None)
            out.pop(number, None)
        elif left:
            out.setdefault(number, event.at)
        elif left is False and number in out:
            found.setdefault(number, []).append(Away(out.pop(number), event.at))
    return found


def _members_away(act: Act, gathering: Gathering) -> Mapping[int, Sequence[Away]]:
    """Each event of the log lists who was here after it."""
    found: dict[int, list[Away]] = {}
    out: dict[int, datetime] = {}
    before: frozenset[int] = frozenset()
    for event in audit.of_subject(act, gathering.id):
        if "here" not in event.data or "corrects" in event.data:
            continue
        now = frozenset(int(number) for number in event.data["here"].split())
        for number in before - now:
            out[number] = event.at
        for number in now & out.keys():
            found.setdefault(number, []).append(Away(out.pop(number), event.at))
        if event.data.get("mistaken"):
            for gone in (found, out):
                gone.pop(event.data["who"], None)
        before = now
    return found


def count(gathering: Gathering) -> int:
    """How many are here now."""
    return len(here(gathering)) if gathering.of_members else len(registered(gathering))


def entitled(gathering: Gathering) -> int:
    """Of how many the quorum is counted: the members, or the residents who may come."""
    return len(gathering.attendances) if gathering.of_members else gathering.entitled or 0


def names(gathering: Gathering) -> list[str]:
    """The names of those who are here now, each once."""
    if gathering.of_members:
        return list(dict.fromkeys(row.member.name for row in gathering.attendances if row.here))
    return list(dict.fromkeys(row.name for row in registered(gathering)))


def needed_of(gathering: Gathering, votes: Count) -> int:
    """How many had to be in favour of what those present decide by show of hands: more than half of them.

    Raises what `counted` does, FieldRefusal (too few are in favour).
    """
    needed = counted(gathering, votes)
    if votes.in_favour < needed:
        raise FieldRefusal("in_favour", _("Not adopted: %(number)s must be in favour.", number=needed))
    return needed


def counted(gathering: Gathering, votes: Count) -> int:
    """The same of a vote that may also be lost.

    Raises FieldRefusal (no quorum is left; the votes do not add up to those present).
    """
    there = count(gathering)
    if there < quorum_needed(entitled(gathering), gathering.quorum_percent):
        raise FieldRefusal("in_favour", _("Too many have left: there is no quorum any more."))
    if min(votes.in_favour, votes.against, votes.abstained) < 0 or votes.total != there:
        told = _("For, against and abstained must add up to those present: %(number)s.", number=there)
        raise FieldRefusal("in_favour", told)
    return votes_needed(there)
