"""Counts that pick nobody out: a small one is hidden, together with what would reveal it."""

from collections.abc import Mapping
from typing import Final, TypeVar

LEAST: Final = 5
K = TypeVar("K")


def shown(counts: Mapping[K, int]) -> dict[K, int | None]:
    """Each count, None where it is hidden. The sum of all is told beside them.

    Hidden are counts under five, nobody's too; and as many others, the smallest first, until those that are hidden are
    two at least and five people together: else the sum would give them away.
    """
    hidden = {key for key, count in counts.items() if count < LEAST}
    for key, count in sorted(counts.items(), key=lambda item: item[1]):
        if not hidden or (len(hidden) > 1 and sum(counts[each] for each in hidden) >= LEAST):
            break
        if count >= LEAST:
            hidden.add(key)
    return {key: None if key in hidden else count for key, count in counts.items()}
