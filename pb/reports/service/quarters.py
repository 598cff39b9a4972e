"""Quarters of a year: what the forms are made for, and how addresses and papers call them."""

import re
from datetime import date, timedelta
from typing import Final, NamedTuple, Self
from uuid import UUID

from pb.errors import NotFound

FIRST_YEAR = 2000
ROMAN: Final = ("I", "II", "III", "IV")


class Quarter(NamedTuple):
    """`text` is what stands in addresses: `2026-1`."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter in which a day lies."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def read(cls, text: str) -> Self:
        """What an address says. Raises NotFound."""
        found = re.fullmatch(r"(2\d{3})-([1-4])", text, re.ASCII)
        if found is None:
            raise NotFound
        return cls(int(found[1]), int(found[2]))

    @property
    def text(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        return (date(self.year, 3 * self.number, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed: before that no form is made of it."""
        return self.last < today

    @property
    def of_year(self) -> list[Self]:
        """The quarters of its year up to itself."""
        return [type(self)(self.year, number) for number in range(1, self.number + 1)]

    @property
    def before(self) -> Self:
        return type(self)(self.year, self.number - 1) if self.number > 1 else type(self)(self.year - 1, 4)

    @property
    def subject(self) -> UUID:
        """A quarter has no row: a paper about it has the quarter itself for its subject, written as a number."""
        return UUID(int=self.year * 10 + self.number)

    @classmethod
    def of_subject(cls, subject_id: UUID) -> Self:
        """The quarter of a paper. Raises NotFound."""
        year, number = divmod(subject_id.int, 10)
        return cls.read(f"{year}-{number}")
