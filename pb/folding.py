"""Searching without regard to capitals, in Kazakh and Russian too: the same on SQLite and PostgreSQL.

SQLite's own `lower` knows ASCII alone, and PostgreSQL's only what the locale of its database knows. There the capitals
of the letters that are sought are made small one by one, and no others: whatever else stands in a text matches nothing.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Function, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

FUNCTION: Final = "asar_fold"


class folded(Function[str]):  # noqa: N801 - it stands in queries as SQL's own functions do
    """A column's text with those letters small that stand in `words`, which are small already."""

    inherit_cache = True
    type = String()

    def __init__(self, column: Any, words: str) -> None:
        small = "".join(sorted({letter for letter in words if len(letter.upper()) == 1 and letter.upper() != letter}))
        super().__init__(FUNCTION, column, small.upper(), small, type_=String())


@compiles(folded, "postgresql")
def _of_postgresql(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    column, capitals, small = (compiler.process(part, **options) for part in element.clauses)
    return f"translate({column}, {capitals}, {small})"


@compiles(folded, "sqlite")
def _of_sqlite(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    column, *_letters = element.clauses
    return f"{FUNCTION}({compiler.process(column, **options)})"


def fold(text: str) -> str:
    """Text as it is compared: what `asar_fold` of SQLite's connections does (pb/db.py)."""
    return text.lower()


def found_in(column: Any, words: str) -> ColumnElement[bool]:
    """Whether the text of a column has these words anywhere in it."""
    return folded(column, fold(words)).contains(fold(words), autoescape=True)
