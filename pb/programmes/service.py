"""The budget programmes of administrator 124, read from the CSV that the project writes (docs/budget-codes.md)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pb.core import tables

SOURCE = Path(__file__).with_name("programmes.csv")


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme with its functional group; codes are text with leading zeros."""

    functional_group: str
    functional_group_kk: str
    functional_group_ru: str
    administrator: str
    programme: str
    name_kk: str
    name_ru: str

    def name(self, language: str) -> str:
        """The official name: Kazakh for kk, Russian for every other language, which has no official names."""
        return self.name_kk if language == "kk" else self.name_ru

    def group_name(self, language: str) -> str:
        return self.functional_group_kk if language == "kk" else self.functional_group_ru


@cache
def programmes() -> dict[str, Programme]:
    """All programmes by their code. Raises ValueError: a code twice or not in three digits, or no table."""
    table = tables.read(SOURCE.read_bytes())
    rows = [Programme(**table.by_column(line)) for line in table.lines]
    found = {row.programme: row for row in rows}
    if len(found) != len(rows) or not all(len(code) == 3 and code.isdigit() for code in found):
        raise ValueError("programmes.csv names a code twice or not in three digits")
    return found
