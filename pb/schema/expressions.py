"""Expressions as PostgreSQL prints them, made comparable: the same rule prints differently on another version.

It prints differently after `pg_dump` and a restore, too: `(ARRAY['a'::character varying])::text[]` comes back as
`ARRAY[('a'::character varying)::text]`. So casts between kinds of text and parentheses around one thing go; all other
casts, and the parentheses that say what belongs together, stay.
"""

import re
from typing import Final

TOKEN: Final = re.compile(
    r"""
      (?P<text>[EeBbXx]?'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<cast>::\s*(?:character\ varying|varchar|text|bpchar)\b(?:\(\d+\))?(?:\[\])?)
    | (?P<other>::|[\w.$]+|[^\s\w()'"\[\],:]+|[()\[\],:])
    """,
    re.VERBOSE,
)
SIMPLE_NAME: Final = re.compile(r'"([a-z_][a-z0-9_]*)"')
Group = list["str | Group"]


def normalised(expression: str) -> str:
    """The expression with one space between its parts. Raises ValueError for what is no expression."""
    return _written(_simplified(_grouped(_tokens(expression))))


def _tokens(expression: str) -> list[str]:
    found, place = [], 0
    text = expression.strip()
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise ValueError(f"no expression: {expression}")
        place = match.end()
        while place < len(text) and text[place].isspace():
            place += 1
        if match.lastgroup != "cast":
            found.append(SIMPLE_NAME.sub(r"\1", match.group()))
    return found


def _grouped(tokens: list[str]) -> Group:
    open_groups: list[Group] = [[]]
    for token in tokens:
        if token == "(":  # noqa: S105 - a parenthesis
            open_groups.append([])
        elif token == ")" and len(open_groups) > 1:  # noqa: S105
            closed = open_groups.pop()
            open_groups[-1].append(closed)
        else:
            open_groups[-1].append(token)
    if len(open_groups) > 1:
        raise ValueError("an expression with an open parenthesis")
    return open_groups[0]


def _simplified(group: Group) -> Group:
    """Without parentheses around a single thing, wherever they stand, and around an array."""
    parts: Group = []
    for part in group:
        if isinstance(part, str):
            parts.append(part)
            continue
        inner = _simplified(part)
        while len(inner) == 1 and isinstance(inner[0], list):
            inner = inner[0]
        if len(inner) == 1 or _is_array(inner):
            parts.extend(inner)
        else:
            parts.append(inner)
    if len(parts) == 1 and isinstance(parts[0], list):
        return parts[0]
    return parts


def _is_array(group: Group) -> bool:
    return group[:2] == ["ARRAY", "["] and group.index("]") == len(group) - 1 if "]" in group else False


def _written(group: Group) -> str:
    return " ".join(part if isinstance(part, str) else f"({_written(part)})" for part in group)
