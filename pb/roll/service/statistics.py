"""How many voters of which settlement and age, without a group so small that it points at somebody.

A group of one to four is merged with others until the merged group has at least five people and two parts: what was
merged cannot be found by subtracting the other groups from the total. Empty groups count as small.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from pb.act import Act
from pb.audit import service as audit
from pb.core.national_numbers import parse_iin
from pb.cycles.models import Cycle
from pb.identity.service import iin as numbers
from pb.keyring import Keys
from pb.roll.models import Entry, NumbersErasure
from pb.roll.service import commitments, entries

SMALLEST = 5
MOST_REMEMBERED = 300  # rolls, of which a few numbers each are remembered: of a whole raion
AGES = ((18, 29), (30, 44), (45, 59), (60, 74), (75, None))
_known_ages: OrderedDict[Hashable, dict[str, int]] = OrderedDict()
_counting = threading.Lock()


@dataclass(frozen=True)
class Group:
    """One line: the names of what was merged in it, and how many people."""

    names: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Statistics:
    total: int
    settlements: list[Group]
    ages: list[Group]


def statistics(act: Act, cycle: Cycle, keys: Keys) -> Statistics:
    """Of those who may vote: by settlement, and by age on the voting day, which nobody knows once IINs are erased."""
    query = select(Entry.settlement, func.count()).where(Entry.cycle_id == cycle.id, Entry.gone_on.is_(None))
    counted = act.session.execute(query.group_by(Entry.settlement).order_by(func.min(Entry.number)))
    settlements = dict.fromkeys(_there_then(act, cycle), 0)
    for kept, count in counted:
        name = act.territory.settlement(kept, "kk")  # rows may keep an earlier name
        settlements[name] = settlements.get(name, 0) + count
    return Statistics(sum(settlements.values()), merge(settlements), merge_neighbours(_ages(act, cycle, keys)))


def _there_then(act: Act, cycle: Cycle) -> list[str]:
    """The settlements; of a frozen roll without those that were recorded after it: nobody of it lives there."""
    freeze = entries.freeze_in_force(act, cycle)
    if freeze is None:
        return list(act.territory.settlements)
    recorded = audit.told_since(act, "territory.settlement", freeze.at)
    new = {act.territory.settlement(data["names"]["kk"], "kk") for data in recorded if "before" not in data}
    return [name for name in act.territory.settlements if name not in new]


def _ages(act: Act, cycle: Cycle, keys: Keys) -> dict[str, int]:
    """How many are of which age: of each state of the roll computed once in a process, as it unseals every IIN."""
    latest = commitments.last(act, cycle)
    if latest is None:
        return _counted_ages(act, cycle, keys)
    erased = act.session.get(NumbersErasure, cycle.id) is not None
    key = (latest.id, latest.commitment, cycle.voting_until, erased)
    with _counting:  # who asks meanwhile waits for the one count
        if key not in _known_ages:
            _known_ages[key] = _counted_ages(act, cycle, keys)
        _known_ages.move_to_end(key)
        while len(_known_ages) > MOST_REMEMBERED:
            _known_ages.popitem(last=False)
        return dict(_known_ages[key])


def _counted_ages(act: Act, cycle: Cycle, keys: Keys) -> dict[str, int]:
    ages = dict.fromkeys((_name(*bounds) for bounds in AGES), 0)
    query = select(Entry.iin_sealed).where(Entry.cycle_id == cycle.id, Entry.gone_on.is_(None))
    for sealed in act.session.scalars(query.where(Entry.iin_sealed.is_not(None))):
        age = parse_iin(numbers.unseal(sealed, keys.seal), date.max).age_on(cycle.voting_until)
        ages[_name(*next(bounds for bounds in reversed(AGES) if age >= bounds[0] or bounds is AGES[0]))] += 1
    return ages


def merge(counts: Mapping[str, int]) -> list[Group]:
    """Groups without an order: the small ones together, with the smallest of the others if that is not enough."""
    ranked = sorted(counts.items(), key=lambda item: item[1])
    small = [item for item in ranked if item[1] < SMALLEST]
    large = ranked[len(small) :]
    while small and large and (len(small) < 2 or sum(count for _name, count in small) < SMALLEST):
        small.append(large.pop(0))
    places = list(counts)
    groups = [Group((name,), count) for name, count in sorted(large, key=lambda item: places.index(item[0]))]
    if small:
        names = tuple(name for name in places if name in dict(small))
        groups.append(Group(names, sum(count for _name, count in small)))
    return groups if all(group.count >= SMALLEST for group in groups) else []


def merge_neighbours(counts: Mapping[str, int]) -> list[Group]:
    """Groups in an order: a small one joins the smaller of its neighbours."""
    groups: list[Group] = [Group((name,), count) for name, count in counts.items()]
    while len(groups) > 1 and any(group.count < SMALLEST for group in groups):
        place = min(range(len(groups)), key=lambda at: groups[at].count)
        beside = min((at for at in (place - 1, place + 1) if 0 <= at < len(groups)), key=lambda at: groups[at].count)
        first, second = sorted((place, beside))
        joined = Group(groups[first].names + groups[second].names, groups[first].count + groups[second].count)
        groups[first : second + 1] = [joined]
    return groups if groups and groups[0].count >= SMALLEST else []


def shown_age(names: Sequence[str]) -> str:
    """The ages of a merged group, from the first bound to the last: `18-44`, `60+`."""
    first, last = names[0], names[-1]
    return first if first == last else f"{first.split('–')[0]}{'+' if last.endswith('+') else '–' + last.split('–')[1]}"


def _name(least: int, most: int | None) -> str:
    return f"{least}+" if most is None else f"{least}\N{EN DASH}{most}"
