"""The page of a raion or city: its okrugs' cycles side by side, sorted and filtered by what stands in the address."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from flask import Response, request, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _
from markupsafe import Markup

from pb import tables
from pb.act import Act
from pb.clock import local
from pb.core.places.matching import alphabetical, found
from pb.cycles.models import PHASE_LABELS, Cycle, Phase
from pb.errors import NotFound
from pb.formats import day, language, money, number, numbered, tenths
from pb.gatherings.service import coverage
from pb.polls.service import state
from pb.process.service import raion
from pb.process.service.raion import Standing
from pb.process.views.blueprint import blueprint
from pb.process.views.phase_bar import PLACES
from pb.results.service import exports
from pb.territory.models import Territory
from pb.territory.service import addresses
from pb.typesetting import NBSP
from pb.web.access import EVERYBODY, access
from pb.web.paging import pager_at, pages_of
from pb.web.requests import current_act, page

LONGEST_NAME = 60
PAGE = 50  # rows: as many as are still looked through
NOTHING: Final = "–"
TIYN: Final = 100  # in a tenge
ENVELOPE, GRANTED = "envelope", "granted"
DESCENDING = "desc"


class Column(NamedTuple):
    """A column: its heading, what rows are sorted by (None stands last), and whether its cells are figures."""

    label: LazyString
    value: Callable[[Standing, date], Any]
    figure: bool = True


COLUMNS: dict[str, Column] = {
    "name": Column(
        lazy_gettext("Territory"), lambda one, _today: alphabetical(one.territory.name(language())), figure=False
    ),
    "phase": Column(
        lazy_gettext("Phase"),
        lambda one, _today: list(Phase).index(Phase(one.cycle.phase)) if one.cycle else None,
        figure=False,
    ),
    "days": Column(lazy_gettext("Days left"), lambda one, today: one.days_left(today)),
    "envelope": Column(lazy_gettext("Envelope"), lambda one, _today: one.cycle.envelope if one.cycle else None),
    "roll": Column(lazy_gettext("People on the roll"), lambda one, _today: one.roll),
    "turnout": Column(lazy_gettext("Turnout"), lambda one, _today: one.turnout.tenths if one.turnout else None),
    "winners": Column(lazy_gettext("Winners"), lambda one, _today: one.decided.winners if one.decided else None),
    "granted": Column(lazy_gettext("Money decided"), lambda one, _today: one.decided.granted if one.decided else None),
    "lines": Column(lazy_gettext("Budget lines"), lambda one, _today: one.lines.total if one.lines else None),
    "decision": Column(
        lazy_gettext("Decision of the maslikhat"),
        lambda one, _today: one.decisions[-1].decided_on if one.decisions else None,
        figure=False,
    ),
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for; whatever it does not know counts as not asked."""

    year: int | None
    phase: str
    name: str
    sort: str
    descending: bool
    each: str

    @classmethod
    def of_address(cls) -> "Asked":
        told = request.args
        phase, sort = told.get("phase", ""), told.get("sort", "")
        return cls(
            told.get("year", None, type=int),
            phase if phase in list(Phase) else "",
            told.get("q", "").strip()[:LONGEST_NAME],
            sort if sort in COLUMNS else "",
            told.get("order") == DESCENDING,
            GRANTED if told.get("each") == GRANTED else ENVELOPE,
        )

    @property
    def anything(self) -> bool:
        """Whether it asks for anything else than the page shows by itself."""
        return bool(self.year or self.phase or self.name or self.sort or self.descending)

    def address(self, endpoint: str, slug: str, **changes: str) -> str:
        """The address of a page that shows the same but for what changes."""
        stands = {
            "year": str(self.year or ""),
            "phase": self.phase,
            "q": self.name,
            "sort": self.sort,
            "order": DESCENDING if self.descending else "",
            "each": GRANTED if self.each == GRANTED else "",
        }
        told: dict[str, Any] = {name: value for name, value in (stands | changes).items() if value}
        return url_for(endpoint, okrug=slug, **told)


def show(act: Act, here: Territory) -> str:
    """The page of the raion or city in which the act is."""
    asked, compared = _compared(act)
    today = local(act.at).date()
    slug = addresses.path(act).removeprefix("/")
    compared_ids = {one.territory.id for one in compared.standings}
    others = [
        (place.slug, territory.name(language()))
        for place, territory in addresses.every(act.session, within=here.id)
        if place.id not in compared_ids
    ]
    every = _ordered(_filtered(compared.standings, asked), asked, today)
    pages = pages_of(len(every), PAGE)
    number = request.args.get("page", 1, type=int)
    number = number if 1 <= number <= pages else 1
    shown = every[(number - 1) * PAGE : number * PAGE]
    return page(
        "process/raion.html",
        name=here.name(language()),
        slug=slug,
        asked=asked,
        years=compared.years,
        phases=[(phase, PHASE_LABELS[phase]) for phase in Phase],
        columns=COLUMNS,
        headings=[_heading(key, column, asked, slug) for key, column in COLUMNS.items()],
        rows=[_cells(one, today) for one in shown],
        taking_part=len(compared.standings),
        bars=_bars(shown, every, asked),
        pages=pager_at(number, pages, lambda other: asked.address("process.okrug", slug, page=str(other))),
        others=others,
        uncovered=_uncovered(act, every),
        csv=asked.address("process.okrugs_csv", slug),
        by_envelope=asked.address("process.okrug", slug, each=""),
        by_granted=asked.address("process.okrug", slug, each=GRANTED),
    )


def _uncovered(act: Act, standings: Iterable[Standing]) -> list[tuple[str, str, list[str]]]:
    """The okrugs with settlements that had no gathering this year: where their meetings are, name, and which."""
    okrugs = {one.territory.id: one for one in standings}
    found, tongue = coverage.uncovered_in(act, list(okrugs)), language()
    return [
        (
            url_for("gatherings.list_here", okrug=okrugs[okrug].slug),
            okrugs[okrug].territory.name(tongue),
            [settlement.name(tongue) for settlement in missing],
        )
        for okrug, missing in found.items()
    ]


@blueprint.get("/<okrug:okrug>/okrugs.csv")
@access(EVERYBODY)
def okrugs_csv() -> Response:
    """The same okrugs as on the page, filtered and sorted alike, for a spreadsheet; sums in tenge."""
    act = current_act()
    asked, compared = _compared(act)
    if not compared.standings:
        raise NotFound
    today = local(act.at).date()
    shown = _ordered(_filtered(compared.standings, asked), asked, today)
    sheet = tables.Sheet(_("Okrugs"), _csv_columns(), [_csv_row(one, today) for one in shown])
    name = addresses.path(act).removeprefix("/")
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(exports.as_csv(sheet, language()), mimetype="text/csv", headers=headers)


def _compared(act: Act) -> tuple[Asked, raion.Compared]:
    asked = Asked.of_address()
    return asked, raion.compare(act, asked.year)


def _filtered(standings: Iterable[Standing], asked: Asked) -> list[Standing]:
    return [
        one
        for one in standings
        if (not asked.phase or (one.cycle is not None and one.cycle.phase == asked.phase))
        and (not asked.name or found(asked.name, _names(one)))
    ]


def _names(one: Standing) -> tuple[str, ...]:
    return (one.territory.name_kk, one.territory.name_ru, one.territory.name_en, one.slug, one.territory.kato)


def _ordered(standings: Iterable[Standing], asked: Asked, today: date) -> list[Standing]:
    """By the column that was asked for; those without a value stand last, and equal ones by name.

    Where nothing was asked for, okrugs that vote now go before the others: that cannot wait.
    """
    own_order = not asked.sort
    by_name = sorted(
        standings, key=lambda one: COLUMNS["name"].value(one, today), reverse=own_order and asked.descending
    )
    if own_order:
        return sorted(by_name, key=lambda one: not one.votes_now)
    value = COLUMNS[asked.sort].value
    known = [one for one in by_name if value(one, today) is not None]
    unknown = [one for one in by_name if value(one, today) is None]
    return [*sorted(known, key=lambda one: value(one, today), reverse=asked.descending), *unknown]


def _heading(key: str, column: Column, asked: Asked, slug: str) -> tuple[str, str, Markup, str]:
    """The label, the class, the link that sorts, and how the column is sorted now."""
    sorted_now = key == asked.sort
    turned = sorted_now and not asked.descending
    url = asked.address("process.okrug", slug, sort=key, order=DESCENDING if turned else "")
    mark = ("↓" if asked.descending else "↑") if sorted_now else ""
    link = Markup('<a href="{}">{}</a>{}').format(
        url, str(column.label), Markup(' <span aria-hidden="true">{}</span>').format(mark) if mark else ""
    )
    state = ("descending" if asked.descending else "ascending") if sorted_now else ""
    return str(column.label), "number" if column.figure else "", link, state


def _cells(one: Standing, today: date) -> list[str]:
    """A row of the table: each figure leads to the page of the okrug that it comes from."""
    name = _link(url_for("process.okrug", okrug=one.slug), one.territory.name(language()))
    cycle = one.cycle
    if cycle is None:
        return [name, _("No cycle"), *[NOTHING] * (len(COLUMNS) - 2)]

    def there(endpoint: str, text: str | None) -> str:
        return _link(url_for(endpoint, okrug=one.slug, cycle_id=cycle.id), text) if text is not None else NOTHING

    phase, lines = Phase(cycle.phase), one.lines
    return [
        name,
        there(PLACES[phase], f"{cycle.year}: {_stands(cycle, one)}"),
        there("process.show", _days(one, today)),
        there("process.show", money(cycle.envelope)),
        there("roll.show_statistics", number(one.roll) if one.roll is not None else None),
        there("voting.show", _turnout(one)),
        there("results.result", number(one.decided.winners) if one.decided else None),
        there("results.result", money(one.decided.granted) if one.decided else None),
        there("winners.show", _two_lines(number(lines.count), money(lines.total)) if lines else None),
        there("winners.show", _decided(cycle, one)),
    ]


def _decided(cycle: Cycle, one: Standing) -> str | None:
    """What the maslikhat decided, or that it will; of a cycle that was ended early nothing comes any more."""
    if one.decisions:
        return "; ".join(f"{numbered(each.reference)}, {day(each.decided_on)}" for each in one.decisions)
    return _("not made yet") if cycle.phase != Phase.ENDED else None


def _link(url: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url, text)


def _days(one: Standing, today: date) -> str | None:
    left = one.days_left(today)
    if left is None:
        return None
    return number(left) if left > 0 else _("The day has passed.")


def _stands(cycle: Cycle, one: Standing) -> str:
    """The phase in a word, or that its vote is prepared or has ended."""
    return str(state.in_short(one.seen) or PHASE_LABELS[Phase(cycle.phase)])


def _turnout(one: Standing) -> str | None:
    if one.turnout is None:
        return None
    told = _("%(cast)s of %(entitled)s", cast=number(one.turnout.cast), entitled=number(one.turnout.entitled))
    return _two_lines(told, f"{tenths(one.turnout.tenths)}{NBSP}%")


def _two_lines(first: str, second: str) -> Markup:
    """Two figures of one cell, so that the table fits a screen."""
    return Markup("{}<br>{}").format(first, second)


def _bars(shown: Sequence[Standing], every: Sequence[Standing], asked: Asked) -> list[Mapping[str, Any]]:
    """For each cycle what there is for one resident, and the length of its bar in percent of the longest of all.

    The money of a cycle that was ended early is nobody's.
    """
    shown, every = ([one for one in those if not _ended_early(one)] for those in (shown, every))

    def each(one: Standing) -> int | None:
        return one.granted_each() if asked.each == GRANTED else one.envelope_each()

    values = [each(one) for one in shown]
    most = max((value for one in every if (value := each(one)) is not None), default=0) or 1
    return [
        {
            "name": ", ".join([one.territory.name(language()), *([one.cycle.year] if one.cycle else [])]),
            "url": url_for("territory.population", okrug=one.slug),
            "people": one.people,
            "shown": money(value - value % TIYN) if value is not None else "",
            "width": f"{value * 10_000 // most / 100:.2f}" if value is not None else "",
        }
        for one, value in zip(shown, values, strict=True)
    ]


def _ended_early(one: Standing) -> bool:
    return one.cycle is not None and one.cycle.phase == Phase.ENDED


def _csv_columns() -> list[str]:
    return [
        _("Territory"),
        _("KATO code"),
        _("Year"),
        _("Phase"),
        _("Until"),
        _("Days left"),
        _("Envelope, tenge"),
        _("People on the roll"),
        _("Ballots in the box"),
        _("Turnout, percent"),
        _("Winners"),
        _("Money decided, tenge"),
        _("Budget lines"),
        _("Sum of the budget lines, tenge"),
        _("Decision of the maslikhat, number"),
        _("Decision of the maslikhat, date"),
        _("Residents"),
        _("Residents counted in the year"),
    ]


def _csv_row(one: Standing, today: date) -> list[tables.Cell]:
    cycle = one.cycle
    return [
        one.territory.name(language()),
        one.territory.kato,
        cycle.year if cycle else "",
        _stands(cycle, one) if cycle else "",
        one.until.isoformat() if one.until else "",
        _cell(one.days_left(today)),
        exports.tenge(cycle.envelope) if cycle else "",
        _cell(one.roll),
        one.turnout.cast if one.turnout else "",
        one.turnout.tenths / 10 if one.turnout else "",
        one.decided.winners if one.decided else "",
        exports.tenge(one.decided.granted) if one.decided else "",
        one.lines.count if one.lines else "",
        exports.tenge(one.lines.total) if one.lines else "",
        "; ".join(each.reference for each in one.decisions),
        "; ".join(each.decided_on.isoformat() for each in one.decisions),
        one.people.people if one.people else "",
        one.people.year if one.people else "",
    ]


def _cell(value: int | None) -> tables.Cell:
    return "" if value is None else value
