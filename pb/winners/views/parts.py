"""What pages of winners share: lines of plans under the names of their codes."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from flask_babel import LazyString

from pb.act import Act
from pb.classification import service as classification
from pb.core.budget.amounts import thousands
from pb.formats import language
from pb.winners.models import SOURCE_LABELS, Line, Source
from pb.winners.service.plans import Standing


class Row(NamedTuple):
    """A line as it is printed: its year, its code with its name, the source, thousand tenge."""

    year: int
    code: str
    name: str
    source: LazyString
    amount: str


def rows_of(act: Act, lines: Iterable[Line]) -> list[Row]:
    """The name is that of the programme: below it every programme has the same subprogrammes."""
    tongue = language()
    return [
        Row(
            line.year,
            line.code,
            classification.codes(act, line.year).name(".".join(line.code.split(".")[:4]), tongue),
            SOURCE_LABELS[Source(line.source)],
            thousands(line.amount),
        )
        for line in lines
    ]


def rows(act: Act, standings: Sequence[Standing]) -> list[tuple[Standing, list[Row]]]:
    return [(one, rows_of(act, one.lines)) for one in standings]
