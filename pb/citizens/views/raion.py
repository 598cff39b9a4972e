"""The okrugs of a raion side by side: spending for a resident, own share, what is executed, what residents decided.

Each figure leads to where it comes from; what is missing is told in words. Sorted by what stands in the address.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from flask import Response as FlaskResponse
from flask import request, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _
from markupsafe import Markup

from pb import tables
from pb.act import Act
from pb.citizens.service import comparing
from pb.citizens.service.comparing import Compared
from pb.citizens.service.sheets import tenge
from pb.citizens.views.blueprint import blueprint
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.core.places.matching import alphabetical
from pb.errors import NotFound
from pb.formats import day, language, number
from pb.receipt.service.words import in_percent, signed
from pb.tables import Cell, Sheet
from pb.territory.service import addresses
from pb.web import downloads, places
from pb.web.access import EVERYBODY, access
from pb.web.requests import current_act, page

DESCENDING: Final = "desc"
HUNDRED: Final = 100


class Column(NamedTuple):
    """A figure: its heading, and what rows are sorted by; None stands last."""

    label: LazyString
    value: Callable[[Compared], Any]


class Told(NamedTuple):
    """A figure of an okrug in words, what it is out of, and the address that it comes from; or why it is missing."""

    label: LazyString
    value: str
    about: str = ""
    url: str = ""
    missing: str = ""


class Card(NamedTuple):
    """An okrug with its figures."""

    name: str
    url: str
    draft: bool
    figures: list[Told]


COLUMNS: dict[str, Column] = {
    "name": Column(lazy_gettext("Okrug"), lambda one: alphabetical(one.territory.name(language()))),
    "each": Column(lazy_gettext("Spending per resident"), lambda one: one.each),
    "own": Column(lazy_gettext("Own share of revenue"), lambda one: one.own_share),
    "executed": Column(lazy_gettext("Executed share"), lambda one: one.executed_share),
    "decided": Column(
        lazy_gettext("Residents decided"), lambda one: one.decided.amount if one.decided is not None else None
    ),
}


class Asked(NamedTuple):
    """What the address asks for; whatever it does not know counts as not asked."""

    year: int
    sort: str
    descending: bool

    def address(self, endpoint: str, **changes: str) -> str:
        stands = {"year": str(self.year), "sort": self.sort, "order": DESCENDING if self.descending else ""}
        told: dict[str, Any] = {name: value for name, value in (stands | changes).items() if value}
        return url_for(endpoint, **told)


def show(act: Act) -> str:
    """The page of the raion in which the act is."""
    years = comparing.years(act)
    asked = _asked(act, years)
    every = comparing.of_raion(act, years)
    places.expect(one.place for one in every)
    rows = _ordered([one for one in every if one.year == asked.year], asked)
    return page(
        "citizens/raion.html",
        asked=asked,
        years=[(year, asked.address("citizens.latest", year=str(year))) for year in sorted(years)],
        headings=[_heading(key, column, asked) for key, column in COLUMNS.items()],
        cards=[_card(one) for one in rows],
        year_heads=[(str(year), "number") for year in sorted(years)],
        over_years=_over_years(every, sorted(years), rows),
        csv=asked.address("citizens.okrugs_csv"),
        workbook=asked.address("citizens.okrugs_workbook"),
    )


@blueprint.get("/<okrug:okrug>/citizens.csv")
@access(EVERYBODY)
def okrugs_csv() -> FlaskResponse:
    sheet, name = _sheet(current_act())
    tongue = language()
    return downloads.attachment(tables.as_csv([sheet.columns, *sheet.rows], tongue), "text/csv", f"{name}.csv")


@blueprint.get("/<okrug:okrug>/citizens.xlsx")
@access(EVERYBODY)
def okrugs_workbook() -> FlaskResponse:
    sheet, name = _sheet(current_act())
    return downloads.attachment(tables.as_workbook([sheet]), downloads.WORKBOOK, f"{name}.xlsx")


def _asked(act: Act, years: list[int]) -> Asked:
    """By default this year, else the last one before it, else the first."""
    this = local(act.at).year
    usual = max((year for year in years if year <= this), default=min(years, default=this))
    year, sort = request.args.get("year", usual, type=int), request.args.get("sort", "")
    return Asked(
        year if year in years else usual, sort if sort in COLUMNS else "", request.args.get("order") == DESCENDING
    )


def _ordered(rows: list[Compared], asked: Asked) -> list[Compared]:
    """By the figure that was asked for; those without it stand last, and equal ones by name."""
    by_name = sorted(rows, key=COLUMNS["name"].value, reverse=asked.descending and asked.sort in {"", "name"})
    if asked.sort in {"", "name"}:
        return by_name
    value = COLUMNS[asked.sort].value
    known = [one for one in by_name if value(one) is not None]
    return [
        *sorted(known, key=value, reverse=asked.descending),
        *(one for one in by_name if value(one) is None),
    ]


def _heading(key: str, column: Column, asked: Asked) -> tuple[LazyString, str, str]:
    """The label, the address that sorts by it, and how it is sorted now: figures begin with the largest."""
    now = key == (asked.sort or "name")
    figures_first = key != "name"
    turned = not asked.descending if now else figures_first
    url = asked.address("citizens.latest", sort=key, order=DESCENDING if turned else "")
    return column.label, url, ("↓" if asked.descending else "↑") if now else ""


def _card(one: Compared) -> Card:
    okrug, name = one.place.slug, one.territory.name(language())
    if one.standing is None:
        return Card(name, url_for("process.okrug", okrug=okrug), False, [])
    budget_id, version_id = one.standing.version.budget_id, one.standing.version.id
    source = url_for("budget.show_version", okrug=okrug, budget_id=budget_id, version_id=version_id)
    url = url_for("citizens.show_latest", okrug=okrug, budget_id=budget_id)
    return Card(
        name, url, not one.holds, [_each(one, source), _own(one, source), _executed(one), _residents(one, okrug)]
    )


def _each(one: Compared, source: str) -> Told:
    label, people = COLUMNS["each"].label, one.people
    if one.each is None or people is None:
        whole = _("all together: %(sum)s", sum=signed(one.statement.expenditure))
        return Told(label, "", whole, source, _("nobody recorded the population"))
    about = _("%(sum)s for %(people)s people", sum=signed(one.statement.expenditure), people=number(people.people))
    return Told(label, signed(one.each), f"{about} ({people.year}, {people.source})", source)


def _own(one: Compared, source: str) -> Told:
    label = COLUMNS["own"].label
    if one.own_share is None:
        return Told(label, "", "", source, _("this budget has no revenue"))
    told = {"own": signed(one.statement.own), "revenue": signed(one.statement.revenue)}
    return Told(label, in_percent(one.own_share), _("%(own)s of %(revenue)s", **told), source)


def _executed(one: Compared) -> Told:
    label = COLUMNS["executed"].label
    if one.report is None or one.paid is None or one.version is None:
        return Told(label, "", missing=_("no report on what was paid was taken in"))
    url = url_for(
        "citizens.show",
        okrug=one.place.slug,
        budget_id=one.version.budget_id,
        edition=f"executed-{one.report.until.isoformat()}",
    )
    if one.executed_share is None:
        return Told(label, "", "", url, _("nothing is planned"))
    told = {"paid": signed(one.paid), "planned": signed(one.statement.expenditure), "day": day(one.report.until)}
    return Told(label, in_percent(one.executed_share), _("%(paid)s of %(planned)s, until %(day)s", **told), url)


def _residents(one: Compared, okrug: str) -> Told:
    label = COLUMNS["decided"].label
    url = url_for("winners.overview", okrug=okrug)
    if one.decided is None:
        return Told(label, "", missing=_("residents decided nothing of this budget"))
    about = _("projects: %(number)s", number=one.decided.projects)
    if one.decided_share is not None:
        about = _("%(share)s of the spending", share=in_percent(one.decided_share)) + f", {about}"
    return Told(label, signed(one.decided.amount), about, url)


def _over_years(every: list[Compared], years: list[int], rows: list[Compared]) -> list[list[Any]]:
    """What each spends for a resident in each year, in the order of the page; a dash where that is not known."""
    found = {(one.place.id, one.year): one for one in every}
    return [
        [one.territory.name(language()), *(_cell(found[one.place.id, year]) for year in years)]
        for one in rows
        if any(found[one.place.id, year].each is not None for year in years)
    ]


def _cell(one: Compared) -> Any:
    if one.each is None or one.version is None:
        return "–"
    url = url_for("citizens.show_latest", okrug=one.place.slug, budget_id=one.version.budget_id)
    return Markup('<a href="{}">{}</a>').format(url, signed(one.each))


def _sheet(act: Act) -> tuple[Sheet, str]:
    """What stands on the page, for a spreadsheet: sums in tenge, shares in per cent, what is not known empty."""
    if act.territory.kind in FOURTH_LEVEL:
        raise NotFound
    years = comparing.years(act)
    asked = _asked(act, years)
    rows = _ordered(comparing.of_raion(act, [asked.year]), asked)
    columns = [
        _("Okrug"),
        _("KATO code"),
        _("Year"),
        _("In force"),
        _("Comes in, tenge"),
        _("Goes out, tenge"),
        _("Residents"),
        _("Residents counted in the year"),
        _("Source of the population"),
        _("Per resident, tenge"),
        _("Own share of revenue, percent"),
        _("Paid, tenge"),
        _("Paid until"),
        _("Executed share, percent"),
        _("Projects that residents decided"),
        _("Residents decided, tenge"),
    ]
    title = _("Okrugs")
    return Sheet(title, columns, [_values(one) for one in rows]), f"{addresses.path(act)[1:]}-citizens-{asked.year}"


def _values(one: Compared) -> list[Cell]:
    stands, people = one.standing is not None, one.people
    return [
        one.territory.name(language()),
        one.territory.kato,
        one.year,
        "" if not stands else _("yes") if one.holds else _("no, a draft"),
        tenge(one.statement.revenue) if stands else "",
        tenge(one.statement.expenditure) if stands else "",
        people.people if people is not None else "",
        people.year if people is not None else "",
        people.source if people is not None else "",
        tenge(one.each),
        _percent(one.own_share),
        tenge(one.paid),
        one.report.until.isoformat() if one.report is not None else "",
        _percent(one.executed_share),
        one.decided.projects if one.decided is not None else "",
        tenge(one.decided.amount) if one.decided is not None else "",
    ]


def _percent(hundredths: int | None) -> Cell:
    return "" if hundredths is None else hundredths / HUNDRED
