"""The page of the classification: all codes that hold in a year, by group, and a file that changes them."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from flask import Blueprint, redirect, request, url_for
from flask import Response as FlaskResponse
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb import tables
from pb.act import Act
from pb.classification import service
from pb.classification.forms import ClassificationForm
from pb.classification.service import importing, listing
from pb.classification.service.entries import Entry
from pb.classification.service.importing import Received
from pb.clock import local
from pb.core.budget.codes import Side
from pb.errors import NotFound
from pb.formats import language
from pb.web import downloads
from pb.web.access import A_FILE, EVERYBODY, access, allow
from pb.web.requests import Response, begin_work, current_act, notify, page
from pb.web.sent import once

SHOWN_FAULTS: Final = 200
ROOM_FOR_THE_FORM: Final = 16 * 1024
YEARS: Final = range(2018, 2100)  # okrugs have budgets of their own since 2018
blueprint = Blueprint("classification", __name__)


class Group(NamedTuple):
    """What stands together on the page."""

    title: str
    entries: Sequence[Entry]

    @property
    def to_check(self) -> int:
        return sum(not entry.checked for entry in self.entries)


@blueprint.get("/<okrug:okrug>/classification")
@access(EVERYBODY)
def show() -> str:
    act = current_act()
    return _page(act, ClassificationForm() if act.holds(*importing.RECORDERS) else None)


@blueprint.post("/<okrug:okrug>/classification")
@access(
    allow(*importing.RECORDERS),
    action=lazy_gettext("bring in codes of the budget classification"),
    largest_body=A_FILE + ROOM_FOR_THE_FORM,
    own_transaction=True,
)
def read() -> Response:
    """The file is read before anything is written: it may take long, and meanwhile others work."""
    form = ClassificationForm()
    received = form.submit(lambda: importing.read(bytes(form.file.data.read())))
    with begin_work(writing=True) as act:
        return once(act, lambda: _record(act, form, received))


def _record(act: Act, form: ClassificationForm, received: Received | None) -> Response:
    if received is None or received.faults:
        return _page(act, form, received), 422
    if importing.doubts(received) and not form.sure.data:
        return _page(act, form, received), 422
    count = importing.record(act, received, sure=form.sure.data)
    notify(_("The codes are recorded. Lines: %(number)s", number=count))
    return redirect(url_for("classification.show"))


@blueprint.get("/<okrug:okrug>/classification.csv")
@access(EVERYBODY)
def as_csv() -> FlaskResponse:
    act = current_act()
    sheet = listing.sheet(service.codes(act, _year(act)).entries, language())
    data = tables.as_csv([sheet.columns, *sheet.rows], language())
    return downloads.attachment(data, "text/csv", "classification.csv")


@blueprint.get("/<okrug:okrug>/classification.xlsx")
@access(EVERYBODY)
def as_workbook() -> FlaskResponse:
    act = current_act()
    data = tables.as_workbook([listing.sheet(service.codes(act, _year(act)).entries, language())])
    return downloads.attachment(data, downloads.WORKBOOK, "classification.xlsx")


def _year(act: Act) -> int:
    """The year that is asked for, else this one. Raises NotFound."""
    asked = request.args.get("year")
    if asked is None:
        return local(act.at).year
    if not (asked.isascii() and asked.isdigit() and len(asked) == len("2026") and int(asked) in YEARS):
        raise NotFound
    return int(asked)


def _page(act: Act, form: ClassificationForm | None, received: Received | None = None) -> str:
    year = _year(act)
    this = local(act.at).year
    catalogue = service.codes(act, year)
    faults = received.faults if received is not None else []
    return page(
        "classification/show.html",
        year=year,
        years=[this, this + 1],
        groups=_groups(catalogue.entries, language()),
        offered=catalogue.programmes(),
        faults=[(fault.line, fault.cell, importing.FAULTS[fault.fault]) for fault in faults[:SHOWN_FAULTS]],
        more=max(0, len(faults) - SHOWN_FAULTS),
        doubts=importing.doubts(received)[:SHOWN_FAULTS] if received is not None and not faults else [],
        form=form,
    )


def _groups(entries: Iterable[Entry], tongue: str) -> list[Group]:
    """Receipts by category and spending by functional group, then what is the same in every group."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.levels.levels[0], []).append(entry)
    common = found.pop(service.ANY_LEVELS[0], [])
    groups = [Group(_title(first, of_group, tongue), of_group) for first, of_group in found.items()]
    return [*groups, Group(_("The same in every group"), common)] if common else groups


def _title(first: str, entries: Sequence[Entry], tongue: str) -> str:
    head = entries[0]
    name = head.name(tongue) if head.code == first else ""
    kind: LazyString = _RECEIPTS if head.levels.side is Side.RECEIPTS else _SPENDING
    return f"{kind} {first}. {name}".rstrip(". ")


_RECEIPTS = lazy_gettext("Receipts, category")
_SPENDING = lazy_gettext("Spending, group")
