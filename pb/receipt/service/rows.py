"""The rows of a receipt as a page shows them, here and alone: names, a year's and a month's sum, what they open to."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from flask_babel import gettext as _
from markupsafe import Markup

from pb.core.budget.amounts import share
from pb.core.receipt import Level, Part, Row
from pb.receipt.service.words import signed


class Shown(NamedTuple):
    """A row. `weight` is its sum of the whole okrug in tiyn; `bar` its share in hundredths of a per cent.

    `ask` is the code that a question of it names, `asked` how many were asked. `told`: what else is known of a project,
    as whose money it is.
    """

    key: str
    level: Level
    name: str | Markup
    told: str
    year: str
    month: str
    whole: str
    weight: int
    bar: int
    url: str
    ask: str
    asked: int
    of: list["Shown"]

    @property
    def holds_a_project(self) -> bool:
        """Whether residents decided something in it: a mark tells where to look."""
        return any(one.level is Level.PROJECT or one.holds_a_project for one in self.of)


Told = Callable[[Row], str]
Named = Callable[[Row], tuple[str | Markup, str]]
"""What a row is called, and the address that it leads to, or none."""


def rows(year: Part, month: Part, named: Named, told: Told, asked: Mapping[str, int]) -> list[Shown]:
    """The rows below the whole; `told`: what is known of a project beside its name and sum."""
    whole = year.row.amount

    def of(year: Part, month: Part, above: str) -> Shown:
        row = year.row
        name, url = (_("The rest"), "") if row.level is Level.REST else named(row)
        if row.level is Level.PROGRAMME and [one.row.level for one in year.of] == [Level.LINE]:
            # Its one line says nothing that the programme does not: what lies in it stands right below.
            [year], [month] = year.of, month.of
        code = above if row.level in {Level.REST, Level.PROJECT} else row.key
        return Shown(
            key=row.key,
            level=row.level,
            name=name,
            told=told(row) if row.level is Level.PROJECT else "",
            year=signed(year.amount),
            month=signed(month.amount),
            whole=signed(row.amount),
            weight=row.amount,
            bar=share(row.amount, whole) or 0,
            url=url,
            ask=code,
            asked=asked.get(row.key, 0),
            of=[of(*below, code) for below in zip(year.of, month.of, strict=True)],
        )

    return [of(*below, "") for below in zip(year.of, month.of, strict=True)]
