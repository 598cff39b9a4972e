"""What rooms above tell of lines of a budget, printed under the name of each: the budget knows nobody who tells."""

from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup

from pb.act import Act
from pb.core.budget.codes import Part

Key = tuple[int, str]
"""Year and code of a line of spending."""
Notes = Callable[[Act, Iterable[Key]], Mapping[Key, Markup]]
_notes: list[Notes] = []


def notes_lines(note: Notes) -> Notes:
    """Registers what is told of lines of spending."""
    _notes.append(note)
    return note


def of_lines(act: Act, lines: Iterable[tuple[int, str, str]]) -> Mapping[Key, list[Markup]]:
    """All that is told of lines (year, part, code), by year and code."""
    keys = [(year, code) for year, part, code in lines if part == Part.SPENDING]
    found: dict[Key, list[Markup]] = {}
    for note in _notes:
        for key, told in note(act, keys).items():
            found.setdefault(key, []).append(told)
    return found
