"""What waits for a person: each room says which of its deeds are whose, until when and where they are done.

A room registers a function for the roles whose work it tells of (`duties_of`; `duties_in` of the cycles and
`duties_around` of the polls do it for each of these). It is called for who holds one of them, and tells what that
person can really do now, as the services decide: an address that would only refuse is no duty. The pages that show
duties know no room.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from pb.act import SERVER, Act, Role
from pb.clock import local
from pb.identity.service import reach
from pb.territory.models import Territory


@dataclass(frozen=True, slots=True)
class Duty:
    """`deed` is a verb in words, `thing` what it is done to, `url` where, `until` its last day if it has one.

    `cycle_id` and `cycle` (its year) are those of the cycle that it belongs to, if any. `of_others`: the actor did
    their part, and it is others that it waits for. `daily`: people come for it every day until its term.
    """

    deed: str
    url: str
    thing: str = ""
    until: date | None = None
    cycle_id: UUID | None = None
    cycle: str = ""
    of_others: bool = False
    daily: bool = False

    @property
    def label(self) -> str:
        """All in one line, for a page that has no room for more."""
        return f"{self.deed}: {self.thing}" if self.thing else self.deed


Tell = Callable[[Act], Iterable[Duty]]
Where = Callable[[Session, UUID], Iterable[UUID]]
_rooms: list[tuple[frozenset[Role], Tell]] = []
_without_a_role: list[Where] = []


def duties_of(*roles: Role) -> Callable[[Tell], Tell]:
    """Registers what tells of the work of these roles in the act's territory; without any, of everybody's."""

    def register(tell: Tell) -> Tell:
        _rooms.append((frozenset(roles), tell))
        return tell

    return register


def works_in(where: Where) -> Where:
    """Registers what tells in which territories a person may have work without holding a role there."""
    _without_a_role.append(where)
    return where


def here(act: Act, cycle_id: UUID | None = None) -> list[Duty]:
    """What waits for the actor in the act's territory, or in one cycle of it; what ends first stands first."""
    if act.person is None or act.territory is SERVER:
        return []
    return [duty for duty in _all(act) if cycle_id in {None, duty.cycle_id} and not duty.of_others]


def everywhere(acts: Iterable[Act]) -> list[tuple[Act, Duty]]:
    """What waits in several territories, also for others, each with the act of its own, in the same order."""
    found = [(there, duty) for there in acts for duty in _all(there)]
    return sorted(found, key=lambda one: _term(one[1]))


def _all(act: Act) -> list[Duty]:
    found = [duty for roles, tell in _rooms if not roles or roles & act.roles for duty in tell(act)]
    return sorted(found, key=_term)


def acts_of(act: Act) -> list[Act]:
    """The actor's act in each territory where they hold a role today, or have work without one."""
    if act.person is None:
        return []
    day, own = local(act.at).date(), act.person.id
    places = reach.territories_of(act.session, own, day)
    known = {place.id for place in places}
    others = dict.fromkeys(each for where in _without_a_role for each in where(act.session, own) if each not in known)
    places += [act.session.get_one(Territory, each) for each in others]
    return [replace(act, territory=place, roles=reach.roles_of(act.session, own, place.id, day)) for place in places]


def _term(duty: Duty) -> date:
    return duty.until or date.max
