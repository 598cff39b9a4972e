"""A tree map: amounts as rectangles of one box, each as near to a square as its neighbours allow.

Squarified after Bruls, Huizing and van Wijk (2000): amounts go, the largest first, into rows along the shorter side of
what is left, as long as the worst box of the row becomes no longer and thinner. All measures are exact fractions, so
areas are in proportion, nothing overlaps and nothing sticks out; only the drawing rounds.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in the units of the whole box: its upper left corner, its width and its height."""

    x: Fraction
    y: Fraction
    width: Fraction
    height: Fraction

    @property
    def area(self) -> Fraction:
        return self.width * self.height

    def within(self, gap: Fraction) -> "Box":
        """The same with half a gap cut off on each side; no side below nil."""
        half = min(gap / 2, self.width / 2, self.height / 2)
        return Box(self.x + half, self.y + half, self.width - 2 * half, self.height - 2 * half)


def squarified(amounts: Sequence[int], box: Box) -> list[Box]:
    """A box for each amount, in the order of the amounts; they are laid out the largest first.

    Raises ValueError: an amount that is not above nil has no area, and is written beside the map instead.
    """
    if any(amount <= 0 for amount in amounts):
        raise ValueError("only what is above nil has an area")
    whole = sum(amounts)
    order = sorted(range(len(amounts)), key=lambda place: -amounts[place])
    areas = [box.area * Fraction(amounts[place], whole) for place in order]
    laid: list[Box] = []
    left = box
    while len(laid) < len(areas):
        side = min(left.width, left.height)
        row = _row(areas[len(laid) :], side)
        boxes, left = _laid(row, left)
        laid += boxes
    found = dict(zip(order, laid, strict=True))
    return [found[place] for place in range(len(amounts))]


def _row(areas: Sequence[Fraction], side: Fraction) -> Sequence[Fraction]:
    """The areas, from the first on, that go into one row along a side."""
    count = 1
    while count < len(areas) and _worst(areas[: count + 1], side) <= _worst(areas[:count], side):
        count += 1
    return areas[:count]


def _worst(row: Sequence[Fraction], side: Fraction) -> Fraction:
    """How many times longer than thick the worst box of a row is."""
    thickness = sum(row) / side
    return max(max(thickness**2 / area, area / thickness**2) for area in row)


def _laid(row: Sequence[Fraction], box: Box) -> tuple[list[Box], Box]:
    """A row along the shorter side of a box, and what is left of the box."""
    beside = box.width >= box.height
    thickness = sum(row) / (box.height if beside else box.width)
    boxes, at = [], Fraction(0)
    for area in row:
        length = area / thickness
        if beside:
            boxes.append(Box(box.x, box.y + at, thickness, length))
        else:
            boxes.append(Box(box.x + at, box.y, length, thickness))
        at += length
    if beside:
        return boxes, Box(box.x + thickness, box.y, box.width - thickness, box.height)
    return boxes, Box(box.x, box.y + thickness, box.width, box.height - thickness)
