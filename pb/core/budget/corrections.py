"""What a correction (түзету / корректировка) may move: Budget Code of 2025, article 98 p. 4.

By the akim's decision, agreed by the assembly, money moves between programmes: from each at most a part of its
spending (20 % by the Code), nothing of what the raion transferred for a purpose, receipts and structure unchanged.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from pb.core.budget.codes import Code, Side

PERCENT: Final = 20
PROGRAMME_DEPTH: Final = 4
# За счёт трансфертов: of the republican, oblast, raion budget, and of the National Fund.
TARGETED: Final = frozenset({"011", "028", "029", "032"})


class Wrong(StrEnum):
    """Why something does not move."""

    RECEIPTS = "receipts"  # a line of receipts differs
    TOTAL = "total"  # spending as a whole differs
    TARGETED = "targeted"  # a line of targeted transfers differs
    NEW = "new"  # the programme is not in the budget: its structure would change
    TOO_MUCH = "too_much"  # more leaves the programme than may


class Fault(NamedTuple):
    """What stands against a correction; amounts are tiyn. `code` is None where it is about the whole."""

    wrong: Wrong
    code: Code | None
    before: int
    after: int
    most: int = 0  # of TOO_MUCH: what may leave


def faults(before: Mapping[Code, int], after: Mapping[Code, int], *, percent: int = PERCENT) -> list[Fault]:
    """What stands against a correction that makes `after` of `before`, the lines that the maslikhat decided last.

    What was corrected earlier in the year counts with it, because both are compared with the same decision.
    """
    found = []
    for code in sorted(before.keys() | after.keys()):
        was, will_be = before.get(code, 0), after.get(code, 0)
        if was == will_be:
            continue
        if code.side is Side.RECEIPTS:
            found.append(Fault(Wrong.RECEIPTS, code, was, will_be))
        elif code.subprogramme in TARGETED:
            found.append(Fault(Wrong.TARGETED, code, was, will_be))
    old, new = by_programme(before), by_programme(after)
    called = {_programme(code): code.up(min(code.depth, PROGRAMME_DEPTH)) for code in sorted({*before, *after})}
    for programme in sorted(old.keys() | new.keys()):
        was, will_be = old.get(programme, 0), new.get(programme, 0)
        code = called[programme]
        most = was * percent // 100
        if will_be and programme not in old:
            found.append(Fault(Wrong.NEW, code, was, will_be))
        elif was - will_be > most:
            found.append(Fault(Wrong.TOO_MUCH, code, was, will_be, most))
    if (was := sum(old.values())) != (will_be := sum(new.values())):
        found.append(Fault(Wrong.TOTAL, None, was, will_be))
    return found


def by_programme(lines: Mapping[Code, int]) -> dict[Code, int]:
    """Spending by programme (`_programme`); a line that ends above it stands for itself."""
    sums: dict[Code, int] = {}
    for code, amount in lines.items():
        if code.side is Side.SPENDING:
            above = _programme(code)
            sums[above] = sums.get(above, 0) + amount
    return sums


def _programme(code: Code) -> Code:
    """Group, administrator and programme; a line that does not name its subgroup is of the same one."""
    return code.up(min(code.depth, PROGRAMME_DEPTH)).without_subgroup()
