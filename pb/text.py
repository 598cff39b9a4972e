"""Texts that people type, before they are compared, kept or given to a spreadsheet."""

from typing import Final, TypeVar

from pb.core import text as texts

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
Cell = TypeVar("Cell")


def one_line(text: str) -> str:
    """The text in normal form on one line: titles stand in ballots, where control characters are refused.

    Forms refuse a sign that nobody can see at the field; what came another way has a space in its place.
    """
    return texts.readable(text)


def in_fours(text: str) -> str:
    """What people compare sign by sign, as papers have it: groups of four signs."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def harmless(cell: Cell) -> Cell | str:
    """The cell of a table, or its text behind an apostrophe where a spreadsheet would take it for a formula.

    Every table that people open passes through it. Files that programs alone read (public keys, ballots in the Pabulib
    format) do not: nothing that a person typed stands in the first, and the format of the second is not ours.
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
