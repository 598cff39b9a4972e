"""Who is here now, and whether a show of hands adds up to them."""

from uuid import UUID

from flask_babel import lazy_gettext as _

from pb.errors import FieldRefusal
from pb.gatherings.models import Gathering, Registration
from pb.gatherings.service.rules import Count, quorum_needed, votes_needed


def here(gathering: Gathering) -> frozenset[UUID]:
    """The members who came and have not left."""
    return frozenset(row.member_id for row in gathering.attendances if row.here)


def registered(gathering: Gathering) -> list[Registration]:
    """The residents who came and have not left."""
    return [row for row in gathering.registrations if row.left_at is None]


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

    Raises FieldRefusal (no quorum is left; the votes do not add up to those present; too few are in favour).
    """
    there = count(gathering)
    if there < quorum_needed(entitled(gathering), gathering.quorum_percent):
        raise FieldRefusal("in_favour", _("Too many have left: there is no quorum any more."))
    if min(votes.in_favour, votes.against, votes.abstained) < 0 or votes.total != there:
        told = _("For, against and abstained must add up to those present: %(number)s.", number=there)
        raise FieldRefusal("in_favour", told)
    needed = votes_needed(there)
    if votes.in_favour < needed:
        raise FieldRefusal("in_favour", _("Not adopted: %(number)s must be in favour.", number=needed))
    return needed
