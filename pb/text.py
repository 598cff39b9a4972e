"""Texts that people type, before they are compared, kept or given to a spreadsheet."""

import unicodedata
from typing import Final, TypeVar

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
Cell = TypeVar("Cell")


def one_line(text: str) -> str:
    """The text in normal form on one line: titles stand in ballots, where control characters are refused."""
    printable = "".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in text)
    return " ".join(unicodedata.normalize("NFC", printable).split())


def harmless(cell: Cell) -> Cell | str:
    """The cell of a table, or its text behind an apostrophe where a spreadsheet would take it for a formula.

    Every table that people open passes through it. Files that programs alone read (public keys, ballots in the Pabulib
    format) do not: nothing that a person typed stands in the first, and the format of the second is not ours.
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
