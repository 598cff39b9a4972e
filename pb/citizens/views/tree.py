"""The tree map of what goes out, for wide screens: the list below it says the same, in the same order."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from markupsafe import Markup

from pb.citizens.service.leaves import Entry, Leaf, Leaves
from pb.core.treemap import Box, squarified
from pb.receipt.service.words import signed
from pb.web.charts import wrapped

WHOLE: Final = Box(Fraction(0), Fraction(0), Fraction(960), Fraction(480))
GAP: Final = Fraction(3)
NAMED: Final = (110, 56)
"""The least width and height of a box that is named; smaller ones have their number alone."""
LINE, LETTER, MARGIN = 17, 8, 8
TINTS: Final = 4
STAR: Final = "★"
Named = Callable[[str], str]


class _Cell(NamedTuple):
    """A box to draw: its number, its sum, its codes, and the class of its fill."""

    number: int
    amount: int
    entry: Entry | None
    kind: str


def drawn(leaves: Leaves, name: Named, *, title: str, rest: str, tongue: str = "") -> Markup:
    """The map as SVG; `rest` is what the box of the small ones is called, `tongue` the language of the names."""
    inner = [_cells(leaves, place) for place in range(len(leaves.groups))]
    blocks = [cells for cells in inner if cells]
    if leaves.rest:
        small = [one for group in leaves.groups for one in group.entries if one.number == leaves.rest]
        blocks.append([_Cell(leaves.rest, sum(one.amount for one in small), None, "rest")])
    outer = squarified([sum(cell.amount for cell in cells) for cells in blocks], WHOLE)
    parts: list[Markup] = []
    for cells, box in zip(blocks, outer, strict=True):
        for cell, place in zip(cells, squarified([cell.amount for cell in cells], box), strict=True):
            parts.append(_box(cell, place.within(GAP), name, rest, tongue))
    return Markup('<svg class="tree" role="img" viewBox="0 0 960 480"><title>{}</title>{}</svg>').format(
        title, Markup("").join(parts)
    )


def _cells(leaves: Leaves, place: int) -> list[_Cell]:
    """The boxes of a group's own."""
    own = [one for one in leaves.groups[place].entries if one.number and one.number != leaves.rest]
    return [
        _Cell(one.number, one.amount, one, "residents" if one.kind is Leaf.RESIDENTS else f"tint-{place % TINTS}")
        for one in own
    ]


def _box(cell: _Cell, box: Box, name: Named, rest: str, tongue: str) -> Markup:
    mark = f"{STAR} " if cell.kind == "residents" else ""
    x, y = float(box.x) + MARGIN, float(box.y) + LINE
    lines: list[tuple[str, str]] = [("value", f"{mark}{cell.number}")]
    if box.width >= NAMED[0] and box.height >= NAMED[1]:
        room = min(2, int(box.height) // LINE - 2)
        called = name(cell.entry.key) if cell.entry is not None else rest
        lines += [("", line) for line in _fitting(called, int(box.width - 2 * MARGIN) // LETTER, room)]
        lines.append(("value", signed(cell.amount)))
    elif box.width < LINE or box.height < LINE:
        lines = []
    text = Markup("").join(
        Markup('<text x="{:.1f}" y="{:.1f}"{}{}>{}</text>').format(
            x,
            y + LINE * row,
            Markup(' class="{}"').format(kind) if kind else "",
            Markup(' lang="{}"').format(tongue) if tongue and not kind and cell.entry is not None else "",
            line,
        )
        for row, (kind, line) in enumerate(lines)
    )
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>{}').format(
        cell.kind, float(box.x), float(box.y), float(box.width), float(box.height), text
    )


def _fitting(words: str, letters: int, room: int) -> Sequence[str]:
    """The first lines of a name, of which the last says that it goes on; so does a word that is longer than a line."""
    longest = max(letters, 4)
    whole = " ".join(word if len(word) <= longest else f"{word[: longest - 1]}…" for word in words.split())
    lines = wrapped(whole, longest)
    if len(lines) <= room:
        return lines
    return [*lines[: room - 1], lines[room - 1][: longest - 1].rstrip(" …") + "…"] if room > 0 else []
