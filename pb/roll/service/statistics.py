"""How many voters of which settlement and age, without a group so small that it points at somebody.

A group of one to four is merged with others until the merged group has at least five people and two parts: what was
merged cannot be found by subtracting the other groups from the total. Empty groups count as small.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pb.act import Act
from pb.core.national_numbers import parse_iin
from pb.cycles.models import Cycle
from pb.identity.service import iin as numbers
from pb.keyring import Keys
from pb.roll.service import entries

SMALLEST = 5
AGES = ((18, 29), (30, 44), (45, 59), (60, 74), (75, None))


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
    voters = entries.voters(act, cycle)
    settlements = dict.fromkeys(act.territory.settlements, 0)
    ages = dict.fromkeys((_name(*bounds) for bounds in AGES), 0)
    for entry in voters:
        settlements[entry.settlement] = settlements.get(entry.settlement, 0) + 1
        if entry.iin_sealed is None:
            continue
        age = parse_iin(numbers.unseal(entry.iin_sealed, keys.seal), date.max).age_on(cycle.voting_until)
        ages[_name(*next(bounds for bounds in reversed(AGES) if age >= bounds[0] or bounds is AGES[0]))] += 1
    return Statistics(len(voters), merge(settlements), merge_neighbours(ages))


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
