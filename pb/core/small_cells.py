"""Counts that pick nobody out: a small one is hidden, together with what would reveal it.

Whoever counts answers of residents, on a page or in a file, tells them through this rule, each table as a whole: its
cells, among them who said nothing, and the sum of all.
"""

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")


def total(counts: Mapping[K, int], least: int) -> int | None:
    """The sum of all, or None where it is under `least` itself, nobody's too: then no cell is told either."""
    found = sum(counts.values())
    return found if found >= least else None


def shown(counts: Mapping[K, int], least: int) -> dict[K, int | None]:
    """Each count, None where it is hidden. The sum of all is told beside them (`total`).

    Hidden are counts under `least`, nobody's too; and the next larger ones, all that are alike, until those that are
    hidden are two at least, so many people together, and not each as large as a small one can be: else the sum, or
    which of two alike is hidden, would give them away.
    """
    hidden = {key for key, count in counts.items() if count < least}
    for size in sorted({count for count in counts.values() if count >= least}):
        together = sum(counts[each] for each in hidden)
        if not hidden or (len(hidden) > 1 and together >= least and together != len(hidden) * (least - 1)):
            break
        hidden |= {key for key, count in counts.items() if count == size}
    return {key: None if key in hidden else count for key, count in counts.items()}


def shown_beside(counts: Mapping[K, int], others: int, least: int) -> dict[K, int | None]:
    """The same where `others` stand in no cell, and are a few or all but a few: only the sum with them is told.

    Hidden are counts under `least` and the next larger ones, until what is hidden could be another split of the same
    sum: as many people as a told count at least, and not as many as fit.
    """
    hidden = {key for key, count in counts.items() if count < least}
    for size in sorted({count for count in counts.values() if count >= least}):
        together = others + sum(counts[each] for each in hidden)
        most = len(hidden) * (size - 1) + least - 1
        if hidden and least <= together < most and together != (len(hidden) + 1) * (least - 1):
            break
        hidden |= {key for key, count in counts.items() if count == size}
    return {key: None if key in hidden else count for key, count in counts.items()}


def shown_of_several(counts: Mapping[K, int], answered: int, least: int) -> dict[K, int | None]:
    """The same where each of `answered` people may stand in several cells, and in one at least.

    Hidden are counts under `least`, and those that all but so few chose. Whoever stands in no told cell stands in a
    hidden one: so told are only cells that together could hold all who answered, else the rest would count the hidden.
    """
    hidden = {key for key, count in counts.items() if count < least or answered - count < least}
    if hidden and sum(count for key, count in counts.items() if key not in hidden) < answered:
        hidden = set(counts)
    return {key: None if key in hidden else count for key, count in counts.items()}
