"""The rows of a receipt as a page or a picture shows them: names, a year's and a month's sum, what they open to."""

from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act
from pb.classification import service as classification
from pb.core.budget.amounts import share
from pb.core.receipt import Level, Part
from pb.formats import language
from pb.receipt.service import Receipt, asking
from pb.receipt.service.words import signed
from pb.web.wording import called


class Shown(NamedTuple):
    """A row. `weight` is its sum of the whole okrug in tiyn; `bar` its share in hundredths of a per cent."""

    key: str
    level: Level
    name: str | Markup
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


def shown(act: Act, receipt: Receipt) -> list[Shown]:
    """The rows below the whole."""
    known = classification.codes(act, receipt.year)
    tongue = language()
    asked = asking.counts(act, receipt.year)
    whole = receipt.whole.amount

    def of(year: Part, month: Part, above: str) -> Shown:
        row, key = year.row, year.row.key
        decided = receipt.decided.get(row.key) if row.level is Level.PROJECT else None
        name: str | Markup = known.name(row.key, tongue) or row.key
        if decided is not None:
            name = called(decided.proposal)
        elif row.level is Level.REST:
            name = _("The rest")
        if row.level is Level.PROGRAMME and [one.row.level for one in year.of] == [Level.LINE]:
            # Its one line says nothing that the programme does not: what lies in it stands right below.
            [year], [month] = year.of, month.of
        code = key if decided is None and key else above
        return Shown(
            key=key,
            level=row.level,
            name=name,
            year=signed(year.amount),
            month=signed(month.amount),
            whole=signed(row.amount),
            weight=row.amount,
            bar=share(row.amount, whole) or 0,
            url=url_for("proposals.show", cycle_id=decided.cycle_id, proposal_id=decided.proposal.id)
            if decided is not None
            else "",
            ask=code,
            asked=asked.get(key, 0) if decided is None else 0,
            of=[of(*below, code) for below in zip(year.of, month.of, strict=True)],
        )

    return [of(*below, "") for below in zip(receipt.yearly().of, receipt.monthly().of, strict=True)]
